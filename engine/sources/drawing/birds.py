"""Birds: on a branch, on water, in the air."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import ellipse, points, ribbon, smooth
from engine.sources.drawing.palette import INK, WHITE, Colour, darker, mix
from engine.sources.drawing.poses import Pose, Subject

BEAK: Colour = (238, 164, 54)


BIRD_COATS = (
    Coat("robin-red", (214, 98, 62), (246, 226, 206), (112, 82, 66), "solid", INK),
    Coat("blue", (82, 138, 198), (246, 224, 150), (42, 78, 138), "solid", INK),
    Coat("yellow", (244, 208, 84), (252, 240, 190), (196, 144, 50), "solid", INK),
    Coat("green", (108, 168, 88), (232, 236, 160), (52, 108, 66), "solid", INK),
    Coat("brown", (150, 116, 84), (230, 212, 184), (94, 66, 48), "solid", INK),
    Coat("white", (240, 240, 238), (255, 255, 252), (176, 184, 196), "solid", INK),
)


def _bird_face(pen: Pen, coat: Coat, x: float, y: float) -> None:
    pen.fill(points([(x - 0.15, y - 0.02), (x - 0.32, y + 0.05), (x - 0.14, y + 0.08)]), BEAK, 0.3)
    pen.fill(ellipse(x - 0.05, y - 0.02, 0.045), WHITE)
    pen.fill(ellipse(x - 0.055, y - 0.02, 0.035), INK)
    pen.fill(ellipse(x - 0.067, y - 0.034, 0.012), WHITE)


def perching(pen: Pen, coat: Coat) -> None:
    wood = (112, 82, 62)
    pen.stroke(
        [(-0.8, -0.06), (-0.2, -0.02), (0.3, -0.08), (0.9, -0.02)], [0.05, 0.08, 0.05], wood, 0.5
    )
    for x, side in ((-0.5, -1), (0.5, -1), (0.66, 1)):
        pen.fill(ellipse(x, -0.05 + side * 0.09, 0.12, 0.05, -30 * side), (116, 156, 86), 0.4)
    pen.fill(
        smooth([(0.2, -0.3), (0.62, 0.02), (0.54, 0.16), (0.06, -0.16)], steps=4), coat.dark, 0.4
    )
    for x in (-0.06, 0.06):
        pen.stroke([(x, -0.16), (x, -0.04)], 0.035, BEAK)
    body = [
        (-0.12, -0.84),
        (0.08, -0.82),
        (0.16, -0.66),
        (0.32, -0.44),
        (0.28, -0.2),
        (0.0, -0.1),
        (-0.26, -0.24),
        (-0.32, -0.5),
        (-0.28, -0.74),
    ]

    def marks(inner: Pen) -> None:
        inner.soft(ellipse(-0.2, -0.32, 0.22, 0.22), coat.light, 0.05)

    pen.fill(smooth(body), coat.base, 0.65, fur=0.01, marks=marks)
    pen.fill(
        smooth([(0.0, -0.56), (0.24, -0.5), (0.46, -0.12), (0.2, -0.2), (0.0, -0.36)]),
        coat.dark,
        0.5,
    )
    for k in range(3):
        pen.stroke(
            [(0.1 + 0.05 * k, -0.34), (0.34 + 0.03 * k, -0.18)],
            [0.03, 0.015],
            darker(coat.dark, 0.3),
        )
    _bird_face(pen, coat, -0.1, -0.66)


def flying(pen: Pen, coat: Coat) -> None:
    air = pen.at(0, -0.4, 1.0, -12)
    air.fill(points([(0.3, -0.04), (0.72, -0.12), (0.76, 0.0), (0.7, 0.1)]), coat.dark, 0.4)
    air.fill(
        smooth([(-0.1, -0.06), (0.1, -0.5), (0.5, -0.74), (0.36, -0.3), (0.2, 0.0)]),
        darker(coat.base, 0.25),
        0.5,
    )
    air.fill(
        smooth(
            [(-0.5, -0.06), (-0.34, -0.17), (0.0, -0.12), (0.36, -0.02), (0.0, 0.16), (-0.36, 0.12)]
        ),
        coat.base,
        0.6,
        bottom=coat.light,
    )
    air.fill(
        smooth([(-0.16, -0.04), (-0.3, -0.5), (-0.12, -0.84), (0.14, -0.4), (0.2, 0.02)]),
        coat.base,
        0.6,
    )
    feathers = [
        ribbon([(-0.16 + 0.1 * k, -0.66 + 0.16 * k), (0.04 + 0.05 * k, -0.1)], [0.04, 0.02])
        for k in range(3)
    ]
    air.fill_all(feathers, coat.dark, 0.7)
    _bird_face(air, coat, -0.34, -0.02)


def on_water(pen: Pen, coat: Coat) -> None:
    pen.soft(ellipse(0, 0.0, 0.62, 0.06), (70, 110, 150), 0.04, 0.7)
    pen.fill(
        smooth(
            [
                (-0.44, -0.2),
                (-0.2, -0.24),
                (0.1, -0.34),
                (0.5, -0.42),
                (0.44, -0.12),
                (0.2, 0.0),
                (-0.26, 0.0),
            ]
        ),
        coat.base,
        0.6,
        bottom=coat.light,
    )
    pen.fill(smooth([(-0.14, -0.22), (0.16, -0.3), (0.44, -0.26), (0.16, -0.08)]), coat.dark, 0.5)
    pen.stroke([(-0.3, -0.16), (-0.36, -0.4), (-0.32, -0.6)], [0.26, 0.15, 0.15], coat.base, 0.4)
    pen.fill(ellipse(-0.34, -0.64, 0.17, 0.15), mix(coat.base, coat.dark, 0.5), 0.6)
    _bird_face(pen, coat, -0.36, -0.64)
    for k in range(3):
        pen.stroke(
            [(-0.6 + 0.3 * k, 0.04), (-0.46 + 0.3 * k, 0.02), (-0.3 + 0.3 * k, 0.04)],
            0.02,
            WHITE,
            opacity=0.7,
        )


def owl(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0, 0.7)
    body = [
        (-0.3, -0.86),
        (0.0, -0.8),
        (0.3, -0.86),
        (0.36, -0.5),
        (0.28, -0.1),
        (0, 0),
        (-0.28, -0.1),
        (-0.36, -0.5),
    ]

    def marks(inner: Pen) -> None:
        inner.soft(ellipse(0, -0.26, 0.2, 0.24), coat.light, 0.04)
        specks = [
            ellipse(x, y, 0.03, 0.02) for y in (-0.4, -0.28, -0.16) for x in (-0.12, 0.0, 0.12)
        ]
        inner.fill_all(specks, coat.dark, 0.7)

    pen.fill(smooth(body), coat.base, 0.6, fur=0.015, marks=marks)
    for side in (-1, 1):
        pen.fill(ellipse(side * 0.3, -0.32, 0.09, 0.26, side * -8), coat.dark, 0.5)
        pen.fill(ellipse(side * 0.14, -0.64, 0.16), coat.light, 0.3)
        pen.fill(ellipse(side * 0.14, -0.64, 0.1), (240, 180, 50))
        pen.fill(ellipse(side * 0.14, -0.64, 0.06), INK)
        pen.fill(ellipse(side * 0.1, -0.02, 0.07, 0.035), BEAK)
    pen.fill(points([(-0.05, -0.58), (0.05, -0.58), (0, -0.46)]), BEAK, 0.3)


BIRD = Subject(
    "bird",
    2.0,
    (
        Pose("on a branch", perching, 1.6),
        Pose("on water", on_water, 0.8, place="water"),
        Pose("in flight", flying, 1.2, place="air"),
        Pose("staring like an owl", owl, 0.8, usual=False),
    ),
    BIRD_COATS,
)
