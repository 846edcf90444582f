"""Branching: from the time machine's iteration on with other settings, beside what there was."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.branches import CHANGEABLE, MOST_BRANCHES, TRUNK, Branch, fixed_sentence
from dashboard.field_widgets import draw, set_value, value_of
from dashboard.gallery import has_answers
from dashboard.live_run import LiveRun
from dashboard.messages import Moment
from dashboard.problems import as_text
from dashboard.run import Run
from dashboard.run_status import result_text
from engine.dataset import Dataset
from engine.declaration import Declared
from engine.fields import Whole
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.preparation import sizes

SHOWN = "shown_branch"
ITERATIONS = DECLARED["num_iterations"]


def offer_branch(live: LiveRun, run: Run, moment: Moment, dataset: Dataset) -> None:
    """What opens beside the time machine: the settings that can change on the way, and the start."""
    place = st.popover(
        "Branch from here", key="branch", icon=":material/alt_route:", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        head = st.container(horizontal=True, vertical_alignment="center", key="branch_head")
        head.subheader(f"Branch from iteration {moment.iteration:,}", anchor=False)
        if len(live.branches) >= MOST_BRANCHES:
            st.caption(f"There are {MOST_BRANCHES} branches already: remove one first.")
            return
        if not has_answers(moment.train_logits):
            st.caption("The network has diverged here: go back to an earlier iteration first.")
            return
        left = run.owner_of(moment.iteration)
        if len(left.stages()) > MOST_BRANCHES:
            st.caption(f"There are {MOST_BRANCHES} branches on the way to here already.")
            return
        owner = left.hyperparameters
        head.button(  # at the top: the settings below may be longer than a window is high
            "Start the branch",
            key="start_branch",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start,
            args=(live, moment, owner),
        )
        begin_with(owner, moment.iteration)
        changed = chosen(owner)
        m = sizes(dataset, owner)[2]
        if changed == owner:
            st.caption("With nothing changed it goes on as if the run had never stopped.")
        layers, told = len(owner.hidden_layers), said(owner)
        columns = cycle(st.columns(2, gap="medium"))
        for declared in (d for d in CHANGEABLE if d.needs(told)):
            with next(columns):
                most = m if declared.name == "mini_batch" else None
                draw(on_the_way(declared, moment.iteration), layers, most)
        st.caption(fixed_sentence())


def show_branches(live: LiveRun) -> None:
    """The trunk and its branches: which one the page shows, and what was changed in each."""
    if not (branches := {branch.name: branch for branch in live.branches}):
        return
    shown = live.shown
    session.set_value(SHOWN, shown)
    with st.container(key="branches", gap="small"):
        st.radio(
            "The page shows",
            [TRUNK, *branches],
            format_func=lambda name: label(branches.get(name)),
            captions=[
                as_text(result_text(run))
                for run in (live.trunk, *(b.run for b in branches.values()))
                if run
            ],
            key=SHOWN,
            on_change=lambda: live.open(session.value(SHOWN) or TRUNK),
        )
        if shown != TRUNK:
            st.button(
                f"Remove branch {shown}",
                key="remove_branch",
                icon=":material/delete:",
                on_click=live.remove,
                args=(shown,),
            )
        st.caption(
            "The address of this page leads to what is shown, and a branch that is finished is kept "
            "under Runs. The knobs at the side begin another trunk; turn them back, and the "
            "branches are there."
        )


def label(branch: Branch | None) -> str:
    if branch is None:
        return f"**{TRUNK}** the trunk, with the settings at the side"
    return f"**{branch.name}** {as_text(branch.sentence)}"


def start(live: LiveRun, moment: Moment, owner: Hyperparameters) -> None:
    live.branch(moment, chosen(owner))
    session.set_value("branch", False)


# --- the widgets, which are the knobs' own under other keys


def on_the_way(declared: Declared, iteration: int = 0) -> Declared:
    """The field for a branch: a run cannot end before its branch begins."""
    kind = declared.kind
    if declared is ITERATIONS and isinstance(kind, Whole):
        kind = replace(kind, low=max(iteration, kind.low))
    return replace(declared, name=f"branch_{declared.name}", kind=kind)


def begin_with(owner: Hyperparameters, iteration: int) -> None:
    """The widgets begin with the settings of the run that is left; an ended one with more to go."""
    if session.value("_branch_of") != owner.digest:
        session.set_value("_branch_of", owner.digest)
        for declared in CHANGEABLE:
            set_value(on_the_way(declared), getattr(owner, declared.name))
    key = on_the_way(ITERATIONS).name
    if session.value(key, 0) <= iteration:
        assert isinstance(ITERATIONS.kind, Whole)
        more = owner.num_iterations if iteration < owner.num_iterations else 2 * iteration
        session.set_value(key, min(max(more, 1), ITERATIONS.kind.high))


def said(owner: Hyperparameters) -> Any:
    """What the widgets say, and what stays."""
    layers = len(owner.hidden_layers)
    new = {d.name: value_of(on_the_way(d), layers) for d in CHANGEABLE}
    return SimpleNamespace(**{name: getattr(owner, name) for name in DECLARED} | new)


def chosen(owner: Hyperparameters) -> Hyperparameters:
    """The settings of the branch; what means nothing beside the others has its default."""
    told = said(owner)
    return Hyperparameters(
        **{n: getattr(told, n) if d.needs(told) else d.default for n, d in DECLARED.items()}
    )
