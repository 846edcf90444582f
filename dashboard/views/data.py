"""A person's own pictures: bring them in, look them over, keep them, train on them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import session
from dashboard.own_import import EMPTY, KEEPING, KEPT, READING, OwnImport
from dashboard.panels.bring_in import bring_in
from dashboard.panels.data_choice import turn_to
from dashboard.panels.kept_datasets import show_kept
from dashboard.panels.look_over import look_over
from dashboard.problems import as_text, tell, told_at

LOOK_EVERY = 0.3  # seconds, while something comes


def show(to_lab: Callable[[], None]) -> None:
    """`to_lab` turns to the lab, at the end of a script."""
    own = session.own_import()
    problem = st.empty()
    with told_at(problem):
        st.subheader("Your own pictures", anchor=False)
        st.caption(
            "A few dozen pictures of each class are enough to begin with. They stay on this computer, "
            "and until you keep them nobody but you sees them."
        )
        if own.problem:
            tell(st.empty(), own.problem)
        if own.state == KEPT:
            arrived(own, to_lab)
        if own.state in (EMPTY, KEPT):
            bring_in(own)
        elif own.busy:
            st.fragment(wait_for, run_every=LOOK_EVERY)()
        else:
            look_over(own)
        show_kept(to_lab)


def wait_for() -> None:
    own = session.own_import()
    if not own.busy:
        st.rerun()  # the whole page, with what came
    with st.container(key="import_progress"):
        progress = own.progress
        said = progress.doing if progress else ""
        if own.state == READING and progress and progress.total > 1:
            said += f": {progress.done:,} of {progress.total:,}"
        st.progress(own.share, "Making the dataset" if own.state == KEEPING else said)
        st.button("Cancel", key="cancel_import", on_click=own.cancel)


def arrived(own: OwnImport, to_lab: Callable[[], None]) -> None:
    kept = own.kept
    if kept is None:
        return
    with st.container(key="import_done"):
        st.success(
            f"**{as_text(kept.name)}** is kept: {kept.m_train:,} training and {kept.m_test:,} test "
            f"pictures of {kept.side} × {kept.side}.",
            icon=":material/check_circle:",
        )
        if st.button("Train on it", key="train_on_it", type="primary", icon=":material/tune:"):
            turn_to(kept.name)
            own.forget()
            to_lab()
