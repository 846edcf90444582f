"""What follows the run: its curve, its controls, its figures, its mistakes, the person's photo."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, services, session
from dashboard.components.keyboard import WORDS, listen_to_keys
from dashboard.components.live import live_chart, live_figures, status_line
from dashboard.live_run import LiveRun
from dashboard.messages import Moment
from dashboard.next_turn import train_ahead
from dashboard.panels.branching import show_branches
from dashboard.panels.diagnosis import show_diagnosis
from dashboard.panels.diary import show_diary
from dashboard.panels.first_layer import show_first_layer
from dashboard.panels.link import show_promise, train_promised, write_link
from dashboard.panels.mistakes import show_mistakes
from dashboard.panels.plane import CHANGED, show_plane, show_units
from dashboard.panels.share import show_share
from dashboard.panels.take_home import show_take_home
from dashboard.panels.time_machine import (
    FRAME_SECONDS,
    choose_moment,
    playing,
    settle,
    wait_for_film,
)
from dashboard.panels.your_photo import show_photo
from dashboard.problems import as_text, told_at
from dashboard.run import Run, Seen
from dashboard.run_result import FINAL, State
from dashboard.run_status import status_text
from engine.dataset import Dataset
from engine.inspection import dimensions, solver_sentence
from engine.preparation import sizes

GOES_ON = (
    "The cost of this run, iteration by iteration; the line above the chart says how far it is."
)


def show_panel(dataset: Dataset) -> None:
    """Reruns by itself, without the knobs, when a button is pressed or the run comes to a halt."""
    plays = playing()
    st.fragment(panel, run_every=FRAME_SECONDS if plays else None)(dataset, plays)


def panel(dataset: Dataset, played: bool) -> None:
    problem = st.empty()
    live = session.live_run()
    # The buttons stand below the chart but decide what it shows: their callbacks have run already.
    live.follow()
    train_promised(live, dataset)
    if (run := live.current) is None:
        return
    # Read once: what ends while the page is drawn must neither stand still as what it was before, nor
    # keep the chart from asking for the page anew.
    drawn = run.state
    with st.container(key="run_status"):
        if drawn in FINAL:
            st.text(status_text(run))
        else:
            status_line(run, status_text(run), key="status_line")
    write_link(live)
    # What comes and goes has a container of its own: else what follows would be drawn anew, and
    # fold up what a person has unfolded.
    with st.container():
        show_promise(live, dataset)
        if live.refusal:
            st.warning(as_text(live.refusal), icon=":material/alt_route:")
        if run.over and (not_kept := services.keeper().problem):
            st.warning(as_text(not_kept), icon=":material/save:")
    left, right = st.columns(2, gap="medium") if dataset.planar else (None, st.container())
    with right:
        chart = st.container()
    with st.container():
        moment = choose_moment(live, run, dataset)
    if playing() != played:
        st.rerun()  # the whole page, so that this part looks by itself again, or no longer
    with chart:
        show_chart(live, run, drawn, marked=moment.iteration if moment else None)
    if left is not None:
        with left:
            show_plane(run, dataset, moment)
        with right:
            show_units(run, moment)
        if session.take(CHANGED):
            st.rerun()  # the whole page, which trains on the changed points
    with st.container():
        show_branches(live)
    show_controls(live)
    with st.container():
        show_diagnosis(run)
    live_figures(run, dataset, moment, key="figures")
    seen = seen_moment(live, dataset, moment)
    # Above the gallery, whose height changes with the moment: a click in it must not move it away.
    with st.container(), told_at(problem):
        show_diary(seen, run, dataset)
    if not dataset.planar:
        with st.container():
            show_mistakes(dataset, seen)
        with st.container(), told_at(problem):
            show_photo(dataset, seen)
        with st.container(), told_at(problem):
            show_first_layer(seen)
    show_details(run, dataset)
    show_take_home(seen if seen and seen.run is run else None, dataset)
    show_share(live, run, dataset)
    train_ahead(run)
    settle()
    wait_for_film(run)


@st.fragment
def show_chart_alone(dataset: Dataset) -> None:
    """For another page to show in a frame: the curve, and nothing to turn."""
    live = session.live_run()
    live.follow()
    if (run := live.current) is None:
        return
    with st.container(key="run_status"):
        status_line(run, status_text(run), key="status_line")
    show_chart(live, run, run.state, alone=True)


def show_chart(
    live: LiveRun, run: Run, drawn: State, *, marked: int | None = None, alone: bool = False
) -> None:
    """The cost chart and its sentence; where there are branches, they are what it compares."""
    others = {name: other for name, other in live.tree.items() if other is not run}
    moves = drawn not in FINAL and drawn != "paused"
    summary = GOES_ON if moves else charts.cost_summary(run.path_curves())
    summary += charts.branches_summary(live.shown, {n: o.curves() for n, o in others.items()})
    live_chart(
        run,
        drawn,
        None if others else live.previous,
        key="cost_chart",
        summary=summary,
        marked=marked,
        shown=live.shown,
        others=others,
        alone=alone,
    )
    st.caption(summary)


def seen_moment(live: LiveRun, dataset: Dataset, chosen: Moment | None) -> Seen | None:
    """The network that answers: of the run's chosen moment, or of the last one where it halted;
    until then that of its trunk, or of the run before. A run that is over says its own, or none."""
    over = live.current is not None and live.current.over
    for run in (live.current,) if over else (live.current, live.trunk, live.previous):
        if run and run.moment and run.dataset_digest == dataset.digest:
            return Seen(run, (chosen if run is live.current else None) or run.moment)
    return None


def show_controls(live: LiveRun) -> None:
    # No `help` here: Streamlit draws a button that has one twice, which a screen reader reads twice.
    allowed = live.controls
    with st.container(horizontal=True, vertical_alignment="center"):
        if "resume" in allowed:
            st.button("Resume", key="pause", icon=":material/play_arrow:", on_click=live.resume)
        elif live.current and live.current.over:
            st.button("Train again", key="pause", icon=":material/replay:", on_click=live.restart)
        else:
            st.button(
                "Pause",
                key="pause",
                icon=":material/pause:",
                on_click=live.pause,
                disabled="pause" not in allowed,
            )
        for key, (icon, press) in {
            "step": (":material/skip_next:", live.step),
            "reset": (":material/first_page:", live.reset),
            "stop": (":material/stop:", live.stop),
        }.items():
            name, disabled = key.capitalize(), key not in allowed
            st.button(name, key=key, icon=icon, on_click=press, disabled=disabled)
    with st.container(key="key_words"):
        st.caption(WORDS)
    listen_to_keys(playing=playing())


def show_details(run: Run, dataset: Dataset) -> None:
    """The course's table of dimensions, and how the numbers were computed."""
    n_x, n_y, m = sizes(dataset, run.hyperparameters)
    dims = run.hyperparameters.layers_dims(n_x, n_y)
    with st.expander("Inside this run", key="run_details", icon=":material/grid_on:"):
        # As Markdown: a table of Streamlit's goes through pandas, a fifth of the page's time.
        rows = [d.arrays() for d in dimensions(dims, m)]
        head = ["Layer", *rows[0]]
        lines = [head, ["---", *["---:"] * len(rows[0])]]
        lines += [
            [str(layer), *(f"{a} × {b}" for a, b in row.values())]
            for layer, row in enumerate(rows, 1)
        ]
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))
        st.caption(
            f"layers\\_dims = \\[{', '.join(map(str, dims))}\\], "
            f"m = {m} training {dataset.noun}s, one a column."
        )
        if run.snapshot is not None:
            st.caption(as_text(solver_sentence(run.snapshot, dataset)))
