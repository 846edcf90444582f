"""From what was read and what the person chose to a dataset that can be trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.dataset import MOST_CLASSES, Attributes, Dataset
from engine.errors import DatasetError
from engine.sources.importing.material import TEST, Broken, Material
from engine.sources.importing.names import rest_name
from engine.sources.importing.splitting import split
from engine.sources.importing.survey import Survey

ALL_CLASSES = ""
TEST_SHARE = 0.2


@dataclass(frozen=True)
class Choices:
    """How a dataset is made. positive: the class to tell from all others, ALL_CLASSES to tell
    every class from every other, None for what suits (of two classes the one looked for, of more
    all). keep_split: the source's own split instead of one by `test_share` and `seed`; None where
    it has one. leave_out: without the broken files and the empty classes."""

    positive: str | None = None
    test_share: float = TEST_SHARE
    seed: int = 1
    keep_split: bool | None = None
    leave_out: bool = False


def build(survey: Survey, name: str, choices: Choices | None = None) -> Dataset:
    """The dataset, its pictures in the order of the source; their files' names are attributes.

    Raises `DatasetError` where something is broken and was not left out, where there are not two
    classes or too many, or where a class cannot be in both the training and the test set.
    """
    choices = choices or Choices()
    material = survey.material
    if not choices.leave_out:
        _check_whole(survey)
    classes, labels = _labelled(survey, choices)
    keep = survey.is_split if choices.keep_split is None else choices.keep_split
    if keep and not survey.is_split:
        needed = "folders called train and test, or the course's two files"
        raise DatasetError("The pictures are not split yet", allowed=needed)
    if keep:
        testing = np.array([part == TEST for part in material.parts])
    else:
        testing = split(labels, survey.duplicates.group, choices.test_share, choices.seed)
    for number, label in enumerate(classes):
        for part, chosen in (("training", ~testing), ("test", testing)):
            if not (labels[chosen] == number).any():
                found = f"{(labels == number).sum():,} pictures, duplicates counted"
                needed = "at least two that are no duplicates of each other"
                what = f"The class {label} would not be in the {part} set"
                raise DatasetError(what, found, None if keep else needed)
    return Dataset(
        name,
        material.pictures[~testing],
        labels[None, ~testing],
        material.pictures[testing],
        labels[None, testing],
        classes,
        _files(material, np.flatnonzero(~testing).tolist()),
        _files(material, np.flatnonzero(testing).tolist()),
    )


def _check_whole(survey: Survey) -> None:
    unusable: Sequence[Broken] = survey.broken
    if unusable:
        first = unusable[0]
        more = f" and {len(unusable) - 1:,} more" if len(unusable) > 1 else ""
        reason = first.reason.rstrip(".")
        what = f"{first.name}{more} cannot be used and must be left out ({reason})"
        raise DatasetError(what)
    if survey.empty:
        needed = "a picture in each, or to leave it out"
        raise DatasetError("A class has no pictures", survey.empty[0], needed)


def _labelled(survey: Survey, choices: Choices) -> tuple[tuple[str, ...], np.ndarray]:
    """The names of the dataset's classes, and the label of each picture, (m,)."""
    material = survey.material
    there = tuple(name for name, count in survey.counts.items() if count)
    if len(there) < 2:
        found = f"only {there[0]}" if there else "no picture that can be read"
        needed = "pictures of at least two classes, each in a folder of its own"
        raise DatasetError("There is nothing to tell apart", found, needed)
    positive = choices.positive
    if positive is None:
        positive = survey.likely_positive or ALL_CLASSES
    if positive == ALL_CLASSES:
        if len(there) > MOST_CLASSES:
            needed = f"2 to {MOST_CLASSES}, or one to tell from all others"
            raise DatasetError("There are too many classes", len(there), needed)
        if len(there) == 2:  # softmax of two is what the course's sigmoid does with one unit
            positive = survey.likely_positive or there[1]
        else:
            place = {name: i for i, name in enumerate(there)}
            return there, np.array([place[label] for label in material.labels], np.int64)
    if positive not in there:
        raise DatasetError("There is no such class", positive, "one of " + ", ".join(there[:20]))
    others = [name for name in there if name != positive]
    rest = others[0] if len(others) == 1 else rest_name(positive)
    return (rest, positive), np.array([label == positive for label in material.labels], np.int64)


def _files(material: Material, chosen: Sequence[int]) -> Attributes:
    return tuple({"file": material.names[i], "subject": material.labels[i]} for i in chosen)
