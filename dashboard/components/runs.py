"""The list of finished runs, and the chart of several of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard import charts
from dashboard.components.live import base, script
from dashboard.routes import PLOTLY_VERSION


@cache
def _list() -> Any:
    return st.components.v2.component(
        "hyperdial_run_list",
        html='<div class="hd-runs"></div>',
        js=script("run_list.js"),
        isolate_styles=False,
    )


@cache
def _overlay() -> Any:
    return st.components.v2.component(
        "hyperdial_overlay",
        html='<div class="hyperdial-overlay" role="img"></div>',
        css=f".hyperdial-overlay {{ width: 100%; height: {charts.HEIGHT}px; }}",
        js=script("plotly.js", "overlay_chart.js"),
        isolate_styles=False,
    )


def run_list(data: dict[str, Any], *, key: str, on_wishes: Callable[[], None]) -> None:
    """`data` as run_list.js reads it. What the person does stands in the widget's value "wishes"."""
    _list()(key=key, data=data, on_wishes_change=on_wishes)


def overlay_chart(data: dict[str, Any], *, key: str) -> None:
    """`data` as overlay_chart.js reads it."""
    _overlay()(key=key, data={**data, "plotly": f"{base()}hyperdial/plotly-{PLOTLY_VERSION}.js"})
