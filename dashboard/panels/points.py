"""The points of the plane as this session wants them: their settings, and those added by hand."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.field_widgets import draw, set_default, set_value, value_of
from engine.declaration import declared
from engine.fields import Point
from engine.sources.planar import ADDED, GROUP, Plane

FIELDS = declared(Plane)
BEFORE = "_added_before"  # what there was before each change
MOST_UNDONE = 200
BY_HAND = ("shape", "added")  # which are no widgets here


def wanted(shape: str) -> Plane:
    """What the widgets say of the points of that shape."""
    for name, d in FIELDS.items():
        if name not in BY_HAND:
            set_default(d, 0)
    values = {name: value_of(d, 0) for name, d in FIELDS.items() if name not in BY_HAND}
    plain = Plane(shape=shape)
    if not FIELDS["classes"].needs(plain):
        values["classes"] = plain.classes
    kept = tuple(point for point in added() if point[2] < values["classes"])
    return Plane(shape=shape, added=kept, **values)


def choose_points(shape: str) -> Plane:
    """Draws the settings of the points; what they say now."""
    plane = wanted(shape)
    with st.expander(GROUP, expanded=True, key="group_points"):
        for name, d in FIELDS.items():
            if name not in BY_HAND and d.needs(plane):
                draw(d, 0)
    return wanted(shape)


def take(plane: Plane) -> None:
    """Makes the widgets say `plane`."""
    session.set_value("dataset", plane.shape)
    session.take(BEFORE)
    session.set_value("added", plane.added)
    for name, d in FIELDS.items():
        if name not in BY_HAND:
            set_value(d, getattr(plane, name))


def added() -> tuple[Point, ...]:
    points: tuple[Point, ...] = session.value("added", ())
    return points


def add(x1: object, x2: object, label: object) -> None:
    """Adds a point to the training set. Raises `HyperparameterError` when there is no place for it."""
    turn_to(ADDED.check("added", (*added(), (x1, x2, label))))


def clear() -> None:
    turn_to(())


def turn_to(points: tuple[Point, ...]) -> None:
    session.set_value(BEFORE, (*session.value(BEFORE, ()), added())[-MOST_UNDONE:])
    session.set_value("added", points)


def undo() -> None:
    """Back to before the last point, or before all were cleared; those of a link go one by one."""
    *earlier, last = session.value(BEFORE, ()) or (added()[:-1],)
    session.set_value(BEFORE, tuple(earlier))
    session.set_value("added", last)


def can_undo() -> bool:
    return bool(session.value(BEFORE) or added())


def forget() -> None:
    """Without a way back: they belonged to another shape."""
    session.take(BEFORE)
    session.set_value("added", ())
