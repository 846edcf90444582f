"""The plane and its hidden units' maps, painted live in the browser (see live.py for the manner)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard.components.live import base, script
from dashboard.run import Run


@cache
def _plane() -> Any:
    return st.components.v2.component(
        "hyperdial_plane",
        html='<div class="hd-plane"><canvas role="img"></canvas>'
        '<p class="hd-plane-reads" aria-hidden="true"></p><p class="hd-plane-says"></p></div>',
        js=script("plane_feed.js", "plane.js"),
        isolate_styles=False,
    )


@cache
def _units() -> Any:
    return st.components.v2.component(
        "hyperdial_units",
        html='<div class="hd-units"></div>',
        js=script("plane_feed.js", "unit_maps.js"),
        isolate_styles=False,
    )


def live_plane(
    run: Run,
    *,
    iteration: int | None,
    label: int,
    key: str,
    on_click: Callable[[], None],
) -> Any:
    """The plane as the run's network sees it, now or at an iteration. A click adds a point of class
    `label`: the result's `clicked` is then its x1, x2 and label."""
    return _plane()(
        key=key,
        data={"base": base(), "token": run.token, "iteration": iteration, "label": label},
        on_clicked_change=on_click,
    )


def unit_maps(run: Run, *, iteration: int | None, key: str) -> None:
    _units()(key=key, data={"base": base(), "token": run.token, "iteration": iteration})
