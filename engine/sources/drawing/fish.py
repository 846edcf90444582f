"""Fish: in the sea, above it, and in a bowl."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import ellipse, smooth
from engine.sources.drawing.palette import INK, WHITE, darker
from engine.sources.drawing.poses import Pose, Subject

FISH_COATS = (
    Coat("orange", (242, 128, 48), (254, 226, 180), (206, 74, 40), "tabby", INK),
    Coat("blue", (64, 132, 206), (190, 224, 240), (30, 70, 140), "tabby", INK),
    Coat("yellow", (246, 206, 70), (255, 244, 190), (60, 60, 80), "tabby", INK),
    Coat("silver", (166, 184, 198), (232, 240, 244), (90, 112, 136), "solid", INK),
    Coat("red", (212, 70, 66), (250, 190, 170), (140, 34, 50), "solid", INK),
)


def swimming(pen: Pen, coat: Coat) -> None:
    water = pen.at(0, -0.42)
    for _ in range(5):
        x, y, r = (
            pen.rng.uniform(-0.7, -0.4),
            pen.rng.uniform(-0.5, 0.2),
            pen.rng.uniform(0.02, 0.05),
        )
        water.fill(ellipse(x, y, r), (214, 238, 246), opacity=0.7)
    water.fill(smooth([(0.34, 0.0), (0.74, -0.34), (0.66, 0.0), (0.74, 0.32)]), coat.dark, 0.5)
    water.fill(smooth([(-0.16, -0.2), (0.06, -0.5), (0.34, -0.16)]), coat.dark, 0.4)
    water.fill(smooth([(-0.04, 0.2), (0.1, 0.42), (0.26, 0.14)]), coat.dark, 0.4)
    body = [
        (-0.56, 0.02),
        (-0.3, -0.24),
        (0.1, -0.26),
        (0.42, -0.04),
        (0.42, 0.06),
        (0.1, 0.28),
        (-0.3, 0.26),
    ]

    def marks(inner: Pen) -> None:
        if coat.pattern == "tabby":
            for x in (-0.22, 0.1):
                inner.stroke([(x, -0.4), (x + 0.06, 0), (x, 0.4)], 0.11, coat.dark, opacity=0.9)
        scales = [
            ellipse(x, y, 0.03, 0.04) for x in (-0.06, 0.02, 0.2, 0.28) for y in (-0.1, 0.0, 0.1)
        ]
        inner.fill_all(scales, coat.light, 0.3)

    water.fill(smooth(body), coat.base, 0.7, bottom=coat.light, marks=marks)
    water.fill(smooth([(-0.1, 0.02), (0.12, 0.0), (0.06, 0.18)]), coat.dark, 0.4)
    water.fill(ellipse(-0.38, -0.04, 0.075), WHITE)
    water.fill(ellipse(-0.39, -0.04, 0.05), INK)
    water.stroke([(-0.54, 0.08), (-0.46, 0.1)], 0.025, darker(coat.dark, 0.4))


def jumping_fish(pen: Pen, coat: Coat) -> None:
    for side in (-1, 1):
        pen.stroke(
            [(0.1, 0.0), (0.1 + side * 0.24, -0.2), (0.1 + side * 0.4, -0.1)],
            [0.06, 0.02],
            WHITE,
            opacity=0.8,
        )
    pen.soft(ellipse(0.1, 0.0, 0.5, 0.06), (200, 228, 240), 0.03, 0.8)
    swimming(pen.at(-0.3, -0.26, 0.9, 55), coat)


def in_a_bowl(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.0)
    bowl = smooth(
        [
            (-0.3, -0.86),
            (0.3, -0.86),
            (0.5, -0.5),
            (0.34, -0.06),
            (0, 0),
            (-0.34, -0.06),
            (-0.5, -0.5),
        ]
    )
    pen.fill(bowl, (214, 234, 240), opacity=0.55)
    inner = pen.inside(pen.fill(bowl, (160, 206, 226), opacity=0.2))
    inner.fill(ellipse(0, -0.24, 0.6, 0.46), (120, 184, 214), opacity=0.7)
    inner.fill_all(
        [ellipse(x, -0.03, 0.06, 0.04) for x in (-0.24, -0.12, 0.0, 0.13, 0.24)], (206, 176, 130)
    )
    swimming(inner.at(0.0, -0.16, 0.55), coat)
    pen.stroke(
        [(-0.34, -0.66), (-0.4, -0.46), (-0.34, -0.24)], [0.03, 0.06, 0.02], WHITE, opacity=0.7
    )
    pen.fill(ellipse(0, -0.86, 0.32, 0.05), (226, 240, 244))
    pen.fill(ellipse(0, -0.86, 0.27, 0.032), (150, 196, 214))


FISH = Subject(
    "fish",
    1.3,
    (
        Pose("swimming", swimming, 1.2, place="underwater"),
        Pose("in a bowl", in_a_bowl, 1.0, place="indoors"),
        Pose("jumping out of the water", jumping_fish, 0.6, usual=False, place="water"),
    ),
    FISH_COATS,
)
