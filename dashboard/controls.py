"""The hyperparameters' fields as widgets, in one loop over the one declaration."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import session
from engine.fields import Choice, LayerSizes, Real, Whole
from engine.hyperparameters import DECLARED, PRESETS, Declared, Hyperparameters

CUSTOM = "Custom"
LAYERS_KEY = "hidden_layer_count"
NEW_LAYER_UNITS = (20, 7, 5, 5, 5, 5)
DECADE = (1, 1.5, 2, 3, 5, 7.5)
WHOLE_DECADE = (1, 1.5, 2, 2.5, 3, 4, 5, 7.5)
UNITS = (*range(1, 11), 12, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def choose_hyperparameters() -> Hyperparameters:
    """Draws the preset and a widget a field; what they say now."""
    for declared in DECLARED.values():
        set_defaults(declared)
    session.set_value("preset", preset_of(current()))
    session.set_value("_drawn", current())
    st.selectbox(
        "Preset",
        [*PRESETS, CUSTOM],
        key="preset",
        on_change=take_preset,
        help="The course's own models; turning any knob makes it your own.",
    )
    for declared in DECLARED.values():
        draw(declared)
    return current()


def current() -> Hyperparameters:
    """What the widgets say."""
    return Hyperparameters(**{name: value_of(declared) for name, declared in DECLARED.items()})


def value_of(declared: Declared) -> Any:
    if isinstance(declared.kind, LayerSizes):
        return tuple(
            session.value(f"units_{i + 1}", NEW_LAYER_UNITS[i])
            for i in range(session.value(LAYERS_KEY))
        )
    return session.value(declared.name)


def set_values(hyperparameters: Hyperparameters) -> None:
    for declared in DECLARED.values():
        value = getattr(hyperparameters, declared.name)
        if isinstance(declared.kind, LayerSizes):
            session.set_value(LAYERS_KEY, len(value))
            for i, units in enumerate(value, 1):
                session.set_value(f"units_{i}", units)
        else:
            session.set_value(declared.name, value)


def set_defaults(declared: Declared) -> None:
    if isinstance(declared.kind, LayerSizes):
        session.set_default(LAYERS_KEY, len(declared.default))
        for i in range(session.value(LAYERS_KEY)):
            session.set_default(f"units_{i + 1}", NEW_LAYER_UNITS[i])
    else:
        session.set_default(declared.name, declared.default)


def take_preset() -> None:
    # A browser that turns a knob twice before it hears that the preset has become "Custom" sends
    # the old preset along with the knob. Nobody changes both at once, so the knob is meant.
    knob_turned = current() != session.value("_drawn")
    if (preset := session.value("preset")) in PRESETS and not knob_turned:
        set_values(PRESETS[preset])


def preset_of(hyperparameters: Hyperparameters) -> str:
    return next((name for name, h in PRESETS.items() if h == hyperparameters), CUSTOM)


def draw(declared: Declared) -> None:
    told: dict[str, Any] = {"help": declared.help, "persist_state": "session"}
    label = declared.label
    match declared.kind:
        case LayerSizes(most, units):
            st.slider(f"Number of {label.lower()}", 0, most, key=LAYERS_KEY, **told)
            for i in range(session.value(LAYERS_KEY)):
                key = f"units_{i + 1}"
                options = with_value(UNITS, session.value(key, units.low))
                st.select_slider(
                    f"Units of hidden layer {i + 1}",
                    options,
                    key=key,
                    help="More units can tell more apart, and can learn more by heart.",
                    persist_state="session",
                )
        case Real() | Whole() if declared.kind.scale == "log":
            options = with_value(log_grid(declared.kind), session.value(declared.name))
            name = f"{label} {declared.symbol}" if len(declared.symbol) == 1 else label
            st.select_slider(name, options, format_func=as_number, key=declared.name, **told)
        case Real(low, high) | Whole(low, high):
            st.number_input(label, low, high, key=declared.name, **told)
        case Choice(names):
            st.selectbox(label, names, key=declared.name, **told)


def log_grid(kind: Real | Whole) -> list[float]:
    """Values at even steps of a logarithmic scale, as a person would write them."""
    whole = isinstance(kind, Whole)
    steps = WHOLE_DECADE if whole else DECADE
    values = [float(f"{m * 10.0**e:.6g}") for e in range(-6, 6) for m in steps]
    inside = [v for v in values if kind.low <= v <= kind.high and (not whole or v.is_integer())]
    return [int(v) for v in inside] if whole else inside


def with_value(options: Any, value: Any) -> list[Any]:
    """The options, with `value` in its place when it is not among them."""
    return sorted({*options, value})


def as_number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")
