"""Cats on the move: walking, stretching, leaping, playing."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.cat_heads import cat_head
from engine.sources.drawing.coats import Coat, on_body
from engine.sources.drawing.curves import box, ellipse, smooth
from engine.sources.drawing.limbs import leg, tail
from engine.sources.drawing.palette import Colour, darker, lighter, varied

# Every pose stands on y = 0, is about one unit high (y upwards is negative), and looks left
# where it looks anywhere.
BOX_COLOUR: Colour = (198, 154, 104)


def walking(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.15)
    tail(pen, coat, [(0.42, -0.5), (0.58, -0.66), (0.56, -0.9), (0.66, -1.02)], 0.09)
    for line in (
        [(-0.2, -0.34), (-0.13, -0.16), (-0.16, 0)],
        [(0.36, -0.36), (0.42, -0.18), (0.5, 0)],
    ):
        leg(pen, coat, line, 0.25)
    outline = [
        (-0.42, -0.6),
        (-0.2, -0.64),
        (0.1, -0.6),
        (0.36, -0.62),
        (0.5, -0.46),
        (0.42, -0.26),
        (0.1, -0.24),
        (-0.26, -0.24),
        (-0.44, -0.4),
    ]
    spine = [(-0.4, -0.63), (0.0, -0.62), (0.46, -0.58)]
    pen.fill(smooth(outline), coat.base, 0.6, fur=0.015, marks=on_body(coat, spine, 0.32))
    for line in (
        [(-0.32, -0.36), (-0.34, -0.18), (-0.42, 0)],
        [(0.3, -0.38), (0.26, -0.18), (0.26, 0)],
    ):
        leg(pen, coat, line)
    cat_head(pen.at(-0.5, -0.72, 0.23), coat, -0.5)


def stretching(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.3)
    tail(pen, coat, [(0.44, -0.62), (0.52, -0.86), (0.42, -1.04), (0.5, -1.16)], 0.09)
    leg(pen, coat, [(0.36, -0.48), (0.44, -0.22), (0.42, 0.0)], 0.25)
    pen.stroke([(-0.3, -0.14), (-0.62, -0.04)], [0.12, 0.09], darker(coat.paw, 0.2), 0.3)
    outline = [
        (-0.42, -0.26),
        (-0.2, -0.34),
        (0.1, -0.46),
        (0.34, -0.68),
        (0.5, -0.62),
        (0.48, -0.4),
        (0.22, -0.24),
        (-0.1, -0.07),
        (-0.4, -0.06),
    ]
    spine = [(-0.4, -0.3), (0.0, -0.44), (0.46, -0.7)]
    pen.fill(smooth(outline), coat.base, 0.6, fur=0.015, marks=on_body(coat, spine, 0.28))
    leg(pen, coat, [(0.34, -0.46), (0.26, -0.2), (0.3, 0.0)])
    pen.stroke([(-0.26, -0.12), (-0.5, -0.05), (-0.7, -0.05)], [0.13, 0.1, 0.1], coat.paw, 0.4)
    cat_head(pen.at(-0.46, -0.34, 0.22, -12), coat, -0.4, "closed")


def leaping(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 0.8, 0.05)
    air = pen.at(0.0, -0.34, 1.0, 20)
    tail(air, coat, [(0.42, -0.3), (0.62, -0.3), (0.8, -0.42), (0.92, -0.36)], 0.09)
    leg(air, coat, [(-0.3, -0.2), (-0.5, -0.22), (-0.66, -0.26)], 0.25)
    leg(air, coat, [(0.36, -0.2), (0.54, -0.1), (0.66, 0.04)], 0.25)
    outline = [
        (-0.42, -0.42),
        (-0.1, -0.45),
        (0.2, -0.42),
        (0.44, -0.4),
        (0.5, -0.22),
        (0.3, -0.1),
        (0.0, -0.12),
        (-0.3, -0.1),
        (-0.46, -0.24),
    ]
    spine = [(-0.4, -0.44), (0.0, -0.45), (0.46, -0.38)]
    air.fill(smooth(outline), coat.base, 0.6, fur=0.015, marks=on_body(coat, spine, 0.3))
    leg(air, coat, [(-0.3, -0.18), (-0.48, -0.1), (-0.64, -0.12)])
    leg(air, coat, [(0.34, -0.22), (0.44, -0.02), (0.58, 0.12)])
    cat_head(air.at(-0.5, -0.46, 0.23, -14), coat, -0.5, "wide")


def out_of_a_box(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.25)
    colour = varied(BOX_COLOUR, pen.rng)
    pen.fill(box(-0.48, -0.5, 0.48, -0.3), darker(colour, 0.5))
    pen.fill(ellipse(0, -0.4, 0.28, 0.3), coat.base, 0.4)
    cat_head(pen.at(0.0, -0.68, 0.3, pen.rng.uniform(-8, 8)), coat, 0.0, "wide")
    for side in (-1, 1):
        flap = smooth([(side * 0.5, -0.46), (side * 0.72, -0.34), (side * 0.68, -0.26)], steps=2)
        pen.fill(flap, lighter(colour, 0.2), 0.3)
    pen.fill(box(-0.5, -0.45, 0.5, 0.0, 0.01), lighter(colour, 0.1), bottom=darker(colour, 0.15))
    pen.fill(box(-0.06, -0.45, 0.06, 0.0), lighter(colour, 0.3), opacity=0.6)
    for side in (-1, 1):
        pen.fill(ellipse(side * 0.24, -0.44, 0.09, 0.075), coat.paw, 0.45)


def on_its_back(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.2)
    tail(pen, coat, [(0.48, -0.1), (0.66, -0.04), (0.82, -0.1)], 0.1)
    outline = [
        (-0.4, -0.3),
        (-0.1, -0.4),
        (0.3, -0.38),
        (0.54, -0.22),
        (0.5, -0.02),
        (0.0, 0.02),
        (-0.42, 0.0),
    ]
    spine = [(-0.4, 0.02), (0.1, 0.04), (0.5, 0.0)]
    pen.fill(smooth(outline), coat.base, 0.6, fur=0.015, marks=on_body(coat, spine, 0.34, -1))
    pen.soft(ellipse(0.06, -0.28, 0.3, 0.1), coat.light, 0.04, 0.85)
    for line in (
        [(-0.2, -0.3), (-0.16, -0.5), (-0.26, -0.58)],
        [(-0.06, -0.3), (0.0, -0.5), (-0.08, -0.6)],
        [(0.34, -0.28), (0.42, -0.48), (0.36, -0.58)],
        [(0.46, -0.22), (0.58, -0.4), (0.54, -0.5)],
    ):
        pen.stroke(line, [0.13, 0.1, 0.1], coat.base, 0.4)
        pen.fill(ellipse(*line[-1], 0.065), coat.paw, 0.4)
    cat_head(pen.at(-0.52, -0.2, 0.26, 150), coat, 0.1, "wide")
