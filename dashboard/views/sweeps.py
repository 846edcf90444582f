"""Sweeps: many runs at once over the fields that vary, and where among them it is good."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import services, session
from dashboard.controls import choose_hyperparameters
from dashboard.panels.cliff import show_cliff
from dashboard.panels.data_choice import chosen_name, dataset_words
from dashboard.panels.link import write_own
from dashboard.panels.seed_band import show_seed_band
from dashboard.panels.sweep_board import SHOWN, show_board
from dashboard.panels.sweep_setup import choose_search, plan_text, said_name, said_search
from dashboard.problems import as_text, tell, told_at
from engine.dataset import Dataset
from engine.errors import EngineError

PROBLEM, OPENED = "_sweep_start_problem", "_sweeps_opened"
SHOW_KEY, SEARCH_KEY = "show", "search"  # in the address
PART = "sweeps_part"
SEARCH, CHANCE, CLIFF = "search", "chance", "cliff"
PARTS = {SEARCH: "Search", CHANCE: "Chance", CLIFF: "The cliff"}
WELCOMES = {
    SEARCH: "Let many settings compete: each trial is a whole training, and the map fills in as they "
    "come. A click on it opens that trial in the lab.",
    CHANCE: "Train one setting under many seeds: how far chance alone moves its curve and its "
    "accuracy, and whether another setting differs by more than that.",
    CLIFF: "Find the largest learning rate from which this network, as its seed starts it, still "
    "learns, and what breaks beyond it.",
}


def show(to_lab: Callable[[], None]) -> None:
    open_address()
    with st.container(key="welcome"):
        st.title("Sweeps", anchor=False)
        st.caption(WELCOMES[session.value(PART, SEARCH)])
    problem = st.empty()
    with told_at(problem):
        dataset = services.dataset(chosen_name())
        part = choose_part()
        if part in (CHANCE, CLIFF):
            write_own({SHOW_KEY: part, SEARCH_KEY: ""})
            with st.sidebar:  # the lab's knobs, without what follows a run that is looked at
                others = {"what-if", "cliff"} if part == CHANCE else {"what-if"}
                choose_hyperparameters(dataset, others, find_cliff=False)
            (show_seed_band if part == CHANCE else show_cliff)(dataset)
            return
        with st.sidebar:
            choose_search()
        show_start(dataset)
        names = services.sweeps().names()
        if not names:
            write_own({SHOW_KEY: "", SEARCH_KEY: ""})
            return
        if session.value(SHOWN) not in names:
            session.set_value(SHOWN, names[0])
        st.selectbox("Search", names, key=SHOWN, persist_state="session")
        write_own({SHOW_KEY: "", SEARCH_KEY: session.value(SHOWN)})
        show_board(session.value(SHOWN), to_lab)


def open_address() -> None:
    """Which part, and which search, the address asked for when this session first came here."""
    if session.value(OPENED):
        return
    session.set_value(OPENED, True)
    if (part := st.query_params.get(SHOW_KEY)) in PARTS:
        session.set_value(PART, part)
    if name := st.query_params.get(SEARCH_KEY):
        session.set_value(SHOWN, name)  # one that is not there gives way to the newest


def choose_part() -> str:
    session.set_default(PART, SEARCH)
    part = st.segmented_control(
        "What the runs are for",
        PARTS,
        format_func=PARTS.__getitem__,
        key=PART,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return part or SEARCH


def show_start(dataset: Dataset) -> None:
    with st.container(key="sweep_start", border=True, gap="small"):
        place = st.empty()
        try:
            asked = said_search(dataset)
            st.markdown(as_text(f"{dataset_words(dataset.name)}: {plan_text(asked)}."))
        except EngineError as error:
            asked = None
            tell(place, str(error))
        if said := session.take(PROBLEM):
            tell(place, said)
        st.button(
            "Start the search",
            key="sweep_go",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start,
            args=(dataset,),
            disabled=asked is None,
        )


def start(dataset: Dataset) -> None:
    # What the form says now: a press may come together with the last change of a field.
    try:
        sweep = services.sweeps().start(said_name(), said_search(dataset))
        session.set_value(SHOWN, sweep.name)
    except EngineError as error:
        session.set_value(PROBLEM, str(error))
