"""Cars, boats and balloons."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import box, ellipse, points, ribbon, smooth
from engine.sources.drawing.palette import INK, WHITE, darker, lighter, mix
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.things import GLASS, LAMP, paint

CAR_PAINTS = (
    paint("red", (206, 62, 54), WHITE),
    paint("blue", (58, 108, 178), WHITE),
    paint("yellow", (242, 190, 62), INK),
    paint("white", (236, 234, 230), (120, 124, 134)),
    paint("green", (76, 132, 98), WHITE),
    paint("silver", (170, 176, 184), INK),
)


def _wheel(pen: Pen, x: float, y: float, r: float) -> None:
    pen.fill(ellipse(x, y, r), (46, 42, 48), 0.3)
    pen.fill(ellipse(x, y, r * 0.55), (190, 192, 198), 0.5)
    pen.fill(ellipse(x, y, r * 0.15), INK)


def car(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.5, 0.06)
    pen.fill(
        smooth([(-0.34, -0.4), (-0.2, -0.62), (0.2, -0.64), (0.44, -0.38)], steps=10),
        coat.base,
        0.4,
    )
    for outline in (
        [(-0.26, -0.4), (-0.16, -0.56), (0.0, -0.57), (0.0, -0.38)],
        [(0.05, -0.38), (0.05, -0.57), (0.19, -0.57), (0.34, -0.4)],
    ):
        pen.fill(points(outline), lighter(GLASS, 0.3), bottom=darker(GLASS, 0.3))
    pen.fill(
        smooth(
            [
                (-0.7, -0.3),
                (-0.5, -0.4),
                (0.0, -0.42),
                (0.5, -0.42),
                (0.7, -0.32),
                (0.7, -0.12),
                (0.0, -0.1),
                (-0.7, -0.1),
            ]
        ),
        coat.base,
        0.6,
    )
    pen.fill(box(-0.72, -0.17, 0.72, -0.11, 0.03), darker(coat.base, 0.5))
    pen.stroke([(0.02, -0.38), (0.02, -0.16)], 0.012, coat.dark)
    pen.fill(box(0.06, -0.32, 0.16, -0.3), coat.light)
    pen.fill(ellipse(-0.66, -0.28, 0.05, 0.06), LAMP, 0.2)
    pen.fill(ellipse(0.69, -0.28, 0.03, 0.05), (206, 50, 50))
    for x in (-0.42, 0.42):
        _wheel(pen, x, -0.11, 0.14)


def car_from_the_front(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.2, 0.06)
    for x in (-0.4, 0.4):
        pen.fill(box(x - 0.09, -0.24, x + 0.09, 0.0, 0.03), (46, 42, 48))
    pen.fill(
        smooth([(-0.4, -0.4), (-0.3, -0.74), (0, -0.8), (0.3, -0.74), (0.4, -0.4)]), coat.base, 0.5
    )
    pen.fill(
        points([(-0.33, -0.46), (-0.25, -0.7), (0.25, -0.7), (0.33, -0.46)]),
        lighter(GLASS, 0.3),
        bottom=darker(GLASS, 0.4),
    )
    pen.fill(box(-0.52, -0.48, 0.52, -0.1, 0.12), coat.base, 0.6)
    pen.fill(box(-0.22, -0.32, 0.22, -0.2, 0.03), darker(coat.base, 0.6), 0.2)
    for y in (-0.29, -0.26, -0.23):
        pen.fill(box(-0.2, y, 0.2, y + 0.01), (170, 172, 178))
    for x in (-0.38, 0.38):
        pen.fill(ellipse(x, -0.3, 0.09), WHITE, 0.3)
        pen.fill(ellipse(x, -0.3, 0.055), LAMP)
    pen.fill(box(-0.54, -0.16, 0.54, -0.09, 0.03), (176, 180, 186), 0.3)


def sailing(pen: Pen, coat: Coat) -> None:
    pen.soft(ellipse(0, 0.0, 0.7, 0.06), (40, 80, 120), 0.03, 0.6)
    pen.stroke([(0, -0.14), (0, -1.06)], 0.03, (120, 84, 58), 0.3)
    pen.fill(
        smooth([(0.03, -1.02), (0.26, -0.66), (0.46, -0.28), (0.03, -0.26)], steps=4),
        WHITE,
        0.5,
        marks=lambda p: p.fill_all(
            [ribbon([(0, y), (0.5, y)], 0.05) for y in (-0.4, -0.62)], coat.base
        ),
    )
    pen.fill(
        points([(-0.03, -0.92), (-0.36, -0.28), (-0.03, -0.26)]), lighter(coat.base, 0.35), 0.5
    )
    pen.fill(
        smooth([(-0.56, -0.2), (0, -0.17), (0.6, -0.22), (0.4, 0.02), (0, 0.04), (-0.4, 0.02)]),
        coat.base,
        0.5,
        bottom=coat.dark,
    )
    pen.stroke([(-0.54, -0.18), (0, -0.15), (0.58, -0.2)], 0.03, lighter(coat.base, 0.6))
    for k in range(4):
        x = -0.64 + 0.36 * k
        pen.stroke([(x, 0.04), (x + 0.1, 0.01), (x + 0.22, 0.04)], 0.025, WHITE, opacity=0.7)


def heeling(pen: Pen, coat: Coat) -> None:
    sailing(pen.at(0, 0, 1.0, 24), coat)


def balloon(pen: Pen, coat: Coat) -> None:
    for side in (-1, 1):
        pen.stroke([(side * 0.2, -0.4), (side * 0.07, -0.12)], 0.012, INK)
    pen.fill(
        smooth(
            [
                (0, -1.1),
                (0.34, -0.98),
                (0.44, -0.7),
                (0.22, -0.36),
                (-0.22, -0.36),
                (-0.44, -0.7),
                (-0.34, -0.98),
            ]
        ),
        coat.base,
        0.6,
        marks=lambda p: p.fill_all(
            [
                ellipse(0, -0.72, 0.1, 0.42),
                *(
                    ribbon([(s * 0.2, -1.1), (s * 0.34, -0.72), (s * 0.18, -0.3)], 0.1)
                    for s in (-1, 1)
                ),
            ],
            mix(coat.light, WHITE, 0.3),
        ),
    )
    pen.fill(box(-0.1, -0.14, 0.1, 0.0, 0.02), (160, 110, 66), 0.4)


CAR = Subject(
    "car",
    1.5,
    (
        Pose("from the side", car, 1.4, place="outdoors"),
        Pose("from the front", car_from_the_front, 0.6, usual=False, place="outdoors"),
    ),
    CAR_PAINTS,
)


BOAT = Subject(
    "boat",
    1.2,
    (
        Pose("under sail", sailing, 1.4, place="water"),
        Pose("heeling in the wind", heeling, 0.5, usual=False, place="water"),
    ),
    CAR_PAINTS,
)


BALLOON = Subject("balloon", 0.7, (Pose("drifting", balloon, 1.0, place="air"),), CAR_PAINTS)
