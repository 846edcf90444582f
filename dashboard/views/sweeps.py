"""Sweeps: many runs at once over the fields that vary, and where among them it is good."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import services, session
from dashboard.panels.data_choice import chosen_name, dataset_words
from dashboard.panels.sweep_board import SHOWN, show_board
from dashboard.panels.sweep_setup import choose_search, plan_text, said_name, said_search
from dashboard.problems import as_text, tell, told_at
from engine.dataset import Dataset
from engine.errors import EngineError

WELCOME = (
    "Let many settings compete: each trial is a whole training, and the map fills in as they come. "
    "A click on it opens that trial in the lab."
)
PROBLEM = "_sweep_start_problem"


def show(to_lab: Callable[[], None]) -> None:
    with st.container(key="welcome"):
        st.title("Sweeps", anchor=False)
        st.caption(WELCOME)
    problem = st.empty()
    with told_at(problem):
        dataset = services.dataset(chosen_name())
        with st.sidebar:
            choose_search()
        show_start(dataset)
        names = services.sweeps().names()
        if not names:
            return
        if session.value(SHOWN) not in names:
            session.set_value(SHOWN, names[0])
        st.selectbox("Search", names, key=SHOWN, persist_state="session")
        show_board(session.value(SHOWN), to_lab)


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
