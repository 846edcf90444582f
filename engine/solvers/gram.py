"""The first layer in Gram space: the pictures never change, so their products are computed once.

Every gradient of W1 is dZ1 Xᵀ / m, a combination of the pictures. Hence after any number of steps

    W1 = s W1(0) + C Xᵀ         s = 1, C (n_1, m) = 0 at the start
    Z1 = W1 X + b1 = s W1(0) X + C G + b1                  with G = XᵀX, (m, m)

and a step of gradient descent is C -= (α/m) dZ1: one product of (n_1, m) by (m, m) takes the place
of two with n_x. L2 shrinks s and C alike. Momentum is linear in the gradients too, so s and C have
velocities of the same kind. A mini-batch fills its own columns of the gradient of C.

Without L2, s stays 1 and b1 = b1(0) + C 1, as db1 = Σ dZ1 / m has the same factor: then the bias
comes with the product, from G + 1 1ᵀ in the place of G.

K stacked runs share G: their C, (K, n_1, m), are one tall matrix in the product.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Examples, Floats
from engine.optimizers import Array, Call, Trained
from engine.solvers.first_layer import State


class GramLayer:
    """W1, b1: the start of each run, (n_1, n_x) and (n_1, 1).

    dZ1: the buffer that dZ1 comes in on the whole training set, (n_1, m), or (K, n_1, m) of K
    stacked runs; it is C's gradient, as it happens. apart: s and b1 are kept apart from C.
    """

    def __init__(
        self,
        W1: Sequence[Floats],
        b1: Sequence[Floats],
        examples: Examples,
        dZ1: Array,
        *,
        apart: bool,
    ) -> None:
        dtype, stacked = dZ1.dtype, dZ1.ndim > 2
        products = examples.products if apart else examples.products_and_ones
        self._G, self._K_test = (P.astype(dtype, copy=False) for P in products)

        def of_each(rows: Callable[[Floats, Floats], Floats]) -> Array:
            # Runs from one start share one object: what it gives is computed once.
            starts = {id(W): (W, b) for W, b in zip(W1, b1, strict=True)}
            known = {key: rows(W, b) for key, (W, b) in starts.items()}
            each = [known[id(W)] for W in W1]
            return np.stack(each) if stacked else each[0]

        self._start, self._start_on_test = (
            of_each(lambda W, b, X=X: W @ X + (0.0 if apart else b)).astype(dtype)  # type: ignore[misc]
            for X in (examples.X, examples.X_test)
        )
        C = Trained(np.zeros_like(dZ1), dZ1)
        C.decayed = [(C.value, C.gradient)]
        self.trained = {"C": C}
        self._C, self._apart = C.value, apart
        if apart:
            ones = np.ones((len(W1), 1, 1) if stacked else (), dtype)
            s = Trained(ones, np.zeros_like(ones))
            s.decayed = [(s.value, s.gradient)]
            b = of_each(lambda W, b: b).astype(dtype)
            self.trained |= {"s": s, "b": Trained(b, np.zeros_like(b))}
            self._start_norm = of_each(lambda W, b: np.square(W).sum()).astype(dtype)

    def forward(self, Z1: Array, batch: NDArray[np.intp] | None) -> Iterator[Call]:
        start = self._start
        if batch is None:
            yield partial(np.dot, flat(self._C), self._G, flat(Z1))
        else:
            rows = np.empty((len(batch), len(self._G)), self._G.dtype)
            columns = np.empty((*start.shape[:-1], len(batch)), start.dtype)
            # G is symmetric: rows are its columns, and lie together in memory.
            yield partial(np.take, self._G, batch, axis=0, out=rows, mode="clip")
            yield partial(np.take, start, batch, axis=-1, out=columns, mode="clip")
            yield partial(np.dot, self._C, rows.T, Z1)
            start = columns
        yield from self._start_added(Z1, start)

    def backward(self, dZ1: Array, batch: NDArray[np.intp] | None) -> Iterator[Call]:
        if batch is not None:
            gradient = self.trained["C"].gradient
            yield partial(gradient.fill, 0.0)
            yield partial(operator.setitem, gradient, (..., batch), dZ1)
        if self._apart:
            yield partial(self.trained["s"].gradient.fill, 0.0)
            yield partial(np.sum, dZ1, axis=-1, keepdims=True, out=self.trained["b"].gradient)

    def forward_on_test(self, Z1: Array) -> Iterator[Call]:
        yield partial(np.dot, flat(self._C), self._K_test, flat(Z1))
        yield from self._start_added(Z1, self._start_on_test)

    def _start_added(self, Z1: Array, start: Array) -> Iterator[Call]:
        """Z1 = C G + s W1(0) X + b1 from C G."""
        if self._apart:
            room = np.empty_like(start)
            yield partial(np.multiply, start, self.trained["s"].value, room)
            yield partial(np.add, Z1, self.trained["b"].value, Z1)
            start = room
        yield partial(np.add, Z1, start, Z1)

    def on_train(self) -> Array:
        Z1: Array = (flat(self._C) @ self._G).reshape(self._start.shape)
        for call in self._start_added(Z1, self._start):
            call()
        return Z1

    def squared_norm(self, Z1: Array) -> Array:
        # ‖s W0 + C Xᵀ‖² = s² ‖W0‖² + 2 s ⟨C, W0 X⟩ + ⟨C, C G⟩, and C G = Z1 - s W0 X - b1.
        s = self.trained["s"].value
        products = Z1 + s * self._start - self.trained["b"].value
        inner = (self._C * products).sum(axis=(-2, -1))
        return np.asarray(s.reshape(inner.shape) ** 2 * self._start_norm + inner)

    @staticmethod
    def weights(state: State, W1: Floats, b1: Floats, examples: Examples) -> tuple[Floats, Floats]:
        C = state["C"].astype(np.float64)
        # Of a run that diverged the weights are not numbers either; that is no news.
        with np.errstate(over="ignore", invalid="ignore"):
            b = state["b"] if "b" in state else b1 + C.sum(axis=1, keepdims=True)
            return float(state.get("s", 1.0)) * W1 + C @ examples.X.T, b.astype(np.float64)

    @staticmethod
    def on_others(state: State, W1X: Floats, b1: Floats, X: Floats, K: Floats) -> Floats:
        C = state["C"].astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            b = state["b"] if "b" in state else b1 + C.sum(axis=1, keepdims=True)
            return np.asarray(float(state.get("s", 1.0)) * W1X + C @ K + b)


def flat(stacked: Array) -> Array:
    """The rows of all runs as one matrix, sharing its memory."""
    return stacked.reshape(-1, stacked.shape[-1])
