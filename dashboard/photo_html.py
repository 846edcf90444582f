"""Photos and what networks say of them as HTML (no Streamlit inside)."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from dashboard.gallery import data_uri, in_words, ink, percent, png, press
from dashboard.photo import Photo
from dashboard.photo_words import Answers
from engine.dataset import Floats


def views_html(told: Answers, classes: Sequence[str]) -> str:
    """A card for each view of a photo: how it is seen, and what the network says of that."""
    cards = []
    for view, label, p in zip(told.views, told.labels, told.P.T, strict=True):
        same = label == told.answer
        image = data_uri(png(view.picture), "image/png")
        cards.append(
            f'<figure class="hd-card {ink(label, classes)} {"right" if same else "wrong"}" '
            f'role="listitem"><img src="{image}" width="64" height="64" '
            f'alt="{html.escape(f"{view.kind}: {view.words}")}"><figcaption>'
            f"<span><b>{html.escape(classes[label])}</b> {percent(float(p[label]))}</span>"
            f"<small>{html.escape(view.words)}</small></figcaption></figure>"
        )
    return (
        '<div class="hd-gallery hd-views" role="list" aria-label="The photo seen in other ways">'
        f"{''.join(cards)}</div>"
    )


def photos_html(
    photos: Sequence[Photo], answers: Sequence[Answers], classes: Sequence[str], shown: Photo
) -> str:
    """A table of photos; a press opens one."""
    name = html.escape(classes[1]) if len(classes) == 2 else "answer"
    rows = []
    for photo, told in zip(photos, answers, strict=True):
        low, high = told.range
        here = ' aria-current="true"' if photo is shown else ""
        rows.append(
            f"<tr{here}><th scope='row'><button type='button' {press('photo', photo.digest)}>"
            f'<img src="{data_uri(png(photo.seen), "image/png")}" alt="" width="32" height="32"> '
            f"{html.escape(photo.name)}</button></th>"
            f"<td>{html.escape(classes[told.answer])}</td>"
            f'<td class="hd-number">{told.P[told.told, 0]:.3f}</td>'
            f'<td class="hd-number">{in_words(low)} to {in_words(high)}</td>'
            f'<td class="hd-number">{told.differing} of {len(told.views)}</td></tr>'
        )
    head = "".join(
        f"<th scope='col'{number}>{words}</th>"
        for words, number in (
            ("Photo", ""),
            ("Answer", ""),
            (f"P({name})", " class='hd-number'"),
            ("In other views", " class='hd-number'"),
            ("Views that differ", " class='hd-number'"),
        )
    )
    return (
        '<div class="hd-table hd-photos"><table aria-label="Your photos"><thead><tr>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def across_html(P: Mapping[str, Floats], classes: Sequence[str], told: int) -> str:
    """A bar for each run: the probability of class `told`."""
    rows = []
    for name, p in P.items():
        said, share = int(p.argmax()), float(p[told])
        rows.append(
            f'<div role="listitem"><span>{html.escape(name)}</span>'
            f'<span class="hd-bar {ink(told, classes)}" aria-hidden="true">'
            f'<span style="width:{100 * share:.1f}%"></span></span>'
            f"<b>{in_words(share)}</b><small>{html.escape(classes[said])}</small></div>"
        )
    return f'<div class="hd-across" role="list" aria-label="Other networks">{"".join(rows)}</div>'
