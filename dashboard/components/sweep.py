"""Figures that stay alive while a search fills them, and the table of its best trials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.addresses import plotly_address
from dashboard.components.part import Part


def nothing() -> None: ...


_FIGURE = Part(
    "figure",
    "feed.js",
    "plotly.js",
    "figure.js",
    html='<div class="hyperdial-figure" role="img"></div>',
    css=".hyperdial-figure { width: 100%; }",
)


_RANKING = Part("ranking", "feed.js", "ranking.js", html='<div class="hd-ranking"></div>')


def live_figure(
    figure: dict[str, Any],
    summary: str,
    *,
    key: str,
    version: str = "",
    zoom: str = "",
    on_click: Callable[[], None] | None = None,
) -> None:
    """`figure` as plain data, its colours as figure.js has them.

    zoom: another whenever a person's zoom is not to be kept. on_click: the `customdata` of what was
    clicked then stands in the widget's value "clicked".
    """
    _FIGURE(
        key=key,
        data={
            "figure": figure,
            "summary": summary,
            "version": version,
            "zoom": zoom,
            "clicks": on_click is not None,
            "plotly": plotly_address(),
        },
        on_clicked_change=on_click or nothing,
    )


def ranking(data: dict[str, Any], *, key: str, on_open: Callable[[], None]) -> None:
    """`data` as ranking.js reads it. The trial to open stands in the widget's value "opened"."""
    _RANKING(key=key, data=data, on_opened_change=on_open)
