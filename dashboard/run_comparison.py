"""Runs side by side: the settings in which they differ, and their curves (no Streamlit inside)."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from dashboard.messages import Curves
from dashboard.run_points import json_number
from dashboard.run_status import cost_text, share_text
from dashboard.run_words import branch_words, title
from dashboard.store.kept_run import KeptRun
from dashboard.thinning import thin
from engine.declaration import Declared
from engine.hyperparameters import DECLARED

LETTERS = string.ascii_uppercase[:20]
MOST = len(LETTERS)
INKS = 8  # colours that can be told apart; a letter on each curve tells the others
MOST_POINTS = 300  # of a curve among so many

CURVES = {
    "Training cost": "train",
    "Test cost": "test",
    "Training accuracy": "train_accuracy",
    "Test accuracy": "test_accuracy",
}


class Curve(TypedDict):
    """One line of the chart: its letter, what it is called, its colour, and its points."""

    letter: str
    name: str
    ink: int
    x: list[int]
    y: list[float | None]


def differing(runs: Sequence[KeptRun]) -> list[Declared]:
    """The hyperparameters in which the runs are not all equal."""
    return [
        declared
        for name, declared in DECLARED.items()
        if len({getattr(run.hyperparameters, name) for run in runs}) > 1
    ]


def comparison_table(
    runs: Sequence[KeptRun], names: Mapping[str, str]
) -> tuple[list[str], list[list[str]]]:
    """The columns and, of each run, its row: where they differ, and what came of it.

    names: of datasets by their own names. The first cell is the name that the run was given.
    """
    settings = differing(runs)
    columns = ["Run", *(declared.label for declared in settings)]
    branched = any(run.stages[1:] for run in runs)
    columns += ["Branched"] if branched else []
    several = len({run.dataset.digest for run in runs}) > 1
    columns += ["Dataset"] if several else []
    columns += ["Test accuracy", "Training accuracy", "Test cost", "Training cost", "Time"]
    rows = []
    for run in runs:
        row = [run.name]
        row += [d.kind.format(getattr(run.hyperparameters, d.name)) for d in settings]
        row += ["; ".join(branch_words(run.stages)) or "–"] if branched else []
        row += [names.get(run.dataset.name, run.dataset.name)] if several else []
        row += [
            share_text(run.summary.test_accuracy),
            share_text(run.summary.train_accuracy),
            cost_text(run.summary.test_cost),
            cost_text(run.summary.cost),
            f"{run.seconds:.2f} s",
        ]
        rows.append(row)
    return columns, rows


def difference_sentence(runs: Sequence[KeptRun]) -> str:
    """What the runs differ in, in a sentence."""
    labels = [declared.label_inside for declared in differing(runs)]
    if len({run.dataset.digest for run in runs}) > 1:
        labels.append("dataset")
    if any(run.stages[1:] for run in runs):
        labels.append("what was changed on the way")
    if not labels:
        return "Choose a second run to see what differs."
    listed = " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
    return f"These {len(runs)} runs differ in {listed}."


def overlay(runs: Sequence[KeptRun], curves: Mapping[str, Curves], kind: str) -> list[Curve]:
    """The curve of that kind of each run that has one."""
    drawn = []
    for i, run in enumerate(runs):
        if run.run_hash in curves:
            x, y = thin(*curves[run.run_hash][kind], MOST_POINTS)
            drawn.append(
                Curve(
                    letter=LETTERS[i],
                    name=title(run),
                    ink=i % INKS,
                    x=[int(n) for n in x],
                    y=[json_number(value) for value in y.tolist()],
                )
            )
    return drawn


def overlay_summary(drawn: Sequence[Curve], what: str) -> str:
    """What the chart shows, in a sentence."""
    ends: list[tuple[float, str]] = []
    for curve in drawn:
        numbers = [value for value in curve["y"] if value is not None]
        if numbers:
            ends.append((numbers[-1], curve["letter"]))
    if not ends:
        return "These runs have no curve: their costs are no numbers."
    if len(ends) == 1:
        return f"{what} of run {ends[0][1]}, which ends at {number(ends[0][0])}."
    (low, first), (high, last) = min(ends), max(ends)
    return (
        f"{what} of {len(ends)} runs: it ends lowest in {first}, at {number(low)}, "
        f"and highest in {last}, at {number(high)}."
    )


def number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 1e4 else f"{value:.2e}"


def layout(what: str, curves: Sequence[Curve]) -> dict[str, Any]:
    """Plotly's layout, without the theme's colours, which the browser knows."""
    longest = max((curve["x"][-1] for curve in curves if curve["x"]), default=1)
    return {
        "margin": {"l": 56, "r": 16, "t": 12, "b": 48},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13},
        "hovermode": "x unified" if len(curves) <= INKS else "closest",
        "uirevision": what,  # zoom survives other runs, not another quantity
        "showlegend": False,
        "xaxis": {"title": {"text": "iteration"}, "range": [0, longest], "tickformat": ","},
        "yaxis": {"title": {"text": what.lower()}, "automargin": True},
    }


def letter_places(curves: Sequence[Curve]) -> list[tuple[int, float] | None]:
    """Where on its curve each letter stands: one beside the other, so that none hides another."""
    places: list[tuple[int, float] | None] = []
    for i, curve in enumerate(curves):
        share = 0.97 - 0.9 * (len(curves) - 1 - i) / max(len(curves), 4)
        at = np.searchsorted(curve["x"], share * curve["x"][-1]) if curve["x"] else 0
        fit = [j for j, value in enumerate(curve["y"]) if value is not None]
        j = min(fit, key=lambda j: abs(j - int(at)), default=None)
        y = None if j is None else curve["y"][j]
        places.append(None if j is None or y is None else (curve["x"][j], y))
    return places
