"""The plane and its hidden units' maps, painted live in the browser (see live.py for the manner)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.addresses import base
from dashboard.components.part import Part
from dashboard.run import Run

_PLANE = Part(
    "plane",
    "feed.js",
    "plane_feed.js",
    "plane.js",
    html='<div class="hd-plane"><canvas role="img"></canvas>'
    '<p class="hd-plane-reads" aria-hidden="true"></p><p class="hd-plane-says"></p></div>',
)


_UNITS = Part(
    "units", "feed.js", "plane_feed.js", "unit_maps.js", html='<div class="hd-units"></div>'
)


def live_plane(
    run: Run,
    *,
    iteration: int | None,
    label: int,
    refused: float | None,
    key: str,
    on_click: Callable[[], None],
) -> Any:
    """The plane as the run's network sees it, now or at an iteration. A click adds a point of class
    `label`: the result's `clicked` is then its x1, x2, label and number; `refused` is the number of
    the last one for which there was no place."""
    return _PLANE(
        key=key,
        data={
            "base": base(),
            "token": run.token,
            "iteration": iteration,
            "label": label,
            "refused": refused,
        },
        on_clicked_change=on_click,
    )


def unit_maps(run: Run, *, iteration: int | None, key: str) -> None:
    _UNITS(key=key, data={"base": base(), "token": run.token, "iteration": iteration})
