"""Hears the buttons that stand in HTML of ours (`st.html`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.components.live import HERE


@cache
def _presses() -> Any:
    return st.components.v2.component(
        "hyperdial_presses",
        html='<span class="hd-presses"></span>',
        js=(HERE / "presses.js").read_text("utf-8"),
        isolate_styles=False,
    )


def hear_presses(inside: str, key: str, on_press: Callable[[list[Any]], None]) -> None:
    """Calls `on_press` with what `press` was given, of a button in the container of key `inside`."""

    def heard() -> None:
        told = session.value(key)["pressed"]
        if told:
            on_press(json.loads(told))

    _presses()(key=key, data={"inside": f".st-key-{inside}"}, on_pressed_change=heard)
