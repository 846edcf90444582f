"""The chosen runs in one chart and one table."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.components.runs import overlay_chart
from dashboard.panels.data_choice import dataset_words
from dashboard.panels.run_acts import CHOSEN, attempt, chosen, delete_all
from dashboard.problems import as_text
from dashboard.run_comparison import (
    CURVES,
    MOST,
    comparison_table,
    difference_sentence,
    layout,
    letter_places,
    overlay,
    overlay_summary,
)
from dashboard.run_tables import comparison_html
from dashboard.store import KeptRun


def compare_runs() -> list[KeptRun]:
    """Those of the chosen runs that are there. Raises `StoreError`."""
    st.subheader("Side by side", anchor=False)
    found = services.store().get_all(chosen())
    if not found:
        st.caption("Choose runs in the list, and their curves and settings are compared here.")
        return []
    runs = found[:MOST]
    show_actions(found)
    if len(found) > MOST:
        st.caption(f"The first {MOST} of the {len(found)} chosen runs are drawn.")
    with st.container(horizontal=True, vertical_alignment="center"):
        what = st.segmented_control(
            "Curve",
            list(CURVES),
            default=next(iter(CURVES)),
            required=True,
            key="runs_curve",
            label_visibility="collapsed",
            persist_state="session",
        ) or next(iter(CURVES))
        log = st.toggle("Logarithmic axis", key="runs_log", persist_state="session")
    names = {run.dataset.name: dataset_words(run.dataset.name) for run in runs}
    curves = services.store().curves([run.run_hash for run in runs])
    drawn = overlay(runs, curves, CURVES[what])
    summary = overlay_summary(drawn, what)
    overlay_chart(
        {
            "curves": drawn,
            "places": letter_places(drawn),
            "layout": layout(what, drawn),
            "log": log,
            "dash": "dash" if what.startswith("Test") else "solid",
            "summary": summary,
        },
        key="overlay_chart",
    )
    st.caption(as_text(summary))
    st.html(comparison_html(*comparison_table(runs, names)))
    st.caption(as_text(difference_sentence(runs)))
    return found


def show_actions(runs: list[KeptRun]) -> None:
    """What can be done with all that are chosen."""
    hashes = [run.run_hash for run in runs]
    pinned = all(run.pinned for run in runs)
    with st.container(horizontal=True, vertical_alignment="center", key="chosen_actions"):
        st.markdown(f"{len(runs)} chosen")
        st.button(
            "Unpin" if pinned else "Pin",
            key="pin_chosen",
            icon=":material/star:",
            on_click=lambda: attempt(lambda: services.store().pin(hashes, not pinned)),
        )
        st.button(
            "Delete",
            key="delete_chosen",
            icon=":material/delete:",
            on_click=lambda: attempt(lambda: delete_all(hashes)),
        )
        st.button(
            "Choose none",
            key="choose_none",
            icon=":material/close:",
            on_click=lambda: session.set_value(CHOSEN, []),
        )
