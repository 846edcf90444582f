"""What a network says of a photo seen in other ways, by other runs and at other times: words, a
table and a figure (no Streamlit inside)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from dashboard.explanations import Explanation
from dashboard.gallery import in_words
from engine.dataset import Floats
from engine.photo_views import View

KINDS = {
    "cut": "depending on how it is cut",
    "mirrored": "when mirrored",
    "moved": "when moved a little",
    "brightness": "when darker or brighter",
}
CSV_HEAD = ("photo", "answer", "class", "probability", "lowest", "highest", "views_that_differ")
TALL = 190  # pixels of the figure


def every_class(P: Floats) -> Floats:
    """(classes, k) from what a worker predicts: (k,) of class 1, or (classes, k)."""
    return np.stack([1 - P, P]) if P.ndim == 1 else P


@dataclass(frozen=True, eq=False)
class Answers:
    """What the network says of each view of one photo. P: (classes, views), the first view being
    the one the course's network gets."""

    views: Sequence[View]
    P: Floats

    @property
    def answer(self) -> int:
        return int(self.P[:, 0].argmax())

    @property
    def told(self) -> int:
        """The class whose probability is told: class 1, or of more than two the answer."""
        return 1 if len(self.P) == 2 else self.answer

    @property
    def labels(self) -> list[int]:
        return [int(label) for label in self.P.argmax(axis=0)]

    @property
    def differing(self) -> int:
        return sum(label != self.answer for label in self.labels)

    @property
    def range(self) -> tuple[float, float]:
        told = self.P[self.told]
        return float(told.min()), float(told.max())

    def sentence(self, classes: Sequence[str]) -> str:
        """Such as `P(cat) is 0.62 as the course cuts it. It lies between 0.31 and 0.88 depending on
        how it is cut, …: in 3 of 13 views the answer is another one.`"""
        told = self.P[self.told]
        parts = []
        for kind, group in groupby(zip(self.views, told, strict=True), key=lambda one: one[0].kind):
            # Each kind is compared with the photo as it is.
            values = [float(told[0]), *(float(p) for _, p in group)]
            parts.append(
                f"between {in_words(min(values))} and {in_words(max(values))} {KINDS[kind]}"
            )
        n = len(self.views)
        verdict = (
            f"The answer is {classes[self.answer]} in all {n} views."
            if not self.differing
            else f"In {self.differing} of {n} views the answer is another one."
        )
        return (
            f"P({classes[self.told]}) is {in_words(float(told[0]))} as the course cuts it. It lies "
            f"{', '.join(parts[:-1])} and {parts[-1]}. {verdict}"
        )


def far_sentence(why: Explanation, classes: Sequence[str]) -> str:
    """What is to be said of a photo that is like nothing the network has seen; "" of others."""
    if not why.is_far:
        return ""
    *names, last = classes if len(classes) > 2 else classes[::-1]
    neither = "neither" if len(classes) == 2 else "none of these"
    return (
        f"This is {neither}: the network only knows {', '.join(names)} or {last}, and nothing it has "
        f"seen is near. The nearest training picture is {why.distance:.1f} away; 99 of 100 test "
        f"pictures have one nearer than {why.far:.1f}."
    )


def photos_csv(names: Sequence[str], answers: Sequence[Answers], classes: Sequence[str]) -> bytes:
    """A row a photo. A name that a spreadsheet would take for a formula gets an apostrophe."""
    table = io.StringIO()
    write = csv.writer(table, lineterminator="\n")
    write.writerow(CSV_HEAD)
    for name, told in zip(names, answers, strict=True):
        low, high = told.range
        write.writerow(
            (
                plain(name),
                plain(classes[told.answer]),
                plain(classes[told.told]),
                *(f"{p:.6f}" for p in (told.P[told.told, 0], low, high)),
                told.differing,
            )
        )
    return table.getvalue().encode("utf-8-sig")


def plain(words: str) -> str:
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words


def over_time_figure(
    iterations: Sequence[int], p: Floats, name: str, marked: int
) -> dict[str, Any]:
    """P of a class over the iterations, with a line at the moment that is looked at."""
    lines = [
        {
            "x0": 0,
            "x1": 1,
            "xref": "paper",
            "y0": 0.5,
            "y1": 0.5,
            "line": {"width": 1, "dash": "dash"},
        },
        {"x0": marked, "x1": marked, "y0": 0, "y1": 1, "line": {"width": 1.5, "dash": "dot"}},
    ]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(iterations),
                "y": [round(float(value), 4) if np.isfinite(value) else None for value in p],
                "name": f"P({name})",
                "hovertemplate": "%{y:.3f}<extra></extra>",
                "line": {"width": 2},
            }
        ],
        "layout": {
            "height": TALL,
            "margin": {"l": 44, "r": 12, "t": 8, "b": 40},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
            "showlegend": False,
            "hovermode": "x",
            "uirevision": "zoom survives",
            "xaxis": {"title": {"text": "iteration"}, "tickformat": ","},
            "yaxis": {"range": [0, 1], "dtick": 0.5},
            "shapes": [{"type": "line", **line} for line in lines],
        },
    }


def over_time_sentence(iterations: Sequence[int], p: Floats, name: str) -> str:
    """How the answer came about: where it began and ended, and how often it changed sides."""
    fit = np.isfinite(p)
    if not fit.any():
        return "This network had no answer at any time."
    known, at = p[fit], np.asarray(iterations)[fit]
    sides = known > 0.5
    turns = np.flatnonzero(np.diff(sides))
    first, last = (in_words(float(end)) for end in (known[0], known[-1]))
    told = f"P({name}) goes from {first} to {last} in {at[-1]:,} iterations"
    if not len(turns):
        return f"{told}, always on the same side of 0.5."
    times = "once" if len(turns) == 1 else f"{len(turns)} times"
    return f"{told} and crosses 0.5 {times}, last at about {at[turns[-1] + 1]:,}."


def across_sentence(P: Mapping[str, Floats], classes: Sequence[str]) -> str:
    """Whether runs agree on a photo. P: of each class, (classes,), by the name of the run."""
    labels = [int(p.argmax()) for p in P.values()]
    counts = {classes[label]: labels.count(label) for label in dict.fromkeys(labels)}
    if len(counts) == 1:
        return f"All {len(labels)} networks say {classes[labels[0]]}."
    told = ", ".join(f"{n} say{'s' if n == 1 else ''} {name}" for name, n in counts.items())
    return f"The networks disagree: {told}."
