"""Skies: light, clouds, stars, hills far away."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.curves import box, ellipse, smooth
from engine.sources.drawing.palette import WHITE, Colour, lighter, mix

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((96, 160, 214), (206, 230, 236)),
    ((150, 186, 204), (236, 232, 214)),
    ((236, 160, 116), (252, 222, 166)),
    ((120, 128, 178), (246, 190, 160)),
    ((170, 184, 196), (222, 226, 224)),
)


def sky(pen: Pen, horizon: float, tint: Colour | None = None) -> None:
    """A sky down to the horizon, with a sun's glow and clouds; `tint` bends its colours."""
    top, low = SKIES[pen.rng.randint(len(SKIES))]
    if tint is not None:
        top, low = mix(top, tint, 0.85), mix(low, lighter(tint, 0.4), 0.85)
    pen.fill(box(-0.2, -0.2, 1.2, horizon + 0.02), top, bottom=low)
    x = pen.rng.uniform(0.05, 0.95)
    pen.soft(ellipse(x, horizon * 0.5, 0.22), (255, 244, 206), 0.14, 0.6)
    for _ in range(pen.rng.randint(1, 4)):
        cloud(
            pen,
            pen.rng.uniform(-0.1, 1.0),
            pen.rng.uniform(0.02, horizon * 0.6),
            pen.rng.uniform(0.06, 0.12),
        )


def cloud(pen: Pen, x: float, y: float, size: float) -> None:
    for dx, dy, r in (
        (-0.9, 0.1, 0.6),
        (0.8, 0.12, 0.6),
        (0.0, -0.1, 0.8),
        (-0.3, 0.2, 0.7),
        (0.4, 0.2, 0.7),
    ):
        pen.soft(
            ellipse(x + dx * size, y + dy * size, r * size * 1.2, r * size * 0.62),
            WHITE,
            size * 0.14,
            0.62,
        )


def stars(pen: Pen, number: int) -> None:
    spots = [
        ellipse(
            pen.rng.uniform(-0.2, 1.2), pen.rng.uniform(-0.2, 0.6), pen.rng.uniform(0.004, 0.01)
        )
        for _ in range(number)
    ]
    pen.fill_all(spots, (255, 250, 220), 0.9)


def hills(pen: Pen, horizon: float, colour: Colour, height: float = 0.12) -> None:
    """A rolling line of hills standing on the horizon."""
    line = [(-0.3, horizon + 0.1)]
    for k in range(8):
        line.append((-0.3 + 0.23 * k, horizon - height * pen.rng.uniform(0.1, 1.0)))
    line.append((1.4, horizon + 0.1))
    pen.fill(smooth(line), colour, bottom=lighter(colour, 0.25))
