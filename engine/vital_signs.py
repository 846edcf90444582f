"""What a diagnosis looks at: the levels of a run's curves, and the network's own numbers at its end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset, Examples, Floats
from engine.evaluation import accuracy_of_logits, cost_of_logits, probabilities
from engine.hyperparameters import Hyperparameters
from engine.initialization import initial_parameters
from engine.inspection import Inspection, inspect, norm
from engine.optimizers import Array
from engine.outputs import output_of
from engine.propagation import propagate, propagate_back
from engine.snapshots import Snapshot, examples_of

Curves = Mapping[str, tuple[Floats, Floats]]

# Of fewer points no trend is told.
FEWEST_POINTS = 10
# Falling: by 1 in 100 from the last tenth of the run but one to the last one.
FALL = 0.01
# One answer for all but 1 in 100.
ONE_ANSWER = 0.99
# Before the cost is a tenth below that of the class shares there is nothing to overfit with, or lose.
BELOW_SHARES = 0.9


class RunEnd(Protocol):
    """How a run ended: the last Step of one, or `Ending` of what is kept of it."""

    @property
    def status(self) -> str: ...
    @property
    def train_logits(self) -> Array: ...
    @property
    def test_logits(self) -> Array: ...
    @property
    def snapshot(self) -> Snapshot: ...


@dataclass(frozen=True, eq=False)
class Ending:
    """status: as of a Step, or any other word for a run that was halted. Logits: (n_y, m)."""

    status: str
    train_logits: Array
    test_logits: Array
    snapshot: Snapshot


@dataclass(frozen=True)
class LayerSigns:
    """One layer with weights, on the training set at the end of a run.

    error: the root mean square over pictures of ‖dZ^[l]‖: how much of what was wrong at the output
    arrives here. gradient: ‖dW^[l]‖. moved: ‖W^[l] - W^[l](0)‖ / ‖W^[l](0)‖, NaN from a zero start.
    dead: units that output 0 for every training picture, None in the output layer.
    """

    layer: int
    units: int
    error: float
    gradient: float
    moved: float
    dead: int | None

    @property
    def name(self) -> str:
        return f"{self.layer}" if self.dead is not None else f"{self.layer} (output)"


@dataclass(frozen=True, eq=False)
class VitalSigns:
    """Everything the findings are made of; what takes a pass over the pictures comes on demand."""

    curves: Curves
    end: RunEnd
    dataset: Dataset | Examples
    inspection: Inspection | None

    @property
    def hyperparameters(self) -> Hyperparameters:
        return self.end.snapshot.hyperparameters

    @cached_property
    def examples(self) -> Examples:
        return examples_of(self.dataset, self.hyperparameters)

    @property
    def noun(self) -> str:
        return self.dataset.noun if isinstance(self.dataset, Dataset) else "example"

    # The curves

    def points(self, name: str) -> tuple[Floats, Floats]:
        """The finite points of a curve."""
        x, y = (np.asarray(v, dtype=np.float64) for v in self.curves[name])
        finite = np.isfinite(y)
        return x[finite], y[finite]

    def level(self, name: str, start: float, stop: float) -> float:
        """The median of a curve between two shares of the run: what it is but for its ripple.

        NaN without a point there. Thinning keeps the extremes of every stretch, so the median of
        a thinned curve lies in the middle of the ripple as that of the whole one does.
        """
        x, y = self.points(name)
        if not len(x):
            return math.nan
        first, last = x[0], x[-1]
        share = (x - first) / max(last - first, 1.0)
        within = y[(share >= start) & (share <= stop)]
        return float(np.median(within)) if len(within) else math.nan

    def tenths(self, name: str) -> tuple[float, float]:
        """A curve's level in the last tenth of the run but one, and in the last one."""
        return self.level(name, 0.8, 0.9), self.level(name, 0.9, 1.0)

    def falling(self, name: str) -> bool:
        before, after = self.tenths(name)
        return len(self.points(name)[0]) >= FEWEST_POINTS and after < (1 - FALL) * before

    # What the network answers

    @cached_property
    def train_cost(self) -> float:
        """The cross-entropy alone, without L2's term."""
        return cost_of_logits(self.end.train_logits, self.examples.Y)

    def answers(self, part: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The predicted and the true class of every picture of the "train" or "test" set."""
        Z, Y = (
            (self.end.train_logits, self.examples.Y)
            if part == "train"
            else (self.end.test_logits, self.examples.Y_test)
        )
        true = Y[0] if len(Y) == 1 else Y.argmax(axis=0)
        return output_of(len(Z)).predictions(Z), np.asarray(true, dtype=np.int64)

    def accuracy(self, part: str) -> float:
        if part == "train":
            return accuracy_of_logits(self.end.train_logits, self.examples.Y)
        return accuracy_of_logits(self.end.test_logits, self.examples.Y_test)

    def m(self, part: str) -> int:
        return self.examples.m if part == "train" else int(self.examples.Y_test.shape[1])

    def larger_class(self, part: str) -> tuple[str, float]:
        """The most frequent class of a set and its share: the accuracy of always answering it."""
        _, true = self.answers(part)
        counts = np.bincount(true)
        label = int(counts.argmax())
        return self.class_name(label), float(counts[label] / len(true))

    def class_name(self, label: int) -> str:
        return self.dataset.classes[label] if isinstance(self.dataset, Dataset) else str(label)

    @cached_property
    def one_answer(self) -> str:
        """Says that nearly all training pictures are taken for one class, or is empty."""
        counts = np.bincount(self.answers("train")[0])
        label, m = int(counts.argmax()), self.m("train")
        if counts[label] < ONE_ANSWER * m:
            return ""
        every = "every" if counts[label] == m else "nearly every"
        return f"answers “{self.class_name(label)}” for {every} {self.noun}"

    @cached_property
    def cost_of_shares(self) -> float:
        """The least cost of one answer for all, -Σ p log p over the classes' shares p."""
        _, true = self.answers("train")
        shares = np.bincount(true) / len(true)
        shares = shares[shares > 0]
        return float(-(shares * np.log(shares)).sum())

    def flat(self, part: str, slope: float) -> NDArray[np.bool_]:
        """Of which pictures the output's slope a(1-a) is below `slope`, a the answer's probability."""
        Z = self.end.train_logits if part == "train" else self.end.test_logits
        P = probabilities(np.asarray(Z, dtype=np.float64))
        a = np.maximum(P[0], 1 - P[0]) if len(P) == 1 else P.max(axis=0)
        return np.asarray(a * (1 - a) < slope)

    # Inside the network

    @property
    def cost_of_knowing(self) -> float:
        """Below this cost a network knows more than the classes' shares."""
        return BELOW_SHARES * self.cost_of_shares

    @cached_property
    def looked_into(self) -> Inspection:
        return self.inspection or inspect(self.end.snapshot, self.dataset)

    @cached_property
    def layers(self) -> tuple[LayerSigns, ...]:
        seen, snapshot = self.looked_into, self.end.snapshot
        dims = self.hyperparameters.layers_dims(self.examples.n_x, snapshot.n_y)
        start = initial_parameters(dims, snapshot.start.initialization, snapshot.start.seed)
        errors = self._errors()
        signs = []
        for i, units in enumerate(dims[1:]):
            W, W_start = seen.parameters[f"W{i + 1}"], start[f"W{i + 1}"]
            size = norm(W_start)
            moved = norm(W - W_start) / size if size else math.nan
            dead = seen.dead_units[i] if i < len(seen.dead_units) else None
            signs.append(
                LayerSigns(i + 1, units, errors[i], seen.gradient_norms[i], moved, dead),
            )
        return tuple(signs)

    def _errors(self) -> list[float]:
        """The root mean square of ‖dZ^[l]‖ over the training pictures, of layers 1 to L.

        Gradients cannot be compared across layers, as dW^[1] = dZ^[1] Xᵀ / m is larger by the size
        of a picture, some 50 times that of activations; dZ^[l] can.
        """
        parameters, examples = self.looked_into.parameters, self.examples
        seen = propagate(parameters, examples.X, self.hyperparameters.activation_of_each_layer)
        with np.errstate(over="ignore", invalid="ignore"):
            errors = propagate_back(parameters, seen, examples.Y)
        return [norm(dZ) / math.sqrt(examples.m) for dZ in errors]
