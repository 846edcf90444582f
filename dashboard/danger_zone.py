"""The danger zone on the learning rate's slider: from where on this network no longer learns."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import services, session
from dashboard.cliff_search import LOOK_SECONDS, PROBLEM, cliff_controls
from dashboard.notches import Slider
from dashboard.problems import as_text
from dashboard.sweeping.cliff_figures import danger_begins, danger_text
from dashboard.sweeping.cliffs import GOING
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters

SLIDER = "learning_rate"


def show_danger(slider: Slider, h: Hyperparameters, dataset: Dataset, *, find: bool = True) -> None:
    """A line below the slider: the button that looks for the cliff, how far it is, or the cliff,
    which the style sheet then paints on the slider's track.

    h: the lab's settings; the cliff of others says nothing of these. find: whether to offer the look
    for it here.
    """
    search = services.cliffs().of(h, dataset.digest)
    if not find and (search is None or search.found is None):
        return
    with st.container(key="danger_zone", gap=None):
        if search is not None and search.found is not None:
            begins = danger_begins(search.found, slider.stops)
            # The style comes second: alone, or first, it would not stay with the sentence.
            paint = (
                f"<style>.st-key-{SLIDER} {{ --hd-danger-begins: {100 * begins:.2f}% }}</style>"
                if begins is not None
                else ""
            )
            words = escape(danger_text(search.found, h.seed))
            st.html(f'<p class="hd-danger">{words}</p>{paint}')
            return
        going = search is not None and search.state in GOING
        every = LOOK_SECONDS if going else None
        st.fragment(cliff_controls, run_every=every)(h, dataset, going, small=True)
        if problem := session.take(PROBLEM) or (search.problem if search else ""):
            st.caption(as_text(problem))
