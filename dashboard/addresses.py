"""Where the browser finds what it fetches besides the page."""

from __future__ import annotations

import plotly
import streamlit as st

PLOTLY = f"hyperdial/plotly-{plotly.__version__}.js"


def base() -> str:
    """The address the page and its routes live under, with a slash at both ends."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}/" if path else "/"


def plotly_address() -> str:
    return base() + PLOTLY
