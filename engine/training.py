"""Training as a plain generator of steps: pausing is not calling `next`, stopping is closing it.

The page, the command line and the course's two models all drain this one generator.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.dataset import Dataset, Examples, Floats
from engine.evaluation import accuracy_of_logits, costs_of_logits
from engine.hyperparameters import Hyperparameters
from engine.initialization import initial_parameters
from engine.solvers.descent import FIRST_LAYERS, Descent, split_upper
from engine.solvers.first_layer import Solver, cheaper_solver

Status = Literal["running", "finished", "diverged", "dead"]
Run = Generator["Step", int | None, None]

REPORTS = 250


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a network has learned, in the solver's own small form; the weights come on demand."""

    hyperparameters: Hyperparameters
    solver: Solver
    first: Floats
    upper: tuple[Floats, ...]

    @property
    def nbytes(self) -> int:
        return self.first.nbytes + sum(W.nbytes for W in self.upper)

    def parameters(self, dataset: Dataset | Examples) -> dict[str, Floats]:
        """`{"W1": (n1, n_x), "b1": (n1, 1), …}`; `dataset` is the one the run was trained on."""
        examples = dataset.examples if isinstance(dataset, Dataset) else dataset
        h = self.hyperparameters
        start = initial_parameters(h.layers_dims(examples.n_x)[:2], h.initialization, h.seed)
        layer = FIRST_LAYERS[self.solver]
        W1, b1 = layer.weights(self.first, start["W1"], start["b1"], examples)
        return {"W1": W1, "b1": b1, **split_upper(self.upper)}


@dataclass(frozen=True, eq=False)
class Step:
    """A moment of a run.

    iteration: updates made so far. costs: the training cost after each update since the previous
    Step, the last one being `cost` (the first Step has one, at iteration 0). Logits are Z^[L],
    (1, m). status: all but "running" are final; message says in a sentence why a run diverged or
    died, else it is empty.
    """

    iteration: int
    costs: Floats
    cost: float
    test_cost: float
    train_accuracy: float
    test_accuracy: float
    train_logits: Floats
    test_logits: Floats
    status: Status
    message: str
    snapshot: Snapshot


def train(
    hyperparameters: Hyperparameters,
    dataset: Dataset | Examples,
    *,
    solver: Solver | None = None,
) -> Run:
    """Full-batch gradient descent from iteration 0 to `num_iterations`.

    `next(run)` advances by a 250th of the run, `run.send(k)` by k iterations; what is computed
    does not depend on it. The last Step is the one at `num_iterations`, or the first whose cost is
    no longer finite ("diverged"). A run in which every unit of a layer died goes on, as its output
    bias still learns, and ends as "dead". `solver` is chosen by counted work unless given.
    """
    h = hyperparameters
    examples = dataset.examples if isinstance(dataset, Dataset) else dataset
    dims = h.layers_dims(examples.n_x)
    chosen = solver or cheaper_solver(dims[0], dims[1], examples.m, h.num_iterations)
    start = initial_parameters(dims, h.initialization, h.seed)
    network = Descent(start, h.activation, h.learning_rate, examples, chosen)
    stride = -(-h.num_iterations // REPORTS)
    iteration, costs, died = 0, costs_of_logits(network.logits, examples.Y), ""
    while True:
        status: Status = "finished" if iteration == h.num_iterations else "running"
        message = ""
        if not np.isfinite(costs[-1]):
            status, message = "diverged", DIVERGED.format(iteration=iteration)
        elif not died and (layer := network.dead_layer()):
            died = DIED.format(layer=layer, iteration=iteration)
        if died and status == "finished":
            status, message = "dead", died
        logits, test_logits = network.logits, network.test_logits()
        asked = yield Step(
            iteration=iteration,
            costs=costs,
            cost=float(costs[-1]),
            test_cost=float(costs_of_logits(test_logits, examples.Y_test)[0]),
            train_accuracy=accuracy_of_logits(logits, examples.Y),
            test_accuracy=accuracy_of_logits(test_logits, examples.Y_test),
            train_logits=logits,
            test_logits=test_logits,
            status=status,
            message=message,
            snapshot=Snapshot(h, chosen, network.first.state(), network.upper_state()),
        )
        if status != "running":
            return
        steps = min(max(1, asked or stride), h.num_iterations - iteration)
        costs = up_to_first_not_finite(costs_of_logits(network.advance(steps), examples.Y))
        iteration += len(costs)


DIVERGED = (
    "The cost is no longer a finite number at iteration {iteration:,}: "
    "the learning rate is too large for this network."
)
DIED = (
    "Every unit of hidden layer {layer} was dead by iteration {iteration:,}: it outputs 0 for every "
    "training picture, so neither it nor a layer before it learns any more."
)


def up_to_first_not_finite(costs: Floats) -> Floats:
    finite = np.isfinite(costs)
    return costs if finite.all() else costs[: int(np.argmin(finite)) + 1]
