"""Takes a picture from the clipboard to a file uploader on the page."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from dashboard.components.live import HERE


@cache
def _paste() -> Any:
    return st.components.v2.component(
        "hyperdial_paste",
        html='<div class="hd-paste"><button type="button">Paste a picture</button>'
        '<span role="status"></span></div>',
        js=(HERE / "paste.js").read_text("utf-8"),
        isolate_styles=False,
    )


def paste_into(uploader: str, key: str) -> None:
    """`uploader`: the key of the file uploader that takes what is pasted."""
    _paste()(
        key=key,
        data={
            "into": f".st-key-{uploader}",
            "hint": "or Ctrl+V (Cmd+V) anywhere on this page",
            "empty": "There is no picture in the clipboard.",
            "refused": "The browser does not let this page read the clipboard; Ctrl+V (Cmd+V) works.",
        },
    )
