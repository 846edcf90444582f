"""What came out of a search: the order of its trials, and all of them as a table."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Collection, Iterable

from engine.hyperparameters import DECLARED
from engine.sweeps.study import Asked, value_of
from engine.sweeps.trials import Outcome


def ranked(pairs: Iterable[tuple[int, Outcome]], asked: Asked) -> list[tuple[int, Outcome]]:
    """The best first; of those as good as each other the one with the lower test cost."""
    worst = math.inf

    def key(pair: tuple[int, Outcome]) -> tuple[float, float, int]:
        outcome = pair[1]
        value = value_of(outcome, asked)
        sign = -1 if asked.maximizes else 1
        cost = outcome.test_cost if outcome.test_cost is not None else worst
        return (worst if value is None else sign * value, cost, pair[0])

    return sorted((pair for pair in pairs if pair[1].trained), key=key)


TROUBLES = {"dead": "with a dead layer", "diverged": "diverged", "pruned": "given up on the way"}


def trouble_text(outcomes: Collection[Outcome]) -> str:
    """How many trials came to what no one wishes for, in a line; empty where none did."""
    counts = Counter(outcome.status for outcome in outcomes)
    told = [f"{counts[status]:,} {what}." for status, what in TROUBLES.items() if counts[status]]
    if failed := [outcome.message for outcome in outcomes if outcome.status == "failed"]:
        told.append(f"{len(failed):,} could not be trained: {failed[0]}")
    return " ".join(told)


def as_csv(found: dict[int, Outcome]) -> bytes:
    """One line a trial: every hyperparameter and every number."""
    numbers = ["cost", "test_cost", "train_accuracy", "test_accuracy", "seconds"]
    head = ["status", "message", "trained_iterations", *numbers]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["trial", *(d.short for d in DECLARED.values()), *head])
    for number, outcome in sorted(found.items()):
        h = outcome.hyperparameters if outcome.settings else None
        settings = [d.kind.format(getattr(h, d.name)) if h else "" for d in DECLARED.values()]
        told = [outcome.status, outcome.message, outcome.iterations]
        told += ["" if v is None else v for v in (getattr(outcome, name) for name in numbers)]
        writer.writerow([number, *settings, *told])
    return text.getvalue().encode()
