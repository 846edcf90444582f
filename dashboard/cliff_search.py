"""The button that looks for the cliff of a setting, and how far that is."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.sweeping.cliffs import GOING, CliffSearch
from engine.dataset import Dataset
from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters

LOOK_SECONDS = 0.4
PROBLEM = "_cliff_problem"


def cliff_controls(
    h: Hyperparameters, dataset: Dataset, was_going: bool, small: bool = False
) -> None:
    """The button, or how far it is."""
    search = services.cliffs().of(h, dataset.digest)
    if (search is not None and search.state in GOING) != was_going:
        st.rerun()  # the whole page, so that this part looks again by itself, or no longer
    if search is not None and was_going:
        show_progress(search)
    elif search is None or search.found is None:
        find_button(h, dataset, small)


def find_button(h: Hyperparameters, dataset: Dataset, small: bool) -> None:
    st.button(
        "Find the cliff",
        key="find_cliff",
        type="tertiary" if small else "primary",
        icon=":material/landslide:",
        on_click=find,
        args=(h, dataset),
    )


def show_progress(search: CliffSearch) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(search.done / (search.total or 1), progress_text(search))
        st.button(
            "Cancel",
            key="cancel_cliff",
            type="tertiary",
            on_click=services.cliffs().stop,
            args=(search,),
        )


def progress_text(search: CliffSearch) -> str:
    if search.state == "queued":
        return "Waiting: others look for theirs"
    return (
        f"{search.done:,} of {search.total:,} runs" if search.total else "Looking for the cliff …"
    )


def find(h: Hyperparameters, dataset: Dataset) -> None:
    try:
        services.cliffs().start(h, dataset)
    except EngineError as error:
        session.set_value(PROBLEM, str(error))
