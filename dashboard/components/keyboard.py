"""Keys that press the run's buttons and turn the time machine, wherever on the page one is."""

from __future__ import annotations

import streamlit as st

from dashboard.components.part import Part

WORDS = (
    "Keys: Space pauses and goes on, or plays the time machine; S steps, R resets, "
    "← and → turn the time machine."
)
SLIDER = "time_machine"
TURNS = ("ArrowLeft", "ArrowRight")


_KEYBOARD = Part("keyboard", "keyboard.js")


def listen_to_keys(*, playing: bool = False) -> None:
    """playing: whether the time machine does, which Space then holds.

    Nothing is to be seen of it. Streamlit's own shortcuts have no R, and a button that has the
    focus would share its Space with them."""
    with st.container(key="keys"):
        # By key, the buttons' widget keys; the first that is there is pressed.
        space = ["hold" if playing else "play", "pause"]
        buttons = {" ": space, "s": ["step"], "r": ["reset"]}
        data = {"buttons": buttons, "slider": SLIDER, "turns": list(TURNS)}
        _KEYBOARD(key="keyboard", data=data, height=1)
