"""Full-batch gradient descent, one iteration after another, on buffers made once.

The formulas are the course's (`course.py` has them one function each). Two rearrangements:

- Each layer is one matrix [W b] that multiplies the activations with a row of ones below, so
  dW and db come from one product and every layer's parameters lie in one vector.
- dZ of the output is multiplied by α/m at once. Backpropagation is linear in it, so every
  gradient below comes out as the step to take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from engine.activations import ACTIVATIONS, sigmoid_forward
from engine.dataset import Examples, Floats
from engine.solvers.direct import DirectLayer, with_ones
from engine.solvers.first_layer import FirstLayer, Solver
from engine.solvers.gram import GramLayer

# Below so many multiplications, handing half of a product to a second thread costs more than it saves.
SMALL_PRODUCT = 4_000_000

FIRST_LAYERS: Mapping[Solver, type[GramLayer | DirectLayer]] = {
    "gram": GramLayer,
    "direct": DirectLayer,
}


class Descent:
    """A network being trained: after every call of `advance` its forward pass is up to date."""

    def __init__(
        self,
        parameters: Mapping[str, Floats],
        activation: str,
        learning_rate: float,
        examples: Examples,
        solver: Solver,
    ) -> None:
        self.first: FirstLayer = FIRST_LAYERS[solver](parameters["W1"], parameters["b1"], examples)
        self._activation = ACTIVATIONS[activation]
        self._Y = examples.Y
        widest = max(len(b) for name, b in parameters.items() if name.startswith("b"))
        small = widest * examples.m * max(widest, examples.m) < SMALL_PRODUCT
        self._blas_threads = one_blas_thread if small else nullcontext
        self._step_size = learning_rate / examples.m
        layers = range(2, len(parameters) // 2 + 1)
        self._allocate([np.hstack([parameters[f"W{i}"], parameters[f"b{i}"]]) for i in layers])
        self._forward()

    def _allocate(self, upper: list[Floats]) -> None:
        m = self._Y.shape[1]
        self._all_upper = np.concatenate([W.ravel() for W in upper] or [np.empty(0)])
        self._all_gradients = np.empty_like(self._all_upper)
        self._upper = views(self._all_upper, upper)
        self._gradients = views(self._all_gradients, upper)
        units = [W.shape[1] - 1 for W in upper] + [1]  # of every layer with weights
        self._Z = [np.empty((n, m)) for n in units]
        self._dZ = [np.empty((n, m)) for n in units]
        self._slope = [np.empty((n, m)) for n in units[:-1]]
        self._A_and_ones = [with_ones(np.empty((n, m))) for n in units[:-1]]
        self._A = [A[:-1] for A in self._A_and_ones]
        self._A_T = [A.T for A in self._A_and_ones]
        self._W_T = [W[:, :-1].T for W in self._upper]

    def _forward(self) -> None:
        self.first.forward(self._Z[0])
        activate = self._activation.forward
        for i, W in enumerate(self._upper):
            activate(self._Z[i], self._A[i])
            np.matmul(W, self._A_and_ones[i], out=self._Z[i + 1])

    def _backward(self) -> None:
        """Leaves (α/m) dZ of every layer and the step of every upper layer in their buffers."""
        dZ = self._dZ[-1]
        sigmoid_forward(self._Z[-1], dZ)
        np.subtract(dZ, self._Y, out=dZ)
        np.multiply(dZ, self._step_size, out=dZ)
        for i in range(len(self._upper) - 1, -1, -1):
            np.matmul(self._dZ[i + 1], self._A_T[i], out=self._gradients[i])
            np.matmul(self._W_T[i], self._dZ[i + 1], out=self._dZ[i])
            self._activation.derivative(self._Z[i], self._A[i], self._slope[i])
            np.multiply(self._dZ[i], self._slope[i], out=self._dZ[i])

    def advance(self, iterations: int) -> Floats:
        """Takes so many steps; returns the logits after each, (iterations, m)."""
        logits = np.empty((iterations, self._Y.shape[1]))
        # A diverging run is told by its costs, not by NumPy's warnings.
        with self._blas_threads(), np.errstate(over="ignore", invalid="ignore"):
            for row in logits:
                self._backward()
                np.subtract(self._all_upper, self._all_gradients, out=self._all_upper)
                self.first.step(self._dZ[0])
                self._forward()
                row[:] = self._Z[-1][0]
        return logits

    @property
    def logits(self) -> Floats:
        """Z^[L] on the training set now, (1, m)."""
        return self._Z[-1].copy()

    def test_logits(self) -> Floats:
        """Z^[L] on the test set now, (1, m_test)."""
        with np.errstate(over="ignore", invalid="ignore"):
            Z = self.first.forward_on_test()
            for W in self._upper:
                A = np.empty_like(Z)
                self._activation.forward(Z, A)
                Z = W @ with_ones(A)
        return Z

    def dead_layer(self) -> int | None:
        """The first hidden layer (from 1) that outputs 0 for every training example, if any."""
        if self._activation.dies:
            for layer, A in enumerate(self._A, 1):
                if not A.any():
                    return layer
        return None

    def upper_state(self) -> tuple[Floats, ...]:
        """A copy of [W b] of every layer above the first."""
        return tuple(W.copy() for W in self._upper)

    def parameters(self, start: Mapping[str, Floats], examples: Examples) -> dict[str, Floats]:
        """`{"W1": …, "b1": …, …}` now; `start` holds the W1 and b1 this descent began with."""
        W1, b1 = self.first.weights(self.first.state(), start["W1"], start["b1"], examples)
        return {"W1": W1, "b1": b1, **split_upper(self.upper_state())}


@cache
def blas() -> ThreadpoolController:
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager[object]:
    return blas().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


def split_upper(upper: Sequence[Floats]) -> dict[str, Floats]:
    """[W b] of layers 2, 3, … as `{"W2": …, "b2": …}`."""
    parameters = {}
    for layer, W in enumerate(upper, 2):
        parameters[f"W{layer}"], parameters[f"b{layer}"] = W[:, :-1].copy(), W[:, -1:].copy()
    return parameters


def views(vector: Floats, like: Sequence[Floats]) -> list[Floats]:
    """One matrix after another out of `vector`, of the shapes of `like`, sharing its memory."""
    ends = np.cumsum([W.size for W in like])
    return [vector[end - W.size : end].reshape(W.shape) for end, W in zip(ends, like, strict=True)]
