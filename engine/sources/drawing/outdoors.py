"""Places under the sky: a meadow, snow, a beach, a forest, a street."""

from __future__ import annotations

import numpy as np

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.curves import blob, box, ellipse, points, smooth, tufts
from engine.sources.drawing.palette import WHITE, Colour, Scheme, darker, lighter, mix, varied
from engine.sources.drawing.weather import hills, sky, stars

GRASS: Colour = (122, 164, 92)


SAND: Colour = (234, 208, 160)


SEA: Colour = (70, 138, 170)


SNOW: Colour = (238, 242, 248)


def meadow(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 0.56, scheme.far)
    grass = mix(GRASS, scheme.near, 0.45)
    hills(pen, 0.58, mix(grass, scheme.far, 0.5))
    pen.fill(box(-0.2, 0.57, 1.2, 1.2), lighter(grass, 0.15), bottom=darker(grass, 0.25))
    blades(pen, grass, 26)


def snow(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 0.55, mix(scheme.far, (190, 206, 224), 0.5))
    hills(pen, 0.58, mix(SNOW, (150, 170, 200), 0.45), 0.16)
    pen.fill(
        smooth([(-0.3, 0.6), (0.2, 0.56), (0.7, 0.6), (1.3, 0.55), (1.4, 1.3), (-0.4, 1.3)]),
        SNOW,
        bottom=(196, 210, 230),
    )
    flakes = [
        ellipse(
            pen.rng.uniform(-0.1, 1.1), pen.rng.uniform(-0.1, 1.0), pen.rng.uniform(0.006, 0.012)
        )
        for _ in range(26)
    ]
    pen.fill_all(flakes, WHITE, 0.85)


def beach(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 0.42, scheme.far)
    pen.fill(box(-0.2, 0.4, 1.2, 0.7), mix(SEA, scheme.deep, 0.2), bottom=lighter(SEA, 0.4))
    foam = smooth(
        [(-0.3, 0.6), (0.1, 0.58), (0.5, 0.62), (0.9, 0.58), (1.3, 0.62), (1.3, 1.3), (-0.3, 1.3)]
    )
    pen.fill(foam, WHITE)
    pen.fill(foam + np.array([0.02, 0.025]), mix(SAND, scheme.near, 0.2), bottom=darker(SAND, 0.22))
    pen.fill_all(
        [ellipse(pen.rng.uniform(0, 1), pen.rng.uniform(0.75, 1), 0.008, 0.005) for _ in range(16)],
        darker(SAND, 0.3),
        0.6,
    )


def mist(pen: Pen, scheme: Scheme) -> None:
    pen.fill(box(-0.2, -0.2, 1.2, 0.7), lighter(scheme.far, 0.2), bottom=lighter(scheme.far, 0.4))
    pen.soft(ellipse(pen.rng.uniform(0.2, 0.8), 0.16, 0.14), lighter(scheme.far, 0.7), 0.08, 0.6)
    for k in range(3):
        hills(
            pen, 0.46 + 0.08 * k, mix(lighter(scheme.far, 0.3), scheme.near, 0.2 + 0.25 * k), 0.16
        )
    pen.fill(box(-0.2, 0.66, 1.2, 1.2), scheme.near, bottom=darker(scheme.near, 0.2))
    blades(pen, scheme.near, 16)


def starry_night(pen: Pen, scheme: Scheme) -> None:
    deep = mix((26, 32, 78), scheme.deep, 0.4)
    pen.fill(box(-0.2, -0.2, 1.2, 0.7), deep, bottom=lighter(mix(deep, scheme.far, 0.35), 0.1))
    stars(pen, 24)
    x = pen.rng.uniform(0.15, 0.85)
    pen.soft(ellipse(x, 0.18, 0.14), (255, 240, 190), 0.08, 0.5)
    pen.fill(ellipse(x, 0.18, 0.07), (252, 240, 200), 0.3)
    pen.fill(
        smooth([(-0.3, 0.66), (0.3, 0.62), (0.8, 0.66), (1.3, 0.6), (1.4, 1.3), (-0.4, 1.3)]),
        mix(deep, scheme.near, 0.4),
        bottom=darker(deep, 0.2),
    )


def garden(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 0.64, scheme.far)
    leaf = mix(GRASS, scheme.near, 0.35)
    for k in range(9):
        pen.fill(
            blob(-0.15 + 0.17 * k, pen.rng.uniform(0.26, 0.36), 0.16, pen.rng, 0.15),
            darker(varied(leaf, pen.rng), 0.2),
            0.4,
            fur=0.012,
        )
    slats = [
        smooth(
            [(x, 0.64), (x, 0.34), (x + 0.035, 0.3), (x + 0.07, 0.34), (x + 0.07, 0.64)], steps=2
        )
        for x in (-0.2 + 0.11 * k for k in range(13))
    ]
    pen.fill_all(slats, lighter(scheme.second, 0.5))
    pen.fill_all([box(-0.2, y, 1.2, y + 0.03) for y in (0.4, 0.53)], lighter(scheme.second, 0.3))
    pen.fill(box(-0.2, 0.62, 1.2, 1.2), lighter(leaf, 0.12), bottom=darker(leaf, 0.3))
    blades(pen, leaf, 24)
    for colour in (scheme.accent, scheme.second, WHITE):
        _flowers(pen, varied(colour, pen.rng), 6)


def forest(pen: Pen, scheme: Scheme) -> None:
    leaf = mix(mix(GRASS, (50, 90, 70), 0.4), scheme.near, 0.35)
    pen.fill(
        box(-0.2, -0.2, 1.2, 0.72),
        lighter(mix(leaf, scheme.far, 0.5), 0.3),
        bottom=lighter(leaf, 0.1),
    )
    for depth in range(3):
        trunk = mix(mix((92, 70, 60), scheme.deep, 0.4), lighter(leaf, 0.2), 0.6 - 0.3 * depth)
        for _ in range(4):
            x, wide = pen.rng.uniform(-0.15, 1.15), 0.03 + 0.02 * depth
            pen.fill(
                points(
                    [
                        (x - wide, -0.3),
                        (x + wide, -0.3),
                        (x + wide * 1.3, 0.7 + 0.03 * depth),
                        (x - wide * 1.3, 0.7 + 0.03 * depth),
                    ]
                ),
                trunk,
                0.4,
            )
    for _ in range(6):
        pen.fill(
            blob(pen.rng.uniform(-0.1, 1.1), pen.rng.uniform(-0.1, 0.08), 0.17, pen.rng, 0.2),
            varied(leaf, pen.rng, 0.12),
            0.5,
            fur=0.015,
        )
    pen.fill(box(-0.2, 0.68, 1.2, 1.2), leaf, bottom=darker(leaf, 0.4))
    blades(pen, leaf, 24)


def street(pen: Pen, scheme: Scheme) -> None:
    sky(pen, 0.5, scheme.far)
    x = -0.2
    while x < 1.15:
        wide, top = pen.rng.uniform(0.2, 0.32), pen.rng.uniform(0.02, 0.26)
        front = varied(
            (scheme.accent, scheme.second, scheme.near, scheme.far)[pen.rng.randint(4)],
            pen.rng,
            0.1,
        )
        pen.fill(box(x, top, x + wide, 0.7), front, bottom=darker(front, 0.2))
        pen.fill(
            points([(x - 0.02, top), (x + wide / 2, top - 0.12), (x + wide + 0.02, top)]),
            darker(front, 0.45),
            0.3,
        )
        panes = [
            box(x + wide * f, y, x + wide * f + 0.05, y + 0.08)
            for f in (0.16, 0.6)
            for y in (top + 0.05, top + 0.2, top + 0.35)
            if y < 0.56
        ]
        pen.fill_all(panes, lighter(scheme.far, 0.6) if pen.rng.rand() < 0.6 else (252, 214, 130))
        x += wide
    pen.fill(box(-0.2, 0.66, 1.2, 0.72), lighter(scheme.near, 0.35))
    pen.fill(
        box(-0.2, 0.71, 1.2, 1.2),
        mix(scheme.near, (130, 126, 132), 0.6),
        bottom=darker(scheme.near, 0.4),
    )


def blades(pen: Pen, grass: Colour, number: int) -> None:
    for colour in (lighter(grass, 0.3), darker(grass, 0.3)):
        x, y = pen.rng.uniform(-0.1, 1.1, number), pen.rng.uniform(0.64, 1.08, number)
        lean, tall = pen.rng.uniform(-0.03, 0.03, number), 0.03 + 0.06 * (y - 0.5)
        roots, tips = np.stack([x, y], axis=1), np.stack([x + lean, y - tall], axis=1)
        pen.fill_all(tufts(roots, tips, 0.014), colour, 0.7)


def _flowers(pen: Pen, colour: Colour, number: int) -> None:
    petals, hearts = [], []
    for _ in range(number):
        x, y = pen.rng.uniform(-0.1, 1.1), pen.rng.uniform(0.6, 1.0)
        r = 0.014 + 0.02 * (y - 0.5)
        petals += [
            ellipse(x + dx * r, y + dy * r, r * 0.8)
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1))
        ]
        hearts.append(ellipse(x, y, r * 0.6))
    pen.fill_all(petals, colour)
    pen.fill_all(hearts, (248, 206, 90))
