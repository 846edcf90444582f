"""The learning diary: which test example was right at which iteration, and what was forgotten."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.addresses import base
from dashboard.components.diary import MOST_FORGOTTEN, diary_map
from dashboard.diary import diary_of, group_counts, opened_html, told_of
from dashboard.messages import Moment
from dashboard.panels.time_machine import turn_to
from dashboard.problems import as_text
from dashboard.run import Run, Seen
from engine.dataset import Dataset

MAP, PICKED = "diary", "diary_example"


def show_diary(seen: Seen | None, current: Run, dataset: Dataset) -> None:
    """Of the run that answers; its moments can be opened when it is the one that is looked at."""
    film = seen.run.path_film() if seen else ()
    diary, noun = diary_of(film, dataset) if film else None, dataset.noun
    summary = diary.sentence(noun) if diary else "The learning diary comes when a run is over."
    # What it costs to draw and to send, only who has opened it pays. It is there all the time and
    # with the same title, or it would fold up by itself.
    with st.container(gap="small"):
        st.markdown(as_text(summary))
        folder = st.expander(
            f"Learning diary: when each test {noun} was learned",
            key="learning_diary",
            icon=":material/menu_book:",
            on_change="rerun",
        )
    if not (folder.open and seen and diary):
        return
    column = [m.iteration for m in film].index(seen.moment.iteration)
    picked = session.value(PICKED)
    with folder:
        whole, one = st.columns([7, 3], gap="medium")
        with whole:
            diary_map(
                diary,
                dataset,
                marked=column if column < len(film) - 1 else None,
                picked=picked,
                summary=f"Learning diary. {summary}",
                key=MAP,
                on_pick=take_pick if seen.run is current else lambda: None,
            )
            st.caption(legend(film, noun, group_counts(diary, diary.order)[1], dataset.planar))
        with one:
            st.selectbox(
                f"Open a test {noun}",
                diary.order.tolist(),
                index=None,
                format_func=lambda i: as_label(told_of(diary, dataset, i)),
                key=PICKED,
                placeholder="Here, or in the diary",
            )
            if picked is not None and picked < diary.m:
                st.html(opened_html(diary, dataset, picked, column, base()))


def legend(film: tuple[Moment, ...], noun: str, forgotten: int, planar: bool) -> str:
    told = (
        f"A row is a test {noun}, from left to right its answers at {len(film):,} moments of the "
        "run: a full bar where it is right, a thin line where it is wrong. A click opens it there."
    )
    if forgotten and not planar:
        which = (
            f"the {MOST_FORGOTTEN} forgotten last" if forgotten > MOST_FORGOTTEN else "forgotten"
        )
        told += f" The small pictures are those {which}: each opens where it was last right."
    return told


def as_label(words: str) -> str:
    return words[0].upper() + words[1:]


def take_pick() -> None:
    """Opens what was clicked at: the time machine turns to it, and the example is shown."""
    index, iteration = map(int, session.value(MAP)["picked"].split())
    session.set_value(PICKED, index)
    turn_to(iteration)
