"""What a response map is drawn with: marks, signs, the scale of colours, axes.

Colours are tokens that the browser replaces by its theme's (components/figure.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.sweeping.directions import Direction
from dashboard.sweeping.sweep import Progress, Trial
from dashboard.sweeping.words import objective_text, settings_text
from engine.sweeps.study import Asked, value_of

HEIGHT = 440
MOST_TOLD = 12  # cells in a row whose value is written in them
LOST, DIED = "diverged or given up", "a layer died"  # in the legend
RING, SMALL_RING, WIDE_RING = 24, 12, 42  # pixels; a wide one is around a star and a value
SHARES = "~%"  # with as many digits as tell one tick from the next
Figure = dict[str, Any]


def marks(
    x: list[float], y: Sequence[float | None], trials: Sequence[Trial], asked: Asked
) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "x": x, "y": y,
        "customdata": [str(t.number) for t in trials],
        "hovertext": [hover(t, asked) for t in trials],
        "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False,
        "marker": {"symbol": "square", "size": 15, "line": {"width": 1, "color": "$paper"}},
    }  # fmt: skip


def crosses(x: list[float], y: list[float], trials: Sequence[Trial], asked: Asked) -> Figure:
    trace = marks(x, y, trials, asked)
    trace["marker"] = {"symbol": "x-thin", "size": 11, "line": {"width": 2.5, "color": "$quiet"}}
    return trace | {"name": LOST, "showlegend": True}


def rings(
    x: list[float],
    y: Sequence[float | None],
    trials: Sequence[Trial],
    asked: Asked,
    size: int | list[int],
) -> Figure:
    """Around the marks of runs that have numbers although a layer died."""
    trace = marks(x, y, trials, asked)
    line = {"width": 2, "color": "$ink"}
    trace["marker"] = {
        "symbol": "circle-open",
        "size": size,
        "line": line,
        "color": "$ink",
        "opacity": 1,
    }
    return trace | {"name": DIED, "showlegend": True}


def star(x: float, y: float | None, trial: Trial, asked: Asked) -> Figure:
    trace = marks([x], [y], [trial], asked)
    line = {"width": 1.5, "color": "$paper"}
    trace["marker"] = {"symbol": "star", "size": 19, "color": "$ink", "line": line}
    return trace


def writing(
    x: list[float],
    y: list[float],
    texts: list[str],
    trials: Sequence[Trial],
    heat: Figure,
    asked: Asked,
) -> Figure:
    """The values in the cells of `heat`, each in a colour that can be read on its cell's."""
    span = heat["zmax"] - heat["zmin"]
    values = [value_of(trial.outcome, asked) or 0.0 for trial in trials]
    places = [min(1.0, max(0.0, (value - heat["zmin"]) / span)) for value in values]
    strong = places if asked.maximizes else [1 - place for place in places]
    return {
        "type": "scatter",
        "mode": "text",
        "x": x,
        "y": y,
        "text": texts,
        "textfont": {"size": 12, "color": [f"$on:{place:.3f}" for place in strong]},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def outline(x: Sequence[float], y: Sequence[float]) -> Figure:
    line = {"width": 3, "color": "$ink"}
    return {"type": "rect", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "line": line}


def scale(progress: Progress, ends: tuple[str, str]) -> Figure:
    """From the worst, of which a tenth is worse still, to the best; and the bar that tells them."""
    values = [v for t in progress.best if (v := value_of(t.outcome, progress.asked)) is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if values and progress.asked.maximizes:
        low = min(float(np.quantile(values, 0.1)), high)
    elif values:
        high = max(float(np.quantile(values, 0.9)), low)
    if low == high:  # so far there is nothing worse than the best
        room = room_around(high, progress.asked)
        low, high = (low - room, high) if progress.asked.maximizes else (low, high + room)
    share = progress.asked.objective == "test accuracy"
    bar = {
        "title": {"text": progress.asked.objective, "side": "right"},
        "outlinewidth": 0,
        "thickness": 12,
    }
    return {
        ends[0]: low,
        ends[1]: high,
        "colorscale": "$scale",
        "reversescale": not progress.asked.maximizes,
        "showscale": True,
        "colorbar": bar | ({"tickformat": SHARES} if share else {}),
    }


def room_around(value: float, asked: Asked) -> float:
    """How far an axis goes beyond its only value."""
    return 0.05 if asked.objective == "test accuracy" else 0.05 * abs(value) or 1e-3


def axis(direction: Direction) -> Figure:
    made: Figure = {"title": {"text": direction.label}, "automargin": True, "zeroline": False}
    if direction.texts:
        return made | {
            "tickvals": list(range(len(direction.values))),
            "ticktext": [str(value) for value in direction.values],
        }
    return made | ({"type": "log"} if direction.log else {})


def axis_of_cells(direction: Direction) -> Figure:
    """Of cells, whose places on a log scale are logarithms: the values themselves are written."""
    every = -(-len(direction.values) // MOST_TOLD)
    shown = range(0, len(direction.values), every)
    edges = direction.edges()
    return {
        **axis(direction),
        "type": "linear",
        "range": [edges[0], edges[-1]],
        "showgrid": False,
        "tickvals": [direction.middle(i) for i in shown],
        "ticktext": tick_texts([direction.values[i] for i in shown]),
    }


def tick_texts(values: Sequence[float | str]) -> list[str]:
    """In two digits, or as many as tell all of them apart."""
    told: list[str] = []
    for digits in range(2, 8):
        told = [v if isinstance(v, str) else number_text(v, digits) for v in values]
        if len(set(told)) == len(told):
            break
    return told


def number_text(value: float, digits: int) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.{digits}g}"


def layout(x: Figure, y: Figure) -> Figure:
    return {
        "height": HEIGHT,
        "margin": {"l": 56, "r": 8, "t": 28, "b": 48},
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": x,
        "yaxis": y,
    }


def hover(trial: Trial, asked: Asked) -> str:
    settings = settings_text(trial.settings, asked).replace(", ", "<br>", 1)
    message = f"<br>{trial.outcome.message}" if trial.outcome.message else ""
    return f"<b>{objective_text(trial, asked)}</b><br>{settings}<br>trial {trial.number}{message}"


def short_text(trial: Trial, asked: Asked) -> str:
    value = value_of(trial.outcome, asked)
    if value is None:
        return ""
    return f"{100 * value:.0f}" if asked.objective == "test accuracy" else f"{value:.2g}"
