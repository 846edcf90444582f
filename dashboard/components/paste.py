"""Takes a picture from the clipboard to a file uploader on the page."""

from __future__ import annotations

from dashboard.components.part import Part

_PASTE = Part(
    "paste",
    "paste.js",
    html='<div class="hd-paste"><button type="button">Paste a picture</button>'
    '<span role="status"></span></div>',
)


def paste_into(uploader: str, key: str) -> None:
    """`uploader`: the key of the file uploader that takes what is pasted."""
    _PASTE(
        key=key,
        data={
            "into": f".st-key-{uploader}",
            "hint": "or Ctrl+V (Cmd+V) anywhere on this page",
            "empty": "There is no picture in the clipboard.",
            "refused": "The browser does not let this page read the clipboard; Ctrl+V (Cmd+V) works.",
        },
    )
