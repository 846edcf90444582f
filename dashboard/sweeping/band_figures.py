"""What chance does to a setting, drawn and told: the band of its cost curves, its final accuracies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.run_status import cost_text
from dashboard.sweeping.sweep import Progress
from dashboard.sweeping.words import STATES, speed_text, time_text
from engine.comparison import counted
from engine.sweeps.bands import Band, band, spread
from engine.sweeps.errors import SweepError
from engine.sweeps.trials import Outcome

HEIGHT = 380
ROW, EDGE = 130, 92  # of the dots: pixels a setting, and around them
LARGEST_DOT = 11
INKS: Mapping[str, tuple[str, str, str]] = {  # colour, line, sign
    "A": ("$accent", "solid", "circle"),
    "B": ("$ink", "dash", "diamond-open"),
}


@dataclass(frozen=True)
class Side:
    """One of the two settings that are compared, A or B: what it is, and what came of its seeds."""

    letter: str
    title: str
    outcomes: Mapping[int, Outcome]

    @property
    def band(self) -> Band | None:
        try:
            return band(list(self.outcomes.values()))
        except SweepError:
            return None


def seeds_text(progress: Progress, letter: str) -> str:
    """How far one side is, in a line."""
    done = f"{len(progress.trials):,} of {counted(progress.total, 'seed')}"
    state = "Training" if progress.state == "running" else STATES[progress.state]
    told = [f"{letter} · {state}", done]
    if progress.state == "running" and progress.speed:
        told.append(speed_text(progress.speed))
        told.append(f"about {time_text(progress.seconds_left or 0.0)} left")
    return " · ".join(told)


# --- the cost curves


def band_figure(sides: Sequence[Side], log: bool) -> dict[str, Any]:
    """Of each side the median, around it the half of the runs in the middle, around that all."""
    traces: list[dict[str, Any]] = []
    for side in sides:
        if (found := side.band) is None:
            continue
        colour, dash, _ = INKS[side.letter]
        x = found.iterations.tolist()
        for name, low, high, share in (
            ("all runs", found.lowest, found.highest, 0.12),
            ("half of the runs", found.quarter, found.three_quarters, 0.24),
        ):
            traces.append(
                {
                    "type": "scatter", "mode": "lines", "fill": "toself",
                    "x": [*x, *reversed(x)], "y": [*high.tolist(), *reversed(low.tolist())],
                    "fillcolor": f"{colour}/{share}",
                    "line": {"color": f"{colour}/0.45", "width": 1, "dash": dash},
                    "name": f"{side.letter}, {name}", "hoverinfo": "skip",
                }
            )  # fmt: skip
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": x, "y": found.median.tolist(),
                "name": f"{side.letter}, median", "line": {"color": colour, "width": 3, "dash": dash},
                "hovertemplate": f"{side.letter} median %{{y:.4f}} at %{{x:,}}<extra></extra>",
            }
        )  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 56, "r": 8, "t": 28, "b": 48},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {"title": {"text": "iteration"}, "tickformat": ",", "rangemode": "tozero"},
            "yaxis": {
                "title": {"text": "cost"}, "automargin": True,
                **({"type": "log"} if log else {"rangemode": "tozero"}),
            },
        },
    }  # fmt: skip


def band_summary(sides: Sequence[Side]) -> str:
    told = []
    for side in sides:
        if (found := side.band) is None:
            told.append(f"{side.letter}: no run has come to its end with numbers.")
            continue
        low, q1, middle, q3, high = (
            cost_text(float(level[-1]))
            for level in (
                found.lowest,
                found.quarter,
                found.median,
                found.three_quarters,
                found.highest,
            )
        )
        told.append(
            f"{side.letter}: the training cost of {counted(found.runs, 'run')} ends at {middle} in the "
            f"middle, for half of them between {q1} and {q3}, for all between {low} and {high}."
        )
    return " ".join(told)


# --- the final accuracies


def dots_figure(sides: Sequence[Side]) -> dict[str, Any]:
    """A dot a seed over its test accuracy; of equal ones each stands on the one before."""
    traces: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    stacks = {side.letter: stacked(accuracies(side)) for side in sides}
    tallest = max((y for _, ys in stacks.values() for y in ys), default=1)
    for row, side in enumerate(sides):
        colour, dash, symbol = INKS[side.letter]
        axis = "y" if row == 0 else f"y{row + 1}"
        x, y = stacks[side.letter]
        top = 1 - row / len(sides)
        traces.append(
            {
                "type": "scatter", "mode": "markers", "x": [100 * a for a in x], "y": y,
                "yaxis": axis, "name": side.letter, "showlegend": False,
                "marker": {
                    "color": colour, "symbol": symbol,
                    "size": min(LARGEST_DOT, max(3.0, 0.8 * ROW / (tallest + 1))),
                    "line": {"width": 1.5, "color": colour},
                },
                "hovertemplate": f"{side.letter}: test accuracy %{{x:.1f}} %<extra></extra>",
            }
        )  # fmt: skip
        layout["yaxis" + axis[1:]] = {
            "domain": [top - 0.92 / len(sides), top], "range": [0.2, tallest + 0.8],
            "title": {"text": f"{side.letter}, seeds"}, "showticklabels": tallest > 1,
            "nticks": 4, "fixedrange": True, "automargin": True,
        }  # fmt: skip
        if x:
            middle = 100 * float(np.median(x))
            shapes.append(
                {
                    "type": "line", "x0": middle, "x1": middle, "yref": f"{axis} domain",
                    "y0": 0, "y1": 1, "line": {"color": colour, "width": 2, "dash": dash},
                }
            )  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "height": ROW * max(1, len(sides)) + EDGE,
            "margin": {"l": 56, "r": 8, "t": 8, "b": 48},
            "xaxis": {
                "title": {"text": "final test accuracy, %"}, "anchor": "free", "position": 0,
            },
            "shapes": shapes,
            **layout,
        },
    }  # fmt: skip


def accuracies(side: Side) -> list[float]:
    found = (o.test_accuracy for o in side.outcomes.values() if o.trained)
    return sorted(a for a in found if a is not None)


def stacked(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Each value with its height: 1, and one more for each equal one before it."""
    seen: Counter[float] = Counter()
    heights = []
    for value in values:
        seen[round(value, 6)] += 1
        heights.append(seen[round(value, 6)])
    return list(values), heights


def spread_sentences(sides: Sequence[Side], m_test: int) -> list[str]:
    """The spread of each side; a side without accuracies is left out."""
    told = []
    for side in sides:
        try:
            sentence = spread(list(side.outcomes.values())).sentence(m_test)
        except SweepError:
            continue
        told.append(f"{side.letter}: {sentence}" if len(sides) > 1 else sentence)
    return told
