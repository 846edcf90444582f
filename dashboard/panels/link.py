"""The page's address: opening what it says, writing what is shown, checking what it promises."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.controls import limits_of
from dashboard.field_widgets import set_value
from dashboard.panels import points
from dashboard.permalink import Opened, address, comparison, fit_to_data, opened
from dashboard.problems import as_text
from dashboard.run import Run, run_hash
from dashboard.run_result import COMPLETE
from engine.dataset import Dataset
from engine.hyperparameters import DECLARED, Hyperparameters

OPENED, FITTED = "_opened", "_link_fitted"


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
    known: Opened = told
    return known


def fit_link(dataset: Dataset) -> None:
    """Before the knobs are drawn for the first time: what the address says may not go with the data."""
    if session.value(FITTED):
        return
    session.set_value(FITTED, True)
    told: Opened = session.value(OPENED)
    for name in fit_to_data(told, limits_of(dataset)):
        set_value(DECLARED[name], DECLARED[name].default)


def write_link(run: Run, dataset: Dataset) -> None:
    """Makes the address lead to what is shown."""
    result = run.latest if run.state in COMPLETE else None
    keys = address(run.hyperparameters, dataset.name, result)
    if hidden := session.value(OPENED).hidden:
        keys["hide"] = ",".join(sorted(hidden))
    if st.query_params.to_dict() != keys:
        st.query_params.from_dict(keys)


def show_promise(run: Run, dataset: Dataset) -> None:
    """Of a link that carries a result: whether this run gave it."""
    told: Opened = session.value(OPENED)
    promised = run_hash(told.hyperparameters, dataset.digest)
    if told.dataset not in ("", dataset.name) or run.run_hash != promised:
        return
    if not (told.result and run.state in COMPLETE and run.latest):
        return
    same, sentence = comparison(told.result, run.latest)
    (st.success if same else st.warning)(as_text(sentence))


def show_problems(told: Opened) -> None:
    """What of the address could not be used, until the person turns a knob."""
    for sentence in told.problems:
        st.warning(as_text(sentence), icon=":material/link_off:")


def forget_promise(hyperparameters: Hyperparameters) -> None:
    """Once the settings are others than the link's, it is history."""
    told: Opened = session.value(OPENED)
    if hyperparameters != told.hyperparameters:
        told.problems.clear()
