"""Tails and legs, the parts that every pose of a furry animal puts elsewhere."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import ellipse, ribbon, smooth
from engine.sources.drawing.palette import darker


def tail(pen: Pen, coat: Coat, line: list[tuple[float, float]], width: float = 0.11) -> None:
    """A tail along a line from its root; ringed on a tabby, white-tipped on a tuxedo cat."""

    def marks(inner: Pen) -> None:
        curve = smooth(line, closed=False)
        if coat.pattern == "tabby":
            step = max(3, len(curve) // 7)
            rings = [ellipse(x, y, width * 0.16, width) for x, y in curve[step::step]]
            inner.fill_all(rings, coat.dark, 0.75)
        if coat.pattern in ("tuxedo", "patches"):
            end = coat.light if coat.pattern == "tuxedo" else coat.dark
            inner.fill(ellipse(float(curve[-1, 0]), float(curve[-1, 1]), width * 1.1), end)

    pen.fill(ribbon(line, [width, width, width * 0.8]), coat.tip, 0.45, fur=0.012, marks=marks)


def leg(pen: Pen, coat: Coat, line: list[tuple[float, float]], shade: float = 0.0) -> None:
    """A leg ending in a paw; `shade` darkens the legs of the far side."""
    pen.stroke(line, [0.15, 0.12, 0.1], darker(coat.base, shade), 0.35)
    x, y = line[-1]
    pen.fill(ellipse(x - 0.025, y - 0.035, 0.085, 0.055), darker(coat.paw, shade), 0.35)
