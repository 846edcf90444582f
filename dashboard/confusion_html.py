"""Which class is taken for which, and which kinds of pictures are hard, as HTML whose parts can be
pressed (no Streamlit inside)."""

from __future__ import annotations

import html
from collections.abc import Sequence

from dashboard.gallery import press
from engine.comparison import counted
from engine.confusion import Confusion
from engine.weak_spots import Group, weakest

MANY = 5  # classes, from which on the cells are small


def confusion_html(told: Confusion, classes: Sequence[str], chosen: tuple[int, int] | None) -> str:
    """A table of buttons: a row is what the pictures are, a column what the network says."""
    counts = told.counts
    names = [html.escape(name) for name in classes]
    head = "".join(f'<th scope="col"><small>said</small> {name}</th>' for name in names)
    rows = []
    for true, row in enumerate(counts):
        cells = "".join(
            cell_html(int(n), int(row.sum()), (true, said), classes, chosen == (true, said))
            for said, n in enumerate(row)
        )
        rows.append(f'<tr><th scope="row"><small>is</small> {names[true]}</th>{cells}</tr>')
    many = " hd-many" if len(classes) >= MANY else ""
    return (
        f'<div class="hd-confusion{many}"><table aria-label="Confusion matrix: a row is what the '
        f'pictures are, a column what the network says"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def cell_html(n: int, of: int, cell: tuple[int, int], classes: Sequence[str], chosen: bool) -> str:
    true, said = cell
    share = n / of if of else 0.0
    told = f"{n} of {of}: is {classes[true]}, said {classes[said]}"
    state = "disabled" if not n else f'aria-pressed="{str(chosen).lower()}"'
    kind = "right" if true == said else "wrong"
    return (
        f'<td><button type="button" class="{kind}" {state} {press("cell", true, said)} '
        f'style="--share: {share:.3f}" title="{html.escape(told)}" aria-label="{html.escape(told)}">'
        f"<b>{n}</b><small>{100 * share:.0f} %</small></button></td>"
    )


def confusion_sentence(told: Confusion, classes: Sequence[str], noun: str = "picture") -> str:
    """Such as `Of 17 non-cat pictures 5 are taken for cat; of 33 cat pictures 5 for non-cat.`"""
    counts = told.counts
    wrong = [
        (int(n), true, said)
        for true, row in enumerate(counts)
        for said, n in enumerate(row)
        if n and true != said
    ]
    if not wrong:
        return "No picture is taken for what it is not."
    wrong.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    parts = []
    for place, (n, true, said) in enumerate(wrong[:2]):
        of = counted(int(counts[true].sum()), f"{classes[true]} {noun}")
        verb = "" if place else f"{'is' if n == 1 else 'are'} taken "
        parts.append(f"{'of' if place else 'Of'} {of} {n} {verb}for {classes[said]}")
    most = "Most often: " if len(wrong) > 2 else ""
    first = parts[0] if not most else parts[0][0].lower() + parts[0][1:]
    return f"{most}{'; '.join([first, *parts[1:]])}."


def weak_spots_html(groups: Sequence[Group], overall: float, chosen: str) -> str:
    """A row a group: its accuracy as a dot with its 95 % interval, on a line from 0 to 100 %."""
    rows, last = [], ""
    for group in groups:
        low, high = (100 * end for end in group.interval)
        told = (
            f"{group.attribute} {group.value}: {group.right} of {group.m} right, "
            f"95 % interval {low:.0f} to {high:.0f} %"
        )
        kind = kind_of(group)
        name = html.escape(group.attribute) if group.attribute != last else ""
        last = group.attribute
        rows.append(
            f'<button type="button" {press("kind", group.attribute, group.value)} '
            f'aria-pressed="{str(kind == chosen).lower()}" aria-label="{html.escape(told)}" '
            f'title="{html.escape(told)}"><small>{name}</small>'
            f"<span>{html.escape(group.value)}</span>"
            f'<span class="hd-track"><i style="left: {low:.1f}%; width: {high - low:.1f}%"></i>'
            f'<b style="left: {100 * group.accuracy:.1f}%"></b></span>'
            f"<span>{group.right} of {group.m}</span></button>"
        )
    return (
        f'<div class="hd-spots" role="group" aria-label="Accuracy by kind of picture" '
        f'style="--all: {overall:.4f}">{"".join(rows)}</div>'
    )


def kind_of(group: Group) -> str:
    return f"{group.attribute}: {group.value}"


def weak_spots_sentence(groups: Sequence[Group], m: int) -> str:
    """Whether the network is weaker on some kind of pictures, said with the care the numbers need."""
    told = weakest(groups)
    if told is None:
        return "No kind of picture is behind the others."
    group, sure = told
    behind = (
        f"{kind_of(group)}, {group.right} of {group.m} right, against "
        f"{group.others_right} of {group.others} of the others"
    )
    if sure:
        return f"A weak spot is {behind}. That is more than chance, even with {len(groups)} kinds compared."
    return (
        f"Farthest behind is {behind}. With {m:,} pictures and {len(groups)} kinds compared that may "
        "be chance."
    )
