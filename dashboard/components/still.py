"""A Plotly figure that keeps its chart, and its zoom, while what it shows changes."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from dashboard.components.live import base, script
from dashboard.routes import PLOTLY_VERSION


@cache
def _still() -> Any:
    return st.components.v2.component(
        "hyperdial_still",
        html='<div class="hyperdial-still" role="img"></div>',
        css=".hyperdial-still { width: 100%; }",
        js=script("plotly.js", "still_chart.js"),
        isolate_styles=False,
    )


def still_chart(figure: dict[str, Any], summary: str, *, key: str) -> None:
    """`figure`: data and layout, without colours; `summary` tells it to who cannot see it."""
    _still()(
        key=key,
        data={
            "plotly": f"{base()}hyperdial/plotly-{PLOTLY_VERSION}.js",
            "figure": figure,
            "summary": summary,
        },
        height=figure["layout"]["height"],
    )
