"""The parts Streamlit lacks: a chart that stays alive, and words that follow a run.

They read the run's points from the server's own route (routes.py) with one shared fetch loop
(feed.js), because a rerun of the page for every new point would cost more than the training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import streamlit as st

from dashboard import charts, session
from dashboard.addresses import base, plotly_address
from dashboard.branches import TRUNK
from dashboard.components.part import Part
from dashboard.figures import figures
from dashboard.messages import Moment
from dashboard.run import Run
from dashboard.run_result import State
from engine.dataset import Dataset

BROUGHT = "_brought_along"
NONE: Mapping[str, Run] = MappingProxyType({})


_CHART = Part(
    "chart",
    "feed.js",
    "plotly.js",
    "moved_curves.js",
    "live_chart.js",
    html='<div class="hyperdial-chart" role="img"></div><label class="hd-switch">'
    '<input type="checkbox" role="switch" />Logarithmic cost axis</label>',
    css=f".hyperdial-chart {{ width: 100%; height: {charts.HEIGHT}px; }}",
)


_STATUS = Part(
    "status",
    "feed.js",
    "status_line.js",
    html='<span class="hyperdial-status-text"></span>',
    css=".hyperdial-status-text { font-variant-numeric: tabular-nums; }",
)


_FIGURES = Part("figures", "feed.js", "figures.js", html='<dl class="hd-figures"></dl>')


_HAND = Part("hand", "feed.js", "hand.js")


def follow_hand(sliders: Mapping[str, Sequence[str]], *, key: str) -> None:
    """Lets the chart follow sliders while they are dragged.

    sliders: by key, what each of its options changes, as text of an address. Nothing is to be seen.
    """
    with st.container(key=key):
        _HAND(key=f"{key}_of_sliders", data={"sliders": sliders}, height=1)


_WHAT_IF = Part("what_if", "feed.js", "what_if.js")


def what_if(
    sliders: Sequence[Mapping[str, Any]], *, key: str, on_apply: Callable[[], None]
) -> None:
    """Fills the places below the sliders; `on_apply` is called when an arrow is pressed.

    sliders: of each its key, its label, and by direction the value and the change of a notch.
    """
    _WHAT_IF(key=key, data={"sliders": sliders}, height=1, on_apply_change=on_apply)


@lru_cache(maxsize=64)
def figure_json(num_iterations: int, shown: str, others: tuple[str, ...]) -> dict[str, Any]:
    """The chart without its points; Plotly takes 10 ms to make and check it."""
    figure: dict[str, Any] = charts.cost_figure(num_iterations, shown, others).to_plotly_json()
    return figure


def live_chart(
    run: Run,
    drawn: State,
    ghost: Run | None,
    *,
    key: str,
    summary: str,
    marked: int | None = None,
    shown: str = "",
    others: Mapping[str, Run] = NONE,
    alone: bool = False,
) -> None:
    """The cost chart of `run` with `ghost` behind it and a mark at an iteration; and, unless it is
    `alone`, the switch of its cost axis, which is the browser's own affair.

    drawn: the state in which the rest of the page shows the run.
    others: by name, runs that branch from this one, or it from them; its own name is `shown`. The
    fragment it is in reruns when one of them comes to a halt.
    """
    runs = {"run": run, **{f"other {name}": other for name, other in others.items()}}
    if ghost:
        runs["ghost"] = ghost
    longest = max(r.num_iterations for r in (run, *others.values()))
    _CHART(
        key=key,
        data={
            "base": base(),
            "plotly": plotly_address(),
            "figure": figure_json(longest, shown, tuple(others)),
            "runs": {
                role: {"token": r.token, "state": drawn if r is run else r.state}
                for role, r in runs.items()
            },
            "news": run.points_since(0) if comes_at_once(run) else None,
            "trunk": others.get(TRUNK, run).token,
            "alone": alone,
            "marked": marked,
            "summary": summary,
        },
        on_changed_change=lambda: None,
    )


def comes_at_once(run: Run) -> bool:
    """Whether the chart is to bring the run's points along: of one that was never under way, the
    first time it is drawn."""
    if not run.cached or session.value(BROUGHT) == run.token:
        return False
    session.set_value(BROUGHT, run.token)
    return True


def status_line(run: Run, text: str, *, key: str) -> None:
    """`text`, and from then on what the run says of itself."""
    _STATUS(key=key, data={"base": base(), "token": run.token, "text": text})


def live_figures(run: Run, dataset: Dataset, moment: Moment | None, *, key: str) -> None:
    """The run's figures, now and as it goes on; or those of an earlier moment, which stay."""
    _FIGURES(
        key=key,
        data={
            "base": base(),
            "token": "" if moment else run.token,
            "figures": figures(run, dataset, moment),
        },
    )
