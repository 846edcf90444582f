"""Trees and flowers."""

from __future__ import annotations

import numpy as np

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import blob, both_sides, ellipse, smooth
from engine.sources.drawing.palette import WHITE, Colour, darker, lighter, mix
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.things import paint

BARK: Colour = (110, 78, 58)


LEAF: Colour = (92, 142, 78)


TREE_PAINTS = (
    paint("green", (98, 150, 84), (214, 70, 60)),
    paint("dark green", (62, 112, 80), (230, 180, 80)),
    paint("spring green", (150, 182, 92), (250, 214, 220)),
    paint("autumn", (214, 132, 58), (240, 200, 90)),
)


FLOWER_PAINTS = (
    paint("red", (210, 66, 70), (246, 206, 96)),
    paint("yellow", (246, 200, 60), (120, 76, 44)),
    paint("pink", (232, 140, 168), (250, 226, 130)),
    paint("white", (246, 242, 234), (244, 192, 70)),
    paint("violet", (146, 104, 180), (248, 220, 120)),
)


def _foliage(pen: Pen, colour: Colour, spots: list[tuple[float, float, float]]) -> None:
    for k, (x, y, r) in enumerate(spots):
        shade = mix(darker(colour, 0.25), lighter(colour, 0.12), k / max(1, len(spots) - 1))
        pen.fill(blob(x, y, r, pen.rng, 0.12), shade, 0.6, fur=0.02)


def round_tree(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.9)
    pen.fill(
        smooth(
            [(-0.06, -0.6), (0.06, -0.6), (0.08, -0.2), (0.16, 0.0), (-0.16, 0.0), (-0.08, -0.2)]
        ),
        BARK,
        0.5,
    )
    _foliage(
        pen,
        coat.base,
        [
            (-0.26, -0.56, 0.24),
            (0.28, -0.56, 0.24),
            (0.0, -0.52, 0.24),
            (0.2, -0.8, 0.26),
            (-0.18, -0.8, 0.27),
            (0.02, -0.96, 0.22),
            (0.0, -0.72, 0.2),
        ],
    )
    fruit = [
        ellipse(pen.rng.uniform(-0.34, 0.34), pen.rng.uniform(-1.0, -0.5), 0.032) for _ in range(8)
    ]
    pen.fill_all(fruit, coat.light)


def fir_tree(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.8)
    pen.stroke([(0, -0.2), (0, 0.0)], 0.12, BARK, 0.4)
    for k in range(4):
        y, w = -0.16 - 0.24 * k, 0.46 - 0.09 * k
        tier = smooth(
            [
                (0, y - 0.4),
                (w * 0.5, y - 0.14),
                (w, y),
                (0, y + 0.05),
                (-w, y),
                (-w * 0.5, y - 0.14),
            ],
            steps=6,
        )
        pen.fill(tier, mix(darker(coat.base, 0.2), lighter(coat.base, 0.1), k / 3), 0.5, fur=0.02)


def bent_tree(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.8)
    pen.stroke([(0.1, 0.0), (0.0, -0.3), (-0.1, -0.5), (-0.34, -0.7)], [0.16, 0.1, 0.07], BARK, 0.5)
    pen.stroke([(-0.04, -0.44), (0.06, -0.62)], [0.07, 0.04], BARK, 0.3)
    _foliage(
        pen,
        coat.base,
        [
            (0.04, -0.7, 0.17),
            (-0.2, -0.74, 0.2),
            (-0.46, -0.7, 0.22),
            (-0.36, -0.86, 0.2),
            (-0.62, -0.76, 0.14),
        ],
    )


def _bloom(pen: Pen, coat: Coat, petals: int) -> None:
    """One flower of radius 1."""
    for ring, reach in ((0, 1.0), (1, 0.8)):
        for k in range(petals):
            petal = pen.at(0, 0, reach, 360 / petals * (k + ring / 2))
            petal.fill(
                smooth([(0, 0), (0.26, -0.6), (0, -1.0), (-0.26, -0.6)], steps=5),
                mix(coat.base, WHITE, 0.18 * ring) if k % 2 else darker(coat.base, 0.06),
                0.35,
            )
    pen.fill(ellipse(0, 0, 0.32), coat.light, 0.5)
    dots = [ellipse(0.2 * np.cos(a), 0.2 * np.sin(a), 0.04) for a in np.linspace(0, 6, 9)]
    pen.fill_all(dots, darker(coat.light, 0.4))


def _stem(pen: Pen, line: list[tuple[float, float]]) -> None:
    pen.stroke(line, [0.05, 0.035], LEAF, 0.3)
    x, y = line[len(line) // 2]
    for side in (-1, 1):
        pen.fill(
            smooth(
                [
                    (x, y),
                    (x + side * 0.12, y - 0.12),
                    (x + side * 0.26, y - 0.1),
                    (x + side * 0.12, y + 0.02),
                ]
            ),
            LEAF,
            0.5,
        )


def flower(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.4, 0.04)
    _stem(pen, [(0.0, 0.0), (0.04, -0.3), (0.0, -0.6)])
    _bloom(pen.at(0, -0.7, 0.34), coat, 9)


def flowers_in_a_vase(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.7)
    for x, y in ((-0.24, -0.72), (0.26, -0.76), (0.0, -0.92)):
        _stem(pen, [(0.0, -0.3), (x * 0.5, -0.5), (x, y)])
    for x, y in ((-0.26, -0.72), (0.28, -0.76), (0.0, -0.92)):
        _bloom(pen.at(x, y, 0.2, 20 * x), coat, 7)
    vase = smooth(
        both_sides([(0, -0.46), (0.12, -0.46), (0.1, -0.38), (0.22, -0.16), (0.14, 0.0), (0, 0.0)])
    )
    pen.fill(
        vase,
        (104, 144, 172),
        0.7,
        marks=lambda p: p.stroke([(-0.3, -0.2), (0, -0.17), (0.3, -0.2)], 0.05, WHITE, opacity=0.8),
    )


def flower_close_up(pen: Pen, coat: Coat) -> None:
    for side in (-1, 1):
        pen.fill(
            smooth([(0, -0.3), (side * 0.5, -0.3), (side * 0.8, 0.1), (side * 0.3, 0.05)]),
            LEAF,
            0.5,
        )
    _bloom(pen.at(0, -0.5, 0.62), coat, 12)


TREE = Subject(
    "tree",
    1.4,
    (
        Pose("in leaf", round_tree, 1.0, place="outdoors"),
        Pose("tall as a fir", fir_tree, 0.8, place="outdoors"),
        Pose("bent by the wind", bent_tree, 0.6, usual=False, place="outdoors"),
    ),
    TREE_PAINTS,
)


FLOWER = Subject(
    "flower",
    1.5,
    (
        Pose("on its stem", flower, 1.0),
        Pose("in a vase", flowers_in_a_vase, 0.8),
        Pose("close up", flower_close_up, 0.6, usual=False),
    ),
    FLOWER_PAINTS,
)
