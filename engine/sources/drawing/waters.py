"""Places on, in and over water, and the open sky."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.curves import box, points, ribbon, smooth
from engine.sources.drawing.outdoors import SAND, SEA, street
from engine.sources.drawing.palette import WHITE, Scheme, darker, lighter, mix, varied
from engine.sources.drawing.weather import sky


def open_sea(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 0.5, scheme.far)
    sea = mix(SEA, scheme.far, 0.25)
    pen.fill(box(-0.2, 0.5, 1.2, 1.2), lighter(sea, 0.25), bottom=darker(sea, 0.35))
    ripples(pen, 20)


def harbour(pen: Pen, scheme: Scheme) -> None:
    street(pen, scheme)
    sea = mix(SEA, scheme.deep, 0.2)
    pen.fill(box(-0.2, 0.62, 1.2, 1.2), lighter(sea, 0.15), bottom=darker(sea, 0.35))
    ripples(pen, 26)


def deep_water(pen: Pen, scheme: Scheme) -> None:
    pen.fill(
        box(-0.2, -0.2, 1.2, 1.2),
        lighter(mix(SEA, scheme.far, 0.5), 0.25),
        bottom=darker(mix(SEA, scheme.deep, 0.4), 0.2),
    )
    for _ in range(4):
        x = pen.rng.uniform(-0.1, 1.0)
        pen.soft(
            points([(x, -0.3), (x + 0.1, -0.3), (x + 0.3, 1.0), (x + 0.05, 1.0)]), WHITE, 0.04, 0.16
        )


def reef(pen: Pen, scheme: Scheme) -> None:
    deep_water(pen, scheme)
    pen.fill(
        smooth([(-0.3, 0.9), (0.2, 0.84), (0.7, 0.9), (1.3, 0.84), (1.3, 1.3), (-0.3, 1.3)]),
        SAND,
        bottom=darker(SAND, 0.3),
    )
    for colour in (scheme.accent, scheme.second, (94, 150, 110), (206, 110, 150)):
        for _ in range(3):
            x, tall = pen.rng.uniform(-0.1, 1.1), pen.rng.uniform(0.2, 0.5)
            pen.stroke(
                [(x, 0.95), (x + 0.05, 0.95 - tall / 2), (x - 0.03, 0.95 - tall)],
                [0.07, 0.05, 0.02],
                varied(colour, pen.rng, 0.1),
                0.4,
            )


def open_sky(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 1.2, scheme.far)


def ripples(pen: Pen, number: int) -> None:
    ripples = []
    for _ in range(number):
        x, y = pen.rng.uniform(-0.1, 1.1), pen.rng.uniform(0.54, 1.05)
        w = 0.02 + 0.1 * (y - 0.45)
        ripples.append(
            ribbon([(x - w, y), (x, y - 0.008), (x + w, y)], [0.003, 0.01, 0.003], steps=4)
        )
    pen.fill_all(ripples, WHITE, 0.6)
