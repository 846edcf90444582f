"""The plane in the lab: what the network makes of it, its hidden units' maps, and adding points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.components.plane import live_plane, unit_maps
from dashboard.messages import Moment
from dashboard.panels import points
from dashboard.plane import MARKS
from dashboard.problems import as_text, tell
from dashboard.run import Run
from engine.dataset import Dataset
from engine.errors import EngineError
from engine.sources.planar_shapes import HALF

KEY = "plane"
CHANGED = "_points_changed"
PROBLEM = "_points_problem"
REFUSED = "_point_refused"


def show_plane(run: Run, dataset: Dataset, moment: Moment | None) -> None:
    """The plane with its points; what is done to them begins another run."""
    live_plane(
        run,
        iteration=moment.iteration if moment else None,
        label=chosen_class(dataset),
        refused=session.value(REFUSED),
        key=KEY,
        on_click=take_click,
    )
    st.caption(legend(dataset))
    show_adding(dataset)


def show_units(run: Run, moment: Moment | None) -> None:
    if not run.hyperparameters.hidden_layers:
        st.caption("Without hidden layers there is only one straight boundary to draw.")
        return
    unit_maps(run, iteration=moment.iteration if moment else None, key="unit_maps")
    st.caption(
        "Where on the plane each hidden unit answers: blue is plus, orange minus, the paper's own "
        "colour 0, each relative to the unit's greatest answer. Under the pointer it fills the plane."
    )


def legend(dataset: Dataset) -> str:
    classes = ", ".join(f"{MARKS[i]} {as_text(n)}" for i, n in enumerate(dataset.classes))
    return f"{classes}. Filled: training, hollow: test, ringed: on the wrong side of the boundary."


def show_adding(dataset: Dataset) -> None:
    session.set_value("point_class", chosen_class(dataset))
    st.pills(
        "A click adds a point of class",
        range(len(dataset.classes)),
        format_func=lambda label: f"{MARKS[label]} {dataset.classes[label]}",
        required=True,
        key="point_class",
        persist_state="session",
    )
    mine = len(points.added())
    with st.container(horizontal=True):
        with st.popover("By coordinates", icon=":material/keyboard:"):
            for axis, name in (("x1", "x₁"), ("x2", "x₂")):
                session.set_default(f"point_{axis}", 0.0)
                st.number_input(name, -HALF, HALF, step=0.1, key=f"point_{axis}")
            change("Add the point", "add_point", ":material/add:", add_by_coordinates)
        change("Undo", "undo_point", ":material/undo:", points.undo, disabled=not points.can_undo())
        change("Clear", "clear_points", ":material/delete:", points.clear, disabled=not mine)
    if mine:
        st.caption(f"{mine} added by hand, for training.")
    with st.container():
        if problem := session.take(PROBLEM):
            tell(st.empty(), problem)


def change(
    label: str, key: str, icon: str, act: Callable[[], None], *, disabled: bool = False
) -> None:
    st.button(label, key=key, icon=icon, on_click=press, args=(act,), disabled=disabled)


def press(act: Callable[[], None]) -> None:
    changed(act)


def changed(act: Callable[[], None]) -> bool:
    try:
        act()
    except EngineError as error:
        session.set_value(PROBLEM, str(error))
        return False
    session.set_value(CHANGED, True)
    return True


def chosen_class(dataset: Dataset) -> int:
    label: int = session.value("point_class") or 0
    return min(label, len(dataset.classes) - 1)


def add_by_coordinates() -> None:
    points.add(*(session.value(key) for key in ("point_x1", "point_x2", "point_class")))


def take_click() -> None:
    """What the browser sends is not trusted more than an address."""
    clicked: Any = getattr(session.value(KEY), "clicked", None)
    if isinstance(clicked, dict):
        add_clicked(clicked)


def add_clicked(clicked: dict[str, Any]) -> None:
    wanted = [clicked.get(name) for name in ("x1", "x2", "label")]
    number = clicked.get("number")
    if not changed(lambda: points.add(*wanted)) and isinstance(number, int | float):
        session.set_value(REFUSED, number)
