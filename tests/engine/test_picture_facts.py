"""What the pictures of a dataset are like, on pictures whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.picture_facts import (
    COLOURS,
    MOST_COMPARED,
    Leak,
    brightness,
    colour_shares,
    leaks,
    picture_facts,
)
from engine.sources.course_files import read_course_files
from tests.engine.plain import made_up_dataset


def flat(*colour: int) -> np.ndarray:
    return np.full((1, 8, 8, 3), colour, np.uint8)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((0, 0, 0), "grey"), ((255, 255, 255), "grey"), ((120, 125, 118), "grey"),
        ((255, 0, 0), "red"), ((200, 20, 60), "red"), ((255, 150, 0), "orange"),
        ((240, 230, 20), "yellow"), ((20, 200, 40), "green"), ((0, 255, 255), "blue"),
        ((10, 60, 240), "blue"), ((150, 20, 220), "purple"),
    ],
)  # fmt: skip
def test_a_colour_is_called_by_its_name(colour: tuple[int, int, int], name: str) -> None:
    shares = colour_shares(flat(*colour))
    assert shares[0, COLOURS.index(name)] == 1
    assert shares.sum() == 1


def test_brightness_goes_from_black_to_white() -> None:
    values = [brightness(flat(v, v, v))[0] for v in (0, 51, 255)]
    assert values == pytest.approx([0, 0.2, 1])


def test_each_class_has_its_mean_picture_and_shares_that_add_up() -> None:
    dataset = made_up_dataset(m=12, side=8, classes=3)
    facts = picture_facts(dataset)
    for c in range(3):
        own = dataset.train_pictures[dataset.train_labels[0] == c]
        assert np.abs(facts.means[c] - own.mean(axis=0)).max() <= 0.5
    np.testing.assert_allclose(facts.brightness.sum(axis=1), 1)
    np.testing.assert_allclose(facts.colours.sum(axis=1), 1)
    assert (np.diff(facts.mean_brightness) > 0).all()


def test_a_test_picture_that_was_trained_on_is_found() -> None:
    dataset = made_up_dataset(m=12, m_test=5, side=16)
    assert leaks(dataset) == ()
    test = dataset.test_pictures.copy()
    test[3] = dataset.train_pictures[7]
    test[1] = np.clip(dataset.train_pictures[2].astype(int) + 4, 0, 255)
    assert leaks(replace(dataset, test_pictures=test)) == (Leak(2, 1, False), Leak(7, 3, True))


def test_too_many_pictures_are_not_compared() -> None:
    assert leaks(made_up_dataset(m=MOST_COMPARED, side=8)) is None


def test_the_courses_test_set_holds_a_training_picture(course_folder: Path) -> None:
    assert leaks(read_course_files(course_folder)) == (Leak(146, 17, True),)
