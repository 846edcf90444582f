"""Houses and cups, and how things are painted."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import box, ellipse, points, ribbon, smooth
from engine.sources.drawing.palette import INK, WHITE, Colour, darker, lighter
from engine.sources.drawing.poses import Pose, Subject

GLASS: Colour = (176, 212, 228)


LAMP: Colour = (255, 222, 140)


def paint(words: str, base: Colour, accent: Colour, usual: bool = True) -> Coat:
    """A thing's colours in the shape of a coat: base, a light accent, a dark one."""
    return Coat(words, base, accent, darker(base, 0.4), "solid", INK, usual=usual)


HOUSE_PAINTS = (
    paint("white", (240, 230, 214), (186, 82, 66)),
    paint("red", (190, 84, 66), (92, 78, 84)),
    paint("yellow", (238, 200, 120), (150, 84, 62)),
    paint("blue", (120, 156, 190), (88, 82, 98)),
    paint("brick", (176, 106, 82), (84, 92, 106)),
    paint("green", (136, 166, 128), (120, 76, 60)),
)


CUP_PAINTS = (
    paint("white", (242, 238, 230), (96, 138, 180)),
    paint("blue", (84, 132, 178), WHITE),
    paint("red", (202, 82, 70), (250, 226, 190)),
    paint("green", (122, 158, 122), (244, 236, 208)),
    paint("yellow", (240, 200, 106), (200, 90, 70)),
)


def house(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.3, 0.05)
    pen.fill(box(0.2, -1.0, 0.32, -0.7), darker(coat.dark, 0.1), 0.3)
    pen.soft(smooth([(0.26, -1.0), (0.4, -1.16), (0.3, -1.26)]), WHITE, 0.05, 0.5)
    pen.fill(box(-0.48, -0.58, 0.48, 0.0), coat.base, bottom=darker(coat.base, 0.16))
    for k in range(5):
        pen.fill(
            box(-0.48, -0.5 + 0.11 * k, 0.48, -0.495 + 0.11 * k),
            darker(coat.base, 0.4),
            opacity=0.35,
        )
    pen.fill(points([(-0.58, -0.54), (0.0, -1.02), (0.58, -0.54)]), coat.light, 0.4)
    for k in range(3):
        y = -0.86 + 0.1 * k
        reach = 1.15 * (y + 1.02)
        pen.stroke([(-reach, y), (reach, y)], 0.015, darker(coat.light, 0.4), opacity=0.6)
    pen.fill(box(-0.09, -0.32, 0.09, 0.0, 0.03), darker(coat.light, 0.3), 0.3)
    pen.fill(ellipse(0.05, -0.15, 0.015), LAMP)
    pane = LAMP if pen.rng.rand() < 0.4 else GLASS
    for x in (-0.3, 0.3):
        pen.fill(box(x - 0.11, -0.44, x + 0.11, -0.2), WHITE)
        pen.fill(box(x - 0.09, -0.42, x + 0.09, -0.22), pane, bottom=darker(pane, 0.3))
        pen.fill(box(x - 0.008, -0.42, x + 0.008, -0.22), WHITE)
        pen.fill(box(x - 0.12, -0.2, x + 0.12, -0.15), (150, 92, 70))
        pen.fill_all([ellipse(x + d, -0.2, 0.03) for d in (-0.08, 0, 0.08)], (214, 96, 110))
    pen.fill(ellipse(0, -0.7, 0.08), pane, 0.2)


def tower(pen: Pen, coat: Coat) -> None:
    """A lighthouse: a house of an unusual kind."""
    pen.ground_shadow(0.0, 0.8, 0.05)
    pen.fill(smooth([(-0.5, 0.02), (-0.3, -0.12), (0.3, -0.12), (0.5, 0.02)]), (128, 122, 124), 0.5)
    side = points([(-0.13, -0.86), (0.13, -0.86), (0.22, -0.06), (-0.22, -0.06)])

    def marks(inner: Pen) -> None:
        for y in (-0.8, -0.48, -0.16):
            inner.fill(box(-0.3, y, 0.3, y + 0.16), coat.base)

    pen.fill(side, WHITE, 0.5, marks=marks)
    pen.fill(box(-0.17, -0.9, 0.17, -0.86), INK)
    pen.fill(box(-0.1, -1.04, 0.1, -0.9), LAMP, 0.2)
    pen.soft(ellipse(0, -0.97, 0.22), LAMP, 0.1, 0.6)
    pen.fill(points([(-0.14, -1.03), (0, -1.18), (0.14, -1.03)]), coat.base, 0.4)


def cup(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.05, 1.1, 0.06)
    _cup(pen, coat)
    for x in (-0.1, 0.08):
        steam = ribbon(
            [(x, -0.72), (x + 0.06, -0.84), (x - 0.03, -0.94), (x + 0.04, -1.08)], [0.06, 0.02]
        )
        pen.soft(steam, WHITE, 0.025, 0.7)


def _cup(pen: Pen, coat: Coat) -> None:
    pen.fill(ellipse(0, -0.03, 0.52, 0.07), lighter(coat.base, 0.2), 0.5)
    pen.stroke([(0.3, -0.56), (0.56, -0.5), (0.52, -0.24), (0.26, -0.18)], 0.08, coat.base, 0.5)
    pen.fill(
        smooth(
            [
                (-0.36, -0.66),
                (0.36, -0.66),
                (0.32, -0.2),
                (0.18, -0.03),
                (-0.18, -0.03),
                (-0.32, -0.2),
            ]
        ),
        coat.base,
        0.6,
        marks=lambda p: p.fill_all(
            [ellipse(x, -0.36, 0.07) for x in (-0.27, -0.09, 0.09, 0.27)], coat.light, 0.9
        ),
    )
    pen.fill(ellipse(0, -0.66, 0.36, 0.08), lighter(coat.base, 0.4))
    pen.fill(ellipse(0, -0.65, 0.31, 0.06), (104, 66, 44), bottom=(146, 98, 64))


def tipped_cup(pen: Pen, coat: Coat) -> None:
    pen.fill(
        smooth([(-0.8, 0.0), (-0.5, -0.06), (-0.2, 0.0), (-0.4, 0.07), (-0.7, 0.06)]),
        (126, 82, 52),
        0.4,
    )
    pen.ground_shadow(0.1, 1.0, 0.05)
    _cup(pen.at(0.2, -0.36, 0.95, -78), coat)


HOUSE = Subject(
    "house",
    1.5,
    (
        Pose("with a roof", house, 1.5, place="outdoors"),
        Pose("built as a lighthouse", tower, 0.5, usual=False, place="outdoors"),
    ),
    HOUSE_PAINTS,
)


CUP = Subject(
    "cup",
    1.2,
    (
        Pose("with steam", cup, 1.3, place="indoors"),
        Pose("tipped over", tipped_cup, 0.4, usual=False),
    ),
    CUP_PAINTS,
)
