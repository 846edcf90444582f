"""A Plotly figure that keeps its chart, and its zoom, while what it shows changes."""

from __future__ import annotations

from typing import Any

from dashboard.addresses import plotly_address
from dashboard.components.part import Part

_STILL = Part(
    "still",
    "feed.js",
    "plotly.js",
    "still_chart.js",
    html='<div class="hyperdial-still" role="img"></div>',
    css=".hyperdial-still { width: 100%; }",
)


def still_chart(figure: dict[str, Any], summary: str, *, key: str) -> None:
    """`figure`: data and layout, without colours; `summary` tells it to who cannot see it."""
    _STILL(
        key=key,
        data={
            "plotly": plotly_address(),
            "figure": figure,
            "summary": summary,
        },
        height=figure["layout"]["height"],
    )
