"""The cliff: the largest learning rate from which the lab's network still learns."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.cliff_search import LOOK_SECONDS, PROBLEM, cliff_controls
from dashboard.components.sweep import live_figure
from dashboard.controls import current
from dashboard.panels.data_choice import dataset_words
from dashboard.problems import as_text, tell
from dashboard.run_words import settings_words
from dashboard.sweeping.cliff_figures import cliff_figure, cliff_summary
from dashboard.sweeping.cliffs import GOING
from engine.dataset import Dataset


def show_cliff(dataset: Dataset) -> None:
    h = current()
    search = services.cliffs().of(h, dataset.digest)
    with st.container(key="cliff_start", border=True, gap="small"):
        data = dataset_words(dataset.name)
        words = (
            f"The lab’s setting on {data}: {settings_words(h)}. The learning rate is what is tried."
        )
        st.markdown(as_text(words))
        place = st.empty()
        problem = session.take(PROBLEM) or (search.problem if search else "")
        if problem:
            tell(place, problem)
        going = search is not None and search.state in GOING
        st.fragment(cliff_controls, run_every=LOOK_SECONDS if going else None)(h, dataset, going)
    if search is None or search.found is None:
        st.caption(
            "With a larger learning rate each step goes further, up to a point: beyond it the cost "
            "rises, diverges, or a layer dies. That point is looked for with 48 short trainings, "
            "first over the whole scale and then ever closer to where it breaks."
        )
        return
    found = search.found
    with st.container(key="cliff_found", gap="small"):
        st.markdown(f"**{as_text(found.sentence)}**")
        summary = cliff_summary(found)
        live_figure(
            cliff_figure(found, h.learning_rate),
            f"{found.sentence} {summary}",
            key="cliff_chart",
            version=f"{found.stable} {h.learning_rate}",
            zoom=f"{settings_words(h)}",
        )
        marked = "The danger zone is marked on the learning rate’s slider, here and in the lab."
        st.caption(f"{as_text(summary)} {marked}")
