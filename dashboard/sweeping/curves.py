"""The cost curves of a search's trials in one chart, the best one in front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.run_status import cost_text
from dashboard.sweeping.sweep import Progress, Trial
from dashboard.sweeping.words import settings_text
from engine.comparison import counted

HEIGHT = 320
MOST = 200  # curves in the chart


def curves_figure(progress: Progress, top: int, log: bool) -> dict[str, Any]:
    """The best `top` trials' training costs over their iterations."""
    shown = progress.best[: min(top, MOST)]
    x: list[int | None] = []
    y: list[float | None] = []
    for trial in shown[1:]:  # one line with gaps: hundreds of lines would be slow
        iterations, costs = trial.outcome.curve
        x += [*iterations, None]
        y += [*costs, None]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "x": x, "y": y, "name": "the others",
            "line": {"width": 1, "color": "$quiet"}, "opacity": 0.45, "hoverinfo": "skip",
        }
    ]  # fmt: skip
    for trial in shown[:1]:
        iterations, costs = trial.outcome.curve
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": list(iterations), "y": list(costs),
                "name": "★ the best", "line": {"width": 3, "color": "$accent"},
                "hovertemplate": "cost %{y:.4f} at %{x:,}<extra></extra>",
            }
        )  # fmt: skip
    upper = highest(shown)
    upwards: dict[str, Any] = {"title": {"text": "cost"}, "automargin": True}
    if log:
        upwards["type"] = "log"
    elif upper:
        upwards["range"] = [0, 1.05 * upper]
    return {
        "data": traces,
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 56, "r": 8, "t": 28, "b": 48},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {"title": {"text": "iteration"}, "tickformat": ",", "rangemode": "tozero"},
            "yaxis": upwards,
        },
    }


def highest(trials: Sequence[Trial]) -> float:
    """Of the costs the one that nine tenths of the curves stay below: one spike hides nothing."""
    tops = sorted(max(t.outcome.curve[1]) for t in trials if t.outcome.curve[1])
    return tops[min(len(tops) - 1, 9 * len(tops) // 10)] if tops else 0.0


def curves_summary(progress: Progress, top: int) -> str:
    shown = progress.best[: min(top, MOST)]
    if not shown:
        return "There is no curve yet."
    ends = [t.outcome.curve[1][-1] for t in shown if t.outcome.curve[1]]
    if not ends:
        return "There is no curve yet."
    told = f"The training cost of {counted(len(shown), 'trial')}"
    told += (
        f", of the {len(progress.best):,} that came to their end"
        if top < len(progress.best)
        else ""
    )
    told += f": they end between {cost_text(min(ends))} and {cost_text(max(ends))}"
    told += f", the best (★, {settings_text(shown[0].settings, progress.asked)}) at {cost_text(ends[0])}."
    lost = len(progress.trials) - len(progress.best)
    if not lost:
        return told
    whose, are = ("its", "is") if lost == 1 else ("their", "are")
    return f"{told} {lost:,} that did not come to {whose} end {are} not drawn."
