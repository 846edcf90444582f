"""The list of finished runs, and what is looked for in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import services, session
from dashboard.addresses import base
from dashboard.components.runs import run_list
from dashboard.panels.data_choice import dataset_words
from dashboard.panels.run_acts import (
    HEARD,
    LIST,
    MOST_ROWS,
    NEWEST_FIRST,
    PROBLEM,
    SORT,
    chosen,
    obey,
    undo_bar,
)
from dashboard.permalink import address
from dashboard.problems import as_text
from dashboard.run_comparison import INKS, LETTERS
from dashboard.run_status import cost_text, share_text
from dashboard.run_words import branch_words, found, note, settings_words, title, when
from dashboard.store import KeptRun
from engine.evaluation import interval
from engine.stages import Stage

EVERY = ""  # dataset
WRITING_SECONDS = 0.3  # a run that has just finished may still be on its way to the store
ALL, PINNED, TAKEN = "All", "Pinned", "Deleted"
OUTCOMES = {
    "Any outcome": "",
    "Finished": "finished",
    "Diverged": "diverged",
    "Dead": "dead",
}

COLUMNS: list[dict[str, Any]] = [
    {"by": "name", "label": "Run", "number": False},
    {"by": "test_accuracy", "label": "Test accuracy", "number": True},
    {"by": "train_accuracy", "label": "Training accuracy", "number": True},
    {"by": "cost", "label": "Training cost", "number": True},
    {"by": "iteration", "label": "Iterations", "number": True},
    {"by": "created", "label": "Trained", "number": True},
]
LABELS = {column["by"]: column["label"].lower() for column in COLUMNS}


def choose_runs() -> list[KeptRun]:
    """Draws the list; the runs that the filters leave. Raises `StoreError`."""
    services.keeper().flush(WRITING_SECONDS)
    store = services.store()
    datasets = store.datasets()
    shown, dataset, outcome, words = filters(datasets)
    by, descending = session.value(SORT, NEWEST_FIRST)
    runs = store.listed(
        by, descending=descending, dataset=dataset, pinned=shown == PINNED, deleted=shown == TAKEN
    )
    unreadable = store.unreadable
    runs = [r for r in runs if found(r, words) and outcome in ("", r.state)]
    undo_bar()
    if not datasets and shown == ALL:
        st.caption("No run has finished yet. Turn a knob in the lab, and each run is kept here.")
        return []
    if problem := session.take(PROBLEM):
        st.error(as_text(problem), icon=":material/error:")
    st.caption(count_words(runs, shown, unreadable))
    run_list(
        {
            "columns": COLUMNS,
            "rows": [row(run, shown == TAKEN, len(datasets) > 1) for run in runs[:MOST_ROWS]],
            "chosen": chosen(),
            "letters": LETTERS,
            "inks": INKS,
            "lab": base(),
            "sort": {"by": by, "descending": descending},
            "heard": session.value(HEARD, 0),
            "caption": f"Finished runs, sorted by {LABELS.get(by, by)}",
        },
        key=LIST,
        on_wishes=obey,
    )
    return [] if shown == TAKEN else runs


def filters(datasets: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Which are shown, of which dataset, with which outcome, with which words."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_filters"):
        words = st.text_input(
            "Find",
            key="runs_words",
            placeholder="A name, or a setting such as Adam",
            max_chars=100,
            persist_state="session",
        )
        if session.value("runs_dataset") not in (EVERY, *datasets):
            session.set_value("runs_dataset", EVERY)
        dataset = EVERY
        if len(datasets) > 1:
            dataset = st.selectbox(
                "Dataset",
                [EVERY, *datasets],
                format_func=lambda d: dataset_label(d, datasets),
                key="runs_dataset",
                persist_state="session",
            )
        outcome = st.selectbox(
            "Outcome", list(OUTCOMES), key="runs_outcome", persist_state="session"
        )
        shown = st.segmented_control(
            "Show",
            [ALL, PINNED, TAKEN],
            default=ALL,
            required=True,
            key="runs_shown",
            persist_state="session",
        )
    return shown or ALL, dataset, OUTCOMES[outcome], words


def dataset_label(digest: str, datasets: Mapping[str, str]) -> str:
    """Its name; with the beginning of its digest where several have that name."""
    if digest == EVERY:
        return "All datasets"
    name = dataset_words(datasets[digest])
    return name if list(datasets.values()).count(datasets[digest]) == 1 else f"{name} {digest[:6]}"


def count_words(runs: Sequence[KeptRun], shown: str, unreadable: int) -> str:
    kind = {ALL: "", PINNED: "pinned ", TAKEN: "deleted "}[shown]
    if not runs and shown == ALL:
        return "No run here fits what is looked for above."
    words = f"{len(runs):,} {kind}run{'' if len(runs) == 1 else 's'}"
    if len(runs) > MOST_ROWS:
        words += f", of which the first {MOST_ROWS} are shown"
    words += "." if shown != TAKEN else ". A deleted run can be taken back for a week."
    if unreadable:
        words += f" {unreadable:,} in the store could not be read and are left out."
    return words


def row(run: KeptRun, deleted: bool, name_dataset: bool) -> dict[str, Any]:
    """What run_list.js shows of a run."""
    summary = run.summary
    branches = branch_words(run.stages)
    notes = [*branches, note(run), dataset_words(run.dataset.name) if name_dataset else ""]
    return {
        "run": run.run_hash,
        "title": title(run),
        "name": run.name,
        "settings": settings_words(run.stages[0][1]),
        "note": " · ".join(filter(None, notes)),
        "cells": [
            share_cell(summary.test_accuracy, run.m_test),
            share_cell(summary.train_accuracy, run.m_train),
            [cost_text(summary.cost), ""],
            [f"{summary.iteration:,}", f"{run.seconds:.2f} s"],
            [when(run.created), ""],
        ],
        "pinned": run.pinned,
        "deleted": deleted,
        "href": query(run.stages, run.dataset.name),
    }


@lru_cache(maxsize=20_000)
def query(stages: tuple[Stage, ...], dataset: str) -> str:
    """The end of the address that opens these settings in the lab."""
    return f"?{urlencode(address(stages[0][1], dataset, None, stages[1:]))}"


def share_cell(share: float, m: int) -> list[str]:
    if share != share:
        return ["–", ""]
    low, high = interval(share, m)
    return [share_text(share), f"{100 * low:.0f} to {100 * high:.0f} %"]
