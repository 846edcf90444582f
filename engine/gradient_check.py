"""The gradient check of the course: backward propagation against central differences of the cost.

For a parameter θ, (J(θ + ε) - J(θ - ε)) / 2ε needs forward propagation alone, so a mistake in the
backward formulas shows in the difference of the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS
from engine.dataset import Floats
from engine.outputs import output_of
from engine.propagation import Propagation, propagate, propagate_back

# The course takes 1e-7, which suits gradients of about 1. Those of a trained network's single
# weights are 10,000 times smaller, and 1e-7 would leave little of them but rounding.
EPSILON = 1e-5
THRESHOLD = 1e-7  # the course's: above it, "there is a mistake in the backward propagation"

MOST_EXAMPLES = 256
MOST_ENTRIES, FEWEST_ENTRIES = 100, 4  # of each W and each b
WORK = 4e8  # multiplications that an array may take with more entries than the fewest


@dataclass(frozen=True, eq=False)
class ArrayCheck:
    """Entries of one W or b: what backward propagation and the central differences say of each.

    gradient, approximation: (k,) of the entries compared. kinks: how many more were drawn but left
    out, because a ReLU turns on or off between θ - ε and θ + ε, where there is no derivative.
    """

    name: str
    shape: tuple[int, int]
    gradient: Floats
    approximation: Floats
    kinks: int

    @property
    def size(self) -> float:
        """‖grad‖ of the entries compared."""
        return float(np.linalg.norm(self.gradient))

    @property
    def difference(self) -> float:
        return relative_difference(self.gradient, self.approximation)


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Of a whole network, on m examples."""

    arrays: tuple[ArrayCheck, ...]
    m: int

    @property
    def difference(self) -> float:
        """‖grad - approx‖ / (‖grad‖ + ‖approx‖) over everything compared."""
        return relative_difference(
            np.concatenate([a.gradient for a in self.arrays]),
            np.concatenate([a.approximation for a in self.arrays]),
        )

    @property
    def compared(self) -> int:
        return sum(len(a.gradient) for a in self.arrays)

    @property
    def kinks(self) -> int:
        return sum(a.kinks for a in self.arrays)


def relative_difference(gradient: Floats, approximation: Floats) -> float:
    """‖grad - approx‖ / (‖grad‖ + ‖approx‖), as in the course's exercise; 0 where both are 0."""
    size = float(np.linalg.norm(gradient) + np.linalg.norm(approximation))
    return float(np.linalg.norm(gradient - approximation)) / size if size else 0.0


def check_gradient(
    parameters: Mapping[str, Floats],
    activations: Sequence[str],
    X: Floats,
    Y: Floats,
    l2: float = 0.0,
    layers: Iterable[int] | None = None,
) -> GradientCheck:
    """Compares entries of W^[l] and b^[l] of `layers`, of all layers unless given.

    X (n_x, m), Y (n_y, m); of more than 256 examples the first 256 are taken. `l2` is λ: the cost
    then has its term λ/2m ‖W‖². All entries of small arrays are compared, of large ones a sample,
    the same each time.
    """
    X, Y = X[:, :MOST_EXAMPLES], Y[:, :MOST_EXAMPLES]
    exact = {name: np.asarray(array, dtype=np.float64) for name, array in parameters.items()}
    with np.errstate(all="ignore"):
        seen = propagate(exact, X, activations)
        dZ = propagate_back(exact, seen, Y)
        of_each = layers if layers is not None else range(1, len(seen.Z) + 1)
        arrays = [
            check
            for layer in of_each
            for check in _check_layer(exact, activations, seen, dZ[layer - 1], Y, l2, layer)
        ]
    return GradientCheck(tuple(arrays), X.shape[1])


def _check_layer(
    parameters: Mapping[str, Floats],
    activations: Sequence[str],
    seen: Propagation,
    dZ: Floats,
    Y: Floats,
    l2: float,
    layer: int,
) -> Iterator[ArrayCheck]:
    W, b, A_prev, m = parameters[f"W{layer}"], parameters[f"b{layer}"], seen.A[layer - 1], len(Y.T)
    gradients = {"W": (dZ @ A_prev.T + l2 * W) / m, "b": dZ.sum(axis=1, keepdims=True) / m}
    for kind, array in (("W", W), ("b", b)):
        found, kinks = [], 0
        for row, column in _sample(array.shape, _entries(parameters, layer, m)):
            value = array[row, column]
            # What the float types make of θ ± ε is what is divided by.
            above, below = value + EPSILON, value - EPSILON
            step = A_prev[column] if kind == "W" else np.ones(m)
            (J_above, on_above), (J_below, on_below) = (
                _cost_from(parameters, activations, seen, Y, layer, row, (theta - value) * step)
                for theta in (above, below)
            )
            if any((x != y).any() for x, y in zip(on_above, on_below, strict=True)):
                kinks += 1
                continue
            pull = l2 / (2 * m) * (above**2 - below**2) if kind == "W" else 0.0
            slope = (float((J_above - J_below).mean()) + pull) / (above - below)
            found.append((gradients[kind][row, column], slope))
        pairs = np.array(found, dtype=np.float64).reshape(-1, 2)
        shape = (array.shape[0], array.shape[1])
        yield ArrayCheck(f"{kind}{layer}", shape, pairs[:, 0], pairs[:, 1], kinks)


def _cost_from(
    parameters: Mapping[str, Floats],
    activations: Sequence[str],
    seen: Propagation,
    Y: Floats,
    layer: int,
    row: int,
    change: Floats,
) -> tuple[Floats, list[NDArray[np.bool_]]]:
    """The loss of each example (m,) when row `row` of Z^[layer] changes, and which units that have
    a kink are on. What comes before that row stays as it is, so only what follows is computed."""
    Z = seen.Z[layer - 1].copy()
    Z[row] += change
    on: list[NDArray[np.bool_]] = []
    for upper in range(layer, len(seen.Z)):
        name = activations[upper - 1]
        if name in KINKED:
            on.append(Z > 0)
        A = np.empty_like(Z)
        ACTIVATIONS[name].forward(Z, A)
        Z = parameters[f"W{upper + 1}"] @ A + parameters[f"b{upper + 1}"]
    # One example at a time, (m, n_y, 1), so that the mean comes after the difference: it rounds less.
    losses = output_of(len(Z)).costs(Z.T[:, :, np.newaxis], Y.T[:, :, np.newaxis])
    return losses, on


KINKED = frozenset({"relu", "leaky relu"})


def _entries(parameters: Mapping[str, Floats], layer: int, m: int) -> int:
    """How many entries of each array of a layer can be compared in a moment."""
    above = sum(W.size for n, W in parameters.items() if n[0] == "W" and int(n[1:]) > layer)
    each = 2 * m * (above + len(parameters[f"b{layer}"]))
    return int(min(MOST_ENTRIES, max(FEWEST_ENTRIES, WORK // each)))


def _sample(shape: tuple[int, ...], most: int) -> list[tuple[int, int]]:
    """Rows and columns of all entries, or of `most` of them, none twice."""
    size = math.prod(shape)
    places = np.arange(size)
    if size > most:
        places = np.sort(np.random.default_rng(0).choice(size, most, replace=False))
    return [(int(p) // shape[1], int(p) % shape[1]) for p in places]
