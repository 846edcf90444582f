"""Training what was proposed: the part of a search that runs in other processes and on other machines."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from engine.dataset import Dataset
from engine.errors import EngineError
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.solvers import blas
from engine.solvers.stacked import MAY_DIFFER, MOST_TOGETHER, stacked
from engine.training import Step

CURVE_POINTS = 60


@dataclass(frozen=True)
class Outcome:
    """What is kept of a run in a search.

    status: as a Step's, or "failed", with the sentence in message. curve: iterations and training
    costs, thinned out. seconds: of computing, a run's share where several went together. What is
    not a finite number is None.
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

    @property
    def hyperparameters(self) -> Hyperparameters:
        return Hyperparameters.from_text(self.settings)

    @property
    def trained(self) -> bool:
        """Whether it came to its end with numbers: what failed or diverged has none to compare."""
        return self.status not in ("failed", "diverged")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        iterations, costs = values["curve"]
        return cls(**values | {"curve": (tuple(iterations), tuple(costs))})


def train_together(dataset: Dataset, settings: Sequence[str]) -> list[Outcome]:
    """Trains runs, given as `Hyperparameters.to_text` writes them; stacked where they share a shape."""
    try:
        runs = [Hyperparameters.from_text(text) for text in settings]
        return trained(dataset, runs, settings)
    except EngineError as error:
        if len(settings) == 1:
            return [Outcome(settings[0], "failed", str(error))]
        # Which of them it was, each tells alone.
        return [outcome for text in settings for outcome in train_together(dataset, [text])]


def trained(
    dataset: Dataset, runs: Sequence[Hyperparameters], settings: Sequence[str]
) -> list[Outcome]:
    started = time.perf_counter()
    curves: list[dict[int, float]] = [{} for _ in runs]
    last: tuple[Step, ...] = ()
    with blas.one_thread():
        for last in stacked(runs, dataset):
            for curve, step in zip(curves, last, strict=True):
                curve[step.iteration] = step.cost
    seconds = (time.perf_counter() - started) / len(runs)
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
            seconds,
            thinned(curve),
        )
        for text, step, curve in zip(settings, last, curves, strict=True)
    ]


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def thinned(curve: dict[int, float]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """At most `CURVE_POINTS`, evenly, with the first and the last; without what is not finite."""
    points = [(i, cost) for i, cost in curve.items() if math.isfinite(cost)]
    if not points:
        return (), ()
    kept = [points[i] for i in np.unique(np.linspace(0, len(points) - 1, CURVE_POINTS).astype(int))]
    return tuple(i for i, _ in kept), tuple(round(cost, 6) for _, cost in kept)


def shape_of(h: Hyperparameters) -> Hyperparameters:
    """The same for all runs that can be trained stacked, different for any other."""
    return h.with_changes(**{name: DECLARED[name].default for name in alike(h)})


def alike(h: Hyperparameters) -> Iterable[str]:
    """The fields that may differ in a stack, as far as setting them to their default is allowed."""
    return MAY_DIFFER - ({"seed"} if h.training_pictures or h.label_noise else set())


__all__ = ["MOST_TOGETHER", "Outcome", "shape_of", "train_together"]
