"""One field of the hyperparameters as widgets: what is drawn, and what the widgets say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.notches import (
    UNITS,
    Slider,
    change,
    step_of,
    stops,
    with_changes,
    with_layer_changes,
)
from engine.declaration import Declared
from engine.fields import Choice, LayerSizes, PerLayer, Real, Whole
from engine.hyperparameters import DECLARED

NEW_LAYER_UNITS = (20, 7, 5, 5, 5, 5)
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
    below: Callable[[Slider], None] = lambda slider: None,
) -> list[Slider]:
    """The widgets of one field; `most` is the greatest value that makes sense with the data, `name`
    says a choice in its words, and `below` draws what stands below a slider.

    Returns the sliders among the widgets.
    """
    sliders: list[Slider] = []

    def drawn(slider: Slider) -> None:
        below(slider)
        sliders.append(slider)

    kind = declared.kind
    if most is not None and isinstance(kind, Whole):
        kind = replace(kind, high=max(kind.low, min(kind.high, most)))
    match kind:
        case LayerSizes(most=most):
            label = f"Number of {declared.label_inside}"
            help = declared.help
            st.slider(label, 0, most, key=COUNT, help=help, persist_state="session")
            numbers = tuple(range(most + 1))
            drawn(Slider(COUNT, label, numbers, layers, as_number, count_changes(most)))
            units = value_of(declared, layers)
            for i in range(1, layers + 1):
                units_slider = draw_choice_of(
                    UNITS,
                    f"Units of hidden layer {i}",
                    layer_key(declared, i),
                    "More units can tell more apart, and can learn more by heart.",
                )
                drawn(with_layer_changes(units_slider, declared, units, i))
        case PerLayer(of_one):
            if not layers:
                return []
            st.toggle(
                declared.label,
                key=differ_key(declared),
                help=declared.help,
                persist_state="session",
            )
            if session.value(differ_key(declared), False):
                values = value_of(declared, layers)
                for i in range(1, layers + 1):
                    label = f"{declared.symbol.replace('^[l]', '')}, hidden layer {i}"
                    if slider := draw_one(of_one, label, layer_key(declared, i), declared.help):
                        drawn(with_layer_changes(slider, declared, values, i))
        case Real() | Whole() | Choice():
            symbol = declared.symbol
            short = len(symbol) <= 2 and symbol != "g"
            label = f"{declared.label} {symbol}" if short else declared.label
            if slider := draw_one(kind, label, declared.name, declared.help, disabled, name):
                drawn(with_changes(slider, declared))
    return sliders


def count_changes(most: int) -> tuple[str, ...]:
    """What each number of hidden layers changes: all that has a value for each of them."""
    told = {
        declared: value_of(declared, most)
        for declared in DECLARED.values()
        if isinstance(declared.kind, LayerSizes | PerLayer)
    }
    told = {declared: values for declared, values in told.items() if values}
    # The activation of all layers is that of none where they have their own, or are none.
    one_for_all, differ = DECLARED["activation"], DECLARED["activations"] in told
    usual, default = value_of(one_for_all, most), one_for_all.default

    def rest(n: int) -> dict[Declared, Any]:
        if usual == default and not differ:
            return {}
        return {one_for_all: usual if n and not differ else default}

    return tuple(
        change({d: values[:n] for d, values in told.items()} | rest(n)) for n in range(most + 1)
    )


def draw_one(
    kind: Real | Whole | Choice,
    label: str,
    key: str,
    help: str,
    disabled: bool = False,
    name: Callable[[str], str] = str,
) -> Slider | None:
    """Returns the slider, if it is one."""
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
            return draw_choice_of(
                stops(kind), label, key, help, lambda n: as_number(n) if n else zero
            )
        case Real(marks=marks) if marks:
            return draw_choice_of(marks, label, key, help)
        case Real() | Whole() if kind.scale == "log":
            return draw_choice_of(stops(kind), label, key, help)
        case Real(low, high):
            step = step_of(kind)
            st.slider(label, low, high, step=step, key=key, help=help, persist_state="session")
            return Slider(key, label, stops(kind), session.value(key, low), "{:.2f}".format)
        case Whole(low, high):
            st.number_input(label, low, high, key=key, help=help, persist_state="session")
    return None


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
) -> Slider:
    """A slider over `options`, with the value it has in its place when it is not among them."""
    value = session.value(key, options[0])
    shown = sorted({*options, value})
    st.select_slider(label, shown, format_func=say, key=key, help=help, persist_state="session")
    return Slider(key, label, tuple(shown), value, say)
