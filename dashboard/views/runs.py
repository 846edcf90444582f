"""Every finished run: the list, several side by side, the leaderboard."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import services, session
from dashboard.panels.compared_runs import compare_runs
from dashboard.panels.kept_runs import choose_runs
from dashboard.panels.leaderboard import show_leaderboard
from dashboard.panels.run_acts import OPENED, chosen
from dashboard.panels.runs_address import open_address, write_address
from dashboard.problems import tell, told_at


def show(to_lab: Callable[[], None]) -> None:
    """`to_lab` turns to the lab, at the end of a script."""
    st.subheader("Every run that finished, kept on this computer", anchor=False)
    parts(to_lab)


@st.fragment
def parts(to_lab: Callable[[], None]) -> None:
    if session.take(OPENED):
        to_lab()
    problem = st.empty()
    if services.keeper().problem:
        tell(problem, services.keeper().problem)
    with told_at(problem):
        open_address()
        runs = choose_runs()
        write_address(compare_runs() if runs or chosen() else [])
        show_leaderboard(runs)
