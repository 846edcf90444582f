"""Pictures with what the network says of them, as HTML that nothing in a file can break."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pytest
from page_driving import picture

from dashboard.gallery import (
    Card,
    card_html,
    cards,
    gallery_html,
    has_answers,
    in_words,
    peculiarities,
    percent,
    photo_html,
)
from dashboard.photo import photo_from
from engine.dataset import Dataset

HOSTILE = "\"><script>alert(1)</script><img src='http://picture.example/x.png' onerror=x>"
LABELS = [0, 1, 0, 1]
LOGITS = np.array([[2.0, 3.0, 9.0, -0.5]])  # pictures 0, 2 and 3 are wrong; 2 most confidently


def tiny(classes=("non-cat", "cat"), attributes=()):
    pictures = np.zeros((4, 8, 8, 3), np.uint8)
    labels = np.array([LABELS])
    return Dataset("tiny", pictures, labels, pictures, labels, classes, attributes, attributes)


class Elements(HTMLParser):
    """The tags and attributes a browser would see, and the words."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append(dict(attributes))

    def handle_data(self, data):
        self.words += data


def shown(card, dataset=None):
    return Elements(card_html(card, dataset or tiny(), "/"))


# --- which pictures, in which order


def test_the_most_confidently_wrong_come_first():
    assert [c.index for c in cards(tiny(), "test", LOGITS, only_mislabeled=True)] == [2, 0, 3]


def test_all_pictures_come_in_the_order_of_the_set():
    assert [c.index for c in cards(tiny(), "train", LOGITS)] == [0, 1, 2, 3]


def test_without_a_network_pictures_have_no_answer():
    assert {c.probability for c in cards(tiny(), "test", None)} == {None}
    html = shown(cards(tiny(), "test", None)[1])
    assert html.words == "is cat"
    assert html.attributes[0]["class"].split() == ["hd-card", "hd-class-1"]


@pytest.mark.parametrize("logits", [None, np.array([[np.nan, 1.0]]), np.array([[np.inf]])])
def test_a_network_that_diverged_has_no_answers(logits):
    assert not has_answers(logits)
    assert has_answers(LOGITS)


# --- one picture


@pytest.mark.parametrize(
    ("label", "probability", "mark", "said", "frame"),
    [
        (1, 0.8, "✓", "cat 80 %", "right"),
        (1, 0.3, "✗", "non-cat 70 %", "wrong"),
        (0, 0.8, "✗", "cat 80 %", "wrong"),
        (0, 0.5, "✓", "non-cat 50 %", "right"),
    ],
)
def test_a_card_says_class_prediction_and_probability(label, probability, mark, said, frame):
    html = shown(Card("test", 3, label, probability, {}))
    assert html.words == f"{mark}{said}is {('non-cat', 'cat')[label]}"
    assert html.attributes[0]["class"].split() == ["hd-card", f"hd-class-{label}", frame]


def test_a_card_shows_its_picture_from_this_server_and_describes_it():
    dataset = tiny()
    card = Card("train", 3, 1, None, {"pose": "lying", "light": "usual", "angle": "unusual"})
    image = shown(card, dataset).attributes[1]
    assert image["src"] == f"/hyperdial/pictures/{dataset.digest}/train/3.png"
    assert image["alt"] == "train picture 4: cat, lying · unusual angle"


def test_a_card_says_what_a_drawn_picture_shows():
    html = shown(Card("test", 0, 0, 0.9, {"subject": "dog", "description": "a dog", "pose": "far"}))
    assert html.words == "✗cat 90 %is non-cat: dogfar"


def test_peculiarities_leave_out_what_is_usual():
    usual = {"subject": "cat", "description": "a cat", "scale": "usual", "background": "plain"}
    assert peculiarities(usual) == ""
    assert peculiarities({**usual, "colour": "unusual", "light": "dark"}) == "unusual colour · dark"


def test_the_list_of_pictures_has_a_name():
    dataset = tiny()
    html = Elements(gallery_html(cards(dataset, "test", LOGITS), dataset, "/", "All test"))
    assert html.attributes[0] == {"class": "hd-gallery", "role": "list", "aria-label": "All test"}
    assert html.tags.count("figure") == 4


# --- names are text


def test_hostile_class_names_and_attributes_stay_words():
    attributes = ({"subject": HOSTILE, "pose": HOSTILE, HOSTILE: "unusual"},) * 4
    dataset = tiny(("<b>no</b>", HOSTILE), attributes)
    html = Elements(gallery_html(cards(dataset, "test", LOGITS), dataset, "/", HOSTILE))
    assert set(html.tags) <= {"div", "figure", "img", "figcaption", "span", "b", "small"}
    assert not any(name.startswith("on") for a in html.attributes for name in a)
    images = [a for tag, a in zip(html.tags, html.attributes, strict=True) if tag == "img"]
    assert len(images) == 4
    assert all(a["src"].startswith("/hyperdial/pictures/") for a in images)
    assert HOSTILE in html.words
    assert "<b>no</b>" in html.words


def test_a_hostile_file_name_stays_a_name():
    photo = photo_from(HOSTILE, picture(), 64)
    html = Elements(photo_html(photo, [0.7], ("<i>x</i>", HOSTILE)))
    assert "script" not in html.tags
    assert "i" not in html.tags
    images = [a for tag, a in zip(html.tags, html.attributes, strict=True) if tag == "img"]
    assert all(a["src"].startswith("data:image/") for a in images)
    assert images[0]["alt"] == f"The photo {HOSTILE}"


# --- the person's photo


def test_a_photo_is_shown_with_what_the_network_sees_and_says():
    photo = photo_from("mine.png", picture(), 64)
    html = Elements(photo_html(photo, [0.734], ("non-cat", "cat")))
    assert html.tags.count("img") == 2
    assert "What the network sees, 64×64" in html.words
    assert html.words.endswith("catP(cat) = 0.734")
    assert "Probability of cat: 73 %" in str(html.attributes)


def test_of_many_classes_the_likeliest_is_told():
    logits = np.array([[1.0, 9.0, 0.0, 0.0], [2.0, 0.0, 0.0, 9.0], [0.0, 0.0, 5.0, 0.0]])
    found = cards(tiny(("ant", "bee", "cat")), "test", logits)
    assert [card.answer[0] for card in found] == [1, 0, 2, 1]
    assert found[3].answer[1] == pytest.approx(1, abs=1e-3)
    html = shown(found[3], tiny(("ant", "bee", "cat")))
    assert "✓bee" in html.words
    assert "hd-class-any" in html.attributes[0]["class"]
    wrong = cards(tiny(("ant", "bee", "cat")), "test", logits, only_mislabeled=True)
    assert [card.index for card in wrong] == [1, 2, 0]


def test_a_photo_of_many_classes_is_told_the_three_likeliest():
    photo = photo_from("mine.png", picture(), 64)
    html = Elements(photo_html(photo, [0.1, 0.2, 0.05, 0.65], ("ant", "bee", "cat", "dog")))
    assert html.words.endswith("dogP(dog) = 0.650P(bee) = 0.200P(ant) = 0.100")


@pytest.mark.parametrize(
    ("probability", "answer"),
    [(None, "The answer comes when the network is trained."), ([np.nan], "it has no answer")],
)
def test_a_photo_without_an_answer_says_why(probability, answer):
    html = photo_html(photo_from("mine.png", picture(), 64), probability, ("non-cat", "cat"))
    assert answer in html
    assert "nan" not in html.partition("hd-verdict")[2]


# --- percents


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.5, "50 %"),
        (0.734, "73 %"),
        (0.99, "99 %"),
        (0.9949, "99.5 %"),
        (0.99999, "99.9 %"),
        (1.0, "99.9 %"),  # a sigmoid that has rounded to 1
        (0.004, "0.4 %"),
        (0.0, "0.1 %"),
    ],
)
def test_no_percent_claims_certainty(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.734, "0.73"), (0.9949, "0.995"), (1.0, "0.999"), (0.0, "0.001")]
)
def test_no_probability_claims_certainty(p, text):
    assert in_words(p) == text
