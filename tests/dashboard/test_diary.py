"""The learning diary in words and HTML, and on the page."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from page_driving import WAIT, has, opened, press, problems, run_of, settled, turn, value

from dashboard import services as shared
from dashboard.components.diary import MOST_FORGOTTEN
from dashboard.diary import diary_of, group_counts, opened_html, told_of
from dashboard.messages import Moment
from engine.dataset import Dataset
from engine.learning_diary import NEVER, learning_diary


def made_up(rows, classes=("non-cat", "cat")):
    """A dataset of as many test pictures, and the diary of a network on it: `x` is right."""
    right = np.array([[c == "x" for c in row] for row in rows])
    labels = np.arange(len(rows))[np.newaxis] % len(classes)
    pictures = np.zeros((len(rows), 8, 8, 3), np.uint8)
    dataset = Dataset("made up", pictures, labels, pictures, labels, classes)
    answers = np.where(right.T, labels[0], (labels[0] + 1) % len(classes))  # (t, m)
    if len(classes) == 2:
        logits = [np.where(row, 2.0, -2.0)[np.newaxis] for row in answers]
    else:
        logits = [4.0 * (np.arange(len(classes))[:, np.newaxis] == row) for row in answers]
    iterations = [10 * i for i in range(len(logits))]
    return dataset, learning_diary(iterations, logits, labels)


# --- words and HTML


@pytest.mark.parametrize("classes", [("non-cat", "cat"), ("cat", "dog", "<b>owl</b>")])
def test_each_example_in_words(classes):
    dataset, diary = made_up(["xxx", ".xx", ".x.", "..."], classes)
    told = [told_of(diary, dataset, i) for i in range(4)]
    assert told[0] == f"picture 1, {classes[0]}: right from the start"
    assert told[1] == f"picture 2, {classes[1]}: learned at 10"
    assert told[2].endswith("forgotten after 10")
    assert told[3].endswith("never right")
    assert group_counts(diary, diary.order) == (2, 1, 1)
    assert group_counts(diary, diary.order[:2]) == (2, 0, 0)


def test_an_opened_example_says_what_the_network_said_at_that_moment():
    dataset, diary = made_up(["xx.", ".xx", "xxx"], ("cat", "dog", "<b>owl</b>"))
    wrong = opened_html(diary, dataset, 0, 2, "/")
    assert "wrong: it is cat" in wrong
    assert "P(cat) = <b>0.018</b> after 20 iterations" in wrong
    assert "hd-class-0 wrong" in wrong
    right = opened_html(diary, dataset, 2, 0, "/")
    assert "&lt;b&gt;owl&lt;/b&gt;, right" in right
    assert "<b>owl" not in right
    assert f"/hyperdial/pictures/{dataset.digest}/test/2.png" in right


def test_where_the_network_diverged_there_is_no_answer():
    labels = np.array([[1]])
    pictures = np.zeros((1, 8, 8, 3), np.uint8)
    dataset = Dataset("made up", pictures, labels, pictures, labels, ("non-cat", "cat"))
    logits = [np.array([[1.0]]), np.array([[np.nan]])]
    diary = learning_diary([0, 10], logits, labels)
    told = opened_html(diary, dataset, 0, 1, "/")
    assert "has diverged here" in told
    assert "nan" not in told
    assert "hd-small-curve" in told
    nothing = learning_diary([0, 10], [logits[1], logits[1]], labels)
    assert "hd-small-curve" not in opened_html(nothing, dataset, 0, 1, "/")


def test_points_have_no_pictures():
    places, labels = np.zeros((2, 2)), np.array([[0, 1]])
    dataset = Dataset("points", places, labels, places, labels, ("red", "blue"))
    diary = learning_diary([0], [np.array([[1.0, 1.0]])], labels)
    assert "<img" not in opened_html(diary, dataset, 0, 0, "/")
    assert told_of(diary, dataset, 0) == "point 1, red: never right"


def test_a_diary_is_made_once_and_not_kept_longer_than_the_run():
    dataset, _ = made_up(["x", "x"])
    film = tuple(Moment(i, np.ones((1, 2)), np.ones((1, 2)), None) for i in (0, 10))
    assert diary_of(film, dataset) is diary_of(film, dataset)


# --- on the page


@pytest.fixture
def page():
    page = opened()
    turn(page, "activation", "tanh")
    turn(page, "num_iterations", 200)
    settled(page)
    run = run_of(page)
    assert run.wait_until(lambda: len(run.film) > 0, WAIT)
    page.session_state["learning_diary"] = True
    page.run()
    return page


def given(page):
    parts = page.get("bidi_component")
    return next(json.loads(p.proto.json)[0] for p in parts if "-diary" in p.proto.id)


def sentence(page):
    return next(m.value for m in page.markdown if "learned for good" in m.value).replace("\\", "")


@pytest.mark.usefixtures("services")
def test_the_diary_holds_what_the_film_says(page):
    run, dataset = run_of(page), shared.dataset("drawn")
    told = given(page)
    iterations = [m.iteration for m in run.film]
    assert told["iterations"] == iterations
    assert sorted(told["indices"]) == list(range(50))
    bits = np.unpackbits(np.frombuffer(base64.b64decode(told["bits"]), np.uint8))
    right = bits[: 50 * len(iterations)].reshape(50, -1).astype(bool)
    for column, moment in enumerate(run.film):
        answers = (moment.test_logits[0] > 0) == (dataset.test_labels[0] == 1)
        assert (right[:, column] == answers[told["indices"]]).all()
    diary = diary_of(run.film, dataset)
    assert diary.sentence("picture") == sentence(page)
    assert [f["index"] for f in told["forgotten"]] == [
        i for i in diary.order if diary.forgotten[i] != NEVER
    ][:MOST_FORGOTTEN]
    assert told["marked"] is None
    assert problems(page) == []


@pytest.mark.usefixtures("services")
def test_choosing_an_example_opens_it_at_the_moment_of_the_time_machine(page):
    turn(page, "time_machine", 20)
    turn(page, "diary_example", 7)
    shown = next(h.value for h in page.get("html") if "hd-opened" in h.value)
    moment = next(m for m in run_of(page).film if m.iteration == 20)
    probability = 1 / (1 + np.exp(-moment.test_logits[0, 7]))
    true = shared.dataset("drawn").test_labels[0, 7]
    assert f"<b>{probability if true else 1 - probability:.3f}</b> after 20 iterations" in shown
    assert given(page)["picked"] == 7
    assert given(page)["iterations"][given(page)["marked"]] == 20


@pytest.mark.usefixtures("services")
def test_a_new_run_has_a_diary_of_its_own_and_what_is_open_stays_open(page):
    turn(page, "diary_example", 7)
    before = given(page)
    turn(page, "num_iterations", 300)
    settled(page)
    assert run_of(page).wait_until(lambda: len(run_of(page).film) > 0, WAIT)
    page.run()
    assert given(page)["iterations"][-1] == 300
    assert given(page)["bits"] != before["bits"]
    assert value(page, "diary_example") == 7


@pytest.mark.usefixtures("services")
def test_a_run_under_way_has_no_diary_yet(page):
    press(page, "reset")
    assert run_of(page).state == "paused"
    assert not has(page, "diary_example")
