"""Which class is taken for which: the counts, and the examples behind each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Labels
from engine.errors import ShapeError
from engine.optimizers import Array
from engine.outputs import output_of


@dataclass(frozen=True, eq=False)
class Confusion:
    """true, predicted: the class of each of m examples, (m,); classes: how many there are."""

    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    classes: int

    @property
    def counts(self) -> NDArray[np.int64]:
        """(k, k): a row is what the examples are, a column what the network says."""
        cells = self.classes * self.true + self.predicted
        return np.bincount(cells, minlength=self.classes**2).reshape(self.classes, self.classes)

    def columns(self, true: int | None = None, predicted: int | None = None) -> NDArray[np.intp]:
        """The examples of a cell, of a row or of a column, in their order."""
        fits = np.ones(len(self.true), dtype=bool)
        if true is not None:
            fits &= self.true == true
        if predicted is not None:
            fits &= self.predicted == predicted
        return np.flatnonzero(fits)


def confusion(Z: Array, labels: Labels, classes: int = 2) -> Confusion:
    """From Z^[L] (n_y, m) and labels (1, m). Raises `ShapeError` where these do not fit together."""
    if labels.shape != (1, Z.shape[1]) or len(Z) not in {1, classes}:
        raise ShapeError("The answers do not fit", Z.shape, f"(n_y, {labels.shape[-1]})")
    return Confusion(labels[0], output_of(len(Z)).predictions(Z), classes)
