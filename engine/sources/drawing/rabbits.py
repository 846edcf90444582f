"""Rabbits: furry as cats, with ears that tell."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import BROWN, Coat, on_body
from engine.sources.drawing.curves import both_sides, ellipse, smooth
from engine.sources.drawing.palette import INK, WHITE, darker, lighter, mix
from engine.sources.drawing.poses import Pose, Subject

RABBIT_COATS = (
    Coat("white", (242, 236, 230), (255, 252, 248), (214, 200, 196), "solid", (170, 60, 70)),
    Coat("brown", (168, 126, 92), (230, 208, 182), (116, 82, 60), "solid", BROWN),
    Coat("grey", (156, 156, 164), (220, 220, 224), (110, 110, 122), "solid", INK),
    Coat("black and white", (62, 56, 62), WHITE, (40, 34, 42), "tuxedo", BROWN),
)


def rabbit_head(pen: Pen, coat: Coat, turn: float, ears: float) -> None:
    """A rabbit's head of radius 1; its ears lean apart by `ears` degrees."""
    for side in (-1, 1):
        ear = pen.at(side * 0.3 + turn * 0.1, -0.7, 1.0, side * ears)
        ear.fill(
            smooth([(0, 0.2), (0.26, -0.3), (0.26, -1.1), (0, -1.6), (-0.26, -1.1), (-0.26, -0.3)]),
            coat.base,
            0.5,
            fur=0.02,
        )
        ear.fill(ellipse(0, -0.75, 0.13, 0.6), mix(coat.base, (232, 150, 150), 0.7), 0.2)
    pen.fill(
        smooth(
            both_sides([(0, -0.86), (0.5, -0.7), (0.78, -0.1), (0.7, 0.5), (0.3, 0.82), (0, 0.86)])
        ),
        coat.base,
        0.55,
        fur=0.03,
    )
    face_pen = pen.at(turn * 0.25, 0)
    face_pen.soft(ellipse(0, 0.45, 0.3, 0.3), coat.light, 0.08, 0.9)
    face_pen.fill(smooth([(-0.13, 0.2), (0.13, 0.2), (0, 0.36)]), (220, 130, 134))
    face_pen.stroke([(0, 0.34), (0, 0.52)], 0.04, darker(coat.dark, 0.4))
    face_pen.fill(ellipse(0, 0.62, 0.11, 0.13), WHITE)
    for side in (-1, 1):
        ring = INK if sum(coat.base) > 300 else coat.light
        face_pen.fill(ellipse(side * 0.46, -0.1, 0.16, 0.19), ring)
        face_pen.fill(ellipse(side * 0.46, -0.08, 0.12, 0.14), coat.eye)
        face_pen.fill(ellipse(side * 0.46, -0.1, 0.08, 0.1), INK)
        face_pen.fill(ellipse(side * 0.46 - 0.04, -0.17, 0.05), WHITE)


def rabbit_crouching(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.04, 1.0)
    pen.fill(ellipse(0.44, -0.16, 0.1), lighter(coat.light, 0.3), 0.4, fur=0.02)
    outline = [
        (-0.3, -0.36),
        (-0.06, -0.48),
        (0.26, -0.5),
        (0.46, -0.26),
        (0.4, -0.02),
        (-0.2, 0.0),
        (-0.34, -0.12),
    ]
    pen.fill(
        smooth(outline),
        coat.base,
        0.65,
        fur=0.02,
        marks=on_body(coat, [(-0.26, -0.44), (0.1, -0.56), (0.46, -0.34)], 0.36),
    )
    pen.fill(ellipse(0.2, -0.17, 0.19, 0.17), mix(coat.base, coat.dark, 0.1), 0.4)
    for x in (-0.22, 0.16):
        pen.fill(ellipse(x, -0.03, 0.14, 0.05), coat.paw, 0.35)
    rabbit_head(pen.at(-0.28, -0.44, 0.24), coat, -0.3, pen.rng.uniform(4, 24))


def rabbit_upright(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.8)
    body = both_sides([(0, -0.62), (0.18, -0.56), (0.25, -0.3), (0.28, -0.08), (0, 0.0)])
    pen.fill(
        smooth(body),
        coat.base,
        0.65,
        fur=0.02,
        marks=on_body(coat, [(0.26, -0.6), (0.28, 0.0)], 0.3),
    )
    pen.soft(ellipse(0, -0.3, 0.13, 0.2), coat.light, 0.03, 0.9)
    for side in (-1, 1):
        pen.fill(ellipse(side * 0.2, -0.03, 0.13, 0.05), coat.paw, 0.35)
        pen.stroke([(side * 0.18, -0.48), (side * 0.09, -0.34)], 0.09, coat.base, 0.35)
    rabbit_head(pen.at(0, -0.72, 0.23), coat, pen.rng.uniform(-0.3, 0.3), pen.rng.uniform(4, 40))


RABBIT = Subject(
    "rabbit",
    1.6,
    (
        Pose("crouching", rabbit_crouching, 1.2),
        Pose("standing upright", rabbit_upright, 0.6, usual=False),
    ),
    RABBIT_COATS,
)
