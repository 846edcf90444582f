"""What another setting would have come to, in a few signs and in a sentence."""

from __future__ import annotations

import math
from typing import TypedDict

from dashboard.messages import Outcome
from dashboard.run import Run
from dashboard.run_status import cost_text
from engine.comparison import CHANCE, accuracy_text, counted, differ, mcnemar, only_one_right
from engine.dataset import Dataset
from engine.evaluation import right

WITHIN_CHANCE = "≈"
SAME = "±0"
MINUS = "\N{MINUS SIGN}"


class Answer(TypedDict):
    """short: such as `0.82 (+0.02) ≈`, where the sign says that it may be chance; else it is sure.
    below: such as `cost 0.0312`, or nothing."""

    short: str
    below: str
    told: str
    sure: bool


def answer(outcome: Outcome, run: Run, dataset: Dataset) -> Answer:
    """`outcome` beside what came of `run`, which is complete."""
    if outcome.state == "failed":
        return Answer(short="cannot be", below="", told="This cannot be trained.", sure=False)
    if outcome.state == "diverged":
        return Answer(
            short="diverges",
            below="",
            told=f"It diverges at iteration {outcome.iteration:,}.",
            sure=False,
        )
    dead = " All units of a layer die." if outcome.state == "dead" else ""
    m, accuracy = dataset.m_test, outcome.test_accuracy
    below = f"cost {cost_text(outcome.cost)}"
    cost = f"Final {below}"
    if not (m and math.isfinite(accuracy)):
        return Answer(short=below, below="", told=f"{cost}.{dead}", sure=False)
    shown = accuracy_text(accuracy, m)
    latest = run.latest
    if run.state == "diverged" or latest is None or not math.isfinite(latest.test_accuracy):
        return Answer(
            short=shown, below=below, told=f"Test accuracy {shown}. {cost}.{dead}", sure=False
        )
    before = accuracy_text(latest.test_accuracy, m)
    cost += f" instead of {cost_text(latest.cost)}"
    change = difference_text(accuracy - latest.test_accuracy, m)
    if change == SAME:
        told = f"Test accuracy {shown} as now. {cost}.{dead}"
        return Answer(short=f"{shown} ({change})", below=below, told=told, sure=False)
    chance = within_chance(outcome, run, dataset)
    verdict = f"on {counted(m, dataset.noun)} {'that may be' if chance else 'more than'} chance"
    told = f"Test accuracy {shown} instead of {before}: {verdict}. {cost}.{dead}"
    mark = f" {WITHIN_CHANCE}" if chance else ""
    return Answer(short=f"{shown} ({change}){mark}", below=below, told=told, sure=not chance)


def difference_text(difference: float, m: int) -> str:
    text = f"{abs(difference):.{2 if m <= 100 else 3}f}"
    if not float(text):
        return SAME
    return f"{'+' if difference > 0 else MINUS}{text}"


def within_chance(outcome: Outcome, run: Run, dataset: Dataset) -> bool:
    """Whether the two accuracies are no difference: by the pictures that only one of them gets
    right, as both saw the same ones."""
    assert run.latest is not None
    m, logits = dataset.m_test, run.test_logits
    if logits is None or logits.shape[1] != m or len(outcome.right) != m:
        return not differ(run.latest.test_accuracy, outcome.test_accuracy, m)
    own = right(logits, dataset.test_labels)
    return mcnemar(*only_one_right((own, outcome.right), m)) >= CHANCE
