"""A moment of a run in the solver's own small form: weights, predictions, and going on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.dataset import Dataset, Examples, Floats, Pictures
from engine.errors import HyperparameterError, ShapeError
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.initialization import initial_parameters
from engine.optimizers import Array
from engine.outputs import output_of
from engine.preparation import Prepared, prepare
from engine.solvers.descent import FIRST_LAYERS, split_upper
from engine.solvers.first_layer import Solver
from engine.solvers.upper_layers import split


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a network has learned at an iteration; the weights come on demand.

    start: the hyperparameters whose random start the run began from; they differ from
    `hyperparameters` where a run was forked. n_y: units of the output layer. since: the iteration
    from which the optimizer counts its steps. state: what a step changes, by name
    (solvers/descent.py).
    """

    hyperparameters: Hyperparameters
    start: Hyperparameters
    solver: Solver
    n_y: int
    iteration: int
    since: int
    state: Mapping[str, Array]

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.state.values())

    def parameters(self, dataset: Dataset | Examples) -> dict[str, Floats]:
        """`{"W1": (n1, n_x), "b1": (n1, 1), …}`; `dataset` is the one the run was trained on."""
        examples = examples_of(dataset, self.hyperparameters)
        W1, b1 = self._first_layer(examples)
        return {"W1": W1, "b1": b1, **self.upper_layers()}

    def upper_layers(self) -> dict[str, Floats]:
        """W2, b2, …, WL, bL, which take no work to tell."""
        units = (*self.hyperparameters.hidden_layers, self.n_y)
        like = [np.broadcast_to(0.0, (n, n_prev + 1)) for n_prev, n in pairwise(units)]
        return split_upper(split(self.state["upper"], like))

    def _first_layer(self, examples: Examples) -> tuple[Floats, Floats]:
        gram = self.solver == "gram"
        found, needed = (
            (examples.m, self.state["C"].shape[1])
            if gram
            else (examples.n_x, self.state["W"].shape[1] - 1)
        )
        if (found, len(examples.Y)) != (needed, self.n_y):
            what = "training pictures" if gram else "inputs"
            found_too = f"{found} {what}, {len(examples.Y)} outputs"
            needed_too = f"the run's own dataset: {needed} {what}, {self.n_y} outputs"
            raise ShapeError("The dataset is not the run's", found_too, needed_too)
        dims = self.hyperparameters.layers_dims(examples.n_x, self.n_y)[:2]
        start = initial_parameters(dims, self.start.initialization, self.start.seed)
        return FIRST_LAYERS[self.solver].weights(self.state, start["W1"], start["b1"], examples)

    def state_for(self, solver: Solver, optimizer: str, examples: Examples) -> Mapping[str, Array]:
        """The state in the form of `solver`, to go on with `optimizer` from here.

        Another optimizer begins without memory. In Gram space the bias, and its velocity, may be
        part of C; for L2, which needs them apart, they are taken out.
        """
        W1, b1 = self._first_layer(examples)
        state = dict(self.state)
        if optimizer != self.hyperparameters.optimizer:
            state = {name: array for name, array in state.items() if "." not in name}
        if solver == self.solver:
            if solver == "gram" and "b" not in state:
                C = state["C"]
                state |= {"s": np.ones((), C.dtype), "b": b1.astype(C.dtype)}
                if "C.V" in state:
                    state["b.V"] = state["C.V"].sum(axis=1, keepdims=True)
            return state
        return {**state, "W": np.hstack([W1, b1])}

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
    """What a run reads. Examples are taken as they are, so what would change them is refused."""
    if isinstance(dataset, Dataset):
        return prepare(dataset, h).examples
    for name in ("training_pictures", "picture_size", "label_noise", "scaling"):
        value, usual = getattr(h, name), DECLARED[name].default
        if value != usual:
            raise HyperparameterError(name, value, f"{usual} for examples, which are no pictures")
    return dataset


def unscaled(parameters: Mapping[str, Floats], prepared: Prepared) -> dict[str, Floats]:
    """The same network for pixels divided by 255 alone: the scaling is taken into W1 and b1."""
    W1 = parameters["W1"] / prepared.spread.T
    return {**parameters, "W1": W1, "b1": parameters["b1"] - W1 @ prepared.shift}
