"""What an import found, as HTML: a bar for each class, and pictures that are there twice."""

from __future__ import annotations

import html
from collections.abc import Sequence

from dashboard.gallery import data_uri
from dashboard.import_messages import DuplicateGroup, Preview, Shown


def picture_html(shown: Shown) -> str:
    name = html.escape(shown.name)
    return f'<img src="{data_uri(shown.jpeg, "image/jpeg")}" alt="{name}" title="{name}">'


def balance_html(preview: Preview) -> str:
    """A row for each class: its name, how many pictures, a bar, and a few of them."""
    largest = max(preview.counts.values(), default=0)
    rows = []
    for name, count in preview.counts.items():
        width = 100 * count / max(1, largest)
        pictures = "".join(map(picture_html, preview.samples[name]))
        rows.append(
            f'<div class="hd-class" role="listitem"><b>{html.escape(name)}</b>'
            f"<span>{count:,}</span>"
            f'<div class="hd-share" aria-hidden="true"><i style="width:{width:.1f}%"></i></div>'
            f'<div class="hd-strip">{pictures}</div></div>'
        )
    return f'<div class="hd-classes" role="list" aria-label="Classes">{"".join(rows)}</div>'


def groups_html(groups: Sequence[DuplicateGroup]) -> str:
    """Groups of duplicates, each with what is to be known of it."""
    rows = []
    for group in groups:
        labels = sorted({shown.label for shown in group.shown})
        words = ["Exactly the same" if group.exact else "Nearly the same"]
        if group.contradicting:
            words.append(f"in different classes ({', '.join(labels)}): one label is wrong")
        if group.leaking:
            words.append("both in training and in the test set")
        names = ", ".join(shown.name for shown in group.shown)
        more = group.size - len(group.shown)
        rows.append(
            '<div class="hd-group" role="listitem"><div class="hd-strip">'
            f"{''.join(map(picture_html, group.shown))}</div><p><b>{html.escape('; '.join(words))}.</b>"
            f"<small>{html.escape(names)}{f' and {more:,} more' if more > 0 else ''}</small></p></div>"
        )
    return f'<div class="hd-groups" role="list" aria-label="Duplicates">{"".join(rows)}</div>'


def broken_html(preview: Preview) -> str:
    rows = "".join(
        f"<li><b>{html.escape(broken.name)}</b> <span>{html.escape(broken.reason)}</span></li>"
        for broken in preview.broken
    )
    more = preview.broken_count - len(preview.broken)
    rows += f"<li>and {more:,} more</li>" if more > 0 else ""
    return f'<ul class="hd-broken" aria-label="Files that cannot be used">{rows}</ul>'
