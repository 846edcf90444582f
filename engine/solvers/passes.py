"""Forward and backward propagation as a list of in-place calls on buffers made once.

The formulas are the course's (`course.py` has them one function each), rearranged:

- Each layer is one matrix [W b] that multiplies the activations with a row of ones below, so dW and
  db come from one product and all parameters above the first layer lie in one vector.
- dZ of the output is multiplied by 1/m (by α/m where that is the whole step) at once.
  Backpropagation is linear in it, so every gradient below comes out ready to use.
- An iteration makes the same calls on the same buffers each time: they are bound once, and the loop
  does nothing else but make them. (Where there is no keyword, the output is the last argument.)

K stacked runs have an axis of K before those named in the shapes here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.optimizers import Array, Call, Trained
from engine.outputs import Output
from engine.solvers.direct import with_ones
from engine.solvers.first_layer import FirstLayer


class UpperLayers:
    """[W b] of layers 2, 3, …, (n, n_prev + 1) each, as views of one vector, and their gradients."""

    def __init__(self, matrices: Sequence[Array], lead: tuple[int, ...], dtype: Any) -> None:
        size = sum(math.prod(W.shape[-2:]) for W in matrices)
        shape = (*lead, 1, size) if lead else (size,)
        vector, gradient = np.empty(shape, dtype), np.empty(shape, dtype)
        self.W, self.dW = split(vector, matrices), split(gradient, matrices)
        for view, W in zip(self.W, matrices, strict=True):
            view[...] = W
        decayed = [(W[..., :-1], dW[..., :-1]) for W, dW in zip(self.W, self.dW, strict=True)]
        self.trained = Trained(vector, gradient, decayed)

    def squared_norm(self) -> Array:
        return np.asarray(sum(np.square(W[..., :-1]).sum(axis=(-2, -1)) for W in self.W))


def split(vector: Array, like: Sequence[Array]) -> list[Array]:
    """One matrix after another out of `vector`, of the shapes of `like`, sharing its memory."""
    ends = np.cumsum([math.prod(W.shape[-2:]) for W in like])
    rows = vector[..., 0, :] if vector.ndim > 1 else vector
    return [
        rows[..., end - math.prod(W.shape[-2:]) : end].reshape(W.shape)
        for end, W in zip(ends, like, strict=True)
    ]


class Buffers:
    """Z, A, the slopes g'(Z) and dZ of every layer, for k examples.

    A hidden layer's are n + 1 rows of k: below the units A has its row of ones, the others a row
    to match, so that all hidden layers of a single run lie in one block, and one call takes every
    slope. Z1 and dZ1 of stacked runs keep that row: so they are one tall matrix.
    """

    def __init__(self, units: Sequence[int], k: int, lead: tuple[int, ...], dtype: Any) -> None:
        shapes = [(*lead, n + 1, k) for n in units[:-1]]
        size = sum(math.prod(shape) for shape in shapes)
        self.all_Z, self.all_slopes, self.all_dZ = np.zeros((3, size), dtype)
        self.all_A = np.ones(size, dtype)
        Z, slopes, dZ, self.A_and_ones = (
            cut(block, shapes) for block in (self.all_Z, self.all_slopes, self.all_dZ, self.all_A)
        )
        out = (*lead, units[-1], k)
        self.Z = [z[..., :-1, :] for z in Z] + [np.zeros(out, dtype)]
        self.dZ = [d[..., :-1, :] for d in dZ] + [np.zeros(out, dtype)]
        self.A = [a[..., :-1, :] for a in self.A_and_ones]
        self.slopes = [s[..., :-1, :] for s in slopes]
        hidden = bool(shapes)
        self.Z1 = Z[0] if lead and hidden else self.Z[0]
        self.dZ1 = dZ[0] if lead and hidden else self.dZ[0]


def cut(block: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return [
        block[end - math.prod(shape) : end].reshape(shape)
        for end, shape in zip(ends, shapes, strict=True)
    ]


class Passes:
    """The calls of one iteration on the examples of `batch` (k,), or on the whole training set.

    masks: one a hidden layer where units are dropped out, else none.
    """

    def __init__(
        self,
        buffers: Buffers,
        first: FirstLayer,
        upper: UpperLayers,
        activations: Sequence[Activation],
        output: Output,
        Y: Array,
        scale: Array,
        *,
        batch: NDArray[np.intp] | None = None,
        masks: Sequence[Array] = (),
    ) -> None:
        self.buffers, self._first, self._upper = buffers, first, upper
        self._activations, self._output = activations, output
        self._Y, self._scale, self._batch, self._masks = Y, scale, batch, masks
        stacked = buffers.Z[-1].ndim > 2
        self._product = np.matmul if stacked else np.dot
        # One call for the slopes of all layers, where they are alike.
        self._alike = len({id(a) for a in activations}) == 1 and not masks

    def forward(self) -> Iterator[Call]:
        b = self.buffers
        yield from self._first.forward(b.Z1, self._batch)
        for i, W in enumerate(self._upper.W):
            g = self._activations[i]
            yield partial(g.forward, b.Z[i], b.A[i])
            if not self._alike:
                yield partial(g.derivative, b.Z[i], b.A[i], b.slopes[i])
            if self._masks:
                yield partial(np.multiply, b.A[i], self._masks[i], b.A[i])
                yield partial(np.multiply, b.slopes[i], self._masks[i], b.slopes[i])
            yield partial(self._product, W, b.A_and_ones[i], b.Z[i + 1])

    def forward_on_test(self) -> Iterator[Call]:
        """With every unit in its place and without slopes, on buffers for the test set."""
        b = self.buffers
        yield from self._first.forward_on_test(b.Z1)
        for i, W in enumerate(self._upper.W):
            yield partial(self._activations[i].forward, b.Z[i], b.A[i])
            yield partial(self._product, W, b.A_and_ones[i], b.Z[i + 1])

    def backward(self) -> Iterator[Call]:
        """They leave dZ of every layer, times the scale, and all gradients in their buffers."""
        b, dZ = self.buffers, self.buffers.dZ[-1]
        yield from self._output.calls(b.Z[-1], dZ)
        Y = self._Y
        if self._batch is not None:
            Y = np.empty((*self._Y.shape[:-1], len(self._batch)), self._Y.dtype)
            yield partial(np.take, self._Y, self._batch, axis=-1, out=Y, mode="clip")
        yield partial(np.subtract, dZ, Y, dZ)
        yield partial(np.multiply, dZ, self._scale, dZ)
        if self._alike:
            yield partial(self._activations[0].derivative, b.all_Z, b.all_A, b.all_slopes)
        for i in reversed(range(len(self._upper.W))):
            W, dZ_next = self._upper.W[i], b.dZ[i + 1]
            transposed = b.A_and_ones[i].swapaxes(-1, -2)
            yield partial(self._product, dZ_next, transposed, self._upper.dW[i])
            yield partial(self._product, W[..., :-1].swapaxes(-1, -2), dZ_next, b.dZ[i])
            yield partial(np.multiply, b.dZ[i], b.slopes[i], b.dZ[i])
        yield from self._first.backward(b.dZ1, self._batch)


def forward_above(
    Z1: Array, upper: UpperLayers, activations: Sequence[Activation]
) -> tuple[list[Array], Array]:
    """A of every hidden layer and Z^[L] (n_y, m) from Z1 (n_1, m), with every unit in its place."""
    hidden, Z = [], Z1
    for W, g in zip(upper.W, activations, strict=True):
        A = np.empty_like(Z)
        g.forward(Z, A)
        hidden.append(A)
        Z = W @ with_ones(A)
    return hidden, Z
