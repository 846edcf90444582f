"""What varies in a search and how it is searched: the form, and what it says."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import session
from dashboard.controls import current
from dashboard.field_widgets import as_number
from dashboard.run_words import value_words
from dashboard.sweeping.setup import USUAL_FIELDS, Form, asked_for, suggested, usual_name, ways
from dashboard.sweeping.words import listed
from engine.dataset import Dataset
from engine.declaration import Declared
from engine.fields import Choice
from engine.hyperparameters import DECLARED
from engine.sweeps.pruners import PRUNERS
from engine.sweeps.samplers import SAMPLERS
from engine.sweeps.study import OBJECTIVES, Asked

FIELDS = "sweep_fields"
LOG, LINEAR = "log", "linear"
WORDS = {"maximize": "The highest", "minimize": "The lowest"}


def choose_search() -> None:
    """Draws the form. What it says is read by `said_forms` and `said_search`, in callbacks too."""
    session.set_default(FIELDS, list(USUAL_FIELDS))
    fields = st.multiselect(
        "What varies",
        list(DECLARED),
        format_func=lambda name: DECLARED[name].label,
        key=FIELDS,
        help="The first two are the axes of the response map. All other settings are the lab's.",
        persist_state="session",
    )
    for name in DECLARED:
        for part, value in parts(suggested(DECLARED[name], current())).items():
            session.set_default(key(name, part), value)
    session.set_default("sweep_sampler", "grid")
    grid = session.value("sweep_sampler") == "grid"
    for name in fields:
        with st.container(border=True, key=f"vary_{name}", gap="small"):
            draw_form(DECLARED[name], grid)
    st.selectbox(
        "How it is searched",
        list(SAMPLERS),
        format_func=lambda name: capital(SAMPLERS[name].title),
        key="sweep_sampler",
        persist_state="session",
    )
    if not grid:
        session.set_default("sweep_trials", 64)
        st.number_input("Trials", 1, 10_000, key="sweep_trials", persist_state="session")
    session.set_default("sweep_batch", Asked.batch)
    if SAMPLERS[session.value("sweep_sampler")].learns:
        st.number_input(
            "Trials proposed at a time", 1, 1000, key="sweep_batch",
            help="The next are proposed when all of these are done: fewer learn more from those "
            "before, more keep all processors busy.",
            persist_state="session",
        )  # fmt: skip
    session.set_default("sweep_pruner", "none")
    st.selectbox(
        "Which trials are given up on the way",
        list(PRUNERS),
        format_func=lambda name: capital(PRUNERS[name].title),
        key="sweep_pruner",
        help="A trial is looked at after an eighth, a quarter and a half of its iterations. One that "
        "is given up there leaves its time to the others.",
        persist_state="session",
    )
    st.caption(PRUNERS[session.value("sweep_pruner")].says)
    st.selectbox(
        "What is best",
        list(OBJECTIVES),
        format_func=lambda name: f"{WORDS[OBJECTIVES[name]]} {name}",
        key="sweep_objective",
        persist_state="session",
    )
    with st.expander("Name and seed", key="sweep_name_and_seed"):
        st.text_input(
            "Name", key="sweep_name", max_chars=100, placeholder="By what varies, and the time",
            persist_state="session",
        )  # fmt: skip
        session.set_default("sweep_seed", 1)
        st.number_input(
            "Seed of the search", 0, 2**31 - 1, key="sweep_seed", persist_state="session"
        )


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def key(field: str, part: str) -> str:
    return f"sweep_{field}_{part}"


def parts(form: Form) -> dict[str, Any]:
    """What the widgets of one field's form hold, by the end of their keys."""
    kind = DECLARED[form.field].kind
    values = list(kind.names) if isinstance(kind, Choice) else form.values
    return {
        "how": form.how,
        "low": form.low,
        "high": form.high,
        "scale": LOG if form.log else LINEAR,
        "points": form.points,
        "values": values,
        "depths": form.depths,
    }


def draw_form(declared: Declared, grid: bool) -> None:
    name, label = declared.name, declared.label
    st.markdown(f"**{label}**")
    if len(ways(declared)) > 1:
        st.segmented_control(
            f"How {declared.label_inside} varies",
            ways(declared),
            key=key(name, "how"),
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    how = session.value(key(name, "how"))
    if how == "Values":
        draw_values(declared)
        return
    units = "Units " if how == "Depth × width" else ""
    if units:
        st.slider(
            "Hidden layers, from and to", 1, 6, key=key(name, "depths"), persist_state="session"
        )
    left, right = st.columns(2, gap="small")
    for place, part, word in ((left, "low", "from"), (right, "high", "to")):
        shown = f"{units}{word}" if units else word.title()
        place.text_input(shown, key=key(name, part), max_chars=30, persist_state="session")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if grid:
            st.number_input(
                "Points", 1, 100, key=key(name, "points"), width=110, persist_state="session"
            )
        if not units:
            st.segmented_control(
                f"Scale of {declared.label_inside}",
                [LOG, LINEAR],
                key=key(name, "scale"),
                required=True,
                label_visibility="collapsed",
                persist_state="session",
            )


def draw_values(declared: Declared) -> None:
    place = key(declared.name, "values")
    if isinstance(declared.kind, Choice):
        names = list(declared.kind.names)
        st.multiselect("Values", names, key=place, persist_state="session")
        return
    st.text_input("Values, with | between them", key=place, max_chars=2000, persist_state="session")


# --- what the form says


def said_forms() -> list[Form]:
    return [said_form(name) for name in session.value(FIELDS, USUAL_FIELDS)]


def said_form(field: str) -> Form:
    usual = parts(suggested(DECLARED[field], current()))
    told = {part: session.value(key(field, part), value) for part, value in usual.items()}
    values = told["values"]
    return Form(
        field,
        told["how"],
        told["low"],
        told["high"],
        told["scale"] == LOG,
        told["points"],
        values if isinstance(values, str) else "|".join(values),
        tuple(told["depths"]),
    )


def said_search(dataset: Dataset) -> Asked:
    """Raises `EngineError`, in a sentence, for what cannot be searched."""
    return asked_for(
        current(),
        said_forms(),
        dataset,
        sampler=session.value("sweep_sampler", "grid"),
        objective=session.value("sweep_objective", next(iter(OBJECTIVES))),
        trials=int(session.value("sweep_trials", 64)),
        seed=int(session.value("sweep_seed", 1)),
        batch=int(session.value("sweep_batch", Asked.batch)),
        pruner=session.value("sweep_pruner", "none"),
    )


def said_name() -> str:
    return str(session.value("sweep_name", "")).strip() or usual_name(said_forms())


def plan_text(asked: Asked) -> str:
    """What would be searched, in a line."""
    base, axes = current(), asked.space().axes
    varied = [DECLARED[axis.field].label_inside for axis in axes]
    kept = [
        f"{d.label_inside} {as_number(v) if isinstance(v, float) else value_words(d, v)}"
        for d in DECLARED.values()
        if d.label_inside not in varied
        and ((v := getattr(base, d.name)) != d.default or d.name == "num_iterations")
    ]
    trials = f"{asked.wanted():,} trial{'' if asked.wanted() == 1 else 's'}"
    return f"{trials} over {listed(varied)}; the rest as in the lab: {', '.join(kept)}"
