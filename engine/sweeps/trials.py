"""Training what was proposed: the part of a search that runs in other processes and on other machines."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np

from engine.dataset import Dataset
from engine.errors import EngineError
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.progress import Step
from engine.solvers import blas
from engine.solvers.stacked import MAY_DIFFER, MOST_TOGETHER, stacked

CURVE_POINTS = 60


@dataclass(frozen=True)
class Outcome:
    """What is kept of a run in a search.

    status: as a Step's, or "failed", with the sentence in message. curve: iterations and training
    costs, thinned out. seconds: of computing, a run's share where several went together. What is
    not a finite number is None. step: where to go on from, of a run that is not at its end.
    """

    settings: str
    status: str
    message: str = ""
    iterations: int = 0
    cost: float | None = None
    test_cost: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    seconds: float = 0.0
    curve: tuple[tuple[int, ...], tuple[float, ...]] = ((), ())
    step: Step | None = field(default=None, compare=False, repr=False)

    @property
    def hyperparameters(self) -> Hyperparameters:
        return Hyperparameters.from_text(self.settings)

    @property
    def trained(self) -> bool:
        """Whether it came to its end with numbers: what failed or diverged has none to compare, and
        those of a run that was given up on the way are another moment's."""
        return self.status not in ("failed", "diverged", "pruned", "running")

    def to_dict(self) -> dict[str, Any]:
        return {k: v for k, v in asdict(replace(self, step=None)).items() if k != "step"}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        iterations, costs = values["curve"]
        return cls(**values | {"curve": (tuple(iterations), tuple(costs))})


@dataclass(frozen=True)
class Work:
    """Runs to train together, given as `Hyperparameters.to_text` writes them.

    part: of each run's iterations where to stop. begun: what came out up to here, one a run or none.
    """

    settings: tuple[str, ...]
    part: float = 1.0
    begun: tuple[Outcome, ...] = ()

    def __len__(self) -> int:
        return len(self.settings)

    def one_by_one(self) -> list[Work]:
        begun = self.begun or (None,) * len(self)
        pairs = zip(self.settings, begun, strict=True)
        return [Work((text,), self.part, (b,) if b else ()) for text, b in pairs]


def train_together(dataset: Dataset, work: Work) -> list[Outcome]:
    """Trains the runs of `work`, stacked where they share a shape."""
    try:
        runs = [Hyperparameters.from_text(text) for text in work.settings]
        return trained(dataset, runs, work)
    except EngineError as error:
        if len(work) == 1:
            return [Outcome(work.settings[0], "failed", str(error))]
        # Which of them it was, each tells alone.
        return [outcome for one in work.one_by_one() for outcome in train_together(dataset, one)]


def trained(dataset: Dataset, runs: Sequence[Hyperparameters], work: Work) -> list[Outcome]:
    started = time.perf_counter()
    curves: list[dict[int, float]] = [dict(zip(*b.curve, strict=True)) for b in work.begun]
    curves = curves or [{} for _ in runs]
    last: tuple[Step, ...] = ()
    end = work.part * runs[0].num_iterations
    with blas.one_thread():
        for last in stacked(runs, dataset, [b.step for b in work.begun if b.step], each=False):
            for curve, step in zip(curves, last, strict=True):
                curve[step.iteration] = step.cost
            # One that diverged, or ended early, stays behind where it did.
            if all(step.status != "running" or step.iteration >= end for step in last):
                break
    seconds = (time.perf_counter() - started) / len(runs)
    before = [b.seconds for b in work.begun] or [0.0] * len(runs)
    return [
        Outcome(
            text,
            step.status,
            step.message,
            step.iteration,
            finite(step.cost),
            finite(step.test_cost),
            finite(step.train_accuracy),
            finite(step.test_accuracy),
            already + seconds,
            thinned(curve),
            step if step.status == "running" else None,
        )
        for text, step, curve, already in zip(work.settings, last, curves, before, strict=True)
    ]


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def thinned(curve: dict[int, float]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """At most `CURVE_POINTS`, evenly, with the first and the last; without what is not finite.

    Twelve digits, as the cliff asks whether a cost fell at all: the lowest rate's does by less than
    a millionth from a flat start.
    """
    points = [(i, cost) for i, cost in curve.items() if math.isfinite(cost)]
    if not points:
        return (), ()
    kept = [points[i] for i in np.unique(np.linspace(0, len(points) - 1, CURVE_POINTS).astype(int))]
    return tuple(i for i, _ in kept), tuple(float(f"{cost:.12g}") for _, cost in kept)


def shape_of(h: Hyperparameters) -> Hyperparameters:
    """The same for all runs that can be trained stacked, different for any other."""
    return h.with_changes(**{name: DECLARED[name].default for name in alike(h)})


def alike(h: Hyperparameters) -> Iterable[str]:
    """The fields that may differ in a stack, as far as setting them to their default is allowed."""
    return MAY_DIFFER - ({"seed"} if h.training_pictures or h.label_noise else set())


__all__ = ["MOST_TOGETHER", "Outcome", "Work", "shape_of", "train_together"]
