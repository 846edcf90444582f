"""The directions in which the trials of a search lie: what varies, as the axes of a chart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from engine.declaration import Declared
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.axes import Axis, DepthWidth, Range
from engine.sweeps.study import Asked

Place = float | str


@dataclass(frozen=True)
class Direction:
    """values: those of a grid, or of a list. texts: whether they are names, not numbers.

    place: where a run lies along it; None where the field means nothing in that run.
    """

    key: str
    label: str
    log: bool
    texts: bool
    values: tuple[Place, ...]
    place: Callable[[Hyperparameters], Place | None]

    def cell(self, h: Hyperparameters) -> int | None:
        """Which of the values a run has."""
        at = self.place(h)
        if at is None or self.texts:
            return self.values.index(at) if at in self.values else None
        return min(range(len(self.values)), key=lambda i: abs(float(self.values[i]) - float(at)))

    def edges(self) -> list[float]:
        """Where the cells of the values begin and end, one more than there are values."""
        if self.texts:
            return [i - 0.5 for i in range(len(self.values) + 1)]
        at = [math.log(float(v)) if self.log else float(v) for v in self.values]
        middle = [(a + b) / 2 for a, b in pairwise(at)]
        half = middle[0] - at[0] if middle else 0.5
        last = at[-1] - middle[-1] if middle else 0.5
        edges = [at[0] - half, *middle, at[-1] + last]
        return [math.exp(e) for e in edges] if self.log else edges

    def middle(self, cell: int) -> float:
        return float(cell) if self.texts else float(self.values[cell])

    def number(self, h: Hyperparameters) -> float | None:
        """A run's place on a chart's axis, on which names have the numbers of a list."""
        at = self.cell(h) if self.texts else self.place(h)
        return None if at is None else float(at)


def directions(asked: Asked) -> list[Direction]:
    """Those in which there is more than one value."""
    found = [d for axis in asked.space().axes for d in directions_of(axis)]
    return [d for d in found if len(d.values) > 1]


def directions_of(axis: Axis) -> list[Direction]:
    grid, declared = axis.grid(), DECLARED[axis.field]
    if isinstance(axis, DepthWidth):
        return [
            Direction("depth", "hidden layers", False, False, tuple(grid["depth"]), depth),
            Direction("width", "units in each layer", True, False, tuple(grid["width"]), width),
        ]
    label, values = declared.label.lower(), tuple(grid[axis.field])
    if isinstance(axis, Range):
        place = value_place(declared)
        return [Direction(axis.field, label, axis.log, False, values, place)]
    return [Direction(axis.field, label, False, True, values, text_place(declared))]


def depth(h: Hyperparameters) -> Place | None:
    return len(h.hidden_layers)


def width(h: Hyperparameters) -> Place | None:
    return h.hidden_layers[0] if h.hidden_layers else None


def value_place(declared: Declared) -> Callable[[Hyperparameters], Place | None]:
    return lambda h: float(getattr(h, declared.name)) if declared.needs(h) else None


def text_place(declared: Declared) -> Callable[[Hyperparameters], Place | None]:
    format_ = declared.kind.format
    return lambda h: format_(getattr(h, declared.name)) if declared.needs(h) else None
