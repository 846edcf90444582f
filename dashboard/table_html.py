"""A plain table as HTML, each cell escaped (no Streamlit inside).

Streamlit's own tables go through pandas, which takes longer than all the rest of the page.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

NUMBER = frozenset("0123456789-−–")  # the last stands for one that there is not


def table_html(columns: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> str:
    """The first cell of each row names it; of the others, columns of numbers stand to the right.

    label: what a screen reader says of it.
    """
    aligned = [
        ' class="hd-number"' if i and all(row[i][:1] in NUMBER for row in rows) else ""
        for i in range(len(columns))
    ]
    head = "".join(
        f'<th scope="col"{side}>{html.escape(name)}</th>'
        for name, side in zip(columns, aligned, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row">{html.escape(row[0])}</th>'
        + "".join(
            f"<td{side}>{html.escape(cell)}</td>"
            for cell, side in zip(row[1:], aligned[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="hd-table hd-plain" tabindex="0" role="region" aria-label="{html.escape(label)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
