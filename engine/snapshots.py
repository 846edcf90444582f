"""A moment of a run in the solver's own small form: weights, predictions, and going on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.dataset import Dataset, Examples, Floats, Pictures
from engine.hyperparameters import Hyperparameters
from engine.initialization import initial_parameters
from engine.optimizers import Array
from engine.outputs import output_of
from engine.preparation import Prepared, prepare
from engine.solvers.descent import FIRST_LAYERS, split_upper
from engine.solvers.first_layer import Solver
from engine.solvers.passes import split


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a network has learned at an iteration; the weights come on demand.

    start: the hyperparameters whose random start the run began from; they differ from
    `hyperparameters` where a run was forked. n_y: units of the output layer. state: what a step
    changes, by name (solvers/descent.py).
    """

    hyperparameters: Hyperparameters
    start: Hyperparameters
    solver: Solver
    n_y: int
    iteration: int
    state: Mapping[str, Array]

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.state.values())

    def parameters(self, dataset: Dataset | Examples) -> dict[str, Floats]:
        """`{"W1": (n1, n_x), "b1": (n1, 1), …}`; `dataset` is the one the run was trained on."""
        examples = examples_of(dataset, self.hyperparameters)
        dims = self.hyperparameters.layers_dims(examples.n_x, self.n_y)
        start = initial_parameters(dims[:2], self.start.initialization, self.start.seed)
        layer = FIRST_LAYERS[self.solver]
        W1, b1 = layer.weights(self.state, start["W1"], start["b1"], examples)
        like = [
            np.broadcast_to(0.0, (n, n_prev + 1))
            for n_prev, n in pairwise(dims[1:])
        ]
        return {"W1": W1, "b1": b1, **split_upper(split(self.state["upper"], like))}

    def state_for(self, solver: Solver, examples: Examples) -> Mapping[str, Array]:
        """The state in the form of `solver`, to go on with another optimizer or with L2 from here.

        In Gram space the bias may be part of C; where L2 needs it apart, it is taken out.
        """
        dims = self.hyperparameters.layers_dims(examples.n_x, self.n_y)[:2]
        start = initial_parameters(dims, self.start.initialization, self.start.seed)
        W1, b1 = FIRST_LAYERS[self.solver].weights(self.state, start["W1"], start["b1"], examples)
        if solver == self.solver == "gram":
            C = self.state["C"]
            ones = np.ones((), C.dtype)
            return {"s": ones, "b": b1.astype(C.dtype), **self.state}
        if solver == "direct" and self.solver == "gram":
            return {**self.state, "W": np.hstack([W1, b1])}
        return self.state

    def predict(self, dataset: Dataset, pictures: Pictures) -> Floats:
        """P of each picture (k, height, width, 3) uint8: (1, k) of class 1, or (classes, k)."""
        from engine.models import network_logits

        prepared = prepare(dataset, self.hyperparameters)
        Z = network_logits(
            self.parameters(dataset),
            prepared.read(pictures),
            self.hyperparameters.activation_of_each_layer,
        )
        return np.asarray(output_of(self.n_y).probabilities(Z))


def examples_of(dataset: Dataset | Examples, h: Hyperparameters) -> Examples:
    return prepare(dataset, h).examples if isinstance(dataset, Dataset) else dataset


def unscaled(parameters: Mapping[str, Floats], prepared: Prepared) -> dict[str, Floats]:
    """The same network for pixels divided by 255 alone: the scaling is taken into W1 and b1."""
    W1 = parameters["W1"] / prepared.spread.T
    return {**parameters, "W1": W1, "b1": parameters["b1"] - W1 @ prepared.shift}
