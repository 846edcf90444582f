"""Where learning breaks: the chart of final costs over learning rates, its words, and where the
danger zone begins on a slider."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from dashboard.run_status import cost_text
from dashboard.sweeping.cliffs import Cliff
from engine.comparison import counted
from engine.sweeps.cliff import gain, held
from engine.sweeps.trials import Outcome

Tried = list[tuple[float, Outcome]]

HEIGHT = 360
TOP = 0.94  # of the chart's height: where runs stand that end without a cost


def rate_text(rate: float) -> str:
    """Three digits, as people write learning rates: 0.0329, 1.2, 0.00001."""
    return f"{float(f'{rate:.3g}'):.8f}".rstrip("0").rstrip(".")


def how_it_broke(outcome: Outcome) -> str:
    """In two or three words."""
    if outcome.status == "diverged":
        return "the cost diverges"
    if outcome.status == "dead":
        _, _, layer = outcome.message.partition("hidden layer ")
        return f"hidden layer {layer.split()[0]} dies" if layer[:1].isdigit() else "a layer dies"
    if outcome.status == "failed":
        return "it cannot be trained"
    return "the cost stays high" if gain(outcome) > 0 else "the cost ends no lower than it began"


def danger_text(cliff: Cliff, seed: int) -> str:
    """The cliff of that seed in a line that fits below a slider."""
    told = f"With seed {seed} it"
    if cliff.broken is None:
        return f"{told} holds up to {rate_text(cliff.stable or 0.0)}, the largest there is."
    tried = dict(cliff.tried)
    again = any(rate > cliff.broken for rate in held(tried))
    breaks = "can break" if again else "breaks"
    where = f"beyond {rate_text(cliff.stable)}" if cliff.stable else "from the lowest rate on"
    return f"{told} {breaks} {where}: {how_it_broke(tried[cliff.broken])}."


def danger_begins(cliff: Cliff, stops: Sequence[float]) -> float | None:
    """Where on a slider with these stops (even steps on it) the danger zone begins, 0 to 1; none
    where nothing breaks."""
    if cliff.broken is None or len(stops) < 2:
        return None
    if cliff.stable is None:
        return 0.0
    edge = cliff.stable
    after = bisect_left(stops, edge)
    if after == 0 or after == len(stops):
        return 0.0 if after == 0 else None
    below, above = stops[after - 1], stops[after]
    part = math.log(edge / below) / math.log(above / below)
    return (after - 1 + part) / (len(stops) - 1)


def cliff_figure(cliff: Cliff, now: float) -> dict[str, Any]:
    """now: the lab's learning rate."""
    first, last = cliff.tried[0][0], cliff.tried[-1][0]
    shapes, notes = marks(cliff, now)
    return {
        "data": traces(cliff),
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 56, "r": 16, "t": 28, "b": 48},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {
                "type": "log", "title": {"text": "learning rate α"}, "dtick": 1,
                "range": [math.log10(first) - 0.05, math.log10(last) + 0.05], "tickformat": "~g",
            },
            "yaxis": {"title": {"text": "final cost"}, "automargin": True, "rangemode": "tozero"},
            "yaxis2": {"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
            "shapes": shapes,
            "annotations": notes,
        },
    }  # fmt: skip


def traces(cliff: Cliff) -> list[dict[str, Any]]:
    """The rates that were tried: those that hold, also beyond the cliff, and those that break."""
    below, again, broke = parts(cliff)
    ended = [(rate, o) for rate, o in broke if o.cost is not None]
    lost = [(rate, o) for rate, o in broke if o.cost is None]
    return [
        {
            "type": "scatter", "mode": "lines+markers", "name": "holds",
            "x": [rate for rate, _ in below], "y": [o.cost for _, o in below],
            "line": {"color": "$accent", "width": 1.5},
            "marker": {"symbol": "circle", "size": 8, "color": "$accent"},
            "hovertemplate": "α = %{x:.4g}<br>final cost %{y:.4f}<extra>holds</extra>",
        },
        *(
            {
                "type": "scatter", "mode": "markers", "name": name, "yaxis": axis,
                "x": [rate for rate, _ in runs],
                "y": [TOP for _ in runs] if axis == "y2" else [o.cost for _, o in runs],
                "marker": {
                    "symbol": symbol, "size": 9, "color": colour,
                    "line": {"width": 2, "color": colour},
                },
                "text": [name if runs is again else how_it_broke(o) for _, o in runs],
                "hovertemplate": "α = %{x:.4g}<br>%{text}<extra></extra>",
                "cliponaxis": False,
            }
            for name, symbol, colour, axis, runs in (
                ("holds beyond the cliff", "circle-open", "$accent", "y", again),
                ("breaks", "x-thin", "$danger", "y", ended),
                ("breaks, without a final cost", "triangle-up", "$danger", "y2", lost),
            )
            if runs
        ),
    ]  # fmt: skip


def parts(cliff: Cliff) -> tuple[Tried, Tried, Tried]:
    """Of what was tried that which holds below the cliff, holds beyond it, and breaks."""
    good, edge = held(dict(cliff.tried)), cliff.broken or math.inf
    return (
        [one for one in cliff.tried if one[0] < edge],
        [one for one in cliff.tried if one[0] > edge and one[0] in good],
        [one for one in cliff.tried if one[0] >= edge and one[0] not in good],
    )


def marks(cliff: Cliff, now: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lab's rate and the cliff: their shapes and their words."""
    first, last = cliff.tried[0][0], cliff.tried[-1][0]
    shapes: list[dict[str, Any]] = [
        {
            "type": "line", "x0": now, "x1": now, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": "$quiet", "width": 1.5, "dash": "dot"},
        }
    ]  # fmt: skip
    notes = [note(now, f"the lab’s {rate_text(now)}", "right" if now > 0.1 * last else "left")]
    if cliff.broken is not None:
        edge = cliff.stable or first  # where the slider's danger zone begins too
        shapes.append(
            {
                "type": "rect", "layer": "below", "yref": "paper", "y0": 0, "y1": 1,
                "x0": edge, "x1": last, "line": {"width": 0}, "fillcolor": "$danger/0.13",
            }
        )  # fmt: skip
        shapes.append(
            {
                "type": "line", "x0": edge, "x1": edge, "yref": "paper", "y0": 0, "y1": 1,
                "line": {"color": "$danger", "width": 2, "dash": "dash"},
            }
        )  # fmt: skip
        side = "left" if edge < 0.1 * last else "right"
        notes.append(note(edge, f"<b>cliff {rate_text(edge)}</b>", side, 0.12))
    return shapes, notes


def note(rate: float, text: str, anchor: str, height: float = 0.03) -> dict[str, Any]:
    return {
        "x": math.log10(rate), "xref": "x", "yref": "paper", "y": height, "text": text,
        "showarrow": False, "xanchor": anchor, "yanchor": "bottom", "xshift": 4 if anchor == "left" else -4,
        "bgcolor": "$paper", "font": {"size": 12},
    }  # fmt: skip


def cliff_summary(cliff: Cliff) -> str:
    """What the chart shows, in words."""
    below, again, broke = parts(cliff)
    costs = [(rate, o.cost) for rate, o in below if o.cost is not None]
    signs = "×" if all(o.cost is not None for _, o in broke) else "× and ▲"
    told = f"{counted(len(cliff.tried), 'learning rate')} tried: {len(below):,} below the cliff hold (●)"
    if again:
        told += f", and {len(again):,} of {len(again) + len(broke):,} from it on (○)"
    told += f"; {len(broke):,} {'breaks' if len(broke) == 1 else 'break'} ({signs})."
    if costs:
        rate, cost = min(costs, key=lambda one: one[1])
        told += f" The final cost is lowest at {rate_text(rate)}: {cost_text(cost)}."
    return told
