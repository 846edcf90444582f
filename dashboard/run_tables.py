"""The tables of the page of runs as HTML, each value escaped (no Streamlit inside)."""

from __future__ import annotations

import html
from collections.abc import Sequence

from dashboard.run_comparison import INKS, LETTERS
from dashboard.run_leaderboard import Rank
from dashboard.run_status import share_text
from dashboard.run_words import title, way_words


def letter_html(i: int) -> str:
    return f'<span class="hd-letter hd-curve-{i % INKS}">{LETTERS[i]}</span>'


def comparison_html(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A row for each run; its letter and colour are those of its curve."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{letter_html(i)} {html.escape(row[0])}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for i, row in enumerate(rows)
    )
    return (
        '<div class="hd-table" tabindex="0" role="region" aria-label="The runs side by side">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def leaderboard_html(ranks: Sequence[Rank]) -> str:
    """Each accuracy as a dot in its interval, on one scale for all."""
    low = min(rank.low for rank in ranks)
    span = max(rank.high for rank in ranks) - low or 1.0

    def at(share: float) -> float:
        return 100 * (share - low) / span

    body = ""
    for rank in ranks:
        bar = (
            f'<span class="hd-interval" aria-hidden="true"><span style="left:{at(rank.low):.1f}%;'
            f'width:{at(rank.high) - at(rank.low):.1f}%"></span>'
            f'<b style="left:{at(rank.accuracy):.1f}%"></b></span>'
        )
        name, settings = title(rank.run), way_words(rank.run.stages)
        told = (
            "" if name == settings else f'<span class="hd-settings">{html.escape(settings)}</span>'
        )
        verdict = (
            "worse" if rank.apart else ("best" if rank.run is ranks[0].run else "no difference")
        )
        body += (
            f'<tr><td class="hd-number">{rank.place}</td>'
            f'<th scope="row">{html.escape(name)}{told}</th>'
            f'<td class="hd-number">{share_text(rank.accuracy)}</td>'
            f"<td>{bar}<small>{100 * rank.low:.0f} to {100 * rank.high:.0f} %</small></td>"
            f'<td class="hd-verdict-word">{verdict}</td></tr>'
        )
    return (
        '<div class="hd-table hd-leaderboard" tabindex="0" role="region" aria-label="Leaderboard">'
        '<table><thead><tr><th scope="col" class="hd-number">Rank</th><th scope="col">Run</th>'
        '<th scope="col" class="hd-number">Test accuracy</th><th scope="col">95 % interval</th>'
        f'<th scope="col">From the best</th></tr></thead><tbody>{body}</tbody></table></div>'
    )
