"""Arrays to Plotly figures, and each figure's sentence for a reader who cannot see it.

The live chart is given its points and the theme's colours in the browser (components/), so the
figure here holds the traces' style and the axes alone. `meta` says which curve of which run a
trace shows, and its ink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.branches import TRUNK
from engine.dataset import Floats

HEIGHT = 400
# Told apart without colour: a sign on the curves of each branch, and its name at their end.
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "x")
SIGNS = 7  # on a curve
COLUMN = 13  # pixels of a name


def cost_figure(num_iterations: int, shown: str = "", others: Sequence[str] = ()) -> go.Figure:
    """Training and test cost over the iterations, the previous run's behind them.

    shown, others: names of runs that branch from one another, the one in front and the rest.
    """
    figure = go.Figure()
    names = sorted((shown, *others), key=lambda name: (name != TRUNK, name)) if others else []
    of = f", {shown}" if others else ""
    for role, curve, name, label, ink, width, opacity in (
        ("ghost", "train", "Training, run before", "", "ink", 1.5, 0.35),
        ("ghost", "test", "Test, run before", "", "ink", 1.5, 0.35),
        *((f"other {o}", "train", f"Training, {o}", o, "ink", 1.5, 0.6) for o in others),
        *((f"other {o}", "test", f"Test, {o}", o, "ink", 1.5, 0.6) for o in others),
        ("run", "train", f"Training{of}", shown if others else "", "accent", 2.5, 1.0),
        ("run", "test", f"Test{of}", shown if others else "", "accent", 2.0, 1.0),
    ):
        column = names.index(label) if label else 0
        signed = label not in ("", TRUNK)
        letter = ord(label[0]) - ord("A") if signed else 0
        figure.add_scatter(
            x=[],
            y=[],
            name=name,
            mode="lines+markers" if signed else "lines",
            marker={
                "symbol": SYMBOLS[letter % len(SYMBOLS)],
                "size": 7,
                "maxdisplayed": SIGNS,
            },
            showlegend=not role.startswith("other"),
            line={"width": width, "dash": "solid" if curve == "train" else "dash"},
            opacity=opacity,
            meta={"role": role, "curve": curve, "ink": ink, "label": label, "column": column},
            hovertemplate="%{y:.4f}",
        )
    figure.update_layout(
        template="none",
        height=HEIGHT,
        margin={"l": 56, "r": 16 + COLUMN * len(names), "t": 36, "b": 48},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 13},
        hovermode="x unified",
        uirevision="zoom survives new points",
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": {"text": "iteration"}, "range": [0, num_iterations], "tickformat": ","},
        yaxis={"title": {"text": "cost"}, "automargin": True},
    )
    return figure


def branches_summary(shown: str, others: Mapping[str, Mapping[str, tuple[Floats, Floats]]]) -> str:
    """Where the curves of the other runs in the chart end, in a sentence; "" of none."""
    told = []
    for name, curves in others.items():
        costs = [curves[curve][1][-1:] for curve in ("train", "test")]
        if all(len(c) and np.isfinite(c).all() for c in costs):
            (train,), (test,) = costs
            told.append(f"{called(name)} ends at {train:.3f} (test {test:.3f})")
    return f" This is {called(shown)}; beside it, {', '.join(told)}." if told else ""


def called(name: str) -> str:
    return "the trunk T" if name == TRUNK else f"branch {name}"


def cost_summary(curves: Mapping[str, tuple[Floats, Floats]]) -> str:
    """What the cost chart shows, in a sentence or two."""
    (iterations, train), (test_iterations, test) = curves["train"], curves["test"]
    fit = np.isfinite(train)
    if not fit.any():
        return "The cost chart is empty: the training has not begun."
    first, last = train[fit][0], train[fit][-1]
    way = (
        f"stays at {last:.3g}"
        if f"{first:.3g}" == f"{last:.3g}"
        else f"{'falls' if last < first else 'rises'} from {first:.3g} to {last:.3g}"
    )
    end = int(iterations[fit][-1])
    told = f"The training cost {way} in {end:,} iteration{'' if end == 1 else 's'}."
    fit = np.isfinite(test)
    if fit.any():
        best = int(np.argmin(np.where(fit, test, np.inf)))
        told += (
            f" The test cost ends at {test[fit][-1]:.3g}; it was lowest, {test[best]:.3g}, "
            f"at iteration {int(test_iterations[best]):,}."
        )
    return told
