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

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.optimizers import Array, Call
from engine.outputs import Output
from engine.solvers.buffers import Buffers
from engine.solvers.direct import with_ones
from engine.solvers.first_layer import FirstLayer
from engine.solvers.upper_layers import UpperLayers


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
