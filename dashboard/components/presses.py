"""Hears the buttons that stand in HTML of ours (`st.html`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dashboard import session
from dashboard.components.part import Part

_PRESSES = Part("presses", "presses.js", html='<span class="hd-presses"></span>')


def hear_presses(inside: str, key: str, on_press: Callable[[list[Any]], None]) -> None:
    """Calls `on_press` with what `press` was given, of a button in the container of key `inside`."""

    def heard() -> None:
        told = session.value(key)["pressed"]
        if told:
            on_press(json.loads(told))

    _PRESSES(key=key, data={"inside": f".st-key-{inside}"}, on_pressed_change=heard)
