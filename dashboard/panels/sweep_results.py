"""What a search found: the best trials, whether they are better than luck, their curves, and what
of the best can be taken home."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import services, session
from dashboard.components.sweep import live_figure, ranking
from dashboard.problems import as_text
from dashboard.run_status import cost_text
from dashboard.sweeping.curves import curves_figure, curves_summary
from dashboard.sweeping.sweep import Progress, Sweep, Trial
from dashboard.sweeping.words import (
    accuracy_text,
    objective_text,
    settings_text,
    value_text,
    verdict,
)
from engine.dataset import Dataset
from engine.declaration import Declared
from engine.export import configuration_json, notebook, script
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.results import as_csv

TOPS = (5, 10, 25, 50, 100, 100_000)
TOP = "sweep_top"
MOST_ROWS = 500
PIN_SECONDS = 2.0  # that a press waits to tell the end


def choose_top(progress: Progress) -> int:
    """How many of the best the table, the curves and the parallel coordinates show."""
    st.subheader("The best", anchor=False)
    session.set_default(TOP, 10)
    st.select_slider(
        "How many of the best are shown",
        TOPS,
        format_func=lambda top: "all" if top == TOPS[-1] else str(top),
        key=TOP,
        persist_state="session",
    )
    top: int = session.value(TOP)
    return top


def show_ranking(
    sweep: Sweep,
    progress: Progress,
    top: int,
    dataset: Dataset | None,
    open_trial: Callable[[object], None],
) -> None:
    if not progress.best:
        st.caption("No trial has come to its end with numbers yet.")
        return
    fields = [DECLARED[axis.field] for axis in sweep.asked.space().axes]
    numbers = ("Test accuracy", "Training accuracy", "Test cost", "Cost")
    shown = progress.best[: min(top, MOST_ROWS)]
    ranking(
        {
            "caption": f"The best {len(shown):,} of {len(progress.best):,} by {sweep.asked.objective}",
            "columns": [
                {"label": "", "number": True},
                *({"label": d.label, "number": False} for d in fields),
                *({"label": label, "number": True} for label in numbers),
            ],
            "rows": [row(rank, trial, fields, dataset) for rank, trial in enumerate(shown, 1)],
        },
        key="sweep_ranking",
        on_open=lambda: open_trial((session.value("sweep_ranking") or {}).get("opened")),
    )
    for sentence in verdict(
        progress, dataset.m_test if dataset else 0, dataset.noun if dataset else ""
    ):
        st.markdown(as_text(sentence))


def row(
    rank: int, trial: Trial, fields: list[Declared], dataset: Dataset | None
) -> dict[str, object]:
    h, told = trial.settings, trial.outcome
    cells: list[list[str]] = [[f"★ {rank}" if rank == 1 else str(rank)]]
    cells += [[value_text(d.name, h) if h and d.needs(h) else "–"] for d in fields]
    cells.append(list(accuracy_text(told.test_accuracy, dataset.m_test if dataset else 0)))
    cells.append([accuracy_text(told.train_accuracy, 0)[0]])
    cells += [[cost_text(c) if c is not None else "–"] for c in (told.test_cost, told.cost)]
    return {
        "trial": str(trial.number),
        "cells": cells,
        "label": f"Open number {rank} in the lab, trial {trial.number}",
    }


def show_best(
    sweep: Sweep, progress: Progress, dataset: Dataset | None, open_trial: Callable[[object], None]
) -> None:
    """The best on its way: to the lab, to the page of runs, or home as a program."""
    if not progress.best:
        return
    best, asked = progress.best[0], sweep.asked
    h, so_far = best.settings, "" if progress.state == "finished" else " so far"
    with st.container(key="sweep_best", border=True, gap="small"):
        told = f"{settings_text(h, asked)}: {asked.objective} {objective_text(best, asked)}"
        st.markdown(f"**★ The best{so_far}** · {as_text(told)}")
        with st.container(horizontal=True):
            st.button(
                "Open in the lab",
                key="sweep_open_best",
                type="primary",
                icon=":material/tune:",
                on_click=open_trial,
                args=(best.number,),
            )
            if h and dataset:
                st.button(
                    "Pin as a run",
                    key="sweep_pin",
                    icon=":material/star:",
                    on_click=services.pins().pin,
                    args=(h, dataset.name, dataset.digest, f"Best of {sweep.name}", PIN_SECONDS),
                )
            for label, name, made in downloads(progress, h, dataset):
                st.download_button(
                    label,
                    made,
                    name,
                    key=f"sweep_take_{name}",
                    on_click="ignore",
                    icon=":material/download:",
                )
        if h and dataset and (said := services.pins().told(h, dataset.digest)):
            st.caption(as_text(said))


def downloads(
    progress: Progress, h: Hyperparameters | None, dataset: Dataset | None
) -> list[tuple[str, str, Callable[[], str | bytes]]]:
    """Of the best its programs and settings, and all trials as a table; each made when asked for."""
    outcomes = {trial.number: trial.outcome for trial in progress.trials}
    table = ("All trials, CSV", "trials.csv", partial(as_csv, outcomes))
    if h is None or dataset is None:
        return [table]
    settings = partial(configuration_json, h, dataset.name, dataset.digest)
    return [
        ("Notebook", "run.ipynb", partial(notebook, h, dataset)),
        ("Script", "run.py", partial(script, h, dataset)),
        ("Settings, JSON", "settings.json", settings),
        table,
    ]


def show_curves(sweep: Sweep, progress: Progress, top: int) -> None:
    with st.container(key="sweep_curves", gap="small"):
        st.subheader("Cost curves", anchor=False)
        log = st.toggle("Logarithmic cost axis", key="sweep_log", persist_state="session")
        summary = curves_summary(progress, top)
        live_figure(
            curves_figure(progress, top, log),
            summary,
            key="sweep_cost_curves",
            version=f"{len(progress.best)}",
            zoom=f"{sweep.name} {log}",
        )
        st.caption(as_text(summary))
