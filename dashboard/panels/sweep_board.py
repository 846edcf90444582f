"""A search as it goes on: how far it is, its controls, the response map, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import services, session
from dashboard.components.sweep import live_figure
from dashboard.panels.sweep_figures import show_figures
from dashboard.panels.sweep_results import choose_top, show_best, show_curves, show_ranking
from dashboard.panels.to_lab import take_to_lab
from dashboard.problems import as_text, tell, told_at
from dashboard.sweeping.directions import Direction, directions
from dashboard.sweeping.response_map import response_map
from dashboard.sweeping.sweep import GOING, Progress, Sweep
from dashboard.sweeping.words import map_summary, progress_text
from engine.comparison import counted
from engine.dataset import Dataset
from engine.errors import DatasetError, EngineError

LOOK_SECONDS = 0.7  # drawing it anew keeps the browser busy, and a search wants the cores
SHOWN = "sweep_shown"
PROBLEM, TO_LAB = "_sweep_problem", "_sweep_to_lab"


def show_board(name: str, to_lab: Callable[[], None]) -> None:
    """Looks again by itself as long as the search goes on."""
    sweep = services.sweeps().find(name)
    if sweep is None:
        st.caption("This search is not there any more.")
        return
    going = sweep.state in GOING
    st.fragment(board, run_every=LOOK_SECONDS if going else None)(name, going, to_lab)


def board(name: str, was_going: bool, to_lab: Callable[[], None]) -> None:
    if session.take(TO_LAB):
        to_lab()
    problem = st.empty()
    with told_at(problem):
        sweep = services.sweeps().find(name)
        if sweep is None or (sweep.state in GOING) != was_going:
            st.rerun()  # the whole page, so that this part looks again by itself, or no longer
        if said := session.take(PROBLEM):
            tell(problem, said)
        progress = sweep.progress()
        dataset = dataset_of(sweep)
        show_progress(sweep, progress)
        show_map(sweep, progress)
        top = choose_top(progress)
        show_ranking(sweep, progress, top, dataset, partial(open_trial, sweep))
        show_best(sweep, progress, dataset, partial(open_trial, sweep))
        show_curves(sweep, progress, top)
        show_figures(sweep, progress, top)


def dataset_of(sweep: Sweep) -> Dataset | None:
    """None where it is not the one that was searched on any more."""
    try:
        found = services.dataset(sweep.asked.dataset)
    except DatasetError:
        return None
    return found if found.digest == sweep.asked.digest else None


# --- how far it is


def show_progress(sweep: Sweep, progress: Progress) -> None:
    sweeps = services.sweeps()
    with st.container(key="sweep_progress", gap="small"):
        text = progress_text(progress, sweeps.place_in_queue(sweep), sweeps.most)
        st.progress(min(1.0, len(progress.trials) / max(1, progress.total)), as_text(text))
        with st.container(horizontal=True, vertical_alignment="center"):
            if progress.state in ("queued", "running"):
                st.button(
                    "Pause",
                    key="sweep_pause",
                    icon=":material/pause:",
                    on_click=sweeps.pause,
                    args=(sweep,),
                )
            elif progress.state in ("paused", "failed"):
                # A key of its own: a press on Pause that arrives twice must not start it again.
                st.button(
                    "Start again",
                    key="sweep_go_on",
                    icon=":material/play_arrow:",
                    on_click=sweeps.go_on,
                    args=(sweep,),
                )
            if progress.state != "elsewhere":
                offer_delete(sweep, progress)
    with st.container():
        if progress.problem:
            tell(st.empty(), progress.problem)


def offer_delete(sweep: Sweep, progress: Progress) -> None:
    with st.popover(
        "Cancel" if progress.state in GOING else "Delete",
        key="sweep_cancel",
        icon=":material/delete:",
    ):
        trials = counted(len(progress.trials), "trial")
        stops = "Stops the search and deletes" if progress.state in GOING else "Deletes"
        keeps = " Pause stops it too, and keeps them." if progress.state in GOING else ""
        st.markdown(f"{stops} its {trials} for good.{keeps}")
        st.button(
            f"Delete {trials}",
            key="sweep_delete",
            icon=":material/delete:",
            on_click=delete,
            args=(sweep,),
        )


def delete(sweep: Sweep) -> None:
    try:
        services.sweeps().delete(sweep)
        session.take(SHOWN)
    except EngineError as error:
        session.set_value(PROBLEM, str(error))


# --- the map


def show_map(sweep: Sweep, progress: Progress) -> None:
    ways = directions(sweep.asked)
    if not ways:
        st.caption("Nothing varies in this search.")
        return
    with st.container(key="sweep_map", gap="small"):
        across, up = chosen_directions(sweep, ways)
        names = [way.label for way in (across, up) if way]
        summary = map_summary(progress, names)
        live_figure(
            response_map(progress, across, up),
            summary,
            key="response_map",
            version=f"{sweep.name} {len(progress.trials)} {progress.state}",
            zoom=f"{sweep.name} {names}",
            on_click=partial(open_clicked, sweep),
        )
        st.caption(as_text(summary))


def chosen_directions(sweep: Sweep, ways: list[Direction]) -> tuple[Direction, Direction | None]:
    st.subheader("Response map", anchor=False)
    if len(ways) < 2:
        return ways[0], None
    by_key = {way.key: way for way in ways}
    if len(ways) == 2:
        return ways[0], ways[1]
    told = [session.value(key) for key in ("sweep_across", "sweep_up")]
    if told[0] not in by_key or told[1] not in by_key or told[0] == told[1]:
        for key, way in zip(("sweep_across", "sweep_up"), ways, strict=False):
            session.set_value(key, way.key)
    with st.container(horizontal=True):
        for key, word in (("sweep_across", "Across"), ("sweep_up", "Upwards")):
            st.selectbox(word, list(by_key), format_func=lambda k: by_key[k].label, key=key)
    across, up = (by_key[session.value(key)] for key in ("sweep_across", "sweep_up"))
    return across, up if up is not across else next(w for w in ways if w is not across)


# --- to the lab


def open_clicked(sweep: Sweep) -> None:
    told = session.value("response_map") or {}
    open_trial(sweep, told.get("clicked"))


def open_trial(sweep: Sweep, number: object) -> None:
    """Sets the lab's knobs to a trial's; the page then turns to it."""
    try:
        found = (t for t in sweep.progress().trials if str(t.number) == str(number))
        trial = next(found, None)
        if trial is None or trial.settings is None:
            raise EngineError("This trial has no settings that could be opened")
        take_to_lab(trial.settings, sweep.asked.dataset, sweep.asked.digest)
        session.set_value(TO_LAB, True)
    except EngineError as error:
        session.set_value(PROBLEM, str(error))
