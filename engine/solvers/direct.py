"""The first layer on its own weights, as the course does it: for when Gram space does not pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Examples, Floats
from engine.optimizers import Array, Call, Trained
from engine.solvers.first_layer import State


class DirectLayer:
    """[W1 b1] as one matrix, (n_1, n_x + 1), that multiplies the pictures with a one at the end.

    The pictures lie one a row here, so that those of a mini-batch can be copied together quickly.
    """

    def __init__(
        self,
        W1: Sequence[Floats],
        b1: Sequence[Floats],
        examples: Examples,
        dZ1: Array,
        *,
        apart: bool = False,
    ) -> None:
        (weights,) = (np.hstack(start).astype(dZ1.dtype) for start in zip(W1, b1, strict=True))
        trained = Trained(weights, np.empty_like(weights))
        trained.decayed = [(trained.value[:, :-1], trained.gradient[:, :-1])]
        self.trained = {"W": trained}
        self._weights = weights
        self._batch_rows: dict[int, Array] = {}
        self._rows, self._test_rows = (
            with_ones(X).T.astype(dZ1.dtype, order="C") for X in (examples.X, examples.X_test)
        )

    def _seen(self, batch: NDArray[np.intp] | None) -> Array:
        """The rows an iteration reads: all, or a buffer for those of a batch."""
        if batch is None:
            return self._rows
        k = len(batch)
        if k not in self._batch_rows:
            self._batch_rows[k] = np.empty((k, self._rows.shape[1]), self._rows.dtype)
        return self._batch_rows[k]

    def forward(self, Z1: Array, batch: NDArray[np.intp] | None) -> Iterator[Call]:
        seen = self._seen(batch)
        if batch is not None:
            yield partial(np.take, self._rows, batch, axis=0, out=seen, mode="clip")
        yield partial(np.dot, self._weights, seen.T, Z1)

    def backward(self, dZ1: Array, batch: NDArray[np.intp] | None) -> Iterator[Call]:
        yield partial(np.dot, dZ1, self._seen(batch), self.trained["W"].gradient)

    def on_train(self) -> Array:
        return np.asarray(self._weights @ self._rows.T)

    def forward_on_test(self, Z1: Array) -> Iterator[Call]:
        yield partial(np.dot, self._weights, self._test_rows.T, Z1)

    def squared_norm(self, Z1: Array) -> Array:
        return np.asarray(np.square(self._weights[:, :-1]).sum())

    @staticmethod
    def weights(state: State, W1: Floats, b1: Floats, examples: Examples) -> tuple[Floats, Floats]:
        weights = state["W"].astype(np.float64)
        return weights[:, :-1].copy(), weights[:, -1:].copy()

    @staticmethod
    def on_others(state: State, W1X: Floats, b1: Floats, X: Floats, K: Floats) -> Floats:
        weights = state["W"].astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(weights[:, :-1] @ X + weights[:, -1:])


def with_ones(A: Array) -> Array:
    """(…, n, m) → (…, n + 1, m), the last row ones, so that [W b] A is W A + b in one product."""
    return np.concatenate([A, np.ones((*A.shape[:-2], 1, A.shape[-1]), A.dtype)], axis=-2)
