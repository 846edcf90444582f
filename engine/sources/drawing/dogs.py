"""Dogs: the animals most easily taken for cats."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import BROWN, Coat, on_body
from engine.sources.drawing.curves import both_sides, ellipse, ribbon, smooth
from engine.sources.drawing.limbs import leg
from engine.sources.drawing.palette import INK, WHITE, darker, lighter, mix
from engine.sources.drawing.poses import Pose, Subject

DOG_COATS = (
    Coat("golden", (222, 170, 98), (250, 226, 178), (180, 122, 60), "solid", BROWN, INK),
    Coat("chocolate", (112, 74, 54), (156, 112, 84), (70, 44, 36), "solid", BROWN, INK),
    Coat("brown and white", (160, 98, 56), WHITE, (110, 62, 38), "tuxedo", BROWN, INK),
    Coat("black and tan", (58, 50, 54), (196, 132, 76), (36, 30, 36), "tuxedo", BROWN, INK),
    Coat("white", (238, 230, 218), (252, 248, 240), (206, 192, 176), "solid", BROWN, INK),
    Coat("spotted", (244, 240, 232), WHITE, (66, 58, 62), "patches", BROWN, INK),
    Coat("grey", (142, 146, 156), (220, 222, 226), (92, 96, 108), "tuxedo", (90, 130, 170), INK),
)


def dog_head(pen: Pen, coat: Coat, turn: float = 0.0, tongue: bool = True) -> None:
    """A dog's head of radius 1 about the origin: hanging ears, long muzzle, perhaps a tongue."""
    skull = both_sides(
        [(0, -0.86), (0.46, -0.78), (0.76, -0.34), (0.72, 0.2), (0.46, 0.66), (0, 0.8)]
    )

    def marks(inner: Pen) -> None:
        if coat.pattern == "tuxedo":
            inner.at(turn * 0.3, 0).fill(
                smooth(both_sides([(0, -0.9), (0.12, -0.3), (0.2, 0.1), (0.5, 0.9), (0, 1)])),
                coat.light,
            )
        if coat.pattern == "patches":
            inner.fill(ellipse(0.44, -0.16, 0.36, 0.4, 20), coat.dark)

    pen.fill(smooth(skull), coat.base, 0.55, fur=0.03, marks=marks)
    face = pen.at(turn * 0.34, 0.0)
    if tongue:
        face.fill(
            smooth([(-0.14, 0.6), (0.14, 0.6), (0.17, 1.0), (0, 1.12), (-0.17, 1.0)]),
            (224, 106, 118),
            0.4,
        )
    muzzle = lighter(coat.base, 0.18) if coat.pattern == "solid" else coat.light
    face.fill(
        smooth(both_sides([(0, 0.0), (0.26, 0.1), (0.42, 0.46), (0.26, 0.76), (0, 0.78)])),
        muzzle,
        0.5,
    )
    face.stroke(
        [(-0.3, 0.62), (-0.08, 0.64), (0, 0.46), (0.08, 0.64), (0.3, 0.62)],
        0.05,
        darker(coat.dark, 0.6),
    )
    face.fill(ellipse(0, 0.3, 0.21, 0.15), INK, 0.5)
    face.fill(ellipse(-0.06, 0.25, 0.06, 0.03), (190, 180, 190))
    for side in (-1, 1):
        eye = face.at(side * 0.36 * (1 - 0.25 * max(0.0, side * turn)), -0.16)
        eye.fill(ellipse(0, 0, 0.145), darker(coat.dark, 0.5))
        eye.fill(ellipse(0, 0.01, 0.11), coat.eye)
        eye.fill(ellipse(0, 0, 0.075), INK)
        eye.fill(ellipse(-0.04, -0.05, 0.04), WHITE)
        ear = pen.at(turn * 0.1, 0, mirror=side < 0)
        ear.fill(
            smooth(
                [(0.4, -0.84), (0.86, -0.66), (1.12, 0.06), (1.0, 0.56), (0.76, 0.5), (0.68, -0.1)]
            ),
            mix(coat.base, coat.dark, 0.75),
            0.6,
            fur=0.03,
        )


def dog_tail(pen: Pen, coat: Coat, line: list[tuple[float, float]]) -> None:
    pen.fill(ribbon(line, [0.1, 0.12, 0.04]), coat.base, 0.4, fur=0.025)


def sitting(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.08, 0.95)
    dog_tail(pen, coat, [(0.26, -0.08), (0.46, -0.16), (0.56, -0.36)])
    outline = [
        (-0.18, -0.66),
        (0.04, -0.64),
        (0.2, -0.42),
        (0.34, -0.2),
        (0.32, -0.01),
        (0.0, 0.0),
        (-0.16, -0.1),
        (-0.24, -0.38),
    ]
    leg(pen, coat, [(-0.04, -0.4), (-0.05, -0.2), (-0.07, 0.0)], 0.2)
    pen.fill(
        smooth(outline),
        coat.base,
        0.6,
        fur=0.012,
        marks=on_body(coat, [(-0.02, -0.7), (0.18, -0.46), (0.32, -0.16)], 0.3),
    )
    pen.soft(ellipse(-0.16, -0.4, 0.08, 0.18), coat.light, 0.03, 0.7)
    pen.fill(ellipse(0.17, -0.17, 0.16, 0.16), mix(coat.base, coat.dark, 0.12), 0.5)
    pen.fill(ellipse(0.06, -0.035, 0.13, 0.05), coat.paw, 0.35)
    leg(pen, coat, [(-0.15, -0.42), (-0.16, -0.2), (-0.18, 0.0)])
    dog_head(pen.at(-0.14, -0.84, 0.27), coat, pen.rng.uniform(-0.6, 0.4))


def standing(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.15)
    dog_tail(pen, coat, [(0.44, -0.6), (0.6, -0.72), (0.66, -0.94)])
    leg(pen, coat, [(-0.2, -0.36), (-0.18, -0.18), (-0.18, 0)], 0.25)
    leg(pen, coat, [(0.34, -0.4), (0.44, -0.2), (0.42, 0)], 0.25)
    outline = [
        (-0.46, -0.66),
        (-0.2, -0.66),
        (0.1, -0.62),
        (0.4, -0.66),
        (0.5, -0.5),
        (0.4, -0.32),
        (0.1, -0.32),
        (-0.2, -0.24),
        (-0.42, -0.34),
    ]
    pen.fill(
        smooth(outline),
        coat.base,
        0.6,
        fur=0.012,
        marks=on_body(coat, [(-0.4, -0.68), (0.0, -0.65), (0.46, -0.64)], 0.34),
    )
    leg(pen, coat, [(-0.32, -0.4), (-0.32, -0.18), (-0.33, 0)])
    leg(pen, coat, [(0.36, -0.46), (0.3, -0.2), (0.32, 0)])
    dog_head(pen.at(-0.5, -0.78, 0.25), coat, -0.6)


def lying(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.04, 1.3)
    dog_tail(pen, coat, [(0.5, -0.12), (0.66, -0.08), (0.78, -0.14)])
    outline = [
        (-0.44, -0.34),
        (-0.2, -0.44),
        (0.2, -0.4),
        (0.5, -0.32),
        (0.56, -0.1),
        (0.4, 0.0),
        (-0.4, 0.0),
        (-0.52, -0.12),
    ]
    pen.fill(
        smooth(outline),
        coat.base,
        0.6,
        fur=0.012,
        marks=on_body(coat, [(-0.34, -0.46), (0.1, -0.46), (0.54, -0.24)], 0.34),
    )
    pen.fill(ellipse(0.34, -0.15, 0.2, 0.15), mix(coat.base, coat.dark, 0.12), 0.45)
    for x in (-0.6, -0.44):
        pen.stroke([(x + 0.3, -0.08), (x, -0.05)], [0.14, 0.11], coat.paw, 0.4)
    dog_head(pen.at(-0.38, -0.48, 0.27), coat, pen.rng.uniform(-0.5, 0.2))


def bowing(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.3)
    dog_tail(pen, coat, [(0.44, -0.7), (0.52, -0.9), (0.44, -1.08)])
    leg(pen, coat, [(0.36, -0.5), (0.46, -0.22), (0.44, 0.0)], 0.25)
    outline = [
        (-0.42, -0.3),
        (-0.2, -0.38),
        (0.1, -0.5),
        (0.34, -0.72),
        (0.52, -0.66),
        (0.48, -0.42),
        (0.22, -0.26),
        (-0.1, -0.08),
        (-0.4, -0.06),
    ]
    pen.fill(
        smooth(outline),
        coat.base,
        0.6,
        fur=0.012,
        marks=on_body(coat, [(-0.4, -0.34), (0.0, -0.48), (0.46, -0.74)], 0.3),
    )
    leg(pen, coat, [(0.34, -0.48), (0.28, -0.2), (0.32, 0.0)])
    for y in (-0.09, -0.05):
        pen.stroke([(-0.26, -0.14), (-0.5, y), (-0.72, y)], [0.13, 0.1, 0.1], coat.paw, 0.4)
    dog_head(pen.at(-0.48, -0.42, 0.25, -10), coat, -0.3)


def face(pen: Pen, coat: Coat) -> None:
    shoulders = both_sides([(0, -0.4), (0.3, -0.34), (0.5, -0.04), (0.6, 0.5), (0, 0.6)])
    pen.fill(
        smooth(shoulders),
        darker(coat.base, 0.06),
        0.6,
        fur=0.02,
        marks=on_body(coat, [(-0.6, -0.2), (0, -0.5), (0.6, -0.2)], 0.5),
    )
    pen.stroke([(-0.3, -0.12), (0, -0.02), (0.3, -0.12)], 0.07, (190, 66, 62), 0.4)
    dog_head(pen.at(0, -0.5, 0.46), coat, pen.rng.uniform(-0.5, 0.5), pen.rng.rand() < 0.7)


DOG = Subject(
    "dog",
    3.0,
    (
        Pose("sitting", sitting, 1.3),
        Pose("standing", standing, 1.3),
        Pose("lying down", lying, 1.0),
        Pose("looking at us", face, 1.2),
        Pose("bowing to play", bowing, 1.2, usual=False),
    ),
    DOG_COATS,
)
