"""Runs ranked by test accuracy, and whether the ranks mean anything (no Streamlit inside)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.run_words import title
from dashboard.store.kept_run import KeptRun
from engine.comparison import CHANCE, compare, differ, mcnemar, only_one_right
from engine.evaluation import interval
from engine.sources.planar import is_planar

SHOWN = 10


@dataclass(frozen=True, eq=False)
class Rank:
    """place: 1 is the best, and equal accuracies share one. low, high: the 95 % interval.

    apart: whether the difference from the best is more than chance would bring.
    """

    place: int
    run: KeptRun
    accuracy: float
    low: float
    high: float
    apart: bool


def ranked(runs: Sequence[KeptRun]) -> list[Rank]:
    """The runs that have a test accuracy, which all have to be of one test set; the best first.

    Of equals the one with the lower test cost comes first.
    """
    fit = [run for run in runs if math.isfinite(run.summary.test_accuracy)]
    fit.sort(key=lambda run: (-run.summary.test_accuracy, cost_or_last(run)))
    ranks: list[Rank] = []
    for i, run in enumerate(fit):
        accuracy = run.summary.test_accuracy
        same = bool(ranks) and ranks[-1].accuracy == accuracy
        place = ranks[-1].place if same else i + 1
        ranks.append(
            Rank(place, run, accuracy, *interval(accuracy, run.m_test), told_apart(fit[0], run))
        )
    return ranks


def cost_or_last(run: KeptRun) -> float:
    return run.summary.test_cost if math.isfinite(run.summary.test_cost) else math.inf


def told_apart(best: KeptRun, run: KeptRun) -> bool:
    """By the pictures that only one of the two gets right, where they are known."""
    if best.right is not None and run.right is not None:
        return mcnemar(*only_one_right((best.right, run.right), best.m_test)) < CHANCE
    return differ(best.summary.test_accuracy, run.summary.test_accuracy, best.m_test)


def leaderboard_words(ranks: Sequence[Rank]) -> list[str]:
    """What the ranks mean, in sentences; none for fewer than two."""
    if len(ranks) < 2:
        return []
    best, second = ranks[0].run, ranks[1].run
    noun = "point" if is_planar(best.dataset.name) else "picture"
    right = None
    if best.right is not None and second.right is not None:
        right = (best.right, second.right)
    accuracies = best.summary.test_accuracy, second.summary.test_accuracy
    words = [
        f"{title(best)}, then {title(second)}: "
        f"{compare(*accuracies, best.m_test, right, noun=noun)}",
    ]
    alike = sum(not rank.apart for rank in ranks) - 1
    if alike == len(ranks) - 1:
        words.append(
            f"None of the {len(ranks)} runs can be told from the best on {best.m_test} {noun}s."
        )
    elif alike:
        one = alike == 1
        words.append(
            f"{alike} of the other {len(ranks) - 1} cannot be told from the best: what ranks "
            f"{'it' if one else 'them'} below may be chance."
        )
    if len(ranks) >= 5:
        words.append(
            f"Whoever picks the best of many by the {noun}s they were tested on picks some luck too."
        )
    return words
