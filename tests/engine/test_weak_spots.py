"""On which kinds of pictures a network is weaker, and what can be measured of a photo."""

from __future__ import annotations

import numpy as np
import pytest

from engine.dataset import Dataset
from engine.errors import ShapeError
from engine.evaluation import interval
from engine.measured_attributes import attributes_of, measured
from engine.weak_spots import weak_spots, weakest


def kinds(poses: str) -> list[dict[str, str]]:
    """Attributes of pictures whose poses are so written: u usual, x unusual."""
    names = {"u": "usual", "x": "unusual"}
    return [{"subject": "cat", "pose": names[c], "light": "same"} for c in poses]


def test_the_groups_of_an_attribute_are_counted_with_their_others() -> None:
    groups = weak_spots([1, 1, 0, 1, 0], kinds("uuuxx"))
    assert [(g.attribute, g.value, g.right, g.m) for g in groups] == [
        ("pose", "usual", 2, 3),
        ("pose", "unusual", 1, 2),
    ]
    assert (groups[1].others_right, groups[1].others) == (2, 3)
    assert groups[0].interval == interval(2 / 3, 3)


def test_an_attribute_with_one_value_is_nothing_to_compare() -> None:
    assert weak_spots([1, 0], kinds("uu")) == []
    assert weakest([]) is None


def test_few_pictures_show_no_weak_spot_and_many_do() -> None:
    right = [1] * 8 + [0] * 2 + [1] * 2 + [0] * 3
    few = weakest(weak_spots(right, kinds("u" * 10 + "x" * 5)))
    assert few is not None
    assert (few[0].value, few[1]) == ("unusual", False)
    many = weakest(weak_spots(right * 20, kinds("u" * 10 + "x" * 5) * 20))
    assert many is not None
    assert (many[0].value, many[1]) == ("unusual", True)


def test_among_many_kinds_one_that_is_weak_by_chance_is_not_called_weak() -> None:
    """With nothing behind it, a weak spot is found in at most one of twenty datasets."""
    random = np.random.RandomState(0)
    found = 0
    for _ in range(100):
        attributes = [{f"kind {k}": str(random.randint(2)) for k in range(10)} for _ in range(50)]
        told = weakest(weak_spots(random.rand(50) < 0.75, attributes))
        found += told is not None and told[1]
    assert found <= 8


def test_right_and_attributes_must_fit() -> None:
    with pytest.raises(ShapeError, match="Right and wrong"):
        weak_spots([True], kinds("uu"))


# --- what is measured


def flat(*rgb: int) -> np.ndarray:
    return np.full((1, 70, 70, 3), rgb, np.uint8)


@pytest.mark.parametrize(
    ("rgb", "colour", "light"),
    [
        ((230, 30, 40), "red", "dark"),
        ((240, 150, 40), "orange", "bright"),
        ((240, 220, 40), "yellow", "bright"),
        ((40, 180, 60), "green", "bright"),
        ((30, 60, 220), "blue", "dark"),
        ((170, 40, 200), "purple", "dark"),
        ((200, 20, 60), "red", "dark"),
        ((110, 110, 112), "grey", "normal"),
    ],
)
def test_colours_have_their_names(rgb, colour: str, light: str) -> None:
    (told,) = measured(flat(*rgb))
    assert told["dominant colour"] == colour
    assert told["contrast"] == "low contrast"
    assert told["brightness"] == light


def test_black_and_white_is_contrast() -> None:
    picture = flat(0, 0, 0)
    picture[:, :35] = 255
    assert measured(picture)[0] == {
        "brightness": "normal",
        "contrast": "high contrast",
        "dominant colour": "grey",
    }


def test_what_a_dataset_knows_comes_before_what_is_measured() -> None:
    pictures, labels = flat(10, 10, 10), np.array([[1]])
    known = Dataset("k", pictures, labels, pictures, labels, ("a", "b"), (), ({"pose": "far"},))
    assert attributes_of(known, "test") == ({"pose": "far"},)
    assert attributes_of(known, "train")[0]["brightness"] == "dark"
    points = np.zeros((1, 2))
    assert attributes_of(Dataset("p", points, labels, points, labels, ("a", "b")), "test") == ()


def test_of_a_persons_own_pictures_the_file_is_told_and_the_rest_measured() -> None:
    pictures, labels = np.zeros((2, 8, 8, 3), np.uint8), np.array([[0, 1]])
    files = ({"file": "a/1.png", "subject": "a"}, {"file": "b/2.png", "subject": "b"})
    own = Dataset("own", pictures, labels, pictures, labels, ("a", "b"), files, files)
    first, _ = attributes_of(own, "test")
    assert first["brightness"] == "dark"
    assert first["file"] == "a/1.png"
    kinds = {group.attribute for group in weak_spots([True, False], attributes_of(own, "test"))}
    assert "file" not in kinds
