"""Every finished run: the list, several side by side, the leaderboard."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.panels.compared_runs import compare_runs
from dashboard.panels.kept_runs import OPENED, choose_runs, chosen
from dashboard.panels.leaderboard import show_leaderboard
from dashboard.problems import tell, told_at


def show() -> None:
    st.subheader("Every run that finished, kept on this computer", anchor=False)
    parts()


@st.fragment
def parts() -> None:
    if session.take(OPENED):
        st.switch_page(session.value("_lab"))
    problem = st.empty()
    if services.keeper().problem:
        tell(problem, services.keeper().problem)
    with told_at(problem):
        runs = choose_runs()
        if runs or chosen():
            compare_runs()
        show_leaderboard(runs)
