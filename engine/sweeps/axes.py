"""One direction of a search: a field of the declaration over a range, over a list, or architectures
by depth × width. As text: `learning-rate=0.001..0.02`, `activation=relu|tanh`, `layers=1..3x5..50`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.declaration import Declared
from engine.errors import HyperparameterError
from engine.fields import LayerSizes, Real, Whole
from engine.hyperparameters import DECLARED
from engine.sweeps.errors import SweepError

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

GRID_POINTS = 8  # of a range, where a grid is asked for and nothing said
MOST_POINTS = 10_000


@dataclass(frozen=True)
class Range:
    """A number from low to high, both within. points: how many of them a grid takes."""

    field: str
    low: float
    high: float
    log: bool
    points: int = GRID_POINTS

    @property
    def whole(self) -> bool:
        return isinstance(DECLARED[self.field].kind, Whole)

    @property
    def text(self) -> str:
        ends = "..".join(f"{int(x) if self.whole else x!r}" for x in (self.low, self.high))
        return (
            f"{DECLARED[self.field].short}={ends}/{self.points}:{'log' if self.log else 'linear'}"
        )

    def distributions(self) -> dict[str, BaseDistribution]:
        from optuna.distributions import FloatDistribution, IntDistribution

        if self.whole:
            return {self.field: IntDistribution(int(self.low), int(self.high), log=self.log)}
        return {self.field: FloatDistribution(self.low, self.high, log=self.log)}

    def grid(self) -> dict[str, list[Any]]:
        space = np.geomspace if self.log else np.linspace
        points = space(self.low, self.high, self.points)
        if self.whole:
            return {self.field: [int(x) for x in np.unique(np.rint(points))]}
        # Six digits are enough to tell neighbours apart, and can be read.
        inner = [float(f"{x:.6g}") for x in points]
        return {self.field: sorted({min(max(x, self.low), self.high) for x in inner})}

    def changes(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {self.field: params[self.field]}


@dataclass(frozen=True)
class Values:
    """One of a few values, by their text."""

    field: str
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{DECLARED[self.field].short}={'|'.join(self.texts)}"

    def distributions(self) -> dict[str, BaseDistribution]:
        from optuna.distributions import CategoricalDistribution

        return {self.field: CategoricalDistribution(self.texts)}

    def grid(self) -> dict[str, list[Any]]:
        return {self.field: list(self.texts)}

    def changes(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {self.field: DECLARED[self.field].kind.parse(self.field, params[self.field])}


@dataclass(frozen=True)
class DepthWidth:
    """Architectures of so many hidden layers (linear), all of one width (on a log scale)."""

    depths: tuple[int, int]
    widths: tuple[int, int]
    points: int = GRID_POINTS
    field: str = "hidden_layers"

    @property
    def text(self) -> str:
        (d1, d2), (w1, w2) = self.depths, self.widths
        return f"layers={d1}..{d2}x{w1}..{w2}/{self.points}"

    def distributions(self) -> dict[str, BaseDistribution]:
        from optuna.distributions import IntDistribution

        return {
            "depth": IntDistribution(*self.depths),
            "width": IntDistribution(*self.widths, log=True),
        }

    def grid(self) -> dict[str, list[Any]]:
        widths = np.unique(np.rint(np.geomspace(*self.widths, self.points)))
        return {
            "depth": list(range(self.depths[0], self.depths[1] + 1)),
            "width": [int(w) for w in widths],
        }

    def changes(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {self.field: (params["width"],) * params["depth"]}


Axis = Range | Values | DepthWidth


def parse_axis(text: str) -> Axis:
    """Raises `SweepError` or `HyperparameterError`, in one sentence, for what cannot be searched."""
    name, _, told = text.partition("=")
    declared = field_of(name.strip())
    told, scale = taken_off(told.strip(), r":(log|linear)")
    told, count = taken_off(told, r"/(\d{1,7})")
    points = int(count or GRID_POINTS)
    if not told or not 1 <= points <= MOST_POINTS:
        found = shown(text) if not told else f"{points:,} points"
        raise SweepError(f"The values of {name}", found, f"{HOW}, with 1 to {MOST_POINTS:,} points")
    if isinstance(declared.kind, LayerSizes) and (found_shape := SHAPE.fullmatch(told)):
        d1, d2, w1, w2 = (int(n) if n else None for n in found_shape.groups())
        depths, widths = (d1 or 0, d2 or d1 or 0), (w1 or 0, w2 or w1 or 0)
        return depth_width(depths, widths, points)
    if ".." in told:
        return range_of(declared, told, scale, points)
    parts = [one.strip() for one in told.split("|")]
    if len(parts) > MOST_POINTS:
        raise SweepError(f"The values of {name}", f"{len(parts):,}", f"at most {MOST_POINTS:,}")
    kind = declared.kind
    texts = dict.fromkeys(kind.format(kind.parse(declared.name, part)) for part in parts)
    return Values(declared.name, tuple(texts))


HOW = "a range such as 0.001..0.02, or values such as 5|10|20"
SHAPE = re.compile(r"(\d{1,3})(?:\.\.(\d{1,3}))?\s*x\s*(\d{1,5})(?:\.\.(\d{1,5}))?")


def taken_off(text: str, ending: str) -> tuple[str, str]:
    found = re.search(f"{ending}$", text)
    return (text[: found.start()], found.group(1)) if found else (text, "")


def shown(text: str) -> str:
    return text or "nothing"


def field_of(name: str) -> Declared:
    known = {d.short: d for d in DECLARED.values()} | dict(DECLARED)
    found = known.get(name.replace("-", "_"))
    if found is None:
        names = ", ".join(d.short.replace("_", "-") for d in DECLARED.values())
        raise SweepError("The field to search", shown(name), f"one of {names}")
    return found


def range_of(declared: Declared, told: str, scale: str, points: int) -> Range:
    kind, name = declared.kind, declared.name
    if not isinstance(kind, Real | Whole):
        raise SweepError(f"A range of {name}", told, "values with | between them")
    low, _, high = told.partition("..")
    ends = kind.parse(name, low.strip()), kind.parse(name, high.strip())
    return checked_range(name, *ends, scale, points)


def checked_range(name: str, low: float, high: float, scale: str, points: int) -> Range:
    kind = DECLARED[name].kind
    assert isinstance(kind, Real | Whole)
    if isinstance(kind, Whole) and low == 0 and not kind.low <= 0:
        raise HyperparameterError(name, 0, f"in a range from {kind.low:,} on")
    if not low < high:
        raise SweepError(f"The range of {name}", f"{low:g}..{high:g}", "a lower end, then a higher")
    # A seed is a name, not a size: its range is linear, whatever is said of the field.
    log = scale == "log" if scale else kind.scale == "log" and low > 0
    if log and low <= 0:
        raise SweepError(f"The range of {name} on a log scale", f"{low:g}", "a lower end above 0")
    return Range(name, float(low), float(high), log, points)


def depth_width(depths: tuple[int, int], widths: tuple[int, int], points: int) -> DepthWidth:
    kind = DECLARED["hidden_layers"].kind
    assert isinstance(kind, LayerSizes)
    fits = 1 <= depths[0] <= depths[1] <= kind.most
    if not (fits and kind.units.low <= widths[0] <= widths[1] <= kind.units.high):
        raise SweepError(
            "The layers' depth x width",
            f"{depths[0]}..{depths[1]}x{widths[0]}..{widths[1]}",
            f"such as 1..3x5..50, at most {kind.most} layers of {kind.units.high} units",
        )
    return DepthWidth(depths, widths, points)


def axes_of(texts: Sequence[str]) -> tuple[Axis, ...]:
    axes = tuple(map(parse_axis, texts))
    fields = [axis.field for axis in axes]
    if twice := {field for field in fields if fields.count(field) > 1}:
        raise SweepError("The fields to search", f"{min(twice)} twice", "each once")
    return axes
