"""What a person does with finished runs: sorts, chooses, names, pins, deletes and takes them back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeGuard, get_args

import streamlit as st

from dashboard import services, session
from dashboard.panels.link import look_for
from dashboard.panels.to_lab import take_to_lab
from dashboard.store import Sort, StoreError
from engine.errors import EngineError

LIST = "run_list"
CHOSEN, SORT = "_runs_chosen", "_runs_sort"
HEARD, DELETED, PROBLEM, OPENED = "_runs_heard", "_runs_deleted", "_runs_problem", "_runs_opened"
NEWEST_FIRST = ("created", True)
MOST_ROWS = 500
UNDO_SECONDS = 300.0


def chosen() -> list[str]:
    """The runs chosen to be compared, by their hashes, in the order they were chosen."""
    return list(session.value(CHOSEN, []))


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
    look_for(run.stages)
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
