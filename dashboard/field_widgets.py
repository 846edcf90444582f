"""One field of the hyperparameters as widgets: what is drawn, and what the widgets say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import session
from engine.declaration import Declared
from engine.fields import Choice, LayerSizes, PerLayer, Real, Whole

NEW_LAYER_UNITS = (20, 7, 5, 5, 5, 5)
UNITS = (*range(1, 11), 12, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
DECADE = (1, 1.5, 2, 3, 5, 7.5)
WHOLE_DECADE = (1, 1.5, 2, 2.5, 3, 4, 5, 7.5)
COUNT = "hidden_layer_count"


def layer_key(declared: Declared, layer: int) -> str:
    """The key of the widget of one layer, counted from 1: `units_1`, `keep_prob_2`."""
    name = "units" if isinstance(declared.kind, LayerSizes) else declared.name.removesuffix("s")
    return f"{name}_{layer}"


def differ_key(declared: Declared) -> str:
    return f"{declared.name}_differ"


def usual_of_layer(declared: Declared, layer: int) -> Any:
    """What a layer's widget begins with."""
    match declared.kind:
        case LayerSizes():
            return NEW_LAYER_UNITS[layer - 1]
        case PerLayer(Choice(names)):
            return session.value("activation", names[0])
        case _:
            return 1.0


def value_of(declared: Declared, layers: int) -> Any:
    """What the field's widgets say; the default where they were never drawn."""
    if not isinstance(declared.kind, LayerSizes | PerLayer):
        return session.value(declared.name, declared.default)
    if isinstance(declared.kind, PerLayer) and not (
        layers and session.value(differ_key(declared), False)
    ):
        return declared.default
    return tuple(
        session.value(layer_key(declared, i), usual_of_layer(declared, i))
        for i in range(1, layers + 1)
    )


def set_default(declared: Declared, layers: int) -> None:
    if isinstance(declared.kind, LayerSizes):
        session.set_default(COUNT, len(declared.default))
    if isinstance(declared.kind, LayerSizes | PerLayer):
        for i in range(1, layers + 1):
            session.set_default(layer_key(declared, i), usual_of_layer(declared, i))
    else:
        session.set_default(declared.name, declared.default)


def set_value(declared: Declared, value: Any) -> None:
    """Makes the widgets say `value`; before they are drawn, or in a callback."""
    match declared.kind:
        case LayerSizes():
            session.set_value(COUNT, len(value))
        case PerLayer():
            session.set_value(differ_key(declared), bool(value))
        case _:
            session.set_value(declared.name, value)
            return
    for i, one in enumerate(value, 1):
        session.set_value(layer_key(declared, i), one)


def draw(
    declared: Declared,
    layers: int,
    most: int | None = None,
    *,
    disabled: bool = False,
    name: Callable[[str], str] = str,
) -> None:
    """The widgets of one field; `most` is the greatest value that makes sense with the data, `name`
    says a choice in its words."""
    kind = declared.kind
    if most is not None and isinstance(kind, Whole):
        kind = replace(kind, high=max(kind.low, min(kind.high, most)))
    match kind:
        case LayerSizes(most=most):
            st.slider(
                f"Number of {declared.label.lower()}",
                0,
                most,
                key=COUNT,
                help=declared.help,
                persist_state="session",
            )
            for i in range(1, layers + 1):
                draw_choice_of(
                    UNITS,
                    f"Units of hidden layer {i}",
                    layer_key(declared, i),
                    "More units can tell more apart, and can learn more by heart.",
                )
        case PerLayer(of_one):
            if not layers:
                return
            st.toggle(
                declared.label,
                key=differ_key(declared),
                help=declared.help,
                persist_state="session",
            )
            if session.value(differ_key(declared), False):
                for i in range(1, layers + 1):
                    label = f"{declared.symbol.replace('^[l]', '')}, hidden layer {i}"
                    draw_one(of_one, label, layer_key(declared, i), declared.help)
        case Real() | Whole() | Choice():
            symbol = declared.symbol
            label = f"{declared.label} {symbol}" if len(symbol) <= 2 and symbol != "g" else ""
            draw_one(kind, label or declared.label, declared.name, declared.help, disabled, name)


def draw_one(
    kind: Real | Whole | Choice,
    label: str,
    key: str,
    help: str,
    disabled: bool = False,
    name: Callable[[str], str] = str,
) -> None:
    match kind:
        case Choice(names):
            st.selectbox(
                label,
                names,
                format_func=name,
                key=key,
                help=help,
                persist_state="session",
                disabled=disabled,
            )
        case Whole(zero=zero) if zero:
            options = (0, *log_grid(kind))
            draw_choice_of(options, label, key, help, lambda n: as_number(n) if n else zero)
        case Real(marks=marks) if marks:
            draw_choice_of(marks, label, key, help)
        case Real() | Whole() if kind.scale == "log":
            draw_choice_of(tuple(log_grid(kind)), label, key, help)
        case Real(low, high):
            step = 0.05 if high <= 1 else 0.1
            st.slider(label, low, high, step=step, key=key, help=help, persist_state="session")
        case Whole(low, high):
            st.number_input(label, low, high, key=key, help=help, persist_state="session")


def as_number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if value >= 1e-6 else f"{value:g}"


def draw_choice_of(
    options: tuple[float, ...],
    label: str,
    key: str,
    help: str,
    say: Callable[[float], str] = as_number,
) -> None:
    """A slider over `options`, with the value it has in its place when it is not among them."""
    shown = sorted({*options, session.value(key, options[0])})
    st.select_slider(label, shown, format_func=say, key=key, help=help, persist_state="session")


def log_grid(kind: Real | Whole) -> list[float]:
    """Values at even steps of a logarithmic scale, as a person would write them.

    Where the range begins at 0, so does the scale, and then goes on from its 100,000th part.
    """
    whole = isinstance(kind, Whole)
    steps = WHOLE_DECADE if whole else DECADE
    values = [float(f"{m * 10.0**e:.6g}") for e in range(-12, 7) for m in steps]
    low = kind.low or kind.high / 1e5
    inside = [v for v in values if low <= v <= kind.high and (not whole or v.is_integer())]
    if whole:
        return [int(v) for v in inside]
    return inside if kind.low else [0.0, *inside]
