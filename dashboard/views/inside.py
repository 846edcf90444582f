"""Inside the network: the formulas of the course with the numbers of this session's run."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.components.keyboard import listen_to_keys
from dashboard.components.live import status_line
from dashboard.controls import current
from dashboard.gallery import has_answers
from dashboard.live_run import LiveRun
from dashboard.panels.data_choice import chosen_name
from dashboard.panels.first_layer import show_pictures
from dashboard.panels.gradient_check import show_gradient_check
from dashboard.panels.journey import show_journey
from dashboard.panels.layers_over_time import show_layers
from dashboard.panels.link import fit_link
from dashboard.panels.run_panel import seen_moment
from dashboard.panels.time_machine import (
    FRAME_SECONDS,
    choose_moment,
    playing,
    settle,
    wait_for_film,
)
from dashboard.problems import told_at
from dashboard.run import Run, Seen
from dashboard.run_status import status_text
from engine.dataset import Dataset

LOOK_SECONDS = 0.5  # how long after its end a run that went on is noticed here
WELCOME = (
    "The network of the lab, as it was where the time machine stands: every number that the "
    "course’s formulas compute, on the way forward and on the way back."
)
JOURNEY, LAYERS, FIRST = "journey", "layers", "first layer"
VIEWS = {
    JOURNEY: "One {noun}’s journey",
    LAYERS: "Layers over time",
    FIRST: "The first layer",
}


def show() -> None:
    live = session.live_run()
    problem = st.empty()
    with told_at(problem):
        if live.current is None:
            dataset = services.dataset(chosen_name())
            fit_link(dataset)
            live.show(current(), dataset)
        with st.container(key="welcome"):
            st.title("Inside the network", anchor=False)
            st.caption(WELCOME)
        listen_to_keys(playing=playing())
        every = pace(live)
        st.fragment(look_inside, run_every=every)(every)


def pace(live: LiveRun) -> float | None:
    """Seconds after which the page looks by itself again: while it plays, and while a run goes on."""
    if playing():
        return FRAME_SECONDS
    run = live.current
    return LOOK_SECONDS if run and not run.over and run.state != "paused" else None


def look_inside(every: float | None) -> None:
    live, problem = session.live_run(), st.empty()
    live.follow()
    run = live.current
    if run is None:
        return
    with told_at(problem):
        dataset = services.dataset(run.dataset_name)
        with st.container(key="run_status"):
            if run.over:
                st.text(status_text(run))
            else:
                status_line(run, status_text(run), key="status_line")
        with st.container():
            moment = choose_moment(live, run, dataset, "inside")
        if pace(live) != every:
            st.rerun()
        with told_at(problem):
            show_chosen(seen_moment(live, dataset, moment), run, dataset)
        settle()
        wait_for_film(run)


def show_chosen(seen: Seen | None, run: Run, dataset: Dataset) -> None:
    view = st.segmented_control(
        "What to look at",
        [JOURNEY, LAYERS] if dataset.planar else list(VIEWS),
        format_func=lambda view: VIEWS[view].format(noun=dataset.noun),
        default=JOURNEY,
        required=True,
        key="inside_view_of_points" if dataset.planar else "inside_view",
        label_visibility="collapsed",
        persist_state="session",
    )
    if seen is None:
        st.caption("There is something to see when the network is trained.")
        return
    if seen.run is not run:
        st.caption("Until the run comes to a halt, an earlier one is shown here.")
    if not has_answers(seen.moment.train_logits):
        st.caption("This network diverged: where a number is missing here, it is none any more.")
    if view == LAYERS:
        show_layers(seen, dataset.noun)
    elif view == FIRST:
        st.subheader("What the first layer looks for", anchor=False)
        show_pictures(seen)
    else:
        show_journey(seen, dataset)
        show_gradient_check(seen, dataset.noun)
