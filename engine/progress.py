"""A moment of a run, and what the run remembers from one to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.dataset import Examples, Floats
from engine.evaluation import Scores, cost_of_logits
from engine.hyperparameters import Hyperparameters
from engine.optimizers import Array
from engine.snapshots import Snapshot
from engine.solvers.descent import Descent

Status = Literal["running", "finished", "diverged", "dead"]

REPORTS = 250  # Steps of a run, unless others are asked for


@dataclass(frozen=True, eq=False)
class Step:
    """A moment of a run.

    iteration: updates made so far. costs: the training cost after each update since the previous
    Step, the last one being `cost` (the first Step has one, at iteration 0); `cost` alone with
    mini-batches or dropout, where that of the whole set is not known after each; and where the run
    was told that not each is wanted, it may be alone. With L2 it has the term λ/2m ‖W‖², and the
    test cost has not. Logits are Z^[L], (n_y, m). best_iteration: where the test cost was lowest,
    looked at every 250th of the run. dead: the sentence that every unit of a layer is dead, as long
    as it is so. status: all but "running" are final; message says in a sentence why a run diverged,
    died or stopped early, else it is empty.
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
        while network.iteration < end:
            if parts:
                test_cost = cost_of_logits(network.test_logits(), self._examples.Y_test)
                self.look(network.iteration, test_cost, network.dead_layers()[0])
                if self.out_of_patience(network.iteration):
                    break
            to_look = self.stride - network.iteration % self.stride
            steps = min(to_look, end - network.iteration)
            parts.append(network.advance(steps, each=self._each))
            if not np.isfinite(parts[-1]).all():
                break
        # Where not each is wanted, those of the other parts have gaps.
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
