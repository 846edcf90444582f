"""Figures that stay alive while a search fills them, and the table of its best trials."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard.components.live import base, script
from dashboard.routes import PLOTLY_VERSION


def nothing() -> None: ...


@cache
def _figure() -> Any:
    return st.components.v2.component(
        "hyperdial_figure",
        html='<div class="hyperdial-figure" role="img"></div>',
        css=".hyperdial-figure { width: 100%; }",
        js=script("plotly.js", "figure.js"),
        isolate_styles=False,
    )


@cache
def _ranking() -> Any:
    return st.components.v2.component(
        "hyperdial_ranking",
        html='<div class="hd-ranking"></div>',
        js=script("ranking.js"),
        isolate_styles=False,
    )


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
    _figure()(
        key=key,
        data={
            "figure": figure,
            "summary": summary,
            "version": version,
            "zoom": zoom,
            "clicks": on_click is not None,
            "plotly": f"{base()}hyperdial/plotly-{PLOTLY_VERSION}.js",
        },
        on_clicked_change=on_click or nothing,
    )


def ranking(data: dict[str, Any], *, key: str, on_open: Callable[[], None]) -> None:
    """`data` as ranking.js reads it. The trial to open stands in the widget's value "opened"."""
    _ranking()(key=key, data=data, on_opened_change=on_open)
