"""What a network gets wrong, told: the matrix, the kinds, the order of the gallery, one picture."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from page_driving import opened, part, settled, widget
from pool_driving import WAIT, complete
from test_gallery import HOSTILE, Elements

from dashboard.confusion_html import (
    confusion_html,
    confusion_sentence,
    weak_spots_html,
    weak_spots_sentence,
)
from dashboard.diary import when_learned
from dashboard.explanations import explain
from dashboard.mistakes import ORDERS, diary_of_part, judged, wanted
from dashboard.predictions import Network
from dashboard.run import Seen
from dashboard.why_html import (
    flips_html,
    flips_sentence,
    neighbours_html,
    neighbours_sentence,
    occlusion_html,
    occlusion_sentence,
    overlay,
    place_of,
)
from engine import Hyperparameters, train
from engine.confusion import confusion
from engine.dataset import Dataset
from engine.errors import EngineError
from engine.occlusion import Occlusion
from engine.pictures import as_network_sees
from engine.preparation import prepare, told_labels
from engine.weak_spots import weak_spots

NAMES = ("non-cat", "cat")
LOGITS = np.array([[2.0, -1.0, 3.0, -4.0, 0.5]])
LABELS = np.array([[1, 1, 0, 0, 1]])
TABLE = {"div", "table", "thead", "tbody", "tr", "th", "td", "small", "button", "b"}


def buttons(html):
    told = Elements(html)
    return [a for tag, a in zip(told.tags, told.attributes, strict=True) if tag == "button"]


# --- the confusion matrix


def test_each_cell_is_a_button_that_says_what_it_holds():
    told = buttons(confusion_html(confusion(LOGITS, LABELS), NAMES, (1, 0)))
    assert [b["aria-label"] for b in told] == [
        "1 of 2: is non-cat, said non-cat",
        "1 of 2: is non-cat, said cat",
        "1 of 3: is cat, said non-cat",
        "2 of 3: is cat, said cat",
    ]
    assert [json.loads(b["data-press"]) for b in told][2] == ["cell", 1, 0]
    assert [b["aria-pressed"] for b in told] == ["false", "false", "true", "false"]


def test_a_cell_without_pictures_cannot_be_pressed():
    told = confusion(np.array([[5.0, 0], [0, 5.0], [1, 1]]), np.array([[0, 1]]), 3)
    assert ["disabled" in b for b in buttons(confusion_html(told, ("a", "b", "c"), None))].count(
        True
    ) == 7
    assert confusion_sentence(told, ("a", "b", "c")) == "No picture is taken for what it is not."


def test_the_matrix_is_told_in_a_sentence():
    told = confusion_sentence(confusion(LOGITS, LABELS), NAMES)
    assert told == "Of 3 cat pictures 1 is taken for non-cat; of 2 non-cat pictures 1 for cat." or (
        told == "Of 2 non-cat pictures 1 is taken for cat; of 3 cat pictures 1 for non-cat."
    )


def test_hostile_class_names_stay_words():
    html = confusion_html(confusion(LOGITS, LABELS), ("<b>no</b>", HOSTILE), None)
    assert set(Elements(html).tags) <= {
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "small",
        "button",
        "b",
    }
    assert HOSTILE in Elements(html).words


# --- accuracy by kind


def test_each_kind_has_its_share_and_interval():
    attributes = [{"pose": "usual"}] * 6 + [{"pose": HOSTILE}] * 5
    groups = weak_spots([1] * 6 + [1, 0, 0, 0, 0], attributes)
    told = buttons(weak_spots_html(groups, 7 / 11, "pose: usual"))
    assert told[0]["aria-label"] == "pose usual: 6 of 6 right, 95 % interval 61 to 100 %"
    assert [b["aria-pressed"] for b in told] == ["true", "false"]
    assert json.loads(told[1]["data-press"]) == ["kind", "pose", HOSTILE]
    assert "A weak spot is pose" in weak_spots_sentence(groups, 11)
    assert "No kind of picture" in weak_spots_sentence([], 11)


def test_few_pictures_may_be_chance():
    groups = weak_spots([1] * 5 + [1, 1, 1, 0, 1], [{"pose": "u"}] * 5 + [{"pose": "x"}] * 5)
    told = weak_spots_sentence(groups, 10)
    assert told.startswith("Farthest behind is pose: x, 4 of 5 right, against 5 of 5")
    assert told.endswith("With 10 pictures and 2 kinds compared that may be chance.")


# --- which pictures, in which order


@pytest.fixture(scope="module")
def finished(pool, dataset):
    run = complete(pool, Hyperparameters((4,), num_iterations=200, activation="tanh"), dataset)
    assert run.wait_until(lambda: bool(run.film), WAIT)
    return run


@pytest.fixture
def told(finished, dataset):
    return judged(dataset, Seen(finished, finished.moment), "test")


def test_a_class_a_cell_and_a_kind_choose_pictures(told, dataset):
    wrong = wanted(told, True, (), None)
    assert len(wrong) == (~told.right).sum()
    counts = told.confusion.counts
    assert len(wanted(told, False, (1,), None)) == counts[1].sum() == 33
    assert len(wanted(told, True, (1, 0), None)) == counts[1, 0]
    assert len(wanted(told, True, (1, 1), None)) == 0
    unusual = wanted(told, False, (), ("pose", "unusual"))
    assert all(dataset.test_attributes[i]["pose"] == "unusual" for i in unusual)
    assert len(unusual) == 12


def test_confidence_and_margin_are_each_others_reverse_for_two_classes(told):
    sure = np.argsort(ORDERS["confidence"](told, None))
    assert np.abs(told.logits[0, sure[0]]) == np.abs(told.logits).max()
    assert sure[::-1].tolist() == np.argsort(ORDERS["margin"](told, None)).tolist()


def test_more_classes_are_sorted_by_probability_and_by_lead():
    logits = np.array([[5.0, 2.0, 1.0], [5.0, 0.0, 0.9], [-9.0, 0.0, 0.8]])
    labels = np.array([[0, 0, 0]])
    told = SimpleNamespace(logits=logits, pictures=np.arange(3), labels=labels)
    assert np.argsort(ORDERS["confidence"](told, None)).tolist() == [1, 0, 2]
    assert np.argsort(ORDERS["margin"](told, None)).tolist() == [0, 2, 1]


def test_what_was_never_right_comes_before_what_was_learned_last(finished, told):
    diary = diary_of_part(finished.path_film(), told)
    order = np.argsort(ORDERS["iteration learned"](told, diary), kind="stable")
    words = [when_learned(diary, column) for column in order]
    groups = [word.split()[0] for word in words]
    assert groups == sorted(groups, key=["never", "forgotten", "learned", "right"].index)
    at = [int(word.split()[-1].replace(",", "")) for word in words if word.startswith("learned")]
    assert at == sorted(at, reverse=True)
    assert diary_of_part((), told) is None


# --- one picture


def three_classes():
    random = np.random.RandomState(0)
    labels = np.arange(30) % 3
    pictures = (random.randint(0, 100, (30, 16, 16, 3)) + 70 * labels[:, None, None, None]).astype(
        np.uint8
    )
    return Dataset("t", pictures, labels[None], pictures, labels[None], ("dark", "grey", HOSTILE))


def network_of(dataset, h):
    *_, step = train(h, dataset)
    shape = dataset.train_pictures.shape[1:]
    return Network(step.snapshot.parameters(dataset), h, prepare(dataset, h), shape)


@pytest.mark.parametrize("changed", [{}, {"picture_size": 8, "label_noise": 0.2}])
def test_one_of_three_classes_is_explained(changed):
    dataset = three_classes()
    h = Hyperparameters((4,), num_iterations=50, activation="tanh", **changed)
    why = explain(network_of(dataset, h), dataset.train_pictures[5], leave_out=5)
    assert why.P.sum() == pytest.approx(1)
    assert 5 not in why.neighbours.columns
    assert len(why.neighbours.columns) == 3
    chosen, labels = told_labels(dataset, h)
    html = neighbours_html(why, dataset, chosen, labels, "/")
    seen = as_network_sees(dataset.train_pictures[5], h.picture_size or 16)
    html += occlusion_html(why.occlusion, seen, dataset.classes)
    html += flips_html(why, dataset.classes)
    assert "script" not in Elements(html).tags
    for sentence in (
        occlusion_sentence(why.occlusion, dataset.classes),
        neighbours_sentence(why, labels, dataset.classes),
        flips_sentence(why, dataset.classes),
    ):
        assert re.fullmatch(r"\S.*\.", sentence)


def test_a_network_that_diverged_explains_nothing():
    dataset = three_classes()
    network = network_of(dataset, Hyperparameters((4,), num_iterations=1))
    network.parameters["W1"][:] = np.nan
    with pytest.raises(EngineError, match="diverged"):
        explain(network, dataset.train_pictures[0])


def test_a_worker_explains_a_picture_and_is_asked_once(pool, finished, dataset):
    picture = dataset.test_pictures[3]
    answer = pool.ask.explain(finished, picture, finished.moment)
    why = answer.result(WAIT)
    P = 1 / (1 + np.exp(-finished.test_logits[0, 3]))
    assert why.P[1] == pytest.approx(P)
    assert pool.ask.explain(finished, picture, finished.moment) is answer
    assert pool.ask.explain(finished, dataset.test_pictures[4], finished.moment) is not answer


def test_a_worker_recalls_what_was_said_at_every_kept_moment(pool, finished, dataset):
    film = finished.path_film()
    told = pool.ask.recall(finished, film, dataset.test_pictures[:2]).result(WAIT)
    assert told.shape == (len(film), 2, 2)
    logits = np.array([moment.test_logits[0, :2] for moment in film])
    np.testing.assert_allclose(told[:, 1], 1 / (1 + np.exp(-logits)), atol=1e-6)


def hidden_map(hidden, P=0.8, label=1):
    change = np.full((8, 8), 0.1)
    change[:4] = -0.05
    return Occlusion(label, P, np.asarray(hidden), 2, change)


def test_what_hiding_does_is_told_with_its_place():
    hidden = np.full((9, 9), 0.8)
    hidden[0, 8], hidden[4, 0] = 0.3, 0.9
    assert occlusion_sentence(hidden_map(hidden), NAMES) == (
        "P(cat) is 0.80. Hiding the framed patch, at the upper right, takes it to 0.30: the answer "
        "hangs on it. Hiding one in the middle left raises it to 0.90."
    )
    same = occlusion_sentence(hidden_map(np.full((9, 9), 0.8)), NAMES)
    assert same == "No single patch matters: P(cat) stays within 0.01 of 0.80."
    places = {place_of(hidden_map(hidden), (r, c)) for r in (0, 4, 8) for c in (0, 4, 8)}
    assert len(places) == 9


def test_blue_speaks_for_cat_and_orange_for_non_cat_whatever_the_answer_is():
    for label, (upper, lower) in {
        1: ((217, 110, 20), (26, 102, 201)),
        0: ((26, 102, 201), (217, 110, 20)),
    }.items():
        drawn = overlay(hidden_map(np.full((9, 9), 0.8), label=label), 2)
        assert tuple(drawn[0, 0, :3]) == upper
        assert tuple(drawn[7, 7, :3]) == lower
        assert drawn[7, 7, 3] > drawn[0, 0, 3] > 0


# --- on the page


@pytest.fixture
def page(services):
    page = opened()
    settled(page)
    return page


def html_of(page):
    return "".join(element.value for element in page.get("html"))


def test_the_matrix_counts_what_the_gallery_shows(page):
    cells = [b for b in buttons(html_of(page)) if b["data-press"].startswith('["cell"')]
    counts = [int(cell["aria-label"].split()[0]) for cell in cells]
    assert sum(counts) == 50
    wrong = counts[1] + counts[2]
    assert part(page, "mislabeled_gallery").count('class="hd-card') == wrong
    widget(page, "mistakes_class").set_value("1 0").run()
    assert part(page, "mislabeled_gallery").count('class="hd-card') == counts[2]


def test_a_cell_that_other_pictures_do_not_have_is_let_go(page):
    widget(page, "mistakes_class").set_value("1 0").run()
    # None of the training pictures is in that cell any more.
    page.segmented_control(key="gallery_shows").select("All training").run()
    assert not page.exception
    assert widget(page, "mistakes_class").value == ""
    assert part(page, "mislabeled_gallery").startswith("209 of 209")


def test_an_opened_picture_says_why_until_it_is_closed(page):
    first = buttons(part(page, "mislabeled_gallery"))[0]
    _, part_name, index = json.loads(first["data-press"])
    page.session_state["_opened_mistake"] = (part_name, index)
    page.run()
    assert not page.exception
    html = html_of(page)
    assert 'class="hd-occlusion"' in html
    assert "Nearest training pictures" in html
    assert "What would flip it" in html
    page.session_state["_opened_mistake"] = None
    page.run()
    assert 'class="hd-occlusion"' not in html_of(page)
