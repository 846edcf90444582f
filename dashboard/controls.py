"""The hyperparameters' fields as widgets, in one loop over the one declaration.

A field that means nothing beside the others is not drawn and has its default.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.components.live import follow_hand
from dashboard.danger_zone import SLIDER, show_danger
from dashboard.field_widgets import draw, set_default, set_value, value_of
from dashboard.next_turn import note_turn
from dashboard.notches import Slider
from dashboard.what_if_arrows import ARROWS, offer_arrows, row_of_arrows
from engine.dataset import Dataset
from engine.declaration import Declared
from engine.hyperparameters import BASICS, DECLARED, Hyperparameters, presets_of

CUSTOM = "Custom"
DRAWN_AT = "_knobs_drawn_at"


def choose_hyperparameters(
    dataset: Dataset, hidden: Collection[str] = frozenset(), *, find_cliff: bool = True
) -> Hyperparameters:
    """Draws the preset and a widget a field, as far as the dataset goes; what they say now.

    hidden: short names of fields, or names of groups, that a teacher keeps out of sight; `preset`,
    `what-if` and `cliff` too. find_cliff: whether a cliff that is not known can be looked for here.
    """
    limits = limits_of(dataset)
    for declared in DECLARED.values():
        set_default(declared, layers())
    bring_along()
    drawn = current()
    choose_preset(drawn, dataset, shown="preset" not in hidden)
    meant = meaningful(said())

    def name_of_choice(name: str) -> str:
        return "as they are" if dataset.planar and name == "divide by 255" else name

    sliders: list[Slider] = []
    arrows = "what-if" not in hidden and bool(session.value(ARROWS, True))

    def below(slider: Slider) -> None:
        if arrows:
            row_of_arrows(slider)
        if slider.key == SLIDER and "cliff" not in hidden:
            show_danger(slider, drawn, dataset, find=find_cliff)

    for group, fields in groups_of_fields(dataset, hidden).items():
        # With a key it stays open, also when a rerun that is cut short draws it anew.
        with nullcontext() if group == BASICS else st.expander(group, key=f"group_{group}"):
            for declared in fields:
                means = declared.name in meant
                if means or group == BASICS:
                    sliders += draw(
                        declared,
                        layers(),
                        limits.get(declared.name),
                        disabled=not means,
                        name=name_of_choice,
                        below=below,
                    )
    now = current()
    note_turn(sliders, now)
    follow_hand({slider.key: slider.changes for slider in sliders}, key="hand")
    if sliders and "what-if" not in hidden:
        offer_arrows(sliders if arrows else [])
    return now


def bring_along() -> None:
    """What the knobs of another page said: on this one Streamlit takes them for new ones, at their
    lowest values, unless they are set."""
    here = st.context.url
    if session.value(DRAWN_AT, here) != here:
        for name, value in said().items():
            set_value(DECLARED[name], value)
    session.set_value(DRAWN_AT, here)


def choose_preset(drawn: Hyperparameters, dataset: Dataset, *, shown: bool) -> None:
    """The preset that the knobs say as they stand, `drawn`."""
    presets = presets_of(dataset)
    session.set_value("preset", preset_of(drawn, presets))
    session.set_value("_presets", presets)
    session.set_value("_drawn", drawn)
    if shown:
        st.selectbox(
            "Preset",
            [*presets, CUSTOM],
            key="preset",
            on_change=take_preset,
            help="The course's own models, and one for points in the plane; turning any knob makes "
            "it your own.",
        )


def groups_of_fields(dataset: Dataset, hidden: Collection[str]) -> dict[str, list[Declared]]:
    """The fields that are in sight, by their groups, in words that fit the data."""
    groups: dict[str, list[Declared]] = {}
    for declared in DECLARED.values():
        if dataset.planar and declared.name == "picture_size":
            continue
        if declared.short not in hidden and declared.group.lower() not in hidden:
            groups.setdefault(declared.group, []).append(declared.worded(dataset.noun))
    return groups


def limits_of(dataset: Dataset) -> dict[str, int]:
    """The largest value of those fields that the data sets a limit to."""
    return {
        "training_pictures": dataset.m_train,
        "mini_batch": dataset.m_train,
        "picture_size": dataset.side,
    }


def layers() -> int:
    """How many hidden layers the widgets ask for."""
    layers: int = session.value("hidden_layer_count", len(DECLARED["hidden_layers"].default))
    return layers


def current() -> Hyperparameters:
    """What the widgets say, of those that mean something."""
    values = said()
    return Hyperparameters(**{name: values[name] for name in meaningful(values)})


def said() -> dict[str, Any]:
    """What every field's widgets say. Each look at a widget takes a moment: look once."""
    hidden_layers = layers()
    return {name: value_of(declared, hidden_layers) for name, declared in DECLARED.items()}


def meaningful(values: Mapping[str, Any]) -> set[str]:
    """The fields that mean something beside the others."""
    beside = SimpleNamespace(**values)
    return {name for name, declared in DECLARED.items() if declared.needs(beside)}


def take_preset() -> None:
    # A browser that turns a knob twice before it hears that the preset has become "Custom" sends
    # the old preset along with the knob. Nobody changes both at once, so the knob is meant.
    knob_turned = current() != session.value("_drawn")
    presets = session.value("_presets")
    if (preset := session.value("preset")) in presets and not knob_turned:
        take_hyperparameters(presets[preset])


def take_hyperparameters(hyperparameters: Hyperparameters) -> None:
    """Makes the widgets say them; before they are drawn, or in a callback."""
    for name, declared in DECLARED.items():
        set_value(declared, getattr(hyperparameters, name))


def preset_of(hyperparameters: Hyperparameters, presets: Mapping[str, Hyperparameters]) -> str:
    return next((name for name, h in presets.items() if h == hyperparameters), CUSTOM)
