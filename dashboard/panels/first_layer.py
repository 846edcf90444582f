"""What each unit of the first layer looks for: its weights as pictures."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.gallery import weights_html
from dashboard.run import Seen
from engine.errors import EngineError

MOST_UNITS = 40
ANSWER_SECONDS = 5.0


def show_first_layer(seen: Seen | None) -> None:
    st.toggle("Show what the first layer looks for", key="first_layer", persist_state="session")
    if seen is not None and session.value("first_layer"):
        show_pictures(seen)


def show_pictures(seen: Seen) -> None:
    try:
        pictures = services.pool().ask.first_layer(seen.run, seen.moment).result(ANSWER_SECONDS)
    except TimeoutError:
        raise EngineError("The first layer's pictures are late: every core is busy") from None
    shown = pictures[:MOST_UNITS]
    st.caption(
        f"The weights W1 of {len(shown)} of {len(pictures)} units as pictures, after "
        f"{seen.moment.iteration:,} iterations: grey is 0, and a colour that is stronger than grey "
        "makes the unit answer more to pixels of that colour there."
    )
    st.html(weights_html(shown))
