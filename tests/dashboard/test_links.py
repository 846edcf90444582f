"""Opening the page by a link: what it sets, what it promises, what it hides, where it leads on."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from link_driving import QUICK, QUICK_LINK, followed, link, successes, warnings
from page_driving import (
    KINDS,
    WAIT,
    has,
    part,
    press,
    problems,
    run_of,
    settled,
    turn,
    value,
    widget,
)

from dashboard.permalink import address
from engine.hyperparameters import DECLARED, PRESETS, Hyperparameters

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture(scope="module")
def promised(services):
    """The address of a finished run, with its result."""
    page = followed(**QUICK_LINK)
    settled(page)
    return link(page)


# --- what it sets


def test_the_knobs_follow_the_link():
    page = followed(**QUICK_LINK, learning_rate="0.02", seed="9")
    assert value(page, "hidden_layer_count") == 1
    assert value(page, "units_1") == 4
    assert value(page, "learning_rate") == 0.02
    assert value(page, "seed") == 9
    assert value(page, "preset") == "Custom"
    assert run_of(page).hyperparameters == QUICK.with_changes(learning_rate=0.02, seed=9)
    assert settled(page).startswith("Finished · 100 iterations")
    assert warnings(page) == problems(page) == []


@pytest.mark.parametrize("name", list(PRESETS))
def test_the_address_of_a_preset_opens_that_preset(name):
    page = followed(**address(PRESETS[name], "drawn", None))
    assert value(page, "preset") == name
    assert run_of(page).hyperparameters == PRESETS[name]


@pytest.mark.parametrize(
    "h",
    [
        Hyperparameters(optimizer="Adam", beta1=0.5, beta2=0.9, epsilon=1e-4, learning_rate=0.00777),
        Hyperparameters(hidden_layers=(33, 9), keep_probs=(0.5, 0.37), mini_batch=17, l2=0.3),
        Hyperparameters(activations=("tanh", "relu", "sigmoid"), decay="1/t", decay_rate=0.002),
        Hyperparameters(picture_size=17, label_noise=0.123, training_pictures=77, seed=2**32 - 1),
        Hyperparameters(scaling="standardized", precision="float32", patience=6, initialization="He"),
    ],
    ids=["optimizer", "regularization", "activations", "data", "the rest"],
)  # fmt: skip
def test_any_settings_are_shown_by_the_knobs_and_trained(h):
    h = h.with_changes(num_iterations=50)
    page = followed(**address(h, "drawn", None))
    assert run_of(page).hyperparameters == h
    page.run()  # the knobs keep what no stop of theirs is
    assert run_of(page).hyperparameters == h
    assert settled(page)
    assert warnings(page) == problems(page) == []


def test_the_dataset_comes_from_the_link(small_course_folder, monkeypatch, services):
    monkeypatch.setenv("HYPERDIAL_DATA", str(small_course_folder))
    try:
        first = followed(**QUICK_LINK)
        assert value(first, "dataset") == "course"
        page = followed(**QUICK_LINK, dataset="drawn")
        assert value(page, "dataset") == "drawn"
        assert run_of(page).dataset_name == "drawn"
    finally:
        services._datasets.pop("course", None)


def test_a_dataset_that_is_not_there_is_told_and_the_drawn_pictures_are_shown():
    page = followed(**QUICK_LINK, dataset="course", result="0.1,0.9,0.8")
    settled(page)
    (told,) = warnings(page)
    assert told == (
        "dataset cannot be course: allowed is one of drawn, flower, circles, moons, spiral, xor, "
        "gaussians. The usual value is taken."
    )
    assert value(page, "dataset") == "drawn"


# --- what it promises


def test_a_link_with_its_result_says_reproduced(promised):
    assert set(promised) == {"dataset", *QUICK_LINK, "result"}
    page = followed(**promised)
    told = settled(page)
    (said,) = successes(page)
    assert said.startswith("Reproduced ✓ cost ")
    assert re.search(r"cost (\S+)", said)[1].rstrip(",") in told
    assert warnings(page) == []
    assert not run_of(page).cached, "it was trained for this, though the same run is kept here"


def test_another_result_is_told_with_what_differs(promised):
    _, train, test = promised["result"].split(",")
    page = followed(**promised | {"result": f"0.5,{train},{test}"})
    settled(page)
    (said,) = warnings(page)
    assert re.fullmatch(r"Not the link's result: cost 0\.\d+ here, 0\.5 in the link", said)
    assert successes(page) == []


def test_a_link_without_a_result_promises_nothing():
    page = followed(**QUICK_LINK)
    settled(page)
    assert warnings(page) == successes(page) == []


def test_the_promise_is_of_the_links_own_run_only(promised):
    page = followed(**promised)
    settled(page)
    turn(page, "seed", 5)
    settled(page)
    assert warnings(page) == successes(page) == []
    turn(page, "seed", 1)
    assert len(successes(page)) == 1


def test_a_run_that_diverges_can_be_linked_to_and_reproduced():
    wild = {"learning_rate": "10", "activation": "leaky relu", "initialization": "He"}
    page = followed(**wild)
    settled(page, "Diverged")
    again = followed(**link(page))
    settled(again, "Diverged")
    (said,) = successes(again)
    assert said.startswith("Reproduced ✓ cost ")
    assert "nan" not in said
    assert warnings(again) == []


def test_a_run_that_was_stopped_promises_no_result_and_breaks_no_promise(promised):
    page = followed(**promised | {"iterations": "20000", "layers": "512"})
    run = run_of(page)
    assert run.wait_until(lambda: run.iteration > 0, WAIT)
    press(page, "stop")
    settled(page, "Stopped")
    assert warnings(page) == successes(page) == []
    assert "result" not in link(page)


# --- what cannot be used


@pytest.mark.parametrize(
    ("key", "hostile"),
    [
        ("learning_rate", "99"),
        ("learning_rate", "nan"),
        ("layers", "20,0,5"),
        ("iterations", "9" * 5000),
        ("activation", "![x](http://picture.example/x.png)"),
        ("seed", "<img src=//i.example>"),
        ("keep_prob", "0.5"),
        ("beta1", "0.5"),
        ("dataset", "../../etc/passwd"),
        ("result", "nan"),
        ("hide", "x" * 5000),
    ],
)
def test_a_value_that_cannot_be_used_is_one_sentence_and_the_page_works(key, hostile):
    page = followed(**{"iterations": "100"} | {key: hostile})
    settled(page)
    assert problems(page) == []
    (said,) = page.warning
    assert not re.search(r"(?<!\\)(\[|<|:(?!\u2060| ))", said.value)  # it is text, not Markdown
    assert run_of(page).hyperparameters.learning_rate == 0.0075
    assert run_of(page).hyperparameters.hidden_layers == (20, 7, 5)


def test_the_sentence_is_gone_when_the_person_turns_a_knob():
    page = followed(learning_rate="99", iterations="100")
    settled(page)
    page.run()
    assert len(warnings(page)) == 1
    turn(page, "seed", 2)
    assert warnings(page) == []


def test_of_a_key_given_twice_the_last_one_counts():
    page = followed(iterations=["100", "200"])
    assert run_of(page).hyperparameters.num_iterations == 200
    assert warnings(page) == problems(page) == []


def test_what_the_data_cannot_give_is_told():
    page = followed(mini_batch="5000", iterations="100", picture_size="65", result="0.1,0.9,0.8")
    settled(page, "Finished · 100 iterations")
    assert run_of(page).hyperparameters == Hyperparameters(num_iterations=100)
    said = " ".join(warnings(page))
    assert "mini_batch cannot be 5000: allowed is at most 209 with these data" in said
    assert "picture_size cannot be 65" in said
    assert successes(page) == []
    turn(page, "seed", 2)
    assert warnings(page) == []


# --- what it hides


def test_hidden_knobs_and_groups_are_not_drawn_and_keep_their_value():
    page = followed(hide="learning_rate,optimizer,regularization,dataset", learning_rate="0.02")
    shown = {name for name in DECLARED if widget(page, name)}
    assert "learning_rate" not in shown
    assert not shown & {d.name for d in DECLARED.values() if d.group == "Optimizer"}
    assert {"num_iterations", "activation", "picture_size"} <= shown
    assert [group.label for group in page.sidebar.expander] == ["Data"]
    assert widget(page, "dataset") is None
    assert not has(page, "get_course_photos")
    turn(page, "num_iterations", 100)
    settled(page)
    expected = Hyperparameters(learning_rate=0.02, num_iterations=100)
    assert run_of(page).hyperparameters == expected
    assert link(page)["hide"] == "dataset,learning_rate,optimizer,regularization"


def test_everything_can_be_hidden():
    page = followed(hide="preset,dataset,basics,optimizer,regularization,data", **QUICK_LINK)
    settled(page)
    assert not any(page.sidebar.get(kind) for kind in (*KINDS, "expander", "button"))
    assert run_of(page).hyperparameters == QUICK


def test_a_frame_shows_the_curve_and_the_status_alone():
    page = followed(**QUICK_LINK, embedded="true")
    run = run_of(page)
    assert run.hyperparameters == QUICK
    assert run.wait(WAIT)
    page.run()
    assert has(page, "cost_chart")
    assert has(page, "run_status")
    assert [caption.value[:17] for caption in page.main.caption] == ["The training cost"]
    for key in ("pause", "mislabeled_gallery", "photo_upload", "time_machine", "preset"):
        assert not has(page, key)


# --- where it leads on


def test_the_address_follows_the_knobs():
    page = followed(**QUICK_LINK)
    settled(page)
    first = link(page)
    assert {key: first[key] for key in QUICK_LINK} == QUICK_LINK
    turn(page, "learning_rate", 0.02)
    settled(page)
    second = link(page)
    assert second["learning_rate"] == "0.02"
    assert second["result"] != first["result"]
    assert run_of(followed(**second)).hyperparameters == run_of(page).hyperparameters
    turn(page, "learning_rate", 0.0075)
    assert link(page) == first


def test_a_value_between_a_sliders_stops_can_be_turned_away_from():
    page = followed(**QUICK_LINK, learning_rate="0.00777")
    settled(page)
    turn(page, "learning_rate", 0.01)
    assert value(page, "learning_rate") == 0.01
    page.run()
    assert value(page, "learning_rate") == 0.01
    assert 0.00777 not in widget(page, "learning_rate").options
    settled(page)
    assert link(page)["learning_rate"] == "0.01"


def test_while_a_run_goes_on_the_address_has_no_result():
    page = followed(**QUICK_LINK)
    settled(page)
    assert "result" in link(page)
    press(page, "reset")
    assert "result" not in link(page)


def test_the_dataset_the_page_shows_is_in_the_address():
    page = followed()
    settled(page)
    assert set(link(page)) == {"dataset", "result"}
    assert link(page)["dataset"] == "drawn"
    assert part(page, "mislabeled_gallery")


def test_what_is_shared_leads_to_the_run_without_what_a_teacher_hides():
    page = followed(**QUICK_LINK, hide="seed")
    settled(page)
    (shown,) = page.get_by_key("share").get("code")
    assert dict(parse_qsl(urlsplit(shown.value).query)) == link(page)
    page.multiselect(key="share_hide").select("optimizer").run()
    page.checkbox(key="share_alone").check().run()
    (shown,) = page.get_by_key("share").get("code")
    shared = dict(parse_qsl(urlsplit(shown.value).query))
    assert shared == link(page) | {"hide": "optimizer,seed", "embed": "true"}
