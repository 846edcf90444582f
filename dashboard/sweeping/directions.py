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

    def middle(self, cell: int) -> float:
        """Where a cell's middle is drawn: on a log scale at the logarithm, so that it is the middle."""
        if self.texts:
            return float(cell)
        value = float(self.values[cell])
        return math.log10(value) if self.log else value

    def edges(self) -> list[float]:
        """Where the cells begin and end, one more than there are values."""
        at = [self.middle(i) for i in range(len(self.values))]
        inner = [(a + b) / 2 for a, b in pairwise(at)]
        return [2 * at[0] - inner[0], *inner, 2 * at[-1] - inner[-1]] if inner else [-0.5, 0.5]

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
    label, values = declared.label_inside, tuple(grid[axis.field])
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
