"""What the first layer must be able to do, and the choice between the two ways of computing it.

The layers above are small; the first one, with n_x inputs a unit, is nearly all of the work, so it
alone is computed in different ways.
"""

from __future__ import annotations

from typing import Literal, Protocol

from engine.dataset import Examples, Floats

Solver = Literal["gram", "direct"]

LARGEST_GRAM_BYTES = 1 << 30


class FirstLayer(Protocol):
    """W^[1] and b^[1] in the solver's own form. Shapes: Z1 (n_1, m), dZ1 (n_1, m)."""

    def forward(self, out: Floats) -> None:
        """Writes Z1 = W1 X + b1 on the training set."""

    def forward_on_test(self) -> Floats:
        """Z1 = W1 X + b1 on the test set, (n_1, m_test)."""

    def step(self, scaled_dZ1: Floats) -> None:
        """One update from dZ1 already multiplied by α/m."""

    def state(self) -> Floats:
        """A copy of what has been learned, in the solver's own form."""

    @staticmethod
    def weights(state: Floats, W1: Floats, b1: Floats, examples: Examples) -> tuple[Floats, Floats]:
        """W1 (n_1, n_x) and b1 (n_1, 1) from a `state` and the W1, b1 the run began with."""


def work(solver: Solver, n_x: int, n_1: int, m: int, num_iterations: int) -> int:
    """Floating-point operations of the first layer over a whole run (a product of a by b by c is 2abc)."""
    if solver == "direct":
        return num_iterations * 4 * n_1 * n_x * m
    return num_iterations * 2 * n_1 * m * m + 2 * n_x * m * m + 2 * n_1 * n_x * m


def cheaper_solver(n_x: int, n_1: int, m: int, num_iterations: int) -> Solver:
    """Gram space when it takes fewer operations and its matrix G fits in memory."""
    fits = m * m * 8 <= LARGEST_GRAM_BYTES
    gram = work("gram", n_x, n_1, m, num_iterations)
    direct = work("direct", n_x, n_1, m, num_iterations)
    return "gram" if fits and gram < direct else "direct"
