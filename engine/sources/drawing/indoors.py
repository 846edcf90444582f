"""Rooms to be pictured in: a studio, a sofa, a kitchen, a window at night."""

from __future__ import annotations

import numpy as np

from engine.sources.drawing.canvas import LIGHT, Pen
from engine.sources.drawing.curves import box, ellipse, points, ribbon, smooth
from engine.sources.drawing.palette import WHITE, Colour, Scheme, darker, lighter, mix, varied
from engine.sources.drawing.weather import stars

# Scenes reach from -0.2 to 1.2, so that a tilted picture has no empty corners.
WIDE = (-0.2, 1.2)


def floor(pen: Pen, scheme: Scheme, horizon: float) -> None:
    pen.fill(
        box(WIDE[0], horizon, WIDE[1], WIDE[1]),
        lighter(scheme.near, 0.06),
        bottom=darker(scheme.near, 0.28),
    )


def wall(pen: Pen, scheme: Scheme) -> None:
    everything = box(*WIDE[:1] * 2, *WIDE[1:] * 2)
    pen.fill(everything, lighter(scheme.far, 0.1), bottom=darker(scheme.far, 0.14))
    pen.soft(ellipse(pen.rng.uniform(0.0, 0.4), 0.15, 0.4, 0.3), LIGHT, 0.16, 0.4)


def studio(pen: Pen, scheme: Scheme) -> None:
    """A photographer's paper backdrop: wall runs into floor."""
    wall(pen, scheme)
    pen.soft(box(-0.4, 0.8, 1.4, 1.4), darker(scheme.near, 0.1), 0.12, 0.75)
    pen.soft(ellipse(0.5, 0.5, 0.36, 0.34), lighter(scheme.far, 0.5), 0.15, 0.55)


def bare_room(pen: Pen, scheme: Scheme) -> None:
    wall(pen, scheme)
    horizon = pen.rng.uniform(0.62, 0.74)
    floor(pen, scheme, horizon)
    pen.fill(
        box(WIDE[0], horizon - 0.035, WIDE[1], horizon),
        lighter(scheme.far, 0.45),
        bottom=scheme.far,
    )
    if pen.rng.rand() < 0.5:
        x = pen.rng.uniform(0.05, 0.6)
        light = points([(x, 0.1), (x + 0.26, 0.06), (x + 0.34, 0.5), (x + 0.08, 0.54)])
        pen.soft(light, LIGHT, 0.02, 0.4)


def sofa(pen: Pen, scheme: Scheme) -> None:
    wall(pen, scheme)
    _picture(pen, scheme, pen.rng.uniform(0.06, 0.3), 0.06)
    _picture(pen, scheme, pen.rng.uniform(0.6, 0.8), 0.09)
    floor(pen, scheme, 0.9)
    cloth = varied(scheme.accent, pen.rng)
    pen.fill(box(-0.12, 0.34, 1.12, 0.9, 0.1), darker(cloth, 0.08), 0.5)
    for k in range(3):
        pen.fill(box(-0.06 + 0.38 * k, 0.38, 0.3 + 0.38 * k, 0.74, 0.06), cloth, 0.55)
    pen.fill(box(-0.16, 0.7, 1.16, 0.96, 0.06), lighter(cloth, 0.1), 0.5, bottom=darker(cloth, 0.3))
    for x, angle in ((0.1, -14), (0.9, 12)):
        cushion = pen.at(x, 0.6, 1.0, angle)
        colour = varied(scheme.second, pen.rng)
        mask = cushion.fill(box(-0.12, -0.12, 0.12, 0.12, 0.04), colour)
        bands = [box(-0.2, y, 0.2, y + 0.025) for y in (-0.08, -0.01, 0.06)]
        cushion.inside(mask).fill_all(bands, darker(colour, 0.3), 0.7)
        pen.canvas.shade(mask, 0.6)


def kitchen(pen: Pen, scheme: Scheme) -> None:
    pen.fill(box(-0.2, -0.2, 1.2, 0.8), lighter(scheme.far, 0.3), bottom=scheme.far)
    tiles = [
        box(-0.2 + 0.13 * i, -0.2 + 0.13 * j, -0.08 + 0.13 * i, -0.08 + 0.13 * j)
        for i in range(11)
        for j in range(7)
    ]
    pen.fill_all(tiles, lighter(scheme.far, 0.5), 0.6)
    pen.fill_all([tiles[i] for i in pen.rng.choice(77, 10, replace=False)], scheme.second, 0.6)
    pen.fill(box(-0.2, 0.28, 1.2, 0.31), darker(scheme.near, 0.2), 0.3)
    for k in range(6):
        x, tall = -0.04 + 0.2 * k + pen.rng.uniform(-0.04, 0.04), pen.rng.uniform(0.1, 0.2)
        jar = (scheme.accent, scheme.second, scheme.deep, WHITE)[pen.rng.randint(4)]
        pen.fill(box(x - 0.06, 0.28 - tall, x + 0.06, 0.28, 0.025), varied(jar, pen.rng), 0.6)
        pen.fill(box(x - 0.05, 0.26 - tall, x + 0.05, 0.29 - tall), darker(jar, 0.4))
    pen.fill(box(-0.2, 0.7, 1.2, 1.2), scheme.near, bottom=darker(scheme.near, 0.35))
    pen.fill(box(-0.2, 0.68, 1.2, 0.76), lighter(scheme.near, 0.35), bottom=scheme.near)


def window_at_night(pen: Pen, scheme: Scheme) -> None:
    wall(
        pen,
        Scheme(darker(scheme.far, 0.35), scheme.near, scheme.accent, scheme.second, scheme.deep),
    )
    sky: Colour = mix((28, 36, 84), scheme.deep, 0.2)
    glass = pen.fill(box(0.1, -0.02, 0.9, 0.66), sky, bottom=(104, 92, 140))
    night = pen.inside(glass)
    stars(night, 14)
    moon = pen.rng.uniform(0.25, 0.75)
    night.soft(ellipse(moon, 0.16, 0.12), (255, 240, 190), 0.06, 0.6)
    night.fill(ellipse(moon, 0.16, 0.07), (252, 240, 200), 0.3)
    for k in range(6):
        x, top = 0.06 + 0.15 * k, pen.rng.uniform(0.4, 0.58)
        night.fill(box(x, top, x + 0.14, 0.7), (34, 30, 62))
        lit = [
            box(
                x + 0.02 + 0.04 * i,
                top + 0.03 + 0.05 * j,
                x + 0.04 + 0.04 * i,
                top + 0.055 + 0.05 * j,
            )
            for i in range(3)
            for j in range(4)
            if pen.rng.rand() < 0.5
        ]
        if lit:
            night.fill_all(lit, (250, 206, 110), 0.9)
    frame = lighter(scheme.near, 0.3)
    for left, top, right, bottom in (
        (0.06, -0.06, 0.94, 0.0),
        (0.06, 0.0, 0.11, 0.66),
        (0.89, 0.0, 0.94, 0.66),
        (0.48, 0.0, 0.52, 0.66),
        (0.1, 0.28, 0.9, 0.31),
    ):
        pen.fill(box(left, top, right, bottom), frame, 0.3)
    for side, x in ((-1, -0.02), (1, 1.02)):
        curtain = smooth(
            [
                (x - 0.16, -0.3),
                (x + 0.14, -0.3),
                (x + 0.12 - side * 0.02, 0.3),
                (x + 0.1, 0.8),
                (x - 0.14, 0.8),
            ]
        )
        pen.fill(curtain, scheme.accent, 0.5)
        pen.fill_all(
            [ribbon([(x + d, -0.2), (x + d * 0.8, 0.78)], 0.016) for d in (-0.08, 0.0, 0.07)],
            darker(scheme.accent, 0.4),
            0.6,
        )
    pen.fill(box(-0.2, 0.66, 1.2, 0.76), lighter(scheme.near, 0.25), bottom=scheme.near)
    pen.fill(box(-0.2, 0.76, 1.2, 1.2), scheme.near, bottom=darker(scheme.near, 0.4))


def wallpaper(pen: Pen, scheme: Scheme) -> None:
    wall(pen, scheme)
    kind, step = pen.rng.randint(4), pen.rng.uniform(0.13, 0.19)
    spots = [
        (x + step / 2 * (j % 2), y)
        for j, y in enumerate(np.arange(-0.2, 0.8, step))
        for x in np.arange(-0.2, 1.2, step)
    ]
    if kind == 0:
        pen.fill_all([ellipse(x, y, step * 0.26) for x, y in spots], scheme.accent, 0.75)
    elif kind == 1:
        pen.fill_all(
            [box(x, -0.2, x + step * 0.45, 0.9) for x in np.arange(-0.2, 1.2, step)],
            scheme.second,
            0.75,
        )
    elif kind == 2:
        petals = [
            ellipse(x + step * 0.17 * np.cos(a), y + step * 0.17 * np.sin(a), step * 0.14)
            for x, y in spots
            for a in np.arange(5) * 1.2566
        ]
        pen.fill_all(petals, scheme.accent, 0.8)
        pen.fill_all([ellipse(x, y, step * 0.1) for x, y in spots], scheme.second)
    else:
        pen.fill_all(
            [
                points(
                    [
                        (x, y - step * 0.42),
                        (x + step * 0.3, y),
                        (x, y + step * 0.42),
                        (x - step * 0.3, y),
                    ]
                )
                for x, y in spots
            ],
            scheme.second,
            0.8,
        )
    floor(pen, scheme, 0.74)
    pen.fill(box(-0.2, 0.7, 1.2, 0.745), lighter(scheme.far, 0.4), 0.2)
    pen.fill(ellipse(0.5, 0.9, 0.6, 0.1), scheme.accent, 0.2)
    pen.fill(ellipse(0.5, 0.9, 0.5, 0.075), lighter(scheme.accent, 0.25))


def bookshelves(pen: Pen, scheme: Scheme) -> None:
    pen.fill(box(-0.2, -0.2, 1.2, 0.8), darker(scheme.deep, 0.3))
    for row in range(4):
        foot, x = 0.06 + 0.24 * row, -0.2
        while x < 1.2:
            wide, tall = pen.rng.uniform(0.03, 0.07), pen.rng.uniform(0.13, 0.19)
            colour = (scheme.accent, scheme.second, scheme.far, scheme.near, scheme.deep)[
                pen.rng.randint(5)
            ]
            pen.fill(box(x, foot - tall, x + wide * 0.92, foot), varied(colour, pen.rng, 0.12))
            pen.fill(
                box(x, foot - tall * 0.8, x + wide * 0.92, foot - tall * 0.72), LIGHT, opacity=0.5
            )
            x += wide
        pen.fill(box(-0.2, foot, 1.2, foot + 0.03), scheme.near, 0.3)
    floor(pen, scheme, 0.8)


def _picture(pen: Pen, scheme: Scheme, x: float, y: float) -> None:
    pen.fill(box(x - 0.01, y - 0.01, x + 0.21, y + 0.21), scheme.deep, 0.3)
    view = pen.fill(
        box(x + 0.02, y + 0.02, x + 0.18, y + 0.18),
        lighter(scheme.second, 0.4),
        bottom=scheme.second,
    )
    inside = pen.inside(view)
    inside.fill(ellipse(x + 0.06, y + 0.2, 0.1, 0.08), mix(scheme.deep, scheme.far, 0.3))
    inside.fill(ellipse(x + 0.15, y + 0.2, 0.08, 0.06), scheme.accent)
