"""Patterns: dots, stripes, scales and swirls all over the picture."""

from __future__ import annotations

import numpy as np

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import box, ellipse
from engine.sources.drawing.palette import darker, lighter
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.things import paint

INKS = (
    paint("red and cream", (196, 80, 66), (246, 228, 196)),
    paint("blue and white", (66, 110, 164), (240, 240, 232)),
    paint("green and yellow", (92, 142, 106), (244, 218, 120)),
    paint("violet and rose", (118, 88, 148), (244, 200, 200)),
    paint("orange and teal", (228, 132, 70), (88, 160, 158)),
)


def _grid(step: float) -> list[tuple[float, float]]:
    return [
        (x + step / 2 * (j % 2), y)
        for j, y in enumerate(np.arange(-0.2, 1.3, step))
        for x in np.arange(-0.3, 1.3, step)
    ]


def dots(pen: Pen, coat: Coat) -> None:
    pen.fill(box(-0.2, -0.2, 1.2, 1.2), coat.light)
    step = pen.rng.uniform(0.13, 0.24)
    pen.fill_all([ellipse(x, y, step * 0.34) for x, y in _grid(step)], coat.base)
    pen.fill_all([ellipse(x, y, step * 0.16) for x, y in _grid(step)], lighter(coat.base, 0.5))


def stripes(pen: Pen, coat: Coat) -> None:
    pen.fill(box(-0.2, -0.2, 1.2, 1.2), coat.light, bottom=darker(coat.light, 0.1))
    step, turned = pen.rng.uniform(0.12, 0.24), pen.at(0.5, 0.5, 1.0, pen.rng.uniform(-60, 60))
    for colour, width, shift in ((coat.base, 0.5, 0.0), (coat.dark, 0.12, 0.7)):
        turned.fill_all(
            [
                box(-1.1, y + shift * step, 1.1, y + (shift + width) * step)
                for y in np.arange(-1.1, 1.1, step)
            ],
            colour,
        )


def scales(pen: Pen, coat: Coat) -> None:
    step = pen.rng.uniform(0.16, 0.26)
    pen.fill(box(-0.2, -0.2, 1.2, 1.2), coat.base)
    for y in np.arange(-0.2, 1.4, step / 2):
        row = round(y / step * 2)
        xs = np.arange(-0.3, 1.4, step) + step / 2 * (row % 2)
        for r, colour in (
            (0.5, coat.dark),
            (0.44, coat.base),
            (0.3, coat.light),
            (0.16, coat.base),
        ):
            pen.fill_all([ellipse(x, y + step * 0.1, step * r) for x in xs], colour)


def swirl(pen: Pen, coat: Coat) -> None:
    pen.fill(box(-0.2, -0.2, 1.2, 1.2), coat.light)
    x, y = pen.rng.uniform(0.3, 0.7, 2)
    arms = 2 * pen.rng.randint(3, 7)
    turn = pen.rng.uniform(1.4, 3.2)
    for arm in range(arms):
        t = np.linspace(0, 1, 12)
        a = arm * 2 * np.pi / arms + t * turn
        line = np.stack([x + 1.1 * t * np.cos(a), y + 1.1 * t * np.sin(a)], axis=1)
        pen.stroke(line, [0.02, 2.5 / arms], (coat.base, coat.dark)[arm % 2], opacity=0.9)


PATTERN = Subject(
    "pattern",
    1.1,
    (
        Pose("of dots", dots),
        Pose("of stripes", stripes),
        Pose("of scales", scales),
        Pose("that swirls", swirl, 0.6, usual=False),
    ),
    INKS,
    fills=True,
)
