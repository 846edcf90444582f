"""Chance: many seeds of the lab's setting, and whether another setting differs by more than that."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import services, session
from dashboard.components.sweep import live_figure
from dashboard.controls import current
from dashboard.panels.data_choice import dataset_words
from dashboard.panels.run_acts import chosen
from dashboard.problems import as_text, tell, told_at
from dashboard.run_words import settings_words, title
from dashboard.sweeping.band_figures import (
    Side,
    band_figure,
    band_summary,
    dots_figure,
    seeds_text,
    spread_sentences,
)
from dashboard.sweeping.seeds import COUNTS, band_asked, band_name, by_seed, without_seed
from dashboard.sweeping.sweep import GOING, Sweep
from engine.dataset import Dataset
from engine.errors import EngineError, shortened
from engine.hyperparameters import Hyperparameters, presets_of
from engine.sweeps.bands import paired

LOOK_SECONDS = 0.4
SEEDS, OTHER = "band_seeds", "band_other"
PROBLEM = "_band_problem"
NONE = ""  # nothing to compare with
MOST_LETTERS = 70

Settings = dict[str, Hyperparameters]  # by the letter of their side, A and perhaps B


def show_seed_band(dataset: Dataset) -> None:
    with st.container(key="band_start", border=True, gap="small"):
        settings = choose_settings(dataset)
        seeds: int = session.value(SEEDS)
        told_sides(settings, dataset)
        place = st.empty()
        if said := session.take(PROBLEM):
            tell(place, said)
        with told_at(place):
            show_buttons(settings, dataset, seeds)
    going = is_going(searches(settings, dataset, seeds))
    st.fragment(board, run_every=LOOK_SECONDS if going else None)(settings, dataset, seeds, going)


def choose_settings(dataset: Dataset) -> Settings:
    """A is the lab's setting; B what it is compared with, if anything."""
    settings = {"A": without_seed(current())}
    others = to_compare_with(settings["A"], dataset)
    session.set_default(SEEDS, COUNTS[0])
    if session.value(OTHER) not in others:
        session.set_value(OTHER, NONE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Seeds", COUNTS, key=SEEDS, required=True, persist_state="session", width="content"
        )
        other = st.selectbox(
            "B, to compare with",
            list(others),
            format_func=lambda key: others[key][0],
            key=OTHER,
            help="The run before, the course’s models, and the runs you pinned or chose on the page "
            "Runs, as far as they are of this dataset and no branches.",
            persist_state="session",
        )
    return settings if other == NONE else settings | {"B": others[other][1]}


def to_compare_with(a: Hyperparameters, dataset: Dataset) -> dict[str, tuple[str, Hyperparameters]]:
    """By key what it is called and its settings; each setting once, and not A itself."""
    found = {NONE: ("Nothing", a)}
    taken = {a}

    def add(key: str, words: str, h: Hyperparameters) -> None:
        if without_seed(h) not in taken:
            taken.add(without_seed(h))
            found[key] = shortened(words, MOST_LETTERS), without_seed(h)

    previous = session.live_run().previous
    if previous and previous.dataset_digest == dataset.digest:
        h = previous.hyperparameters
        add("before", f"The run before: {settings_words(h)}", h)
    with told_at(st.empty()):
        store = services.store()
        kept = [*store.get_all(chosen()), *store.listed(dataset=dataset.digest, pinned=True)]
        for run in kept:
            # A band begins at iteration 0: a branch has no one setting for that.
            if run.dataset.digest == dataset.digest and len(run.stages) == 1:
                add(run.run_hash, title(run), run.hyperparameters)
    for name, preset in presets_of(dataset).items():
        add(name, name, preset)
    return found


def told_sides(settings: Settings, dataset: Dataset) -> None:
    data = dataset_words(dataset.name)
    for letter, h in settings.items():
        words = settings_words(h)
        lab = f", the lab’s setting on {data}" if letter == "A" else ""
        st.markdown(f"**{letter}**{as_text(lab)}: {as_text(words)}")


# --- what is trained


def searches(settings: Settings, dataset: Dataset, seeds: int) -> dict[str, Sweep | None]:
    """Raises `SweepError` where the database cannot be read."""
    sweeps = services.sweeps()
    return {letter: sweeps.find(band_name(h, dataset, seeds)) for letter, h in settings.items()}


def is_going(found: dict[str, Sweep | None]) -> bool:
    return any(sweep is not None and sweep.state in GOING for sweep in found.values())


def show_buttons(settings: Settings, dataset: Dataset, seeds: int) -> None:
    found = searches(settings, dataset, seeds)
    if is_going(found):
        if any(
            sweep is not None and sweep.state in ("queued", "running") for sweep in found.values()
        ):
            st.button("Stop", key="band_stop", icon=":material/stop:", on_click=stop, args=(found,))
        else:
            st.caption("These seeds are being trained outside this page.")
        return
    done = all(sweep is not None and sweep.state == "finished" for sweep in found.values())
    begun = any(sweep is not None and sweep.version[1] for sweep in found.values())
    st.button(
        "All seeds are trained" if done else "Train the rest" if begun else f"Train {seeds} seeds",
        key="band_go",
        type="primary",
        icon=":material/check:" if done else ":material/play_arrow:",
        on_click=start,
        args=(settings, dataset, seeds),
        disabled=done,
    )


def start(settings: Settings, dataset: Dataset, seeds: int) -> None:
    try:
        for h in settings.values():
            services.sweeps().start(band_name(h, dataset, seeds), band_asked(h, dataset, seeds))
    except EngineError as error:
        session.set_value(PROBLEM, str(error))


def stop(found: dict[str, Sweep | None]) -> None:
    """What is finished is kept."""
    for sweep in found.values():
        if sweep is not None:
            services.sweeps().pause(sweep)


# --- what came of it


def board(settings: Settings, dataset: Dataset, seeds: int, was_going: bool) -> None:
    with told_at(st.empty()):
        found = searches(settings, dataset, seeds)
        if is_going(found) != was_going:
            st.rerun()  # the whole page, so that this part looks again by itself, or no longer
        sides = []
        for letter, sweep in found.items():
            if sweep is None:
                continue
            progress = sweep.progress()
            share = len(progress.trials) / max(1, progress.total)
            if progress.state != "finished":
                st.progress(min(1.0, share), as_text(seeds_text(progress, letter)))
            if progress.problem:
                tell(st.empty(), progress.problem)
            if progress.trials:
                words = settings_words(settings[letter])
                sides.append(Side(letter, words, by_seed(progress)))
        if not sides:
            st.caption(
                "A seed chooses the random weights that training begins with. Each one gives another "
                "curve and another accuracy: how far apart they are is what chance alone does."
            )
            return
        show_curves(sides)
        show_accuracies(sides, dataset)


def version_of(sides: Sequence[Side]) -> str:
    return " ".join(f"{side.letter}{len(side.outcomes)}" for side in sides)


def show_curves(sides: Sequence[Side]) -> None:
    with st.container(key="band_curves", gap="small"):
        st.subheader("Cost curves", anchor=False)
        log = st.toggle("Logarithmic cost axis", key="band_log", persist_state="session")
        summary = band_summary(sides)
        live_figure(
            band_figure(sides, log),
            summary,
            key="seed_band",
            version=version_of(sides),
            zoom=f"{[side.title for side in sides]} {log}",
        )
        st.caption(as_text(summary))


def show_accuracies(sides: Sequence[Side], dataset: Dataset) -> None:
    with st.container(key="band_accuracies", gap="small"):
        st.subheader("Final test accuracy", anchor=False)
        told = spread_sentences(sides, dataset.m_test)
        if not told:
            st.caption("No run has come to its end with a test accuracy.")
            return
        summary = " ".join(told)
        live_figure(
            dots_figure(sides),
            f"A dot a seed. {summary}",
            key="seed_dots",
            version=version_of(sides),
            zoom=f"{[side.title for side in sides]}",
        )
        for sentence in told:
            st.markdown(as_text(sentence))
        if len(sides) == 2:
            verdict = paired(sides[0].outcomes, sides[1].outcomes, dataset.m_test)
            st.markdown(f"**A against B.** {as_text(verdict)}")
