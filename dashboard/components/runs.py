"""The list of finished runs, and the chart of several of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard import charts
from dashboard.addresses import plotly_address
from dashboard.components.part import Part

_LIST = Part("run_list", "feed.js", "run_list.js", html='<div class="hd-runs"></div>')


_OVERLAY = Part(
    "overlay",
    "feed.js",
    "plotly.js",
    "overlay_chart.js",
    html='<div class="hyperdial-overlay" role="img"></div>',
    css=f".hyperdial-overlay {{ width: 100%; height: {charts.HEIGHT}px; }}",
)


def run_list(data: dict[str, Any], *, key: str, on_wishes: Callable[[], None]) -> None:
    """`data` as run_list.js reads it. What the person does stands in the widget's value "wishes"."""
    _LIST(key=key, data=data, on_wishes_change=on_wishes)


def overlay_chart(data: dict[str, Any], *, key: str) -> None:
    """`data` as overlay_chart.js reads it."""
    _OVERLAY(key=key, data={**data, "plotly": plotly_address()})
