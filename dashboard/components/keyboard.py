"""Keys that press the run's buttons and turn the time machine, wherever on the page one is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import streamlit as st

from dashboard.components.live import HERE

WORDS = (
    "Keys: Space pauses and goes on, or plays the time machine; S steps, R resets, "
    "← and → turn the time machine."
)
# By key, the buttons' widget keys; the first that is there is pressed.
BUTTONS: Mapping[str, list[str]] = MappingProxyType(
    {" ": ["play", "pause"], "s": ["step"], "r": ["reset"]}
)
SLIDER = "time_machine"
TURNS = ("ArrowLeft", "ArrowRight")


@cache
def _keyboard() -> Any:
    return st.components.v2.component(
        "hyperdial_keyboard",
        html="",
        js=(HERE / "keyboard.js").read_text("utf-8"),
        isolate_styles=False,
    )


def listen_to_keys() -> None:
    """Nothing is to be seen of it. Streamlit's own shortcuts have no R, and a button that has the
    focus would share its Space with them."""
    with st.container(key="keys"):
        data = {"buttons": dict(BUTTONS), "slider": SLIDER, "turns": list(TURNS)}
        _keyboard()(key="keyboard", data=data, height=1)
