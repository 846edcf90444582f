"""The what-if arrows: below each slider, what one notch up and one notch down would come to."""

from __future__ import annotations

import os
from html import escape
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.components.live import what_if
from dashboard.notches import Direction, Slider

ARROWS = "what_if_arrows"
NOTCHES = "_notches"
COMPONENT = "what_if"
VARIABLE = "HYPERDIAL_WHAT_IF"
"""The environment variable that begins without arrows, "off": for a class on one small server."""
DIRECTIONS: tuple[Direction, Direction] = ("down", "up")


def row_of_arrows(slider: Slider) -> None:
    """The place below a slider, which the browser fills; as high when it is empty."""
    st.html(f'<div class="hd-what-if" data-slider="{escape(slider.key)}"></div>')


def offer_arrows(sliders: list[Slider]) -> None:
    """The switch, and what the browser needs to know of the sliders that have arrows."""
    session.set_default(ARROWS, os.environ.get(VARIABLE, "on") != "off")
    st.toggle(
        "What-if arrows",
        key=ARROWS,
        help="Below each slider, the test accuracy and the cost one notch away, trained while nothing "
        "else is. "
        "≈: the test set is so small that the difference may be chance.",
        persist_state="session",
    )
    session.set_value(
        NOTCHES,
        {
            slider.key: {
                direction: slider.stops[place]
                for direction in DIRECTIONS
                if (place := slider.notch(direction)) is not None
            }
            for slider in sliders
        },
    )
    with st.container(key=f"{COMPONENT}_place"):
        what_if([told(slider) for slider in sliders], key=COMPONENT, on_apply=apply)


def told(slider: Slider) -> dict[str, Any]:
    notches = {}
    for direction in DIRECTIONS:
        if (place := slider.notch(direction)) is not None:
            value = slider.say(slider.stops[place])
            notches[direction] = {"value": value, "turn": slider.changes[place]}
    return {"key": slider.key, "label": slider.label, "notches": notches}


def apply() -> None:
    """An arrow was pressed: its slider goes to the value that the arrow shows."""
    pressed = session.value(COMPONENT)
    slider, direction = pressed.get("apply") or ("", "")
    notches = session.value(NOTCHES, {}).get(slider, {})
    if direction in notches:
        session.set_value(slider, notches[direction])
