"""The dataset itself: every picture, or point, with its class."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.addresses import base
from dashboard.components.live import status_line
from dashboard.gallery import cards, gallery_html, matching
from dashboard.panels.data_choice import chosen_name
from dashboard.panels.dataset_facts import show_facts
from dashboard.panels.points_table import show_points
from dashboard.problems import as_text, told_at
from dashboard.run_status import status_text

EVERY = -1  # class


def show() -> None:
    problem = st.empty()
    live = session.live_run()
    with told_at(problem):
        dataset = services.dataset(chosen_name())
        st.subheader(
            f"The {dataset.noun}s the network learns from, and those it is tested on", anchor=False
        )
        if (run := live.current) is not None:
            with st.container(key="run_status"):
                status_line(run, status_text(run), key="status_line")
        if not dataset.planar:
            show_facts(dataset)
        part = st.segmented_control(
            "Set",
            ["Training", "Test"],
            default="Training",
            required=True,
            key="pictures_part",
            persist_state="session",
        )
        if session.value("pictures_class", EVERY) >= len(dataset.classes):
            session.set_value("pictures_class", EVERY)  # it was one of another dataset's
        shows = st.segmented_control(
            "Class",
            [EVERY, *range(len(dataset.classes))],
            format_func=lambda c: "All" if c == EVERY else as_text(dataset.classes[c]),
            default=EVERY,
            required=True,
            key="pictures_class",
            persist_state="session",
        )
        if dataset.planar:
            label = None if shows == EVERY else shows
            show_points(dataset, "train" if part == "Training" else "test", label)
            return
        shown = cards(dataset, "train" if part == "Training" else "test", None)
        if shows != EVERY:
            shown = [card for card in shown if card.label == shows]
        search = st.text_input(
            "Search",
            placeholder="dark, tilted, dog, a file's name …",
            key="pictures_search",
            max_chars=100,
            persist_state="session",
        )
        shown = matching(shown, dataset, search or "")
        counts = f"{len(shown)} of {dataset.m_train if part == 'Training' else dataset.m_test}"
        st.caption(f"{counts} {str(part).lower()} pictures.")
        st.html(gallery_html(shown, dataset, base(), f"{part} pictures"))
