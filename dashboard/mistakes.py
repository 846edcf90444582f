"""Which pictures the gallery shows, and in which order (no Streamlit inside)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.messages import Moment
from dashboard.run import Seen
from engine.confusion import Confusion, confusion
from engine.dataset import Attributes, Dataset, Floats, Labels
from engine.learning_diary import NEVER, LearningDiary, learning_diary
from engine.measured_attributes import attributes_of
from engine.preparation import told_labels

Order = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """The "train" or "test" pictures of a run with the network's answers, one a column.

    pictures: which of the dataset's, (m,); labels: what the run was told of them, (1, m); logits
    (n_y, m); attributes: a mapping a column, of photos what was measured.
    """

    part: str
    pictures: NDArray[np.intp]
    labels: Labels
    logits: Floats
    attributes: Attributes
    confusion: Confusion

    @property
    def right(self) -> NDArray[np.bool_]:
        return np.asarray(self.confusion.true == self.confusion.predicted)


def judged(dataset: Dataset, seen: Seen, part: str) -> Judged:
    moment = seen.moment
    if part == "train":
        pictures, labels = told_labels(dataset, seen.hyperparameters)
        logits = moment.train_logits
    else:
        pictures, labels = np.arange(dataset.m_test), dataset.test_labels
        logits = moment.test_logits
    known = attributes_of(dataset, part)
    return Judged(
        part,
        pictures,
        labels,
        logits,
        tuple(known[i] for i in pictures) if known else ({},) * len(pictures),
        confusion(logits, labels, len(dataset.classes)),
    )


# --- which


def wanted(
    told: Judged, only_mislabeled: bool, cell: Sequence[int], kind: tuple[str, str] | None
) -> NDArray[np.intp]:
    """The columns that pass. cell: nothing, a true class, or a true and a predicted class; kind: an
    attribute and its value."""
    fits = ~told.right if only_mislabeled else np.ones(len(told.pictures), dtype=bool)
    if cell:
        fits &= told.confusion.true == cell[0]
    if len(cell) > 1:
        fits &= told.confusion.predicted == cell[1]
    if kind:
        fits &= np.array([known.get(kind[0]) == kind[1] for known in told.attributes])
    return np.flatnonzero(fits)


# --- in which order


def confidence(told: Judged, diary: LearningDiary | None) -> Order:
    """The highest probability first; of outputs that have rounded to 1 the larger logit."""
    Z = np.asarray(told.logits, dtype=np.float64)
    if len(Z) == 1:
        return np.asarray(-np.abs(Z[0]))
    greatest = Z.max(axis=0)
    return np.asarray(np.log(np.exp(Z - greatest).sum(axis=0)))


def margin(told: Judged, diary: LearningDiary | None) -> Order:
    """The smallest lead of the answer over the next class first."""
    Z = np.asarray(told.logits, dtype=np.float64)
    if len(Z) == 1:
        return np.asarray(np.abs(Z[0]))
    second, first = np.sort(Z, axis=0)[-2:]
    return np.asarray(first - second)


def hardest(told: Judged, diary: LearningDiary | None) -> Order:
    """Never right first, then those forgotten, the earliest first, then those learned last."""
    if diary is None:
        return np.zeros(len(told.pictures))
    end = float(diary.iterations[-1]) + 1
    lost = np.where(diary.forgotten == NEVER, -3 * end, diary.forgotten - 2 * end)
    return np.where(diary.learned == NEVER, lost, -diary.learned).astype(np.float64)


LEARNED = "iteration learned"
ORDERS: Mapping[str, Callable[[Judged, LearningDiary | None], Order]] = {
    "confidence": confidence,
    "margin": margin,
    LEARNED: hardest,
}


def diary_of_part(film: Sequence[Moment], told: Judged) -> LearningDiary | None:
    """When each of these pictures was learned; None while the run has no film."""
    if len(film) < 2:
        return None
    train = told.part == "train"
    logits = [moment.train_logits if train else moment.test_logits for moment in film]
    return learning_diary([moment.iteration for moment in film], logits, told.labels)
