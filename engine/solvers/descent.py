"""Full-batch gradient descent, one iteration after another, on buffers made once.

The formulas are the course's (`course.py` has them one function each). Three rearrangements:

- Each layer is one matrix [W b] that multiplies the activations with a row of ones below, so
  dW and db come from one product and every layer's parameters lie in one vector.
- dZ of the output is multiplied by α/m at once. Backpropagation is linear in it, so every
  gradient below comes out as the step to take.
- An iteration makes the same calls on the same buffers each time: they are bound once, and the
  loop does nothing else but make them. (Arguments by position: the output comes last.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial

import numpy as np
from threadpoolctl import ThreadpoolController

from engine.activations import ACTIVATIONS
from engine.dataset import Examples, Floats
from engine.solvers.direct import DirectLayer, with_ones
from engine.solvers.first_layer import FirstLayer, Solver
from engine.solvers.gram import GramLayer

Call = Callable[[], object]

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
        self._iteration = (*self._backward(), *self._update(), *self._forward())
        for call in self._forward():
            call()

    def _allocate(self, upper: list[Floats]) -> None:
        m = self._Y.shape[1]
        self._all_upper = np.concatenate([W.ravel() for W in upper] or [np.empty(0)])
        self._all_gradients = np.empty_like(self._all_upper)
        self._upper = views(self._all_upper, upper)
        self._gradients = views(self._all_gradients, upper)
        # Z, A and slopes of the hidden layers lie in one block each: one call takes every slope.
        # Below the units of a layer A has its row of ones, and the other two a row to match.
        rows = [np.empty((W.shape[1], m)) for W in upper]
        self._all_Z, self._all_slopes = np.zeros((2, sum(map(len, rows)), m))
        self._all_A = np.ones_like(self._all_Z)
        self._A_and_ones = views(self._all_A.ravel(), rows)
        self._A = [A[:-1] for A in self._A_and_ones]
        self._Z = [Z[:-1] for Z in views(self._all_Z.ravel(), rows)] + [np.empty((1, m))]
        self._slopes = [slopes[:-1] for slopes in views(self._all_slopes.ravel(), rows)]
        self._dZ = [np.empty_like(Z) for Z in self._Z]

    def _forward(self) -> Iterator[Call]:
        yield partial(self.first.forward, self._Z[0])
        for i, W in enumerate(self._upper):
            yield partial(self._activation.forward, self._Z[i], self._A[i])
            yield partial(np.dot, W, self._A_and_ones[i], self._Z[i + 1])

    def _backward(self) -> Iterator[Call]:
        """They leave (α/m) dZ of every layer and the step of every upper layer in their buffers."""
        # (σ(z) - y) α/m with σ(z) = 1 / (1 + e^-z), which is 0 as it should be where e^-z overflows.
        dZ = self._dZ[-1]
        yield partial(np.negative, self._Z[-1], dZ)
        yield partial(np.exp, dZ, dZ)
        yield partial(np.add, dZ, 1.0, dZ)
        yield partial(np.divide, self._step_size, dZ, dZ)
        yield partial(np.subtract, dZ, self._step_size * self._Y, dZ)
        derivative = self._activation.derivative
        yield partial(derivative, self._all_Z, self._all_A, self._all_slopes)
        for i, W in reversed(list(enumerate(self._upper))):
            dZ_next, dZ = self._dZ[i + 1], self._dZ[i]
            yield partial(np.dot, dZ_next, self._A_and_ones[i].T, self._gradients[i])
            yield partial(np.dot, W[:, :-1].T, dZ_next, dZ)
            yield partial(np.multiply, dZ, self._slopes[i], dZ)

    def _update(self) -> Iterator[Call]:
        yield partial(np.subtract, self._all_upper, self._all_gradients, self._all_upper)
        yield partial(self.first.step, self._dZ[0])

    def advance(self, iterations: int) -> Floats:
        """Takes so many steps; returns the logits after each, (iterations, m)."""
        logits = np.empty((iterations, self._Y.shape[1]))
        # A diverging run is told by its costs, not by NumPy's warnings.
        with self._blas_threads(), np.errstate(over="ignore", invalid="ignore"):
            for row in logits:
                for call in self._iteration:
                    call()
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
