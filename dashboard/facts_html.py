"""What the pictures of each class are like, as HTML and in sentences (no Streamlit inside)."""

from __future__ import annotations

import html

import numpy as np

from dashboard.gallery import data_uri, ink, png
from engine.dataset import Dataset
from engine.picture_facts import COLOURS, PictureFacts


def facts_html(facts: PictureFacts, dataset: Dataset) -> str:
    """For each class its mean picture, how bright its pictures are, and its colours."""
    rows = []
    largest = max(facts.brightness.max(), 1e-9)
    for c, name in enumerate(dataset.classes):
        escaped = html.escape(name)
        bars = "".join(
            f'<i style="height:{100 * share / largest:.0f}%"></i>' for share in facts.brightness[c]
        )
        strip = "".join(
            f'<i class="hd-is-{colour}" style="flex-grow:{share:.3f}" title="{colour} {share:.0%}"></i>'
            for colour, share in zip(COLOURS, facts.colours[c], strict=True)
            if share > 0
        )
        rows.append(
            f'<div class="hd-fact {ink(c, dataset.classes)}" role="listitem"><figure><img src="'
            f'{data_uri(png(facts.means[c]), "image/png")}" alt="Mean picture of {escaped}">'
            f"<figcaption><b>{escaped}</b></figcaption></figure>"
            f'<div><div class="hd-bars" role="img" aria-label="{html.escape(bright_text(facts, c))}">'
            f"{bars}</div><small>dark → bright</small></div>"
            f'<div><div class="hd-colours" role="img" aria-label="{html.escape(colour_text(facts, c))}">'
            f"{strip}</div><small>{html.escape(colour_text(facts, c))}</small></div></div>"
        )
    return f'<div class="hd-facts" role="list" aria-label="Each class">{"".join(rows)}</div>'


def bright_text(facts: PictureFacts, c: int) -> str:
    return f"mean brightness {100 * facts.mean_brightness[c]:.0f} %"


def colour_text(facts: PictureFacts, c: int) -> str:
    """The three commonest colours: "grey 48 %, orange 30 %, blue 9 %"."""
    first = np.argsort(-facts.colours[c], kind="stable")[:3]
    return ", ".join(f"{COLOURS[i]} {100 * facts.colours[c, i]:.0f} %" for i in first)


def facts_summary(facts: PictureFacts, dataset: Dataset) -> str:
    told = ", ".join(
        f"{name} {100 * facts.mean_brightness[c]:.0f} %" for c, name in enumerate(dataset.classes)
    )
    return (
        f"Mean brightness of the training pictures: {told}. Where classes differ in brightness or "
        "colour, a network can tell them apart without looking at shapes."
    )


def leak_sentence(facts: PictureFacts, dataset: Dataset) -> str:
    """A warning when test pictures were trained on, "" when none was; what is not known is said."""
    if facts.leaks is None:
        return (
            "The two sets were not compared: there are too many pictures to do it while you wait."
        )
    if not facts.leaks:
        return ""
    n = len(facts.leaks)
    some = ", ".join(
        f"test {leak.test + 1} is {'' if leak.exact else 'nearly '}training {leak.train + 1}"
        for leak in facts.leaks[:5]
    )
    more = f" and {n - 5:,} more" if n > 5 else ""
    share = f"{100 * n / dataset.m_test:.2g} %"
    return (
        f"{n:,} of {dataset.m_test:,} test pictures {'is' if n == 1 else 'are'} in the training set "
        f"too ({some}{more}): up to {share} of the test accuracy may be memory."
    )
