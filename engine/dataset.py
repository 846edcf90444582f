"""Labelled examples, split into a training and a test set, known by their digest."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError, ShapeError

Pictures = NDArray[np.uint8]
Inputs = NDArray[Any]
"""Pictures (m, height, width, 3) uint8, or points of the plane (m, 2) float64."""
Labels = NDArray[np.int64]
Floats = NDArray[np.float64]
Attributes = tuple[Mapping[str, str], ...]

MOST_CLASSES = 20


@dataclass(frozen=True, eq=False)
class Dataset:
    """Pictures, or points of the plane, and labels of two to twenty classes, frozen.

    Shapes: `train_pictures` (m, height, width, 3) uint8, or where `planar` (m, 2) float64;
    `train_labels` (1, m) of 0, 1, …, the same for the test set. `classes[label]` names a label.
    `train_attributes[i]` says in words what is special about training picture i ({"colour":
    "unusual", …}); empty where nothing is known. Raises `DatasetError` when the parts do not fit
    together.
    """

    name: str
    train_pictures: Inputs
    train_labels: Labels
    test_pictures: Inputs
    test_labels: Labels
    classes: tuple[str, ...]
    train_attributes: Attributes = ()
    test_attributes: Attributes = ()

    def __post_init__(self) -> None:
        if not 2 <= len(self.classes) <= MOST_CLASSES:
            needed = f"2 to {MOST_CLASSES} names"
            raise DatasetError("The classes do not fit", len(self.classes), needed)
        for part in ("train", "test"):
            pictures: Inputs = getattr(self, f"{part}_pictures")
            labels: Labels = getattr(self, f"{part}_labels")
            attributes: Attributes = getattr(self, f"{part}_attributes")
            if not (are_pictures(pictures) or are_points(pictures)):
                raise DatasetError(
                    f"The {part} pictures do not fit",
                    f"{pictures.dtype} {pictures.shape}",
                    "uint8 (m, height, width, 3), or points, float64 (m, 2)",
                )
            if pictures.size == 0:
                raise DatasetError(
                    f"The {part} set is empty", pictures.shape, "at least one picture"
                )
            if labels.shape != (1, len(pictures)):
                raise DatasetError(
                    f"The {part} labels do not fit", labels.shape, f"(1, {len(pictures)})"
                )
            if not np.isin(labels, np.arange(len(self.classes))).all():
                raise DatasetError(
                    f"A {part} label is unknown",
                    np.unique(labels)[:5].tolist(),
                    f"0 to {len(self.classes) - 1}",
                )
            if attributes and len(attributes) != len(pictures):
                raise DatasetError(
                    f"The {part} attributes do not fit", len(attributes), str(len(pictures))
                )
            # Views, so that freezing leaves the caller's own arrays as they were.
            for name, array in ((f"{part}_pictures", pictures), (f"{part}_labels", labels)):
                frozen = array.view()
                frozen.flags.writeable = False
                object.__setattr__(self, name, frozen)
        if self.train_pictures.shape[1:] != self.test_pictures.shape[1:]:
            raise DatasetError(
                "Training and test pictures differ in size",
                self.test_pictures.shape[1:],
                str(self.train_pictures.shape[1:]),
            )

    @property
    def planar(self) -> bool:
        """Whether it holds points of the plane, not pictures."""
        return self.train_pictures.ndim == 2

    @property
    def noun(self) -> str:
        """What one example is."""
        return "point" if self.planar else "picture"

    @property
    def n_x(self) -> int:
        """Inputs of the network: height × width × 3, or the 2 of a point."""
        return int(np.prod(self.train_pictures.shape[1:]))

    @property
    def m_train(self) -> int:
        return len(self.train_pictures)

    @property
    def m_test(self) -> int:
        return len(self.test_pictures)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of pictures, labels, shapes and class names; the name does not count."""
        sha = hashlib.sha256(repr((self.classes, self.train_pictures.shape)).encode())
        for array in (self.train_pictures, self.train_labels, self.test_pictures, self.test_labels):
            sha.update(np.ascontiguousarray(array).tobytes())
        return sha.hexdigest()

    @property
    def side(self) -> int:
        """Height of the pictures in pixels, their width too where they are square; 0 of points."""
        return 0 if self.planar else int(self.train_pictures.shape[1])

    @cached_property
    def examples(self) -> Examples:
        """The pictures as the course's network reads them, or the points as they are."""
        k = len(self.classes)
        return Examples(
            standardize(self.train_pictures),
            columns(self.train_labels, k),
            standardize(self.test_pictures),
            columns(self.test_labels, k),
        )


@dataclass(frozen=True, eq=False)
class Examples:
    """What a network trains on, one example a column: X (n_x, m), Y (n_y, m), and the test set's.

    n_y is 1 for two classes, 0 and 1; else one row a class. The test set may be empty. Raises
    `ShapeError` for arrays that do not fit together or hold what is no number or no label.
    """

    X: Floats
    Y: Floats
    X_test: Floats
    Y_test: Floats

    def __post_init__(self) -> None:
        for name in ("X", "Y", "X_test", "Y_test"):
            array = np.asarray(getattr(self, name))
            object.__setattr__(self, name, array)
            if array.ndim != 2 or array.dtype.kind not in "fiub":
                found = f"{array.dtype} {array.shape}"
                raise ShapeError(f"{name} does not hold one example a column", found, "(n, m)")
            if not np.isfinite(array).all():
                raise ShapeError(name, "a value that is not finite", "numbers")
        if 0 in self.X.shape or not len(self.Y):
            raise ShapeError(
                "X and Y are empty", (self.X.shape, self.Y.shape), "one example or more"
            )
        for name, array, needed in (
            ("Y", self.Y, (len(self.Y), self.X.shape[1])),
            ("X_test", self.X_test, (len(self.X), self.X_test.shape[1])),
            ("Y_test", self.Y_test, (len(self.Y), self.X_test.shape[1])),
        ):
            if array.shape != needed:
                raise ShapeError(f"{name} does not fit X", array.shape, str(needed))
        for name, array in (("Y", self.Y), ("Y_test", self.Y_test)):
            ones = array.sum(axis=0)
            if ((array < 0) | (array > 1)).any() or (len(array) > 1 and (ones != 1).any()):
                needed_labels = "0 and 1" if len(array) == 1 else "a single 1 in each column"
                raise ShapeError(f"{name} does not hold labels", array, needed_labels)

    @property
    def n_x(self) -> int:
        return len(self.X)

    @property
    def m(self) -> int:
        return int(self.X.shape[1])

    @cached_property
    def products(self) -> tuple[Floats, Floats]:
        """XᵀX (m, m) and XᵀX_test (m, m_test), for training in Gram space (solvers/gram.py)."""
        return self.X.T @ self.X, self.test_products

    @cached_property
    def test_products(self) -> Floats:
        """XᵀX_test, (m, m_test)."""
        return self.X.T @ self.X_test

    @cached_property
    def squared_norms(self) -> Floats:
        """‖xᵢ‖² of each training example, (m,)."""
        return np.asarray(np.einsum("ij,ij->j", self.X, self.X))

    @cached_property
    def products_and_ones(self) -> tuple[Floats, Floats]:
        """The same, as if every example had one more input that is 1."""
        G, K_test = self.products
        return G + 1.0, K_test + 1.0


def columns(labels: Labels, classes: int) -> Floats:
    """Y of the course: (1, m) of 0 and 1 for two classes, else a column with one 1: (classes, m)."""
    if classes == 2:
        return labels.astype(np.float64)
    return np.asarray(np.arange(classes)[:, np.newaxis] == labels, dtype=np.float64)


def are_pictures(inputs: Inputs) -> bool:
    return inputs.dtype == np.uint8 and inputs.ndim == 4 and inputs.shape[3] == 3


def are_points(inputs: Inputs) -> bool:
    fit = inputs.dtype == np.float64 and inputs.ndim == 2 and inputs.shape[1] == 2
    return fit and bool(np.isfinite(inputs).all())


def standardize(pictures: Inputs) -> Floats:
    """(m, height, width, 3) uint8 → (n_x, m) float64 in [0, 1], one picture a column (the course's way).

    Points (m, 2) float64 become columns as they are.
    """
    if are_points(pictures):
        return np.ascontiguousarray(pictures.T)
    n_x = math.prod(pictures.shape[1:])
    return np.ascontiguousarray(pictures.reshape(len(pictures), n_x).T) / 255.0
