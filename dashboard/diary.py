"""The learning diary of a run in words, and one example's page of it as HTML (no Streamlit)."""

from __future__ import annotations

import html
import math
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dashboard.messages import Moment
from engine.dataset import Dataset
from engine.learning_diary import NEVER, LearningDiary, learning_diary

GROUPS = ("Learned for good", "Learned, then forgotten", "Never right")


# By the last moment of a run, for as long as somebody keeps that.
_made: WeakKeyDictionary[Moment, LearningDiary] = WeakKeyDictionary()


def diary_of(film: tuple[Moment, ...], dataset: Dataset) -> LearningDiary:
    """The diary of all kept moments of a run; a page that is drawn again finds it made."""
    if (made := _made.get(film[-1])) is None:
        iterations = [moment.iteration for moment in film]
        logits = [moment.test_logits for moment in film]
        made = _made[film[-1]] = learning_diary(iterations, logits, dataset.test_labels)
    return made


def group_counts(diary: LearningDiary, rows: NDArray[np.intp]) -> tuple[int, int, int]:
    """How many of these examples are in each of the `GROUPS`."""
    good = int((diary.learned[rows] != NEVER).sum())
    lost = int((diary.forgotten[rows] != NEVER).sum())
    return good, lost, len(rows) - good - lost


def told_of(diary: LearningDiary, dataset: Dataset, i: int) -> str:
    """Such as `picture 12, cat: learned at 1,900`."""
    name = dataset.classes[dataset.test_labels[0, i]]
    return f"{dataset.noun} {i + 1}, {name}: {when_learned(diary, i)}"


def when_learned(diary: LearningDiary, i: int) -> str:
    if (at := diary.learned[i]) != NEVER:
        return "right from the start" if at == diary.iterations[0] else f"learned at {at:,}"
    if (at := diary.forgotten[i]) != NEVER:
        return f"forgotten after {at:,}"
    return "right before training only" if diary.right[i, 0] else "never right"


def opened_html(diary: LearningDiary, dataset: Dataset, i: int, column: int, base: str) -> str:
    """Test example i as the network judged it at the column-th moment, and how sure it was over
    all of them."""
    label = int(dataset.test_labels[0, i])
    true = html.escape(dataset.classes[label])
    p, right = float(diary.true[i, column]), bool(diary.right[i, column])
    said = html.escape(dataset.classes[diary.predicted[i, column]])
    iteration = f"after {diary.iterations[column]:,} iterations"
    if math.isnan(p):
        answer = "<p>The network has diverged here: it has no answer any more.</p>"
    else:
        mark, verdict = ("✓", "right") if right else ("✗", f"wrong: it is {true}")
        answer = (
            f'<p class="hd-answer"><span aria-hidden="true">{mark}</span> {said}, {verdict}</p>'
            f"<p>P({true}) = <b>{p:.3f}</b> {iteration}</p>"
        )
    picture = (
        ""
        if dataset.planar
        else f'<img src="{base}hyperdial/pictures/{dataset.digest}/test/{i}.png" width="128" '
        f'height="128" alt="Test picture {i + 1}: {true}">'
    )
    verdict_class = "right" if right else "wrong"
    return (
        f'<div class="hd-opened hd-class-{label} {verdict_class}">{picture}<div>{answer}'
        f"{small_curve(diary, i, column, true)}</div></div>"
    )


def small_curve(diary: LearningDiary, i: int, column: int, name: str) -> str:
    """P of the true class over the iterations as an area, with the moment marked."""
    most = max(1, len(diary.iterations) - 1)
    known = [(k, p) for k, p in enumerate(diary.true[i].tolist()) if not math.isnan(p)]
    if not known:
        return ""
    corners = [(known[0][0], 0.0), *known, (known[-1][0], 0.0)]
    area = ", ".join(f"{100 * k / most:.1f}% {100 * (1 - p):.1f}%" for k, p in corners)
    told = f"P({name}) over the iterations: from {known[0][1]:.2f} to {known[-1][1]:.2f}"
    return (
        f'<div class="hd-small-curve" role="img" aria-label="{told}">'
        f'<div style="clip-path: polygon({area})"></div>'
        f'<span style="left: {100 * column / most:.1f}%"></span></div>'
        f"<small>P({name}) over the iterations, from 0 to 1; the line across is 0.5</small>"
    )
