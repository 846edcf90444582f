"""One setting under many seeds: how far chance alone moves its curve and its accuracy, and whether
another setting differs by more than that."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.comparison import CHANCE, accuracy_text, counted, mcnemar
from engine.dataset import Floats
from engine.sweeps.errors import SweepError
from engine.sweeps.trials import Outcome


@dataclass(frozen=True, eq=False)
class Band:
    """Cost over the iterations (n,) of `runs` runs: quantiles at each, all (n,)."""

    runs: int
    iterations: Floats
    lowest: Floats
    quarter: Floats
    median: Floats
    three_quarters: Floats
    highest: Floats


def band(outcomes: Sequence[Outcome]) -> Band:
    """Raises `SweepError` where no run came to its end. Runs that stopped early count while they ran."""
    curves = [o.curve for o in outcomes if o.trained and o.curve[0]]
    if not curves:
        raise SweepError("The seeds", "no run that came to its end", "at least one")
    iterations = np.unique(np.concatenate([its for its, _ in curves]).astype(np.float64))
    costs = np.array([np.interp(iterations, *curve, right=np.nan) for curve in curves])
    levels = np.nanquantile(costs, [0.0, 0.25, 0.5, 0.75, 1.0], axis=0)
    return Band(len(curves), iterations, *levels)


@dataclass(frozen=True)
class Spread:
    """Final test accuracy over the seeds; of `failed` more there is none."""

    runs: int
    failed: int
    median: float
    lowest: float
    quarter: float
    three_quarters: float
    highest: float

    def sentence(self, m_test: int) -> str:
        def text(share: float) -> str:
            return accuracy_text(share, m_test)

        told = (
            f"Test accuracy over {counted(self.runs, 'seed')}: median {text(self.median)}, half of them "
            f"between {text(self.quarter)} and {text(self.three_quarters)}, all between "
            f"{text(self.lowest)} and {text(self.highest)}."
        )
        return told + (f" {counted(self.failed, 'run')} diverged or failed." if self.failed else "")


def spread(outcomes: Sequence[Outcome]) -> Spread:
    """Raises `SweepError` where no run has a test accuracy."""
    accuracies = [o.test_accuracy for o in outcomes if o.trained and o.test_accuracy is not None]
    if not accuracies:
        raise SweepError("The seeds", "no run with a test accuracy", "at least one")
    low, quarter, middle, three, high = np.quantile(accuracies, [0.0, 0.25, 0.5, 0.75, 1.0])
    return Spread(
        len(accuracies),
        len(outcomes) - len(accuracies),
        *(float(q) for q in (middle, low, quarter, three, high)),
    )


def paired(a: Mapping[int, Outcome], b: Mapping[int, Outcome], m_test: int) -> str:
    """Whether setting b is better than a, by seed: each seed's two runs are a pair.

    A sign test: of the pairs that differ, how unevenly they fall, against a fair coin. It asks
    nothing of how accuracies are spread, and starts from the same weights in both of a pair.
    """
    pairs = [
        (x.test_accuracy, y.test_accuracy)
        for seed in sorted(a.keys() & b.keys())
        if (x := a[seed]).test_accuracy is not None and (y := b[seed]).test_accuracy is not None
    ]
    if not pairs:
        return "There are no two runs of the same seed to compare."
    better_a, better_b = sum(x > y for x, y in pairs), sum(x < y for x, y in pairs)
    equal = len(pairs) - better_a - better_b
    middle = statistics.median(y - x for x, y in pairs)
    sign = "+" if middle > 0 else "−" if middle < 0 else ""
    told = (
        f"Over {counted(len(pairs), 'seed')} B is better in {better_b}, A in {better_a}, and {equal} "
        f"are equal; the median difference is {sign}{accuracy_text(abs(middle), m_test)}"
    )
    p = mcnemar(better_a, better_b)
    if p >= CHANCE:
        return f"{told}. The seeds do not tell them apart: a tossed coin falls as unevenly (p = {p:.2f})."
    winner = "B" if better_b > better_a else "A"
    size = f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
    return f"{told}. {winner} is better, by more than a tossed coin explains ({size})."
