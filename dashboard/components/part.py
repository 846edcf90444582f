"""A piece of the page that Streamlit lacks: HTML, and scripts of this folder that bring it to life."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent


class Part:
    """Called like a widget of Streamlit's, with `key`, `data` and callbacks."""

    def __init__(self, name: str, *scripts: str, html: str = "", css: str | None = None) -> None:
        self._name = name
        self._scripts = scripts
        self._html = html
        self._css = css

    @cached_property
    def _component(self) -> Any:  # not before it is used: only then is there a server
        return st.components.v2.component(
            f"hyperdial_{self._name}",
            html=self._html,
            css=self._css,
            js="".join((HERE / script).read_text("utf-8") for script in self._scripts),
            isolate_styles=False,
        )

    def __call__(self, *, data: Any, **given: Any) -> Any:
        # In a list, as Streamlit looks into a mapping for data frames, for which it imports pandas.
        return self._component(data=[data], **given)
