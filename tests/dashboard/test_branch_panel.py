"""Branching on the page: the settings that can change, the list, and what the page then shows."""

from __future__ import annotations

import json
import re

import pytest
from page_driving import WAIT, has, opened, part, press, run_of, settled, status, turn, widget

from dashboard.branches import MOST_BRANCHES
from dashboard.panels import take_home
from engine.hyperparameters import DECLARED
from engine.training import FIXED

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture
def page():
    """A new session with a finished run of 200 iterations."""
    page = opened()
    turn(page, "activation", "tanh")
    turn(page, "num_iterations", 200)
    return over(page)


def over(page):
    settled(page)
    run = run_of(page)
    assert run.wait_until(lambda: len(run.film) > 0, WAIT)
    page.run()
    return page


def live(page):
    return page.session_state["_live_run"]


def unfold(page, iteration):
    turn(page, "time_machine", iteration)
    page.session_state["branch"] = True
    page.run()


def branch(page, iteration, **changed):
    unfold(page, iteration)
    for name, value in changed.items():
        turn(page, f"branch_{name}", value)
    press(page, "start_branch")
    return over(page)


def chart(page):
    parts = page.get("bidi_component")
    return next(json.loads(p.proto.json)[0] for p in parts if "-cost_chart" in p.proto.id)


def captions(page):
    return " ".join(caption.value for caption in page.caption)


def test_what_can_change_is_offered_with_what_it_is(page):
    unfold(page, 100)
    assert widget(page, "branch_learning_rate").value == 0.0075
    assert widget(page, "branch_num_iterations").options[0] == "100"
    for name in FIXED:
        assert widget(page, f"branch_{name}") is None
        assert DECLARED[name].label.lower() in captions(page).lower()
    assert widget(page, "branch_beta1") is None
    turn(page, "branch_optimizer", "Adam")
    assert widget(page, "branch_beta1").value == 0.9


def test_a_branch_is_shown_by_the_whole_page(page):
    trunk = run_of(page)
    branch(page, 100, learning_rate=0.02, num_iterations=300)
    run = run_of(page)
    assert run is not trunk
    assert (run.hyperparameters.learning_rate, run.begun_at, run.iteration) == (0.02, 100, 300)
    assert status(page).startswith("Finished · branched at 100 · 300 iterations")
    assert "after 300 iterations" in part(page, "mislabeled_gallery")
    assert widget(page, "time_machine").options[0] == "0"  # the way from the beginning
    told = chart(page)
    assert {role: run["token"] for role, run in told["runs"].items()} == {
        "run": run.token,
        "other T": trunk.token,
    }
    assert "This is branch A; beside it, the trunk T ends at" in told["summary"]
    assert told["figure"]["layout"]["xaxis"]["range"] == [0, 300]
    radio = page.radio(key="shown_branch")
    assert radio.value == "A"
    said = radio.options[1].replace("\\", "")
    assert said == "**A** from 100: learning rate 0.0075 → 0.02, iterations 200 → 300"
    radio.set_value("T").run()
    assert run_of(page) is trunk
    assert status(page).startswith("Finished · 200 iterations")
    assert chart(page)["runs"]["run"]["token"] == trunk.token


def test_a_branch_of_a_branch_begins_with_its_settings_and_can_be_removed(page):
    branch(page, 100, learning_rate=0.02)
    unfold(page, 150)
    assert widget(page, "branch_learning_rate").value == 0.02
    press(page, "start_branch")
    over(page)
    said = page.radio(key="shown_branch").options[2].replace("\\", "")
    assert "from 150 of A: nothing changed" in said
    press(page, "remove_branch")
    assert live(page).shown == "A"
    press(page, "remove_branch")
    assert live(page).shown == "T"
    assert not has(page, "branches")


def test_at_its_end_a_run_can_go_on(page):
    unfold(page, 200)
    assert widget(page, "branch_num_iterations").value == 400
    press(page, "start_branch")
    over(page)
    assert run_of(page).iteration == 400


def test_the_address_is_that_of_the_branch_that_is_shown(page):
    branch(page, 100, learning_rate=0.02)
    assert "learning_rate" not in page.query_params
    keys = {key: page.query_params[key] for key in ("from", "from_learning_rate")}
    assert {key: [*v] if isinstance(v, list) else [v] for key, v in keys.items()} == {
        "from": ["100"],
        "from_learning_rate": ["0.02"],
    }
    page.radio(key="shown_branch").set_value("T").run()
    assert "from" not in page.query_params


def test_where_the_network_diverged_no_branch_is_offered(page):
    turn(page, "activation", "leaky relu")
    turn(page, "initialization", "He")
    turn(page, "learning_rate", 10.0)
    settled(page, "Diverged")
    assert run_of(page).wait_until(lambda: len(run_of(page).film) > 0, WAIT)
    page.session_state["branch"] = True
    page.run()
    assert not has(page, "start_branch")
    assert "has diverged here" in captions(page)


def test_no_more_branches_than_can_be_told_apart(page):
    trunk = run_of(page)
    for moment in trunk.film[:MOST_BRANCHES]:
        live(page).branch(moment, trunk.hyperparameters)
    over(page)
    page.session_state["branch"] = True
    page.run()
    assert not has(page, "start_branch")
    assert f"{MOST_BRANCHES} branches already" in captions(page)


def test_what_is_taken_home_of_a_branch_is_its_whole_way(page, monkeypatch):
    made = {}
    button = take_home.st.download_button

    def noted(label, data, name, **how):
        made[name] = data
        return button(label, data, name, **how)

    monkeypatch.setattr(take_home.st, "download_button", noted)
    branch(page, 100, learning_rate=0.02)
    assert "plain_numpy.py" in made  # of the trunk, before
    made.clear()
    page.run()
    assert "plain_numpy.py" not in made
    assert "the plain script cannot" in captions(page)
    rows = made["curve.csv"]().splitlines()[1:]
    assert [int(row.split(",")[0]) for row in rows] == list(range(201))
    assert "train_in_stages" in made["run.py"]()
    assert [s["from"] for s in json.loads(made["settings.json"]())["stages"]] == [0, 100]
    assert re.search(r"(?s)\(100, Hyperparameters\(.*learning_rate=0.02", made["run.py"]())
