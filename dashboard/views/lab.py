"""The lab: knobs at the side, and what the network makes of them."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.controls import choose_hyperparameters, current
from dashboard.panels.data_choice import choose_dataset
from dashboard.panels.link import fit_link, forget_promise, open_link, show_problems
from dashboard.panels.run_panel import show_chart_alone, show_panel
from dashboard.problems import told_at

WELCOME = (
    "Turn a knob: a real network with your settings is trained on the spot, "
    "and its cost, its mistakes and its word on your photo answer."
)


def show() -> None:
    link = open_link()
    if not link.embedded:
        with st.container(key="welcome"):
            st.title("Hyperdial", anchor=False)
            st.caption(WELCOME)
    problem = st.empty()
    with told_at(problem):
        if link.embedded:
            dataset = choose_dataset(hidden=True)
            fit_link(dataset)
            show_problems(link)
            session.live_run().show(link.hyperparameters, dataset)
            show_chart_alone(dataset)
            return
        with st.sidebar:
            dataset = choose_dataset(hidden="dataset" in link.hidden)
            fit_link(dataset)
            # It trains while the knobs are drawn. On other data drawing may change what they say.
            live = session.live_run()
            if live.trunk and live.trunk.dataset_digest == dataset.digest:
                live.show(current(), dataset)
            hyperparameters = choose_hyperparameters(dataset, link.hidden)
        forget_promise(hyperparameters)
        with st.container():
            show_problems(link)
        live = session.live_run()
        live.show(hyperparameters, dataset)
        show_panel(dataset)
