"""What is inside a network: the dimensions of its arrays, its weights and gradients at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.activations import ACTIVATIONS
from engine.dataset import Dataset, Examples, Floats
from engine.preparation import sizes
from engine.progress import Step
from engine.propagation import propagate, propagate_back
from engine.snapshots import Snapshot, examples_of
from engine.solvers.first_layer import reason
from engine.solvers.settings import Settings

# An output within this of 0 or 1 passes hardly any slope on: a (1 - a) is under 0.01.
SATURATED = 0.01

Shape = tuple[int, int]


@dataclass(frozen=True)
class LayerDimensions:
    """The shapes of one layer's arrays on m examples: W (n, n_prev), b (n, 1), Z and A (n, m)."""

    layer: int
    W: Shape
    b: Shape
    Z: Shape
    A: Shape

    def arrays(self) -> dict[str, Shape]:
        return {"W": self.W, "b": self.b, "Z": self.Z, "A": self.A}

    @property
    def parameters(self) -> int:
        return self.W[0] * self.W[1] + self.b[0]


def dimensions(layers_dims: Sequence[int], m: int) -> list[LayerDimensions]:
    """The course's table of dimensions, a row for each layer with weights."""
    return [
        LayerDimensions(layer, (n, n_prev), (n, 1), (n, m), (n, m))
        for layer, (n_prev, n) in enumerate(pairwise(layers_dims), 1)
    ]


@dataclass(frozen=True, eq=False)
class Inspection:
    """A network at an iteration, on the whole training set and with no unit dropped out.

    parameters: W1 (n_1, n_x), b1 (n_1, 1), …; gradients: dW1, db1, … of the cost, its L2 term
    included. gradient_norms: ‖dW^[l]‖ of layers 1 to L. dead_units: how many units of each hidden
    layer output 0 with slope 0 for every training example. saturated: the share of outputs within
    0.01 of 0 or 1.
    """

    iteration: int
    parameters: Mapping[str, Floats]
    gradients: Mapping[str, Floats]
    gradient_norms: tuple[float, ...]
    dead_units: tuple[int, ...]
    saturated: float


def inspect(moment: Step | Snapshot, dataset: Dataset | Examples) -> Inspection:
    """Looks into a run at one of its Steps, by the course's formulas.

    `dataset` is the one the run was trained on. Takes two passes over it: made for when someone
    asks, not for every iteration.
    """
    snapshot = moment.snapshot if isinstance(moment, Step) else moment
    h = snapshot.hyperparameters
    examples = examples_of(dataset, h)
    parameters = snapshot.parameters(dataset)
    activations = h.activation_of_each_layer
    L, m = len(activations) + 1, examples.m
    # Of a run that diverged there is nothing but what is no number to see.
    with np.errstate(all="ignore"):
        seen = propagate(parameters, examples.X, activations)
        dZ = propagate_back(parameters, seen, examples.Y)
        gradients: dict[str, Floats] = {}
        for layer in range(L, 0, -1):
            W = parameters[f"W{layer}"]
            gradients[f"dW{layer}"] = (dZ[layer - 1] @ seen.A[layer - 1].T + h.l2 * W) / m
            gradients[f"db{layer}"] = dZ[layer - 1].sum(axis=1, keepdims=True) / m
    norms = [norm(gradients[f"dW{layer}"]) for layer in range(1, L + 1)]
    dead = [
        int((~units.any(axis=1)).sum()) if ACTIVATIONS[name].dies else 0
        for name, units in zip(activations, seen.A[1:-1], strict=True)
    ]
    AL = seen.A[-1]
    saturated = float(np.mean((AL < SATURATED) | (AL > 1 - SATURATED)))
    return Inspection(
        snapshot.iteration, parameters, gradients, tuple(norms), tuple(dead), saturated
    )


def norm(array: Floats) -> float:
    """The square root of the sum of squares, also of numbers so large that their squares overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        size = float(np.linalg.norm(array))
        if not np.isinf(size):
            return size
        largest = float(np.abs(array).max())
        return largest * float(np.linalg.norm(array / largest)) if np.isfinite(largest) else size


def solver_sentence(moment: Step | Snapshot, dataset: Dataset | Examples) -> str:
    """How a run was computed and why so, for its details."""
    snapshot = moment.snapshot if isinstance(moment, Step) else moment
    h = snapshot.hyperparameters
    # Without preparing the pictures, which a page that only tells of a run has no use for.
    if isinstance(dataset, Dataset):
        n_x, _, m = sizes(dataset, h)
    else:
        n_x, m = dataset.n_x, dataset.m
    n_1 = h.layers_dims(n_x, snapshot.n_y)[1]
    return reason(snapshot.solver, Settings.of(h), n_x, n_1, m, h.num_iterations)
