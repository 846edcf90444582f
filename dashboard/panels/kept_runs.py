"""The list of finished runs: found, sorted, named, pinned, deleted and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, TypeGuard, get_args
from urllib.parse import urlencode

import streamlit as st

from dashboard import services, session
from dashboard.addresses import base
from dashboard.components.runs import run_list
from dashboard.panels.data_choice import dataset_words
from dashboard.panels.link import follow_later
from dashboard.panels.to_lab import take_to_lab
from dashboard.permalink import address
from dashboard.problems import as_text
from dashboard.run_comparison import INKS, LETTERS
from dashboard.run_status import cost_text, share_text
from dashboard.run_words import branch_words, found, note, settings_words, title, when
from dashboard.store import KeptRun, Sort, StoreError
from engine.errors import EngineError
from engine.evaluation import interval
from engine.stages import Stage

LIST = "run_list"
SHOWN, CHOSEN, SORT = "_runs_shown", "_runs_chosen", "_runs_sort"
HEARD, DELETED, PROBLEM, OPENED = "_runs_heard", "_runs_deleted", "_runs_problem", "_runs_opened"
NEWEST_FIRST = ("created", True)
EVERY = ""  # dataset
MOST_ROWS = 500
UNDO_SECONDS = 300.0
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


def chosen() -> list[str]:
    """The runs chosen to be compared, by their hashes, in the order they were chosen."""
    return list(session.value(CHOSEN, []))


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


# --- what the person does


def obey() -> None:
    """Does what the list has told since it was heard last."""
    for wish in (session.value(LIST) or {}).get("wishes") or []:
        match wish:
            case {"number": int(number), "what": str(what), "run": str(run), "value": value} if (
                number > session.value(HEARD, 0) and what in ACTS
            ):
                session.set_value(HEARD, number)
                attempt(partial(ACTS[what], run, value))


def attempt(act: Callable[[], None]) -> None:
    try:
        act()
    except EngineError as error:
        session.set_value(PROBLEM, str(error))


def sort(_: str, by: Any) -> None:
    """By another column; the same once more turns the order. Words begin with A, numbers high."""
    if not is_column(by):
        return
    before, descending = session.value(SORT, NEWEST_FIRST)
    lowest_first = by in ("name", "cost")
    session.set_value(SORT, (by, not descending if by == before else not lowest_first))


def is_column(by: Any) -> TypeGuard[Sort]:
    return by in get_args(Sort)


def choose(_: str, runs: Any) -> None:
    if isinstance(runs, list):
        session.set_value(CHOSEN, [str(run) for run in runs[:MOST_ROWS]])


def name(run: str, value: Any) -> None:
    services.store().rename(run, str(value))


def pin(run: str, value: Any) -> None:
    services.store().pin([run], bool(value))


def delete(run: str, _: Any) -> None:
    delete_all([run])


def delete_all(runs: Sequence[str]) -> None:
    services.store().delete(runs)
    session.set_value(DELETED, (time.monotonic(), list(runs)))
    session.set_value(CHOSEN, [run for run in chosen() if run not in runs])


def restore(run: str, _: Any) -> None:
    services.store().restore([run])


def open_in_lab(run_hash: str, _: Any) -> None:
    """Sets the lab's knobs; the page then turns to it."""
    run = services.store().get(run_hash)
    if run is None:
        raise StoreError("This run is not in the store any more")
    take_to_lab(run.stages[0][1], run.dataset.name, run.dataset.digest)
    follow_later(run.stages)
    session.set_value(OPENED, True)


ACTS: Mapping[str, Callable[[str, Any], None]] = {
    "sort": sort,
    "choose": choose,
    "name": name,
    "pin": pin,
    "delete": delete,
    "restore": restore,
    "open": open_in_lab,
}


def undo_bar() -> None:
    """For a while; later they are found under "Deleted"."""
    then, gone = session.value(DELETED, (0.0, []))
    if not gone or time.monotonic() > then + UNDO_SECONDS:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo_bar"):
        many = f"{len(gone)} runs are" if len(gone) > 1 else "The run is"
        st.markdown(f":material/delete: {many} deleted.")
        st.button("Undo", key="undo_delete", icon=":material/undo:", on_click=undo)


def undo() -> None:
    _, gone = session.take(DELETED) or (0.0, [])
    attempt(lambda: services.store().restore(gone))
