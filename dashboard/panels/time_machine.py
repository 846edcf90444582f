"""The time machine: one slider rewinds everything on the page to an earlier iteration of the run."""

from __future__ import annotations

import bisect
import time

import streamlit as st

from dashboard import session
from dashboard.live_run import LiveRun
from dashboard.messages import Moment
from dashboard.panels.branching import offer_branch
from dashboard.run import Run
from dashboard.run_result import COMPLETE
from engine.dataset import Dataset

KEY = "time_machine"
FILM_SECONDS = 0.3  # the film comes a few hundredths of a second after the end of a run
LATE_SECONDS = 10.0  # and later where every core is busy
LOOK_SECONDS = 1.0  # for that of a large network, which is trained again
FRAME_SECONDS = 0.25
SETTLE_SECONDS = 1.0  # after a hold was drawn what the browser says may still be of before it
TRAIL, SETTLED = "_trail", "_settled"
SPEEDS = {"slow": 40.0, "normal": 15.0, "fast": 6.0}  # seconds from the first iteration to the last


def choose_moment(live: LiveRun, run: Run, dataset: Dataset, page: str = "lab") -> Moment | None:
    """The moment the slider stands at; None at the end of the run, where it begins, and before.

    It stands where it stood on the page before.
    """
    if not run.over or run.moment is None:
        return None
    run.wait_until(lambda: bool(run.film), FILM_SECONDS)
    film = run.path_film()
    iterations = [moment.iteration for moment in film]
    if len(iterations) < 2:
        return None
    if session.value("_film") != run.token or session.value("_stood") not in iterations:
        session.set_value("_film", run.token)
        session.set_value("_stood", iterations[-1])
        session.set_value("_machine", None)
    # On each page it is another slider to Streamlit, which forgets one that is not drawn.
    if session.value("_machine") != page or session.value(KEY) not in iterations:
        session.set_value("_machine", page)
        session.set_value(KEY, session.value("_stood"))
        session.set_value("_playing", False)
    if playing():
        advance(iterations)
    elif session.value("_held") or time.monotonic() < session.value(SETTLED, 0.0):
        go_to(place_said())  # the browser is told, which may have moved its slider further
    with st.container(horizontal=True, vertical_alignment="bottom", key="time_machine_bar"):
        # Two buttons, not one that changes its word: where a part of the page looks by itself, the
        # browser may send a click twice, and the second would undo the first.
        with st.container(horizontal=True, gap="xsmall", width="content", key="film_buttons"):
            icon = ":material/movie:"
            st.button("Play", key="play", icon=icon, on_click=play, args=(iterations,))
            icon = ":material/pause_circle:"
            st.button("Hold", key="hold", icon=icon, on_click=hold, args=(iterations,))
        chosen = st.select_slider(
            "Time machine: the network at iteration",
            iterations,
            format_func=lambda i: f"{i:,}",
            key=KEY,
        )
        st.segmented_control(
            "Speed of playing",
            list(SPEEDS),
            default="normal",
            required=True,
            key="play_speed",
            label_visibility="collapsed",
        )
        moment = film[iterations.index(chosen)]
        if page == "lab":
            offer_branch(live, run, moment, dataset)
    session.set_value("_stood", chosen)
    return None if moment is film[-1] else moment


def playing() -> bool:
    """Whether the film runs; the part of the page that shows it then looks again by itself."""
    return bool(session.value("_playing"))


def wait_for_film(run: Run) -> None:
    """Draws the page anew when a film comes that was not there yet when all the rest was drawn."""
    if run.state in COMPLETE and run.moment is None:
        # That may take minutes: the page is whole meanwhile, and only this looks.
        st.fragment(look_for_film, run_every=LOOK_SECONDS)(run)
        return
    if not run.over or run.moment is None or session.value("_film") == run.token:
        return
    place = st.empty()
    for _ in range(int(LATE_SECONDS / FILM_SECONDS)):
        if run.wait_until(lambda: bool(run.film), FILM_SECONDS):
            if len(run.path_film()) > 1:
                st.rerun()
            return
        place.empty()  # where a newer wish of the person takes over


def look_for_film(run: Run) -> None:
    if run.film:
        st.rerun()
    st.caption("This network was too large to be kept with its curve: it is being trained again.")


def turn_to(iteration: int) -> None:
    """Moves the slider, in a callback: to a moment that the person chose elsewhere."""
    session.set_value(TRAIL, {session.value(KEY)})
    go_to(iteration)
    session.set_value("_playing", False)


def play(iterations: list[int]) -> None:
    """Plays from where the slider stands, or from the beginning when it stands at the end."""
    if playing():
        return
    at = session.value(KEY)
    session.set_value(TRAIL, {at})
    go_to(iterations[0] if at == iterations[-1] else at)
    session.set_value("_playing", True)


def hold(iterations: list[int]) -> None:
    if not playing():
        return
    go_to(place_said())
    session.set_value("_playing", False)
    session.set_value("_held", True)


def settle() -> None:
    """Once a page is drawn that plays no more: from now on the browser can know where it stands."""
    if session.take("_held"):
        session.set_value(SETTLED, time.monotonic() + SETTLE_SECONDS)


def advance(iterations: list[int]) -> None:
    """Moves the slider by one frame; at the end the playing is over."""
    seconds = SPEEDS[session.value("play_speed", "normal") or "normal"]
    step = max(1.0, iterations[-1] * FRAME_SECONDS / seconds)
    place = bisect.bisect_left(iterations, place_said() + step)
    go_to(iterations[min(place, len(iterations) - 1)])
    if place >= len(iterations) - 1:
        hold(iterations)


def place_said() -> int:
    """Where the slider stands. A browser that has not heard of the last frames goes on saying where
    it was before them: only a place that the film has not been at is where a person moved it."""
    said: int = session.value(KEY)
    stood: int = session.value("_stood")
    return stood if said in session.value(TRAIL, ()) else said


def go_to(iteration: int) -> None:
    session.set_value(KEY, iteration)
    session.set_value("_stood", iteration)
    session.value(TRAIL, set()).add(iteration)
