"""People: a portrait, a walk, a dance."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import both_sides, ellipse, smooth
from engine.sources.drawing.palette import INK, WHITE, Colour, darker, mix
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.things import paint

SKINS: tuple[Colour, ...] = ((246, 208, 178), (222, 170, 130), (164, 110, 78), (110, 72, 54))


HAIRS: tuple[Colour, ...] = (
    (58, 42, 40),
    (120, 76, 46),
    (206, 158, 88),
    (170, 84, 44),
    (196, 192, 190),
)


CLOTHES = (
    paint("red", (196, 74, 66), WHITE),
    paint("blue", (74, 112, 168), (240, 226, 190)),
    paint("green", (98, 142, 104), (240, 220, 160)),
    paint("yellow", (236, 190, 86), (90, 90, 120)),
    paint("violet", (134, 100, 156), (240, 210, 220)),
)


def _skin(pen: Pen) -> Colour:
    return SKINS[pen.rng.randint(len(SKINS))]


def _person_head(pen: Pen, skin: Colour) -> None:
    """A head of radius 1: hair, face, a smile."""
    hair = HAIRS[pen.rng.randint(len(HAIRS))]
    if pen.rng.rand() < 0.5:
        for side in (-1, 1):
            lock = [(side * 0.4, -0.9), (side * 0.86, 0.0), (side * 0.76, 0.95)]
            pen.stroke(lock, [0.4, 0.36, 0.2], hair, 0.5)
    pen.fill(
        smooth(both_sides([(0, -0.9), (0.6, -0.7), (0.76, 0.0), (0.5, 0.74), (0, 1.0)])), skin, 0.4
    )
    for side in (-1, 1):
        pen.soft(ellipse(side * 0.42, 0.34, 0.16, 0.12), (232, 110, 100), 0.1, 0.35)
        pen.fill(ellipse(side * 0.3, 0.02, 0.09, 0.11), INK)
        pen.fill(ellipse(side * 0.3 - 0.03, -0.03, 0.03), WHITE)
        pen.stroke(
            [(side * 0.16, -0.22), (side * 0.3, -0.27), (side * 0.44, -0.22)],
            0.06,
            darker(hair, 0.2),
        )
    pen.stroke([(0.0, 0.1), (0.06, 0.3), (-0.03, 0.32)], 0.05, darker(skin, 0.3))
    pen.stroke([(-0.26, 0.52), (0, 0.64), (0.26, 0.52)], 0.07, (176, 66, 66))
    pen.fill(
        smooth(
            [
                (-0.84, 0.0),
                (-0.8, -0.8),
                (0, -1.16),
                (0.8, -0.8),
                (0.84, 0.0),
                (0.6, -0.5),
                (0.1, -0.62),
                (-0.5, -0.4),
            ]
        ),
        hair,
        0.5,
    )


def portrait(pen: Pen, coat: Coat) -> None:
    skin = _skin(pen)
    pen.fill(
        smooth(both_sides([(0, -0.3), (0.3, -0.26), (0.56, -0.1), (0.64, 0.5), (0, 0.5)])),
        coat.base,
        0.6,
    )
    pen.fill(
        smooth([(-0.14, -0.4), (0.14, -0.4), (0.16, -0.28), (0, -0.08), (-0.16, -0.28)]),
        darker(skin, 0.15),
    )
    pen.stroke([(-0.2, -0.28), (0, -0.06), (0.2, -0.28)], 0.06, coat.light, 0.3)
    _person_head(pen.at(0, -0.66, 0.34), skin)


def walking_person(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.6)
    trousers = darker(mix(coat.base, (70, 80, 110), 0.8), 0.1)
    for x, y in ((0.14, 0.0), (-0.14, 0.0)):
        pen.stroke([(0, -0.42), (x * 0.6, -0.2), (x, y)], [0.14, 0.1], trousers, 0.4)
        pen.fill(ellipse(x - 0.04, y - 0.02, 0.08, 0.035), INK)
    pen.fill(
        smooth(both_sides([(0, -0.82), (0.14, -0.78), (0.17, -0.5), (0.18, -0.36), (0, -0.34)])),
        coat.base,
        0.6,
    )
    for side in (-1, 1):
        pen.stroke(
            [(side * 0.13, -0.74), (side * 0.22, -0.56), (side * 0.16, -0.42)],
            [0.09, 0.07],
            darker(coat.base, 0.1),
            0.4,
        )
    _person_head(pen.at(0, -0.95, 0.16), _skin(pen))


def dancing_person(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.5)
    pen.stroke([(0, -0.4), (-0.08, -0.2), (-0.02, 0.0)], [0.14, 0.09], darker(coat.base, 0.5), 0.4)
    pen.stroke(
        [(0.02, -0.42), (0.28, -0.4), (0.4, -0.2)], [0.14, 0.09], darker(coat.base, 0.45), 0.4
    )
    pen.fill(
        smooth([(-0.12, -0.8), (0.12, -0.8), (0.3, -0.34), (0.0, -0.3), (-0.24, -0.34)]),
        coat.base,
        0.6,
    )
    for side in (-1, 1):
        pen.stroke(
            [(side * 0.1, -0.76), (side * 0.3, -0.9), (side * 0.4, -1.1)],
            [0.09, 0.06],
            coat.base,
            0.4,
        )
    _person_head(pen.at(0.02, -0.95, 0.17, 10), _skin(pen))


PERSON = Subject(
    "person",
    1.8,
    (
        Pose("smiling", portrait, 1.2),
        Pose("walking", walking_person, 1.0),
        Pose("dancing", dancing_person, 0.6, usual=False),
    ),
    CLOTHES,
    wears=True,
)
