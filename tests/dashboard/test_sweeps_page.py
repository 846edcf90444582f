"""The page of sweeps without a browser: the form, a search, what is said of it."""

from __future__ import annotations

import time

import pytest
from page_driving import WAIT, has, press, problems
from searching import event, outcome, saying, start_line
from streamlit.testing.v1 import AppTest

from dashboard.sweeping.sweeps import Sweeps
from engine.hyperparameters import Hyperparameters

RUNS = [
    outcome(Hyperparameters(learning_rate=rate, hidden_layers=(w,) * 3), accuracy)
    for rate, w, accuracy in ((0.0009, 4, 0.62), (0.06, 64, 0.8), (0.0009, 64, 0.7))
]
TOLD = [event(n, run) for n, run in enumerate(RUNS)]


@pytest.fixture
def carried_out_by(services, monkeypatch):
    """Lets the searches of this test be carried out by another command."""
    made = []

    def use(*command):
        made.append(Sweeps(command=lambda name, about: command))
        monkeypatch.setattr(services, "sweeps", lambda: made[-1])

    yield use
    for sweeps in made:
        sweeps.close()


def opened(address=None, **state):
    page = AppTest.from_string(
        "from dashboard.views.sweeps import show\nshow(lambda: None)", default_timeout=WAIT
    )
    page.query_params.update(address or {})
    for key, value in state.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    return page


def link(page):
    keys = page.query_params.items()
    return {key: values if isinstance(values, str) else values[-1] for key, values in keys}


def text(page):
    return " ".join(e.value for kind in ("caption", "markdown") for e in page.get(kind)).replace(
        "\\", ""
    )


def searched(page, word):
    """Presses Start, and lets the page draw itself until the search is where it should be."""
    press(page, "sweep_go")
    limit = time.monotonic() + WAIT
    while word not in progress(page):
        assert time.monotonic() < limit, progress(page)
        time.sleep(0.05)
        page.run()
    assert not page.exception


def progress(page):
    return " ".join(bar.proto.text for bar in page.get("progress")).replace("\\", "")


def test_the_form_begins_with_a_grid_and_says_what_would_be_searched(services):
    page = opened()
    said = text(page)
    assert "64 trials over learning rate and hidden layers" in said
    assert "iterations 2,500" in said
    assert not page.button(key="sweep_go").disabled
    page.selectbox(key="sweep_sampler").set_value("random").run()
    assert page.number_input(key="sweep_trials").value == 64
    page.multiselect(key="sweep_fields").set_value(["optimizer", "seed"]).run()
    assert "over optimizer and seed" in text(page)


def test_the_form_offers_the_pruners_and_to_a_sampler_that_learns_its_batch(
    services, carried_out_by
):
    carried_out_by(*saying(start_line(64), then="sys.stdin.read()"))
    page = opened()
    assert not has(page, "sweep_batch")
    page.selectbox(key="sweep_sampler").set_value("tpe").run()
    page.number_input(key="sweep_batch").set_value(4).run()
    page.selectbox(key="sweep_pruner").set_value("halving").run()
    press(page, "sweep_go")
    (name,) = services.sweeps().names()
    asked = services.sweeps().find(name).asked
    assert (asked.sampler, asked.batch, asked.pruner) == ("tpe", 4, "halving")


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("sweep_learning_rate_low", "0", "rate cannot be 0"),
        ("sweep_learning_rate_high", "![x](http://e.vil)", "cannot be"),
        ("sweep_hidden_layers_high", "9999", "depth x width"),
    ],
)
def test_what_cannot_be_searched_is_one_sentence_and_cannot_be_started(
    services, part, value, sentence
):
    page = opened()
    page.text_input(key=part).set_value(value).run()
    (problem,) = problems(page)
    assert sentence in problem
    assert "http://" not in problem
    assert page.button(key="sweep_go").disabled
    assert not page.exception


def test_a_search_ends_with_its_best_and_how_much_that_means(services, carried_out_by):
    carried_out_by(*saying(start_line(3), *TOLD))
    page = opened()
    searched(page, "3 of 3 trials")
    said = text(page)
    assert "the best (★) with learning rate 0.06, hidden layers 64, 64, 64" in said
    assert has(page, "sweep_open_best")
    assert has(page, "sweep_curves")


def test_a_search_that_dies_says_so_and_can_be_gone_on_with(services, carried_out_by):
    carried_out_by(*saying(start_line(3), TOLD[0], then="sys.exit('The database failed.')"))
    page = opened()
    searched(page, "Stopped")
    assert [p.replace("\\", "") for p in problems(page)] == ["The database failed."]
    assert page.button(key="sweep_go_on").label == "Start again"


def test_two_searches_of_one_name_are_refused_in_a_sentence(services, carried_out_by):
    carried_out_by(*saying(start_line(3), then="sys.stdin.read()"))
    page = opened(sweep_name="mine")
    searched(page, "Searching")
    page.selectbox(key="sweep_sampler").set_value("random").run()
    press(page, "sweep_go")
    assert "is called mine already" in problems(page)[0].replace("\\", "")


def test_a_reload_shows_the_same_search_and_the_same_part(services, carried_out_by):
    carried_out_by(*saying(start_line(3), *TOLD))
    page = opened(sweep_name="mine")
    searched(page, "3 of 3 trials")
    assert link(page) == {"search": "mine"}
    page.text_input(key="sweep_name").set_value("newer").run()
    searched(page, "3 of 3 trials")
    assert link(page) == {"search": "newer"}
    again = opened({"search": "mine", "layers": "5"})
    assert again.selectbox(key="sweep_shown").value == "mine"
    again.segmented_control(key="sweeps_part").set_value("chance").run()
    assert link(again) == {"show": "chance", "layers": "5"}
    assert opened({"show": "chance"}).segmented_control(key="sweeps_part").value == "chance"


@pytest.mark.parametrize("told", ["<script>", "x" * 100_000, "../..", "__class__"])
def test_an_address_that_asks_for_what_is_not_there_is_passed_over(services, carried_out_by, told):
    carried_out_by(*saying(start_line(3), *TOLD))
    searched(opened(sweep_name="mine"), "3 of 3 trials")
    page = opened({"search": told, "show": told})
    assert page.segmented_control(key="sweeps_part").value == "search"
    assert link(page) == {"search": "mine"}
    assert problems(page) == []


def test_the_best_opened_sets_the_labs_knobs(services, carried_out_by):
    carried_out_by(*saying(start_line(3), *TOLD))
    about = services.dataset("drawn")
    page = opened(dataset="drawn")
    searched(page, "3 of 3 trials")
    assert about.digest
    press(page, "sweep_open_best")
    assert page.session_state["learning_rate"] == 0.06
    assert page.session_state["units_3"] == 64
    assert problems(page) == []
