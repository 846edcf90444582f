"""From pictures to what a run's network reads: fewer, smaller, mislabeled on purpose, scaled.

The last few preparations are kept, with their Gram matrices, as every run on the same data shares
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.dataset import (
    Dataset,
    Examples,
    Floats,
    Inputs,
    Labels,
    Pictures,
    columns,
    standardize,
)
from engine.errors import HyperparameterError
from engine.hyperparameters import Hyperparameters
from engine.scaling import SCALINGS

KEPT = 6


@dataclass(frozen=True, eq=False)
class Prepared:
    """The examples of a run, and how any other picture or point becomes one: (x - shift) / spread.

    shape: of what the network reads, (height, width, 3), or (2,) of a point. shift, spread: (n_x, 1).
    """

    examples: Examples
    shape: tuple[int, ...]
    shift: Floats
    spread: Floats

    def read(self, pictures: Inputs) -> Floats:
        """(k, height, width, 3) uint8, or points (k, 2) float64 → (n_x, k), as the network was
        trained to read them."""
        if pictures.shape[1:] != self.shape:
            pictures = resized(pictures, self.shape[0])
        return (standardize(pictures) - self.shift) / self.spread


def prepare(dataset: Dataset, h: Hyperparameters) -> Prepared:
    """Raises `HyperparameterError` for what this dataset cannot give."""
    check_fits(dataset, h)
    seed = h.seed if h.training_pictures or h.label_noise else 0
    return _prepared(dataset, h.training_pictures, h.picture_size, h.label_noise, h.scaling, seed)


@lru_cache(maxsize=KEPT)
def _prepared(
    dataset: Dataset,
    training_pictures: int,
    picture_size: int,
    label_noise: float,
    scaling: str,
    seed: int,
) -> Prepared:
    chosen, labels = _told(dataset, training_pictures, label_noise, seed)
    pictures = dataset.train_pictures[chosen] if training_pictures else dataset.train_pictures
    test_pictures = dataset.test_pictures
    if picture_size:
        pictures, test_pictures = (resized(p, picture_size) for p in (pictures, test_pictures))
    shape = pictures.shape[1:]
    as_the_course = not (training_pictures or picture_size or label_noise)
    if as_the_course:
        X, X_test = dataset.examples.X, dataset.examples.X_test
    else:
        X, X_test = standardize(pictures), standardize(test_pictures)
    shift, spread = SCALINGS[scaling](X)
    if scaling == "divide by 255" and as_the_course:
        return Prepared(dataset.examples, shape, shift, spread)
    k = len(dataset.classes)
    examples = Examples(
        (X - shift) / spread,
        columns(labels, k),
        (X_test - shift) / spread,
        columns(dataset.test_labels, k),
    )
    return Prepared(examples, shape, shift, spread)


def told_labels(dataset: Dataset, h: Hyperparameters) -> tuple[NDArray[np.intp], Labels]:
    """Which training pictures a run sees, (m,), and the labels it is told for them, (1, m)."""
    return _told(dataset, h.training_pictures, h.label_noise, h.seed)


def _told(
    dataset: Dataset, training_pictures: int, label_noise: float, seed: int
) -> tuple[NDArray[np.intp], Labels]:
    chosen = np.arange(dataset.m_train)
    if training_pictures:
        chosen = np.sort(stream(seed, "subset").permutation(dataset.m_train)[:training_pictures])
    labels = dataset.train_labels[:, chosen]
    if label_noise:
        labels = with_noise(labels, label_noise, len(dataset.classes), seed)
    return chosen, labels


def sizes(dataset: Dataset, h: Hyperparameters) -> tuple[int, int, int]:
    """n_x, n_y and m of a run, without preparing it."""
    n_x = 3 * h.picture_size**2 or dataset.n_x
    classes = len(dataset.classes)
    return n_x, 1 if classes == 2 else classes, h.training_pictures or dataset.m_train


def check_fits(dataset: Dataset, h: Hyperparameters) -> None:
    m = h.training_pictures or dataset.m_train
    noun = dataset.noun
    if dataset.planar and h.picture_size:
        raise HyperparameterError(
            "picture_size", h.picture_size, "0 for points: they have no pixels"
        )
    for name, value, most, what in (
        ("training_pictures", h.training_pictures, dataset.m_train, "the dataset's"),
        ("mini_batch", h.mini_batch, m, f"the training {noun}s used"),
        ("picture_size", h.picture_size, dataset.side, "the pictures' own size"),
    ):
        if value > most:
            raise HyperparameterError(name, value, f"at most {most:,}, {what}")
    if h.label_noise and wrong_labels(h.label_noise, m) == 0:
        allowed = f"0, or a share that makes at least one of {m:,} training {noun}s"
        raise HyperparameterError("label_noise", h.label_noise, allowed)


def wrong_labels(share: float, m: int) -> int:
    return round(share * m)


def with_noise(labels: Labels, share: float, classes: int, seed: int) -> Labels:
    """A share of the labels moved to another class."""
    random = stream(seed, "noise")
    m = labels.shape[1]
    wrong = random.permutation(m)[: wrong_labels(share, m)]
    noisy = labels.copy()
    noisy[0, wrong] = (labels[0, wrong] + random.integers(1, classes, len(wrong))) % classes
    return noisy


def stream(seed: int, use: str) -> np.random.Generator:
    """Random numbers of their own for each use, so that none depends on another."""
    return np.random.default_rng([seed, *use.encode()])


def resized(pictures: Pictures, side: int) -> Pictures:
    if pictures.shape[1:3] == (side, side):
        return pictures
    from engine.pictures import as_network_sees

    return np.stack([as_network_sees(picture, side) for picture in pictures])
