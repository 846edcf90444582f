"""Where the sliders stop, and what each stop would change: no widgets here, only numbers and text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from engine.declaration import Declared
from engine.fields import Real, Whole

Direction = Literal["down", "up"]


@dataclass(frozen=True)
class Slider:
    """One that was drawn: where it stops, and stands; what each stop changes, as in an address."""

    key: str
    label: str
    stops: tuple[Any, ...]
    value: Any
    say: Callable[[Any], str]
    changes: tuple[str, ...] = ()

    def notch(self, direction: Direction) -> int | None:
        """The place of the next stop in that direction, where there is one."""
        beyond = [
            i
            for i, stop in enumerate(self.stops)
            if (stop > self.value if direction == "up" else stop < self.value)
        ]
        return (beyond[0] if direction == "up" else beyond[-1]) if beyond else None


UNITS = (*range(1, 11), 12, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
DECADE = (1, 1.5, 2, 3, 5, 7.5)
WHOLE_DECADE = (1, 1.5, 2, 2.5, 3, 4, 5, 7.5)


def log_grid(kind: Real | Whole) -> list[float]:
    """Values at even steps of a logarithmic scale, as a person would write them.

    Where the range begins at 0, so does the scale, and then goes on from its 100,000th part.
    """
    whole = isinstance(kind, Whole)
    steps = WHOLE_DECADE if whole else DECADE
    values = [float(f"{m * 10.0**e:.6g}") for e in range(-12, 7) for m in steps]
    low = kind.low or kind.high / 1e5
    inside = [v for v in values if low <= v <= kind.high and (not whole or v.is_integer())]
    if whole:  # both ends mean something: the smallest pictures, all of them
        return sorted({int(kind.low), *map(int, inside), int(kind.high)})
    return inside if kind.low else [0.0, *inside]


def even_grid(low: float, high: float, step: float) -> list[float]:
    return [round(low + i * step, 10) for i in range(round((high - low) / step) + 1)]


def stops(kind: Real | Whole) -> tuple[float, ...]:
    """Where a slider over a field of that kind stops."""
    if isinstance(kind, Real) and kind.marks:
        return kind.marks
    if isinstance(kind, Whole) and kind.zero:
        return (0, *log_grid(kind))
    if kind.scale == "log":
        return tuple(log_grid(kind))
    return tuple(even_grid(kind.low, kind.high, 1 if isinstance(kind, Whole) else step_of(kind)))


def step_of(kind: Real) -> float:
    return 0.05 if kind.high <= 1 else 0.1


def change(values: Mapping[Declared, Any]) -> str:
    """Fields with their values, as in an address."""
    told = {declared.short: declared.kind.format(value) for declared, value in values.items()}
    return urlencode(told, safe=",/()")


def with_changes(slider: Slider, declared: Declared) -> Slider:
    """The slider of a field with a single value."""
    return replace(slider, changes=tuple(change({declared: stop}) for stop in slider.stops))


def with_layer_changes(
    slider: Slider, declared: Declared, values: tuple[Any, ...], layer: int
) -> Slider:
    """The slider of one layer (from 1) of a field that has a value for each."""
    before, after = values[: layer - 1], values[layer:]
    changes = (change({declared: (*before, stop, *after)}) for stop in slider.stops)
    return replace(slider, changes=tuple(changes))
