"""What the first layer must be able to do, and the choice between the two ways of computing it.

The layers above are small; the first one, with n_x inputs a unit, is nearly all of the work, so it
alone is computed in different ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Examples, Floats
from engine.optimizers import OPTIMIZERS, Array, Call, Trained
from engine.solvers.settings import Settings

Solver = Literal["gram", "direct"]
State = Mapping[str, Array]

LARGEST_GRAM_BYTES = 1 << 30
CACHE_BYTES = 4 << 20


class FirstLayer(Protocol):
    """W^[1] and b^[1] in the solver's own form. Z1 and dZ1 are (n_1, k) on k examples."""

    trained: dict[str, Trained]

    def forward(self, Z1: Array, batch: NDArray[np.intp] | None) -> Iterator[Call]:
        """Calls that write Z1 = W1 X + b1 on the examples of `batch`, or on the training set."""

    def backward(self, dZ1: Array, batch: NDArray[np.intp] | None) -> Iterator[Call]:
        """Calls that turn dZ1 into the gradients of `trained`."""

    def on_train(self) -> Array:
        """Z1 on the training set, (n_1, m)."""

    def forward_on_test(self, Z1: Array) -> Iterator[Call]:
        """Calls that write Z1 on the test set, (n_1, m_test)."""

    def squared_norm(self, Z1: Array) -> Array:
        """‖W1‖², given Z1 on the training set."""

    @staticmethod
    def weights(state: State, W1: Floats, b1: Floats, examples: Examples) -> tuple[Floats, Floats]:
        """W1 (n_1, n_x) and b1 (n_1, 1) from the values of `trained` and the start of the run."""

    @staticmethod
    def on_others(state: State, W1X: Floats, b1: Floats, X: Floats, K: Floats) -> Floats:
        """Z1 (n_1, k) of examples X (n_x, k) that are not trained on, without making W1.

        W1X (n_1, k) and b1 are the start's; K (m, k) is the training examples' product with X.
        """


def work(solver: Solver, n_x: int, n_1: int, m: int, k: int, num_iterations: int) -> int:
    """Floating-point operations of the first layer over a run with batches of k.

    A product of a by b by c is 2abc. In Gram space: Z1 of a batch from C (n_1, m), after G (m, m)
    and W1(0) X once. Directly: Z1 and dW1 from X.
    """
    if solver == "direct":
        return num_iterations * 4 * n_1 * n_x * k
    return num_iterations * 2 * n_1 * m * k + 2 * n_x * m * m + 2 * n_1 * n_x * m


def effort(solver: Solver, n_x: int, n_1: int, m: int, k: int, num_iterations: int) -> float:
    """The work in operations of an iteration's narrow products, as a measure of time.

    G itself is one large square product, which runs about three times as fast as they do. Once G no
    longer fits in the processor's cache, every iteration waits a little for it to come from memory.
    """
    if solver == "direct":
        return work(solver, n_x, n_1, m, k, num_iterations)
    waiting = 1.2 if m * m * 8 > CACHE_BYTES else 1
    return waiting * num_iterations * 2 * n_1 * m * k + 2 * n_x * m * m / 3 + 2 * n_1 * n_x * m


def cheaper_solver(settings: Settings, n_x: int, n_1: int, m: int, num_iterations: int) -> Solver:
    """Gram space where the optimizer's steps are linear, G fits in memory, and it takes less."""
    possible = OPTIMIZERS[settings.optimizer].linear and fits_in_memory(m)
    sizes = n_x, n_1, m, settings.batch_of(m), num_iterations
    return "gram" if possible and effort("gram", *sizes) < effort("direct", *sizes) else "direct"


def fits_in_memory(m: int) -> bool:
    """Whether G, (m, m) of float64, does."""
    return m * m * 8 <= LARGEST_GRAM_BYTES


def reason(
    solver: Solver, settings: Settings, n_x: int, n_1: int, m: int, num_iterations: int
) -> str:
    """A sentence that says which way the first layer is computed, and what speaks for it."""
    k = settings.batch_of(m)
    if solver == "gram":
        # An iteration's, as G is made once for all runs on the same pictures.
        gram, direct = 2 * n_1 * m * k, work("direct", n_x, n_1, m, k, 1)
        if gram < direct:
            return (
                f"Solved in Gram space: {times(direct / gram)} less arithmetic in the first layer "
                "than on its weights."
            )
        return f"Solved in Gram space, with {times(gram / direct)} the arithmetic of the weights."
    if not OPTIMIZERS[settings.optimizer].linear:
        return (
            f"Solved directly on the weights: {settings.optimizer} needs every weight's own square."
        )
    if not fits_in_memory(m):
        return (
            f"Solved directly on the weights: the products of {m:,} examples are too many to keep."
        )
    gram, direct = (work(way, n_x, n_1, m, k, num_iterations) for way in ("gram", "direct"))
    if direct <= gram:
        return (
            f"Solved directly on the weights: Gram space would take {times(gram / direct)} the "
            "arithmetic in this run."
        )
    return (
        f"Solved directly on the weights, with {times(direct / gram)} the arithmetic of Gram space."
    )


def times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio >= 9.95 else f"{ratio:.1f} times"
