"""One example's journey through a network: every array of the course's formulas, both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.dataset import Floats
from engine.evaluation import cost_of_logits
from engine.propagation import propagate, propagate_back


@dataclass(frozen=True, eq=False)
class LayerJourney:
    """Layer l on its way forward and back, for one example.

    activation: g, "sigmoid" or "softmax" in the output layer. Forward: W (n_l, n_prev), b (n_l, 1),
    Z and A (n_l, 1). Backward: dA, slope = g'(Z) and dZ (n_l, 1), dW (n_l, n_prev), db (n_l, 1), and
    dA_prev (n_prev, 1), which layer l passes back. A softmax has no dA and no slope of its own:
    dZ = A - Y comes in one.
    """

    layer: int
    activation: str
    W: Floats
    b: Floats
    Z: Floats
    A: Floats
    dA: Floats | None
    slope: Floats | None
    dZ: Floats
    dW: Floats
    db: Floats
    dA_prev: Floats


@dataclass(frozen=True, eq=False)
class Journey:
    """X (n_x, 1), Y (n_y, 1), the layers 1 to L, and the loss, which is the cost of this example."""

    X: Floats
    Y: Floats
    layers: tuple[LayerJourney, ...]
    loss: float


def journey(
    parameters: Mapping[str, Floats], activations: Sequence[str], x: Floats, y: Floats
) -> Journey:
    """The example x (n_x, 1) with the label y (n_y, 1), in float64 and with no unit dropped out.

    The gradients are those of this example's loss, m = 1: the mean of dW over the training set is
    the gradient of a step, but for the term of L2.
    """
    exact = {name: np.asarray(array, dtype=np.float64) for name, array in parameters.items()}
    with np.errstate(all="ignore"):  # of a network that diverged there is nothing else to see
        seen = propagate(exact, np.asarray(x, dtype=np.float64), activations)
        dZ = propagate_back(exact, seen, y)
        layers: list[LayerJourney] = []
        dA, slope = output_slope(seen.A[-1], y)
        for layer in range(len(seen.Z), 0, -1):
            W, A_prev = exact[f"W{layer}"], seen.A[layer - 1]
            last = layer == len(seen.Z)
            dA_prev = W.T @ dZ[layer - 1]
            layers.append(
                LayerJourney(
                    layer,
                    activations[layer - 1] if not last else output_name(len(y)),
                    W,
                    exact[f"b{layer}"],
                    seen.Z[layer - 1],
                    seen.A[layer],
                    dA,
                    slope if last else seen.slopes[layer - 1],
                    dZ[layer - 1],
                    dZ[layer - 1] @ A_prev.T,
                    dZ[layer - 1],
                    dA_prev,
                )
            )
            dA = dA_prev
    return Journey(seen.A[0], y, tuple(layers[::-1]), cost_of_logits(seen.Z[-1], y))


def output_name(n_y: int) -> str:
    return "sigmoid" if n_y == 1 else "softmax"


def output_slope(a: Floats, y: Floats) -> tuple[Floats | None, Floats | None]:
    """dA^[L] = -(y/a - (1-y)/(1-a)), infinite where a has rounded to the wrong end, and a (1 - a)."""
    if len(y) > 1:
        return None, None
    # 0 / 0 is no part of a sum that a weight of 0 takes out.
    cat = np.where(y == 0, 0.0, y / a)
    other = np.where(y == 1, 0.0, (1 - y) / (1 - a))
    return other - cat, a * (1 - a)


@dataclass(frozen=True, eq=False)
class Glance:
    """An array in few numbers: its shape, its first rows and columns, and what it holds in all.

    first: (rows, columns); all of the array where it is small. zeros: how many entries are exactly 0.
    """

    shape: tuple[int, int]
    first: Floats
    low: float
    mean: float
    high: float
    zeros: int

    @property
    def size(self) -> int:
        return self.shape[0] * self.shape[1]


FIRST_OF_COLUMN = 24
FIRST_ROWS, FIRST_COLUMNS = 4, 6


def glance(array: Floats) -> Glance:
    """The first 24 entries of a column, of a matrix the first 6 columns of 4 rows."""
    rows, columns = (FIRST_OF_COLUMN, 1) if array.shape[1] == 1 else (FIRST_ROWS, FIRST_COLUMNS)
    return Glance(
        (array.shape[0], array.shape[1]),
        array[:rows, :columns].copy(),
        float(array.min()),
        float(array.mean()),
        float(array.max()),
        int((array == 0).sum()),
    )
