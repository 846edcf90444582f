"""The runs of one test set by their accuracy on it, and whether the order means anything."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.panels.data_choice import dataset_words
from dashboard.problems import as_text
from dashboard.run_leaderboard import SHOWN, leaderboard_words, ranked
from dashboard.run_tables import leaderboard_html
from dashboard.store import KeptRun


def show_leaderboard(runs: Sequence[KeptRun]) -> None:
    """Of the runs listed, those on the dataset of the newest one."""
    if not runs:
        return
    st.subheader("Leaderboard", anchor=False)
    newest = max(runs, key=lambda run: run.created).dataset
    alike = [run for run in runs if run.dataset.digest == newest.digest]
    ranks = ranked(alike)
    told = f"By accuracy on the test set of: {dataset_words(newest.name)}"
    others = len({run.dataset.digest for run in runs}) > 1
    st.caption(as_text(told + ("; choose another dataset above." if others else ".")))
    if not ranks:
        st.caption("No run listed has a test accuracy.")
        return
    st.html(leaderboard_html(ranks[:SHOWN]))
    for sentence in leaderboard_words(ranks):
        st.markdown(as_text(sentence))
