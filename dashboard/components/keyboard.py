"""Keys that press the run's buttons and turn the time machine, wherever on the page one is."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from dashboard.components.live import HERE

WORDS = (
    "Keys: Space pauses and goes on, or plays the time machine; S steps, R resets, "
    "← and → turn the time machine."
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


def listen_to_keys(*, playing: bool = False) -> None:
    """playing: whether the time machine does, which Space then holds.

    Nothing is to be seen of it. Streamlit's own shortcuts have no R, and a button that has the
    focus would share its Space with them."""
    with st.container(key="keys"):
        # By key, the buttons' widget keys; the first that is there is pressed.
        space = ["hold" if playing else "play", "pause"]
        buttons = {" ": space, "s": ["step"], "r": ["reset"]}
        data = {"buttons": buttons, "slider": SLIDER, "turns": list(TURNS)}
        _keyboard()(key="keyboard", data=data, height=1)
