"""Horses: standing, grazing, rearing."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat, on_body
from engine.sources.drawing.curves import ellipse, points, ribbon, smooth
from engine.sources.drawing.palette import INK, WHITE, darker
from engine.sources.drawing.poses import Pose, Subject

HORSE_COATS = (
    Coat("chestnut", (160, 90, 50), (220, 170, 126), (110, 54, 34), "solid", INK),
    Coat("white", (236, 230, 222), (252, 248, 242), (190, 180, 176), "solid", INK),
    Coat("black", (62, 54, 60), (108, 96, 100), (32, 26, 34), "solid", INK),
    Coat("dapple grey", (160, 162, 170), (220, 220, 226), (88, 90, 102), "solid", INK),
    Coat("brown and white", (140, 86, 56), WHITE, (246, 240, 230), "patches", INK),
)


def _horse_head(pen: Pen, coat: Coat) -> None:
    """Looking left; the neck joins at the origin."""
    pen.fill(points([(0.0, -0.16), (0.05, -0.3), (0.1, -0.14)]), coat.base, 0.3)
    pen.fill(
        smooth(
            [
                (0.1, -0.14),
                (-0.08, -0.14),
                (-0.32, 0.12),
                (-0.34, 0.22),
                (-0.22, 0.24),
                (0.02, 0.12),
            ]
        ),
        coat.base,
        0.55,
    )
    pen.soft(ellipse(-0.29, 0.18, 0.05, 0.05), darker(coat.base, 0.5), 0.02, 0.8)
    pen.fill(ellipse(-0.05, -0.02, 0.025, 0.022), INK)
    pen.fill(ellipse(-0.3, 0.16, 0.015), INK)


def _horse(
    pen: Pen,
    coat: Coat,
    neck: list[tuple[float, float]],
    head: float,
    legs: list[list[tuple[float, float]]],
) -> None:
    pen.stroke(
        [(0.42, -0.62), (0.56, -0.5), (0.58, -0.2)],
        [0.06, 0.12, 0.04],
        darker(coat.dark, 0.3) if coat.pattern == "solid" else coat.dark,
        0.4,
    )
    hoof = (52, 42, 44)
    for k, line in enumerate(legs):
        far = 0.25 if k < 2 else 0.0
        pen.stroke(line, [0.14, 0.075, 0.06], darker(coat.base, far), 0.35)
        x, y = line[-1]
        pen.fill(ellipse(x, y - 0.02, 0.045, 0.03), hoof)
        if k == 1:
            pen.stroke(neck, [0.3, 0.2, 0.16], coat.base, 0.5)
            pen.fill(
                smooth(
                    [
                        (-0.36, -0.62),
                        (-0.1, -0.62),
                        (0.2, -0.64),
                        (0.44, -0.6),
                        (0.46, -0.4),
                        (0.2, -0.3),
                        (-0.2, -0.3),
                        (-0.38, -0.42),
                    ]
                ),
                coat.base,
                0.6,
                marks=on_body(coat, [(-0.36, -0.64), (0.0, -0.64), (0.44, -0.62)], 0.34),
            )
    mane = [(x + 0.08, y - 0.02) for x, y in neck]
    pen.fill(
        ribbon(mane, [0.06, 0.12, 0.08]),
        darker(coat.dark, 0.3) if coat.pattern == "solid" else coat.dark,
        0.4,
        fur=0.02,
    )
    _horse_head(pen.at(*neck[-1], 1.0, head), coat)


def horse_standing(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.1)
    _horse(
        pen,
        coat,
        [(-0.24, -0.5), (-0.36, -0.74), (-0.42, -0.96)],
        0,
        [
            [(-0.2, -0.4), (-0.18, -0.2), (-0.2, 0)],
            [(0.32, -0.42), (0.4, -0.2), (0.38, 0)],
            [(-0.28, -0.42), (-0.3, -0.2), (-0.3, 0)],
            [(0.36, -0.46), (0.3, -0.2), (0.32, 0)],
        ],
    )


def grazing(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.2)
    _horse(
        pen,
        coat,
        [(-0.24, -0.5), (-0.46, -0.42), (-0.54, -0.24)],
        -50,
        [
            [(-0.2, -0.4), (-0.18, -0.2), (-0.2, 0)],
            [(0.32, -0.42), (0.4, -0.2), (0.38, 0)],
            [(-0.28, -0.42), (-0.32, -0.2), (-0.34, 0)],
            [(0.36, -0.46), (0.3, -0.2), (0.32, 0)],
        ],
    )


def rearing(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.7)
    _horse(
        pen.at(-0.1, -0.14, 0.95, 42),
        coat,
        [(-0.24, -0.5), (-0.36, -0.74), (-0.42, -0.96)],
        -20,
        [
            [(-0.2, -0.4), (-0.38, -0.3), (-0.34, -0.12)],
            [(0.32, -0.42), (0.3, -0.2), (0.16, 0.02)],
            [(-0.28, -0.42), (-0.46, -0.36), (-0.44, -0.16)],
            [(0.36, -0.46), (0.36, -0.2), (0.22, 0.06)],
        ],
    )


HORSE = Subject(
    "horse",
    1.5,
    (
        Pose("standing", horse_standing, 1.2, place="outdoors"),
        Pose("grazing", grazing, 0.8, place="outdoors"),
        Pose("rearing", rearing, 0.7, usual=False, place="outdoors"),
    ),
    HORSE_COATS,
)
