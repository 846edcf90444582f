"""Which settings mattered: Optuna's own figures of a search that has come to a halt."""

from __future__ import annotations

import streamlit as st

from dashboard import services
from dashboard.components.sweep import live_figure
from dashboard.problems import as_text
from dashboard.sweeping.study_figures import TITLES
from dashboard.sweeping.sweep import GOING, Progress, Sweep
from engine.sweeps.study import Asked

LOOK_SECONDS = 0.5
SAYS = {
    "parallel": "One line a trial, through its settings to what came of it; the stronger its colour, "
    "the higher the value.",
    "importance": "How much of the differences among the trials each field accounts for (PED-ANOVA).",
    "history": "What came of each trial in the order they were proposed, and the best until then.",
    "slice": "What came of the trials over each field alone; the stronger its colour, the later a trial.",
    "contour": "What came of the trials over each pair of fields, evened out between them.",
}


def show_figures(sweep: Sweep, progress: Progress, top: int) -> None:
    place = st.expander(
        "What mattered", key="sweep_mattered", icon=":material/insights:", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        if progress.state in GOING:
            st.caption("These figures are drawn when the search is paused or done.")
            return
        done = len(progress.trials)
        drawn = services.study_drawings().of(sweep.name, sweep.asked, done, top)
        st.fragment(figures, run_every=None if drawn else LOOK_SECONDS)(
            sweep.name, sweep.asked, done, top, drawn is not None
        )


def figures(name: str, asked: Asked, done: int, top: int, was_there: bool) -> None:
    drawn = services.study_drawings().of(name, asked, done, top)
    if drawn is None:
        st.caption("Optuna draws…")
        return
    if not was_there:
        st.rerun()  # the whole page, so that this part no longer looks by itself
    if problem := drawn.get("problem"):
        st.caption(as_text(str(problem)))
        return
    for which, title in TITLES.items():
        figure = drawn["figures"].get(which)
        st.markdown(f"##### {title}")
        if not isinstance(figure, dict):
            st.caption(as_text(str(figure)))
            continue
        says = f"{SAYS[which]} {drawn['words'].get(which, '')}".strip()
        live_figure(figure, f"{title}. {says}", key=f"study_{which}", zoom=name, version=f"{done}")
        st.caption(as_text(says))
