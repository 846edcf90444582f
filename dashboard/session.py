"""The only module that touches `st.session_state`: what one session has chosen and looks at."""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from dashboard import services
from dashboard.live_run import LiveRun
from dashboard.own_import import OwnImport
from dashboard.photo import Photo


def live_run() -> LiveRun:
    """The run this session watches."""
    if "_live_run" not in st.session_state:
        st.session_state["_live_run"] = LiveRun(services.pool(), secrets.token_urlsafe(8))
    run: LiveRun = st.session_state["_live_run"]
    return run


def own_import() -> OwnImport:
    """The pictures this session is bringing in; nobody else sees them."""
    if "_own_import" not in st.session_state:
        st.session_state["_own_import"] = OwnImport()
    own: OwnImport = st.session_state["_own_import"]
    return own


def photos() -> tuple[Photo, ...]:
    """The photos this session tries, kept while settings and pages change; nobody else sees them."""
    kept: tuple[Photo, ...] = st.session_state.get("_photos", ())
    return kept


def photo() -> Photo | None:
    """The one of them that is looked at: the one that was chosen, or the newest."""
    shown = st.session_state.get("_photo_shown")
    chosen = (photo for photo in photos() if photo.digest == shown)
    return next(chosen, photos()[-1] if photos() else None)


def keep_photos(new: tuple[Photo, ...], problem: str = "") -> None:
    """`problem`: why one that was given cannot be used."""
    st.session_state["_photos"] = new
    st.session_state["_photo_problem"] = problem
    st.session_state.pop("_photo_shown", None)


def show_photo(digest: str) -> None:
    """Looks at another one of the photos."""
    st.session_state["_photo_shown"] = digest


def photo_problem() -> str:
    problem: str = st.session_state.get("_photo_problem", "")
    return problem


def take(key: str) -> Any:
    """A note left for the next time the page is drawn; reading it removes it."""
    return st.session_state.pop(key, None)


def value(key: str, default: Any = None) -> Any:
    """A widget's value."""
    return st.session_state.get(key, default)


def set_value(key: str, new: Any) -> None:
    """Sets a widget's value before the widget is drawn, or in its callback."""
    st.session_state[key] = new


def set_default(key: str, new: Any) -> None:
    if key not in st.session_state:
        st.session_state[key] = new
