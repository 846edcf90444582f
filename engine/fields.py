"""What kinds of values a hyperparameter can take: checking, reading from text, writing to text.

`hyperparameters.py` declares each field with one of these; the page makes a widget of it, the
command line a flag, the address a key.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Literal

from engine.errors import HyperparameterError

Scale = Literal["linear", "log"]


def as_float(value: object) -> float:
    """`value` as a float; NaN, which no range holds, for what is not a number (True and "1" are not)."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # a whole number or a fraction beyond every float
        return math.nan


@dataclass(frozen=True)
class Real:
    """A finite number in [low, high]; `scale` says how a slider should run, `marks` where it stops."""

    low: float
    high: float
    scale: Scale = "linear"
    marks: tuple[float, ...] = ()

    @property
    def allowed(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def check(self, name: str, value: object) -> float:
        number = as_float(value)
        if not self.low <= number <= self.high:
            raise HyperparameterError(name, value, self.allowed)
        return number

    def parse(self, name: str, text: str) -> float:
        try:
            return self.check(name, float(text))
        except ValueError:
            raise HyperparameterError(name, text, self.allowed) from None

    def format(self, value: object) -> str:
        return repr(value)


@dataclass(frozen=True)
class Whole:
    """A whole number in [low, high]; or 0, where `zero` says what that stands for."""

    low: int
    high: int
    scale: Scale = "linear"
    zero: str = ""

    @property
    def allowed(self) -> str:
        or_zero = f"0 ({self.zero}) or " if self.zero else ""
        return f"{or_zero}a whole number from {self.low:,} to {self.high:,}"

    def check(self, name: str, value: object) -> int:
        number = as_float(value)
        inside = self.low <= number <= self.high or (number == 0 and self.zero != "")
        if not (number.is_integer() and inside):
            raise HyperparameterError(name, value, self.allowed)
        return int(number)

    def parse(self, name: str, text: str) -> int:
        # At most 20 digits: int() of a longer text takes time that grows with its square.
        try:
            return self.check(name, int(text if len(text) <= 20 else "too long"))
        except ValueError:
            raise HyperparameterError(name, text, self.allowed) from None

    def format(self, value: object) -> str:
        return str(value)


@dataclass(frozen=True)
class Choice:
    """One of a few names."""

    names: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(self.names)

    def check(self, name: str, value: object) -> str:
        if not isinstance(value, str) or value not in self.names:
            raise HyperparameterError(name, value, self.allowed)
        return value

    def parse(self, name: str, text: str) -> str:
        # A person may write adam for Adam; no two names differ in that alone.
        alike = {own.lower(): own for own in self.names}
        return self.check(name, alike.get(text.strip().lower(), text))

    def format(self, value: object) -> str:
        return str(value)


@dataclass(frozen=True)
class LayerSizes:
    """The units of each hidden layer, from none to `most` layers; as text `20,7,5`, or `none`."""

    most: int
    units: Whole

    @property
    def allowed(self) -> str:
        low, high = self.units.low, self.units.high
        return f"none, or up to {self.most} layers of {low} to {high} units, such as 20,7,5"

    def check(self, name: str, value: object) -> tuple[int, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > self.most:
            raise HyperparameterError(name, value, self.allowed)
        try:
            return tuple(self.units.check(name, units) for units in value)
        except HyperparameterError:
            raise HyperparameterError(name, value, self.allowed) from None

    def parse(self, name: str, text: str) -> tuple[int, ...]:
        if text.strip() in ("", "none"):
            return ()
        parts = text.split(",")
        if len(parts) > self.most:
            raise HyperparameterError(name, text, self.allowed)
        try:
            return tuple(self.units.parse(name, part) for part in parts)
        except HyperparameterError:
            raise HyperparameterError(name, text, self.allowed) from None

    def format(self, value: object) -> str:
        sizes = value if isinstance(value, tuple) else ()
        return ",".join(str(units) for units in sizes) or "none"


@dataclass(frozen=True)
class PerLayer:
    """Of each hidden layer one value of `kind`; none at all where all have the usual one."""

    kind: Real | Choice
    usual: str

    @property
    def allowed(self) -> str:
        return f"empty ({self.usual}), or for each hidden layer {self.kind.allowed}"

    def check(self, name: str, value: object) -> tuple[float | str, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > 100:
            raise HyperparameterError(name, value, self.allowed)
        try:
            return tuple(self.kind.check(name, one) for one in value)
        except HyperparameterError:
            raise HyperparameterError(name, value, self.allowed) from None

    def parse(self, name: str, text: str) -> tuple[float | str, ...]:
        if text.strip() in ("", "none"):
            return ()
        parts = text.split(",") if text.count(",") < 100 else []
        try:
            return tuple(self.kind.parse(name, part) for part in parts or [""])
        except HyperparameterError:
            raise HyperparameterError(name, text, self.allowed) from None

    def format(self, value: object) -> str:
        values = value if isinstance(value, tuple) else ()
        return ",".join(self.kind.format(one) for one in values) or "none"


Point = tuple[float, float, int]


@dataclass(frozen=True)
class Points:
    """Points of the plane, each x1, x2 and its class; as text `1.5_-2_0~0.25_3_1`, or `none`.

    Coordinates have two decimals, as no one can point more exactly.
    """

    most: int
    half: float
    classes: int

    @property
    def allowed(self) -> str:
        return (
            f"up to {self.most} points, each x1, x2 and class, such as 1.5_-2_0~0.25_3_1, "
            f"between {-self.half:g} and {self.half:g}"
        )

    def check(self, name: str, value: object) -> tuple[Point, ...]:
        if not isinstance(value, (tuple, list)) or len(value) > self.most:
            found = f"{len(value):,} points" if isinstance(value, (tuple, list)) else value
            raise HyperparameterError(name, found, self.allowed)
        return tuple(self.point(name, one) for one in value)

    def point(self, name: str, value: object) -> Point:
        numbers = value if isinstance(value, (tuple, list)) and len(value) == 3 else (math.nan,) * 3
        x1, x2, label = map(as_float, numbers)
        inside = abs(x1) <= self.half and abs(x2) <= self.half
        if not (inside and label in range(self.classes)):
            raise HyperparameterError(name, value, self.allowed)
        return round(x1, 2) + 0.0, round(x2, 2) + 0.0, int(label)

    def parse(self, name: str, text: str) -> tuple[Point, ...]:
        if text.strip() in ("", "none"):
            return ()
        parts = text.split("~", self.most)
        if len(parts) > self.most:
            raise HyperparameterError(name, "too many points", self.allowed)
        try:
            return self.check(name, [[float(n) for n in part.split("_")] for part in parts])
        except ValueError:
            raise HyperparameterError(name, text, self.allowed) from None

    def format(self, value: object) -> str:
        points = value if isinstance(value, tuple) else ()
        return "~".join("_".join(f"{n:g}" for n in point) for point in points) or "none"


Kind = Real | Whole | Choice | LayerSizes | PerLayer | Points
