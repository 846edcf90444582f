"""What of the page Runs the address holds: the column it is sorted by, and which runs are chosen."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.panels.link import write_own
from dashboard.panels.run_acts import CHOSEN, NEWEST_FIRST, SORT, is_column
from dashboard.run_comparison import MOST
from dashboard.store import KeptRun

OPENED = "_runs_address_opened"
SORT_KEY, RUNS_KEY = "sort", "runs"
DIGITS = 10  # of a run's hash: enough to tell apart what one store holds
DOWN = "-"  # before a column that is sorted from the highest


def open_address() -> None:
    """Sorted and chosen as the address said when this session first came here. Raises `StoreError`."""
    if session.value(OPENED):
        return
    told = st.query_params.get(SORT_KEY, "")
    if is_column(by := told.removeprefix(DOWN)):
        session.set_value(SORT, (by, told.startswith(DOWN)))
    if wanted := [name for name in st.query_params.get(RUNS_KEY, "").split(",") if name][:MOST]:
        known = {run.run_hash[:DIGITS]: run.run_hash for run in services.store().listed()}
        session.set_value(CHOSEN, [known[name] for name in wanted if name in known])
    session.set_value(OPENED, True)


def write_address(there: list[KeptRun]) -> None:
    """`there`: those of the chosen runs that are still in the store."""
    by, descending = session.value(SORT, NEWEST_FIRST)
    keys = {RUNS_KEY: ",".join(run.run_hash[:DIGITS] for run in there[:MOST])}
    keys[SORT_KEY] = "" if (by, descending) == NEWEST_FIRST else DOWN * descending + by
    write_own(keys)
