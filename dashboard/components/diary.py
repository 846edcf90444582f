"""The learning diary's map: it is drawn, and answers to the mouse, in the browser (diary.js)."""

from __future__ import annotations

import base64
from collections.abc import Callable

import numpy as np

from dashboard.addresses import base
from dashboard.components.part import Part
from dashboard.diary import GROUPS, group_counts, told_of
from engine.dataset import Dataset
from engine.learning_diary import NEVER, LearningDiary

MOST_ROWS = 2000  # a browser's canvas is not higher
MOST_FORGOTTEN = 24
HTML = """
<div class="hd-diary">
  <div class="hd-diary-map"><canvas role="img"></canvas></div>
  <div class="hd-diary-axis" aria-hidden="true"></div>
  <div class="hd-diary-tip" aria-hidden="true" hidden></div>
  <div class="hd-diary-forgotten" role="group" aria-label="Learned, then forgotten"></div>
</div>
"""


_DIARY = Part("diary", "diary.js", html=HTML)


def diary_map(
    diary: LearningDiary,
    dataset: Dataset,
    *,
    marked: int | None,
    picked: int | None,
    summary: str,
    key: str,
    on_pick: Callable[[], None],
) -> None:
    """The map with a line at the moment `marked` and a frame around the example `picked`.

    A click leaves "index iteration" as "picked" in the session under `key`, and calls `on_pick`.
    """
    every = -(-diary.m // MOST_ROWS)
    rows = diary.order[::every]
    lost = [int(i) for i in diary.order if diary.forgotten[i] != NEVER][:MOST_FORGOTTEN]
    _DIARY(
        key=key,
        data={
            "noun": dataset.noun.capitalize(),
            "iterations": diary.iterations.tolist(),
            "indices": rows.tolist(),
            "bits": base64.b64encode(np.packbits(diary.right[rows]).tobytes()).decode(),
            "names": [dataset.classes[label] for label in dataset.test_labels[0, rows]],
            "groups": [
                {"title": f"{title} · {whole:,}", "count": drawn}
                for title, whole, drawn in zip(
                    GROUPS,
                    group_counts(diary, diary.order),
                    group_counts(diary, rows),
                    strict=True,
                )
            ],
            "pictures": ""
            if dataset.planar
            else f"{base()}hyperdial/pictures/{dataset.digest}/test/",
            "forgotten": []
            if dataset.planar
            else [
                {
                    "index": i,
                    "iteration": int(diary.forgotten[i]),
                    "name": told_of(diary, dataset, i),
                }
                for i in lost
            ],
            "marked": marked,
            "picked": picked,
            "summary": summary,
        },
        on_picked_change=on_pick,
    )
