"""What can be said of a run: one sentence, how grave it is, and the numbers it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "diverged",
    "symmetric",
    "dead layer",
    "vanishing",
    "slow",
    "oscillating",
    "underfitting",
    "majority",
    "saturated",
    "overfitting",
    "well",
    "more iterations",
    "dead units",
]
# bad: nothing was learned. warning: something to change. note: good to know. good: all is well.
Severity = Literal["bad", "warning", "good", "note"]
Cell = str | int | float

# Where fewer are right, the training set is not learned (the course calls 0.99 fit, 0.85 not).
LEARNED = 0.9


@dataclass(frozen=True)
class Evidence:
    """A small table. Where its first column is "iteration", a series to draw."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Finding:
    kind: Kind
    severity: Severity
    sentence: str
    evidence: Evidence


def number(value: float) -> str:
    """Three digits that mean something: 0.0884, 12.3, 4.7e+45."""
    if not math.isfinite(value):
        return "no number"
    return f"{value:.3g}" if 1e-4 <= abs(value) < 1000 or value == 0 else f"{value:.2g}"
