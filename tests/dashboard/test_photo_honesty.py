"""How far to trust the answer on a photo, in words, tables and on the page."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from page_driving import opened, part, picture, problems, settled, turn
from pool_driving import until
from test_gallery import HOSTILE, Elements

from dashboard.explanations import Explanation
from dashboard.photo import photo_from, seen_at
from dashboard.photo_html import across_html, photos_html, views_html
from dashboard.photo_words import (
    Answers,
    across_sentence,
    every_class,
    far_sentence,
    over_time_figure,
    over_time_sentence,
    photos_csv,
)
from engine.neighbours import Neighbours
from engine.photo_views import views

NAMES = ("non-cat", "cat")
PHOTO = photo_from("mine.png", picture(size=(90, 40)), 16)


def answers(p, classes=2):
    """P(cat) of each view; of more classes the last has it, and the others share the rest."""
    told = np.asarray(p, dtype=float)
    others = np.tile((1 - told) / (classes - 1), (classes - 1, 1))
    return Answers(views(PHOTO.cuts), np.vstack([others, told]))


ALL = 13
MIXED = [0.62, 0.31, 0.88, *[0.62] * (ALL - 3)]


def test_the_range_is_told_kind_by_kind():
    told = answers(MIXED)
    assert len(told.views) == ALL
    assert told.sentence(NAMES) == (
        "P(cat) is 0.62 as the course cuts it. It lies between 0.31 and 0.88 depending on how it is "
        "cut, between 0.62 and 0.62 when mirrored, between 0.62 and 0.62 when moved a little and "
        "between 0.62 and 0.62 when darker or brighter. In 1 of 13 views the answer is another one."
    )
    assert told.range == (0.31, 0.88)
    assert "The answer is non-cat in all 13 views." in answers([0.1] * ALL).sentence(NAMES)


def test_of_more_classes_the_answers_probability_is_told():
    told = answers([0.7] * ALL, classes=3)
    assert told.answer == told.told == 2
    assert told.sentence(("a", "b", "c")).startswith("P(c) is 0.70")
    assert every_class(np.array([0.2])).tolist() == [[0.8], [0.2]]


def explained(distance, far):
    near = Neighbours(np.array([0]), np.array([distance]))
    return Explanation(np.array([0.5, 0.5]), near, far, None, {})


def test_what_is_like_nothing_seen_is_called_neither():
    told = far_sentence(explained(50.0, 33.8), NAMES)
    assert told.startswith("This is neither: the network only knows cat or non-cat, and nothing")
    assert "50.0 away; 99 of 100 test pictures have one nearer than 33.8." in told
    assert far_sentence(explained(30.0, 33.8), NAMES) == ""
    assert "none of these: the network only knows a, b or c" in far_sentence(
        explained(50.0, 1.0), ("a", "b", "c")
    )


def test_the_table_downloads_and_no_name_becomes_a_formula():
    data = photos_csv(["=cmd()", 'b,"x"\n.png'], [answers(MIXED), answers([0.2] * ALL)], NAMES)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["photo", "answer", "class", "probability"]
    assert rows[1] == ["'=cmd()", "cat", "cat", "0.620000", "0.310000", "0.880000", "1"]
    assert rows[2][:2] == ['b,"x"\n.png', "non-cat"]


def test_the_way_of_an_answer_is_told_and_drawn():
    iterations, p = [0, 100, 200, 300], np.array([0.4, 0.6, 0.3, 0.9])
    assert over_time_sentence(iterations, p, "cat") == (
        "P(cat) goes from 0.40 to 0.90 in 300 iterations and crosses 0.5 3 times, last at about 300."
    )
    same = over_time_sentence(iterations, np.array([0.6, 0.7, np.nan, np.nan]), "cat")
    assert (
        same == "P(cat) goes from 0.60 to 0.70 in 100 iterations, always on the same side of 0.5."
    )
    assert "no answer" in over_time_sentence(iterations, np.full(4, np.nan), "cat")
    figure = over_time_figure(iterations, np.array([0.4, np.nan, 0.3, 0.9]), "cat", 200)
    assert figure["data"][0]["y"] == [0.4, None, 0.3, 0.9]
    assert figure["layout"]["shapes"][1]["x0"] == 200
    json.dumps(figure, allow_nan=False)


def test_networks_agree_or_not():
    P = {"A": np.array([0.2, 0.8]), "B": np.array([0.7, 0.3]), "C": np.array([0.1, 0.9])}
    assert across_sentence(P, NAMES) == "The networks disagree: 2 say cat, 1 says non-cat."
    del P["B"]
    assert across_sentence(P, NAMES) == "All 2 networks say cat."


def test_hostile_names_stay_words():
    photo = photo_from(HOSTILE, picture(), 16)
    classes = ("<i>no</i>", HOSTILE)
    html = views_html(answers(MIXED), classes)
    html += photos_html([photo], [answers(MIXED)], classes, photo)
    html += across_html({HOSTILE: np.array([0.2, 0.8])}, classes, 1)
    told = Elements(html)
    assert not {"script", "i"} & set(told.tags)
    assert all(a.get("src", "data:").startswith("data:") for a in told.attributes)
    assert HOSTILE in told.words


def test_a_photo_seen_at_another_size_is_cut_anew():
    small = seen_at(PHOTO, 8)
    assert [cut.shape for cut in small.cuts] == [(8, 8, 3)] * 3
    assert seen_at(PHOTO, 16) is PHOTO


# --- on the page


@pytest.fixture
def page(services):
    page = opened()
    settled(page)
    return page


def give(page, *files):
    told = [(name, data, "image/png") for name, data in files]
    return page.file_uploader(key="photo_upload").set_value(told).run()


def test_a_photo_is_seen_in_other_ways_at_other_times_and_by_other_networks(page):
    give(page, ("mine.png", picture(size=(200, 90))))
    assert not page.exception
    told = part(page, "photo_honesty")
    assert told.count('alt="cut: ') == 3
    main = re.search(r"P\(cat\) = <b>([\d.]+)", part(page, "photo_result"))[1]
    assert f"P(cat) is {float(main):.2f} as the course cuts it" in told.replace("\\", "")
    assert "What would flip it" in told
    assert "iterations" in told
    assert "Turn a knob" in told
    turn(page, "seed", 3)
    settled(page)
    assert "The run before" in part(page, "photo_honesty")


def test_noise_is_neither(page):
    give(page, ("noise.png", picture(size=(64, 64))))
    assert any(w.value.startswith("This is neither") for w in page.warning)


def test_several_photos_have_a_table_and_a_bad_one_is_told_with_its_name(page):
    give(
        page,
        ("one.png", picture(seed=1)),
        ("bad.png", b"no picture"),
        ("two.png", picture(seed=2)),
    )
    assert not page.exception
    (problem,) = problems(page)
    assert problem.startswith(r"bad\.png\: This is not a picture")
    table = Elements(part(page, "photo_table"))
    pressed = [a for a in table.attributes if "data-press" in a]
    assert len(pressed) == 2
    assert 'alt="The photo two.png"' in part(page, "photo_result")
    page.session_state["_photo_shown"] = json.loads(pressed[0]["data-press"])[1]
    page.run()
    assert 'alt="The photo one.png"' in part(page, "photo_result")


def test_photos_of_one_session_are_not_those_of_another(page):
    give(page, ("mine.png", picture()))
    other = opened()
    settled(other)
    assert "mine.png" not in "".join(element.value for element in other.get("html"))
    assert "_photos" not in other.session_state


def test_pinned_runs_are_asked_too(page, services):
    turn(page, "num_iterations", 100)
    settled(page)
    store = services.store()
    until(lambda: len(store.listed()) > 1)
    pinned = next(run for run in store.listed() if run.summary.iteration == 100)
    store.pin([pinned.run_hash])
    other = opened()
    settled(other)
    give(other, ("mine.png", picture()))
    assert "Iterations 100" in part(other, "photo_honesty")
