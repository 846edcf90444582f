"""Training as a plain generator of steps: pausing is not calling `next`, stopping is closing it.

The page, the command line and the course's two models all drain this one generator.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from engine.dataset import Dataset, Examples, Floats
from engine.errors import EngineError, HyperparameterError
from engine.evaluation import Scores, cost_of_logits, scores_of
from engine.hyperparameters import Hyperparameters
from engine.initialization import initial_parameters
from engine.optimizers import OPTIMIZERS, Array
from engine.snapshots import Snapshot, examples_of
from engine.solvers.descent import Descent
from engine.solvers.first_layer import Solver, cheaper_solver
from engine.solvers.settings import Settings

Status = Literal["running", "finished", "diverged", "dead"]
Run = Generator["Step", int | None, None]

REPORTS = 250


@dataclass(frozen=True, eq=False)
class Step:
    """A moment of a run.

    iteration: updates made so far. costs: the training cost after each update since the previous
    Step, the last one being `cost` (the first Step has one, at iteration 0); `cost` alone with
    mini-batches or dropout, where that of the whole set is not known after each, and where the run
    was told that not each is wanted. With L2 it has
    the term λ/2m ‖W‖², and the test cost has not. Logits are Z^[L], (n_y, m). best_iteration: where
    the test cost was lowest, looked at every 250th of the run. dead: the sentence that every unit
    of a layer is dead, as long as it is so. status: all but "running" are final; message says in a
    sentence why a run diverged, died or stopped early, else it is empty.
    """

    iteration: int
    costs: Floats
    cost: float
    test_cost: float
    train_accuracy: float
    test_accuracy: float
    train_logits: Array
    test_logits: Array
    best_iteration: int
    best_test_cost: float
    dead: str
    status: Status
    message: str
    snapshot: Snapshot


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
    for name in FIXED:
        kept, new = getattr(before.hyperparameters, name), getattr(changed, name)
        if kept != new:
            raise HyperparameterError(name, new, f"{kept} in a run that goes on")
    if changed.num_iterations < before.iteration:
        allowed = f"at least {before.iteration:,}, where the run goes on"
        raise HyperparameterError("num_iterations", changed.num_iterations, allowed)
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


class Progress:
    """What a run remembers from Step to Step: where it was best, and whether a layer is dead."""

    def __init__(self, h: Hyperparameters, examples: Examples, each: bool = True) -> None:
        self._h, self._examples, self._each = h, examples, each
        self.stride = -(-h.num_iterations // REPORTS)
        self.best = (math.inf, 0)
        self.dead = ""

    def advance(self, network: Descent, end: int) -> Floats:
        """Goes on to iteration `end`, or to where the run ends before; the costs as in a Step.

        Looks at the network where a run in one go would look, however this one is advanced.
        """
        parts: list[Floats] = []
        advance = network.advance if self._each else network.advance_unseen
        while network.iteration < end:
            if parts:
                test_cost = cost_of_logits(network.test_logits(), self._examples.Y_test)
                self.look(network.iteration, test_cost, network.dead_layers()[0])
                if self.out_of_patience(network.iteration):
                    break
            to_look = self.stride - network.iteration % self.stride
            parts.append(advance(min(to_look, end - network.iteration)))
            if not np.isfinite(parts[-1]).all():
                break
        # Where not each is wanted, the last part is the last cost, or those up to a divergence.
        return np.concatenate(parts) if self._each and not network.stochastic else parts[-1]

    def looks_at(self, iteration: int) -> bool:
        return iteration % self.stride == 0 or iteration == self._h.num_iterations

    def look(self, iteration: int, test_cost: float, dead_layer: int | None) -> None:
        if not self.looks_at(iteration):
            return
        if test_cost < self.best[0]:
            self.best = (test_cost, iteration)
        if not dead_layer:
            self.dead = ""
        elif not self.dead:
            self.dead = DIED.format(layer=dead_layer, iteration=iteration)

    def out_of_patience(self, iteration: int) -> bool:
        waited = iteration - self.best[1]
        return 0 < self._h.patience <= waited and self.looks_at(iteration)

    def step(
        self,
        costs: Floats,
        iteration: int,
        logits: Array,
        test_logits: Array,
        scores: Scores,
        dead_layer: int | None,
        snapshot: Snapshot,
    ) -> Step:
        """The Step at `iteration`; costs: after each update since the last one."""
        h = self._h
        kept = up_to_first_not_finite(costs)
        iteration -= len(costs) - len(kept)
        status: Status = "running"
        message = ""
        if not math.isfinite(kept[-1]):
            status, message = "diverged", DIVERGED.format(iteration=iteration)
        else:
            self.look(iteration, scores.test_cost, dead_layer)
            if iteration == h.num_iterations:
                status = "finished"
            elif self.out_of_patience(iteration):
                status, message = "finished", EARLY.format(best=self.best[1], iteration=iteration)
            if self.dead and status == "finished":
                status, message = "dead", self.dead
        return Step(
            iteration=iteration,
            costs=kept,
            cost=float(kept[-1]),
            test_cost=scores.test_cost,
            train_accuracy=scores.train_accuracy,
            test_accuracy=scores.test_accuracy,
            train_logits=logits,
            test_logits=test_logits,
            best_iteration=self.best[1],
            best_test_cost=self.best[0],
            dead=self.dead,
            status=status,
            message=message,
            snapshot=snapshot,
        )


DIVERGED = (
    "The cost is no longer a finite number at iteration {iteration:,}: "
    "the learning rate is too large for this network."
)
EARLY = (
    "Stopped early at iteration {iteration:,}: the test cost has not been lower than at iteration "
    "{best:,} since."
)
DIED = (
    "Every unit of hidden layer {layer} was dead by iteration {iteration:,}: it outputs 0 for every "
    "training example, so neither it nor a layer before it learns any more."
)


def up_to_first_not_finite(costs: Floats) -> Floats:
    finite = np.isfinite(costs)
    return costs if finite.all() else costs[: int(np.argmin(finite)) + 1]
