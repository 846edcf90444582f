"""Forward and backward propagation as a list of in-place calls on buffers made once.

The formulas are the course's (`course.py` has them one function each), rearranged:

- Each layer is one matrix [W b] that multiplies the activations with a row of ones below, so dW and
  db come from one product and all parameters above the first layer lie in one vector.
- dZ of the output is multiplied by 1/m (by α/m where that is the whole step) at once.
  Backpropagation is linear in it, so every gradient below comes out ready to use.
- BLAS takes the rows of a product in fours, and the last three take longer than four would. There
  [W b] has a further row, (0, …, 0, 1), that hands on the row of ones and is never trained.
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

        def trained(views: Sequence[Array]) -> list[Array]:
            return [v[..., : W.shape[-2], :] for v, W in zip(views, matrices, strict=True)]

        self.matrices = trained(self.W)
        decayed = [(W[..., :-1], dW[..., :-1]) for W, dW in zip(self.W, self.dW, strict=True)]
        self.trained = Trained(vector, gradient, decayed)
        if any(f.shape != W.shape for f, W in zip(filled, matrices, strict=True)):
            of_one = [W.reshape(-1, *W.shape[-2:])[0] for W in filled]
            places = trained(split(np.arange(size), of_one))
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


class Buffers:
    """Z, A, the slopes g'(Z) and dZ of every layer, for k examples.

    Below the units of a hidden layer lies a row of ones in A, and one to match in the others, of
    ones in Z and of zeros in dZ. Only Z1, slopes and dZ of the first layer have none: so they are
    one tall matrix, of all runs, in the product with G. `A_and_ones` and what ends in `_rows` have
    those rows; all hidden layers lie in one block, where one call takes every slope.
    """

    def __init__(self, units: Sequence[int], k: int, lead: tuple[int, ...], dtype: Any) -> None:
        shapes = [(*lead, n + 1, k) for n in units[:-1]]
        unlike_A = [(*lead, n, k) for n in units[:1]] + shapes[1:] if shapes else []
        size = sum(math.prod(shape) for shape in unlike_A)
        self.all_Z, self.all_slopes, all_dZ = np.zeros((3, size), dtype)
        ones = np.ones(sum(math.prod(shape) for shape in shapes), dtype)
        self.A_and_ones = cut(ones, shapes)
        self.A = [a[..., :-1, :] for a in self.A_and_ones]
        # A single run's A lie as its Z do, as the first layer's row of ones is the last of all.
        self.all_A = None if lead else ones[:size]
        out = (*lead, units[-1], k)
        self.Z_rows = [*cut(self.all_Z, unlike_A), np.zeros(out, dtype)]
        self.dZ_rows = [*cut(all_dZ, unlike_A), np.zeros(out, dtype)]
        self.slopes_rows = cut(self.all_slopes, unlike_A)
        self.Z, self.dZ, self.slopes = (
            [rows[..., :n, :] for rows, n in zip(block, units, strict=False)]
            for block in (self.Z_rows, self.dZ_rows, self.slopes_rows)
        )
        for Z in self.Z_rows[1:-1]:
            Z[..., -1, :] = 1
        self.Z1, self.dZ1 = self.Z[0], self.dZ[0]


def cut(block: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """An array of each shape out of `block`, where the first lies last."""
    found, end = [], 0
    for shape in [*shapes[1:], *shapes[:1]]:
        start, end = end, end + math.prod(shape)
        found.append(block[start:end].reshape(shape))
    return [*found[-1:], *found[:-1]]


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
        alike = len({id(a) for a in activations}) == 1 and not masks
        self._at_once = alike and (buffers.all_A is not None or activations[0].hinged)

    def forward(self) -> Iterator[Call]:
        b = self.buffers
        yield from self._first.forward(b.Z1, self._batch)
        for i, W in enumerate(self._upper.W):
            yield self._activated(i)
            if not self._at_once:
                yield partial(self._activations[i].derivative, b.Z[i], b.A[i], b.slopes[i])
            if self._masks:
                yield partial(np.multiply, b.A[i], self._masks[i], b.A[i])
                yield partial(np.multiply, b.slopes[i], self._masks[i], b.slopes[i])
            yield partial(self._product, W, b.A_and_ones[i], rows_of(b.Z_rows[i + 1], W))

    def _activated(self, i: int) -> Call:
        b, g = self.buffers, self._activations[i]
        # A hinge keeps the row of ones as it is, and the rows of stacked runs then lie together.
        whole = g.hinged and i > 0
        return g.forward_call(*((b.Z_rows[i], b.A_and_ones[i]) if whole else (b.Z[i], b.A[i])))

    def forward_on_test(self) -> Iterator[Call]:
        """With every unit in its place and without slopes, on buffers for the test set."""
        b = self.buffers
        yield from self._first.forward_on_test(b.Z1)
        for i, W in enumerate(self._upper.W):
            yield self._activated(i)
            yield partial(self._product, W, b.A_and_ones[i], rows_of(b.Z_rows[i + 1], W))

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
        if self._at_once:
            all_A = b.all_Z if b.all_A is None else b.all_A
            yield partial(self._activations[0].derivative, b.all_Z, all_A, b.all_slopes)
        for i in reversed(range(len(self._upper.W))):
            W = self._upper.W[i]
            dZ_next = rows_of(b.dZ_rows[i + 1], W)
            transposed = b.A_and_ones[i].swapaxes(-1, -2)
            yield partial(self._product, dZ_next, transposed, self._upper.dW[i])
            yield partial(self._product, W[..., :-1].swapaxes(-1, -2), dZ_next, b.dZ[i])
            yield partial(np.multiply, b.dZ_rows[i], b.slopes_rows[i], b.dZ_rows[i])
        yield from self._first.backward(b.dZ1, self._batch)


def rows_of(rows: Array, W: Array) -> Array:
    """The rows that a product by W writes, or reads on the way back."""
    return rows[..., : W.shape[-2], :]


def forward_above(
    Z1: Array, upper: UpperLayers, activations: Sequence[Activation]
) -> tuple[list[Array], Array]:
    """A of every hidden layer and Z^[L] (n_y, m) from Z1 (n_1, m), with every unit in its place."""
    hidden, Z = [], Z1
    for W, g in zip(upper.matrices, activations, strict=True):
        A = np.empty_like(Z)
        g.forward(Z, A)
        hidden.append(A)
        Z = W @ with_ones(A)
    return hidden, Z
