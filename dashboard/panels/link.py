"""The page's address: opening what it says, writing what is shown, checking what it promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from dashboard import services, session
from dashboard.controls import limits_of
from dashboard.field_widgets import set_value
from dashboard.live_run import LiveRun
from dashboard.panels import points
from dashboard.permalink import HIDE, Opened, address, comparison, fit_to_data, opened
from dashboard.problems import as_text
from dashboard.run import Run
from dashboard.run_hash import path_hash
from dashboard.run_result import COMPLETE
from engine.dataset import Dataset
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.stages import Stage

OPENED, FITTED, TRAINED = "_opened", "_link_fitted", "_link_trained"
SOON = 5.0  # seconds, in which a run is trained again before a person's eyes
OTHERS_OWN = ("search", "show", "sort", "runs")  # keys of the pages Sweeps and Runs for themselves


def open_link() -> Opened:
    """What the address said when this session began; the first time it sets the knobs."""
    if (told := session.value(OPENED)) is None:
        told = opened(st.query_params.to_dict(), services.dataset_names())
        told.embedded = told.embedded or bool(st.context.is_embedded)
        session.set_value(OPENED, told)
        for name in told.given:
            set_value(DECLARED[name], getattr(told.hyperparameters, name))
        if told.plane:
            points.take(told.plane)
        elif told.dataset:
            session.set_value("dataset", told.dataset)
        session.live_run().look_for(told.stages)
    known: Opened = told
    return known


def fit_link(dataset: Dataset) -> None:
    """Before the knobs are drawn for the first time: what the address says may not go with the data."""
    if session.value(FITTED):
        return
    session.set_value(FITTED, True)
    told = open_link()
    before = told.stages
    for name in fit_to_data(told, limits_of(dataset)):
        set_value(DECLARED[name], DECLARED[name].default)
    if told.stages != before:
        session.live_run().look_for(told.stages)


def look_for(way: tuple[Stage, ...]) -> None:
    """The run of a way that is kept; in place of what the address once could not say."""
    open_link().problems.clear()
    session.live_run().look_for(way)


def write_link(live: LiveRun) -> None:
    """Makes the address lead to what is shown, or to what will be."""
    if open_link().embedded or live.current is None:
        return  # it stays what the page around wrote
    keys = link_keys(live.current, open_link().hidden, live.awaited)
    there = st.query_params.to_dict()
    keys |= {key: there[key] for key in OTHERS_OWN if key in there}
    if there != keys:
        st.query_params.from_dict(keys)


def link_keys(
    run: Run, hidden: Collection[str] = (), awaited: Sequence[Stage] = ()
) -> dict[str, str]:
    """awaited: the way of the branch that is looked for and not there yet."""
    result = run.latest if run.state in COMPLETE and not awaited else None
    stages = awaited or run.stages()
    keys = address(stages[0][1], run.dataset_name, result, stages[1:])
    return keys | ({HIDE: ",".join(sorted(hidden))} if hidden else {})


def write_own(keys: Mapping[str, str]) -> None:
    """Of a page beside the lab, so that it is the same loaded anew. Empty ones are left out."""
    for key, text in keys.items():
        if not text:
            st.query_params.pop(key, None)
        elif st.query_params.get(key) != text:
            st.query_params[key] = text


def keep_link() -> None:
    """On the pages beside the lab, so that one of them loaded anew has the same settings."""
    write_link(session.live_run())


def train_promised(live: LiveRun, dataset: Dataset) -> None:
    """A link's result is held against a training of its own, not against what is kept here of it."""
    run = live.current
    if run is None or session.value(TRAINED) or not is_promised(run, dataset):
        return
    session.set_value(TRAINED, True)
    if run.cached and run.seconds < SOON:
        live.restart()


def is_promised(run: Run, dataset: Dataset) -> bool:
    told = open_link()
    if not told.result or told.dataset not in ("", dataset.name):
        return False
    return run.run_hash == path_hash(told.stages, dataset.digest)


def show_promise(live: LiveRun, dataset: Dataset) -> None:
    """Of a link that carries a result, where its run is shown: whether it gave that."""
    told, run = open_link(), live.current
    if run is None or run.state not in COMPLETE or run.latest is None:
        return
    if not is_promised(run, dataset):
        return
    same, sentence = comparison(told.result, run.latest)
    if same and run.cached:
        sentence += ", as this run is kept here from before"
    (st.success if same else st.warning)(as_text(sentence))


def show_problems(told: Opened) -> None:
    """What of the address could not be used, until the person turns a knob."""
    for sentence in told.problems:
        st.warning(as_text(sentence), icon=":material/link_off:")


def forget_promise(hyperparameters: Hyperparameters) -> None:
    """Once the settings are others than the link's, it is history."""
    told = open_link()
    if hyperparameters != told.hyperparameters:
        told.problems.clear()
