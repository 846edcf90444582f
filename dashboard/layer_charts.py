"""Histograms of the layers over the iterations as one Plotly figure, a heat map a layer, and its
sentence (no Streamlit). The theme's colours come in the browser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dashboard.journey_html import number
from engine.histograms import Histograms, History, LayerHistory

ROW, GAP = 116, 34  # pixels
TOP, BOTTOM = 30, 48
QUANTITIES = {
    "Z": "Z, before the activation",
    "A": "A, after the activation",
    "dW": "dW, the gradient",
}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def height(layers: int) -> int:
    return TOP + BOTTOM + layers * ROW + (layers - 1) * GAP


def figure(history: History, what: str, iteration: int) -> dict[str, Any]:
    """The heat maps of "Z", "A" or "dW", the first layer on top, with a mark at `iteration`."""
    layers = history.layers
    inner = height(len(layers)) - TOP - BOTTOM
    counted = [histograms_of(layer, what) for layer in layers]
    low = min(h.edges[0] for h in counted)
    high = max(h.edges[-1] for h in counted)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {
        "height": height(len(layers)),
        "margin": {"l": 56, "r": 12, "t": TOP, "b": BOTTOM},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 12},
        "showlegend": False,
        "hovermode": "closest",
        "uirevision": what,
        "xaxis": {
            "title": {"text": "iteration"},
            "tickformat": ",",
            "anchor": axis("y", -1, layers),
        },
        "annotations": [],
        "shapes": [mark(iteration)],
    }
    k = moment_of(history, iteration)
    for i, (layer, seen) in enumerate(zip(layers, counted, strict=True)):
        top = 1 - i * (ROW + GAP) / inner
        y = axis("y", i, layers)
        data += traces(history, seen, what, y)
        layout[y.replace("y", "yaxis")] = {
            "domain": [max(0.0, top - ROW / inner), top],
            "nticks": 5,
            "zeroline": False,
            **(decades(low, high) if what == "dW" else {"range": [seen.edges[0], seen.edges[-1]]}),
        }
        layout["annotations"].append(heading(layer, seen, what, k, top))
        if what == "Z":
            layout["shapes"].append(zero_line(y))
    return {"data": data, "layout": layout}


def traces(history: History, seen: Histograms, what: str, y: str) -> list[dict[str, Any]]:
    """The heat map, shaded by the square root of each bin's share so that thin tails are seen too,
    and the median."""
    centres = (seen.edges[:-1] + seen.edges[1:]) / 2
    greatest = seen.shares.max(axis=0)
    full = float(np.percentile(greatest[greatest > 0], 90)) if greatest.any() else 1.0
    value = "|dW| about 10^%{y:.1f}" if what == "dW" else f"{what} about %{{y:.3g}}"
    return [
        {
            "type": "heatmap",
            "x": list(history.iterations),
            "y": centres.round(6).tolist(),
            "z": np.sqrt(seen.shares).round(3).tolist(),
            "customdata": (100 * seen.shares).round(1).tolist(),
            "zmin": 0,
            "zmax": math.sqrt(full),
            "showscale": False,
            "yaxis": y,
            "hovertemplate": f"iteration %{{x:,}}<br>{value}<br>%{{customdata}} % of them<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(history.iterations),
            "y": [None if math.isnan(v) else round(v, 6) for v in seen.median.tolist()],
            "yaxis": y,
            "line": {"width": 1.5},
            "hoverinfo": "skip",
        },
    ]


def axis(letter: str, i: int, layers: tuple[LayerHistory, ...]) -> str:
    place = i % len(layers)
    return letter if place == 0 else f"{letter}{place + 1}"


def decades(low: float, high: float) -> dict[str, Any]:
    """The same powers of ten for all layers, so that they can be compared."""
    first, last = math.floor(low), math.ceil(high)
    step = max(1, math.ceil((last - first) / 5))
    powers = list(range(first, last + 1, step))
    return {
        "range": [low, high],
        "tickvals": powers,
        "ticktext": [f"10{str(p).translate(SUPERSCRIPTS)}" for p in powers],
    }


def heading(layer: LayerHistory, seen: Histograms, what: str, k: int, top: float) -> dict[str, Any]:
    units = f"{layer.units:,} unit{'' if layer.units == 1 else 's'}"
    zeros = f" · {share(seen.zeros[k])} are 0" if seen.zeros[k] > 0 else ""
    return {
        "text": f"<b>Layer {layer.layer}</b> · {units}, {layer.activation}{zeros}",
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def mark(iteration: int) -> dict[str, Any]:
    place = {"x0": iteration, "x1": iteration, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": {"width": 1.5, "dash": "dot"}}


def zero_line(y: str) -> dict[str, Any]:
    place = {"xref": "paper", "x0": 0, "x1": 1, "yref": y, "y0": 0, "y1": 0}
    return {"type": "line", **place, "line": {"width": 1, "dash": "dash"}}


def histograms_of(layer: LayerHistory, what: str) -> Histograms:
    found: Histograms = getattr(layer, what)
    return found


def moment_of(history: History, iteration: int) -> int:
    """The place of the moment nearest to `iteration`."""
    return int(np.argmin(np.abs(np.array(history.iterations) - iteration)))


def summary(history: History, what: str, iteration: int) -> str:
    """What the chart shows: of each layer the median at the first moment and at `iteration`."""
    k = moment_of(history, iteration)
    parts = []
    for layer in history.layers:
        seen = histograms_of(layer, what)
        first, now = (middle(seen, what, place) for place in (0, k))
        zeros = f", {share(seen.zeros[k])} are exactly 0" if seen.zeros[k] > 0 else ""
        parts.append(f"layer {layer.layer} {first} → {now}{zeros}")
    name = "|dW|" if what == "dW" else what
    return (
        f"The median of {name}, at iteration {history.iterations[0]:,} → at iteration "
        f"{history.iterations[k]:,}: {'; '.join(parts)}."
    )


def middle(seen: Histograms, what: str, k: int) -> str:
    value = float(seen.median[k])
    if math.isnan(value):
        return "none"
    return number(10**value if what == "dW" else value)


def share(of_all: float) -> str:
    percent = 100 * of_all
    return f"{percent:.0f} %" if percent >= 1 else "under 1 %"
