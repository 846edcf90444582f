"""Training as a plain generator of steps: pausing is not calling `next`, stopping is closing it.

The page, the command line and the course's two models all drain this one generator.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

import numpy as np

from engine.dataset import Dataset, Examples
from engine.errors import EngineError, HyperparameterError
from engine.evaluation import scores_of
from engine.hyperparameters import Hyperparameters
from engine.initialization import initial_parameters
from engine.optimizers import OPTIMIZERS
from engine.progress import Progress, Step
from engine.snapshots import Snapshot, examples_of
from engine.solvers.descent import Descent
from engine.solvers.first_layer import Solver, cheaper_solver
from engine.solvers.settings import Settings

Run = Generator[Step, int | None, None]


class Halted(Protocol):
    """What a run can go on from: a Step, or what was kept of one."""

    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def best_iteration(self) -> int: ...
    @property
    def best_test_cost(self) -> float: ...
    @property
    def dead(self) -> str: ...


def train(
    hyperparameters: Hyperparameters,
    dataset: Dataset | Examples,
    *,
    solver: Solver | None = None,
    each: bool = True,
) -> Run:
    """Training from iteration 0 to `num_iterations`.

    `next(run)` advances by a 250th of the run, `run.send(k)` by k iterations; what is computed
    does not depend on it. The last Step is the one at `num_iterations`, or the first whose cost is
    no longer finite ("diverged"), or the first at which patience is at an end. A run in which every
    unit of a layer is dead goes on, as its output bias still learns, and ends as "dead" unless L2
    or momentum woke one up. `solver` is chosen by counted work unless given. each: whether
    the cost after every update is wanted, or the Steps' own will do, which is quicker. Raises
    `HyperparameterError` before anything is computed when the dataset cannot give what is asked.
    """
    examples = examples_of(dataset, hyperparameters)
    check_trainable(hyperparameters, examples, solver)
    return steps_of(hyperparameters, hyperparameters, examples, solver, each=each)


def fork(
    step: Halted, changed: Hyperparameters, dataset: Dataset | Examples, *, each: bool = True
) -> Run:
    """Goes on from `step` with other hyperparameters; with the same ones as if never stopped.

    Architecture, data and precision stay those of the run. `num_iterations` counts from the run's
    own start. Another optimizer begins anew: its averages at zero, its steps counted from here.
    Raises `HyperparameterError` for a change that would need another start.
    """
    before = step.snapshot
    check_change(before.hyperparameters, changed, before.iteration)
    examples = examples_of(dataset, changed)
    check_trainable(changed, examples, None)
    return steps_of(changed, before.start, examples, None, step, each=each)


# What a run cannot change on its way: its network, its data, its start.
FIXED = (
    "hidden_layers",
    "activation",
    "activations",
    "initialization",
    "seed",
    "precision",
    "training_pictures",
    "picture_size",
    "label_noise",
    "scaling",
)


def check_change(before: Hyperparameters, changed: Hyperparameters, iteration: int) -> None:
    """Raises `HyperparameterError` for what a run cannot change at that iteration."""
    for name in FIXED:
        kept, new = getattr(before, name), getattr(changed, name)
        if kept != new:
            raise HyperparameterError(name, new, f"{kept} in a run that goes on")
    if changed.num_iterations < iteration:
        allowed = f"at least {iteration:,}, where the run goes on"
        raise HyperparameterError("num_iterations", changed.num_iterations, allowed)


def check_trainable(h: Hyperparameters, examples: Examples, solver: Solver | None) -> None:
    if h.mini_batch > examples.m:
        allowed = f"at most {examples.m:,}, the training examples used"
        raise HyperparameterError("mini_batch", h.mini_batch, allowed)
    if h.patience and not examples.Y_test.shape[1]:
        raise HyperparameterError("patience", h.patience, "0 where there is no test set")
    if solver == "gram" and not OPTIMIZERS[h.optimizer].linear:
        raise EngineError("The solver", "gram", f"direct for {h.optimizer}")


def steps_of(
    h: Hyperparameters,
    start: Hyperparameters,
    examples: Examples,
    solver: Solver | None,
    begun: Halted | None = None,
    *,
    each: bool,
) -> Run:
    """The Steps of a run that begins at the random start of `start`, or goes on from `begun`."""
    dims = h.layers_dims(examples.n_x, len(examples.Y))
    settings = Settings.of(h)
    chosen = solver or cheaper_solver(settings, dims[0], dims[1], examples.m, h.num_iterations)
    apart, since = False, 0
    if begun is not None:
        # Weights cannot be told as a combination of pictures again.
        linear, before = OPTIMIZERS[h.optimizer].linear, begun.snapshot
        chosen = before.solver if linear else "direct"
        apart = "s" in before.state
        same = h.optimizer == before.hyperparameters.optimizer
        since = before.since if same else before.iteration
    first = initial_parameters(dims, start.initialization, start.seed)
    network = Descent([settings], [first], examples, chosen, apart=apart)
    progress = Progress(h, examples, each)
    if begun is not None:
        state = before.state_for(chosen, h.optimizer, examples)
        network.load(state, before.iteration, since)
        progress.best, progress.dead = (begun.best_test_cost, begun.best_iteration), begun.dead
    costs = network.costs().reshape(1)
    while True:
        iteration = network.iteration
        snapshot = Snapshot(h, start, chosen, dims[-1], iteration, since, network.state())
        (dead,) = network.dead_layers()
        logits, test_logits = network.logits, network.test_logits()
        (scores,) = scores_of(logits[np.newaxis], test_logits[np.newaxis], examples)
        step = progress.step(costs, iteration, logits, test_logits, scores, dead, snapshot)
        asked = yield step
        if step.status != "running":
            return
        steps = max(1, asked or progress.stride)
        costs = progress.advance(network, min(iteration + steps, h.num_iterations))
