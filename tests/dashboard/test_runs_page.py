"""The page of runs without a browser: what it says, and what its buttons do."""

from __future__ import annotations

import pytest
from keeping import dataset, finished, with_result
from page_driving import WAIT, has, press, problems
from streamlit.testing.v1 import AppTest

from dashboard.panels import run_acts

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture
def store(services):
    store = services.store()
    store.delete([run.run_hash for run in store.listed()])
    return store


@pytest.fixture
def kept(store):
    """Three runs in the store, the newest first."""
    runs = [with_result(finished(seed=s), test_accuracy=s / 8) for s in (3, 5, 7)]
    for run in runs:
        store.save(run, None)
    return [run.run_hash for run in reversed(runs)]


def opened(**state):
    page = AppTest.from_string(
        "from dashboard.views.runs import show\nshow(lambda: None)", default_timeout=WAIT
    )
    for key, value in state.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    return page


def text(page):
    found = [
        element.value for kind in ("caption", "html", "markdown") for element in page.get(kind)
    ]
    return " ".join(found).replace("\\", "")


def test_an_empty_store_says_where_runs_come_from(store):
    page = opened()
    assert "No run has finished yet" in text(page)
    assert problems(page) == []


def test_the_page_counts_compares_and_ranks(kept):
    page = opened(_runs_chosen=kept[:2])
    said = text(page)
    assert "3 runs." in said
    assert "2 chosen" in said
    assert "These 2 runs differ in seed." in said
    assert "Leaderboard" in page.subheader[-1].value
    assert "cannot be told from the best" in said or "can be told from the best" in said


def test_words_and_outcomes_leave_fewer(store, kept):
    store.rename(kept[1], "needle")
    page = opened()
    page.text_input(key="runs_words").set_value("NEEDLE tanh").run()
    assert "1 run." in text(page)
    page.text_input(key="runs_words").set_value("").run()
    page.selectbox(key="runs_outcome").set_value("Diverged").run()
    assert "No run here fits what is looked for above." in text(page)


def test_all_that_are_chosen_are_pinned_unpinned_and_deleted_with_undo(store, kept):
    page = opened(_runs_chosen=kept[:2])
    press(page, "pin_chosen")
    assert {run.run_hash for run in store.listed(pinned=True)} == set(kept[:2])
    assert page.button(key="pin_chosen").label == "Unpin"
    press(page, "pin_chosen")
    assert store.listed(pinned=True) == []
    press(page, "delete_chosen")
    assert [run.run_hash for run in store.listed()] == kept[2:]
    assert "2 runs are deleted." in text(page)
    assert page.session_state["_runs_chosen"] == []
    press(page, "undo_delete")
    assert [run.run_hash for run in store.listed()] == kept
    assert not has(page, "undo_delete")


def test_more_than_can_be_drawn_are_told(store):
    runs = [finished(seed=seed) for seed in range(22)]
    for run in runs:
        store.save(run, None)
    page = opened(_runs_chosen=[run.run_hash for run in runs])
    assert "The first 20 of the 22 chosen runs are drawn." in text(page)


def test_a_run_whose_dataset_is_gone_is_not_opened(services, store, kept, monkeypatch):
    told = {}
    monkeypatch.setattr(run_acts.session, "set_value", told.__setitem__)
    run_acts.attempt(lambda: run_acts.open_in_lab(kept[0], True))
    assert told == {
        "_runs_problem": "This run cannot be opened: its dataset is not here any more: found few "
        f"{dataset().digest[:6]}."
    }


@pytest.mark.parametrize(
    "wish",
    [
        {"number": 1, "what": "no such thing", "run": "x", "value": None},
        {"number": 1, "what": "sort", "run": "", "value": "drop table"},
        {"number": 1, "what": "name", "run": "unknown", "value": None},
        {"number": 1, "what": "open", "run": "unknown", "value": True},
        {"number": 1, "what": "choose", "run": "", "value": ["unknown"]},
        {"number": "x"},
        "no wish",
        None,
    ],
)
def test_a_browser_may_wish_for_anything(store, kept, wish, monkeypatch):
    state = {run_acts.LIST: {"wishes": [wish]}}
    monkeypatch.setattr(
        run_acts.session, "value", lambda key, default=None: state.get(key, default)
    )
    monkeypatch.setattr(run_acts.session, "set_value", state.__setitem__)
    before = [(run.run_hash, run.name, run.pinned) for run in store.listed()]
    run_acts.obey()
    assert [(run.run_hash, run.name, run.pinned) for run in store.listed()] == before
    assert "dataset" not in state  # nothing was opened in the lab
