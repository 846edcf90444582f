"""How far to trust the answer on a photo: seen in other ways, at other times, by other networks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import TimeoutError as Late

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import services, session
from dashboard.branches import TRUNK
from dashboard.components.still import still_chart
from dashboard.messages import DatasetKey, Moment
from dashboard.panels.why import explained, show_explanation
from dashboard.photo import Photo
from dashboard.photo_html import across_html, views_html
from dashboard.photo_words import (
    Answers,
    across_sentence,
    every_class,
    far_sentence,
    over_time_figure,
    over_time_sentence,
)
from dashboard.problems import as_text
from dashboard.run import Seen
from dashboard.run_words import title
from engine.dataset import Dataset, Floats
from engine.errors import EngineError

ANSWER_SECONDS = 5.0
RECALL_SECONDS = 10.0
MOST_RUNS = 8


def show_honesty(
    dataset: Dataset, seen: Seen, photo: Photo, answers: Answers, far: DeltaGenerator
) -> None:
    """`far`: where it is said that the photo is like nothing the network has seen."""
    with st.container(key="photo_honesty"):
        st.markdown("**The same photo in other ways**")
        st.html(views_html(answers, dataset.classes))
        st.caption(as_text(answers.sentence(dataset.classes)))
        why = explained(seen, photo.seen)
        if told := far_sentence(why, dataset.classes):
            far.warning(as_text(told), icon=":material/help:")
        show_explanation(dataset, seen, photo.seen, why)
        times, runs = st.columns(2, gap="large")
        with times:
            show_over_time(dataset, seen, photo, answers.told)
        with runs:
            show_across(dataset, seen, photo, answers)


def show_over_time(dataset: Dataset, seen: Seen, photo: Photo, told: int) -> None:
    st.markdown("**Over the iterations of the run**")
    film = seen.run.path_film()
    if len(film) < 2:
        st.caption("The answers on the way are known when the run is over.")
        return
    try:
        P = services.pool().ask.recall(seen.run, film, photo.seen[None]).result(RECALL_SECONDS)
    except (TimeoutError, Late):
        st.caption("The answers on the way are late: every core is busy.")
        return
    iterations, p = [moment.iteration for moment in film], P[:, told, 0]
    name = dataset.classes[told]
    sentence = over_time_sentence(iterations, p, name)
    still_chart(
        over_time_figure(iterations, p, name, seen.moment.iteration),
        sentence,
        key="photo_over_time",
    )
    st.caption(as_text(sentence))


def show_across(dataset: Dataset, seen: Seen, photo: Photo, answers: Answers) -> None:
    st.markdown("**What other networks say**")
    P: dict[str, Floats] = {"This one": answers.P[:, 0]}
    known = session.value("_photo_across", {})
    kept = {}
    for name, key, dataset_key, moment in other_networks(dataset, seen):
        place = (photo.digest, dataset.digest, key)
        if place not in known:
            asked = services.pool().ask.predict_by(moment.snapshot, dataset_key, photo.seen[None])
            try:
                known[place] = every_class(asked.result(ANSWER_SECONDS))[:, 0]
            except (TimeoutError, Late, EngineError):
                continue
        kept[place] = known[place]
        if np.isfinite(known[place]).all():
            P[unlike(name, P)] = known[place]
    session.set_value("_photo_across", kept)
    if len(P) > 1:
        st.html(across_html(P, dataset.classes, answers.told))
        st.caption(
            as_text(f"P({dataset.classes[answers.told]}). {across_sentence(P, dataset.classes)}")
        )
    else:
        st.caption(
            "Turn a knob, or pin runs on the page of runs: what their networks say of the photo "
            "stands here beside each other."
        )


def other_networks(dataset: Dataset, seen: Seen) -> Iterator[tuple[str, str, DatasetKey, Moment]]:
    """Name, hash and last moment of the runs that go with this one: its branches and its trunk, the
    run before, and those that are pinned."""
    live = session.live_run()
    seen_hashes = {seen.run.run_hash}
    named = {("Trunk" if n == TRUNK else f"Branch {n}"): run for n, run in live.tree.items()}
    if live.previous:
        named["The run before"] = live.previous
    for name, run in named.items():
        fits = run.dataset_digest == dataset.digest and run.moment
        if fits and run.moment and run.run_hash not in seen_hashes:
            seen_hashes.add(run.run_hash)
            yield name, run.run_hash, run.dataset, run.moment
    try:
        store = services.store()
        pinned = store.listed(dataset=dataset.digest, pinned=True)[:MOST_RUNS]
        for kept in pinned:
            if kept.run_hash in seen_hashes:
                continue
            result = store.find(kept.run_hash)
            if result and result.moment:
                yield title(kept), kept.run_hash, kept.dataset, result.moment
    except EngineError:
        return  # the page of runs says what is wrong with the store


def unlike(name: str, taken: dict[str, Floats]) -> str:
    """`name`, or with a number where it is taken."""
    number, told = 2, name
    while told in taken:
        told, number = f"{name} ({number})", number + 1
    return told
