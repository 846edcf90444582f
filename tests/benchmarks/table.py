"""Measured figures beside their goals, as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """What was measured, what came out, and the goal it is held against ("" for none)."""

    what: str
    measured: str
    goal: str = ""
    met: bool | None = None


def print_lines(title: str, lines: Iterable[Line]) -> None:
    print(f"### {title}\n")
    print("| what | measured | goal |")
    print("| --- | ---: | ---: |")
    for line in lines:
        missed = " (missed)" if line.met is False else ""
        print(f"| {line.what} | {line.measured} | {line.goal}{missed} |")
    print(flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The least of `values` that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def seconds(value: float) -> str:
    return f"{value:.2f} s"
