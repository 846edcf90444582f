"""The parameters above the first layer, in one vector.

BLAS takes the rows of a product in fours, and the last three take longer than four would. There
[W b] has a further row, (0, …, 0, 1), that hands on the row of ones and is never trained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.optimizers import Array, Trained


class UpperLayers:
    """[W b] of layers 2, 3, …, as views of one vector, and their gradients.

    `matrices` are (n, n_prev + 1) each; `W` and `dW` have the further row where it is worth it.
    """

    def __init__(self, matrices: Sequence[Array], lead: tuple[int, ...], dtype: Any) -> None:
        filled = [with_constant_row(W) for W in matrices[:-1]] + list(matrices[-1:])
        size = sum(math.prod(W.shape[-2:]) for W in filled)
        shape = (*lead, 1, size) if lead else (size,)
        vector, gradient = np.empty(shape, dtype), np.empty(shape, dtype)
        self.W, self.dW = split(vector, filled), split(gradient, filled)
        for view, W in zip(self.W, filled, strict=True):
            view[...] = W

        def own_rows(views: Sequence[Array]) -> list[Array]:
            return [v[..., : W.shape[-2], :] for v, W in zip(views, matrices, strict=True)]

        self.matrices = own_rows(self.W)
        decayed = [(W[..., :-1], dW[..., :-1]) for W, dW in zip(self.W, self.dW, strict=True)]
        self.trained = Trained(vector, gradient, decayed)
        if any(f.shape != W.shape for f, W in zip(filled, matrices, strict=True)):
            of_one = [W.reshape(-1, *W.shape[-2:])[0] for W in filled]
            places = own_rows(split(np.arange(size), of_one))
            self.trained.places = np.concatenate([place.ravel() for place in places])
            self.trained.constants = vector.copy()

    def squared_norm(self) -> Array:
        return np.asarray(sum(np.square(W[..., :-1]).sum(axis=(-2, -1)) for W in self.matrices))


def with_constant_row(W: Array) -> Array:
    """[W b] with (0, …, 0, 1) below where that makes its rows a multiple of four."""
    if W.shape[-2] % 4 != 3:
        return W
    row = np.zeros((*W.shape[:-2], 1, W.shape[-1]), W.dtype)
    row[..., -1] = 1
    return np.concatenate([W, row], axis=-2)


def split(vector: Array, like: Sequence[Array]) -> list[Array]:
    """One matrix after another out of `vector`, of the shapes of `like`, sharing its memory."""
    ends = np.cumsum([math.prod(W.shape[-2:]) for W in like])
    rows = vector[..., 0, :] if vector.ndim > 1 else vector
    return [
        rows[..., end - math.prod(W.shape[-2:]) : end].reshape(W.shape)
        for end, W in zip(ends, like, strict=True)
    ]
