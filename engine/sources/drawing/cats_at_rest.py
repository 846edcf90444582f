"""Cats that keep still: sitting, lying, asleep, looking at us."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.cat_heads import cat_head, cat_head_behind
from engine.sources.drawing.coats import Coat, on_body
from engine.sources.drawing.curves import both_sides, ellipse, ribbon, smooth
from engine.sources.drawing.limbs import leg, tail
from engine.sources.drawing.palette import darker, mix


def sitting(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.05, 0.95)
    tail(pen, coat, [(0.2, -0.08), (0.44, -0.06), (0.54, -0.2), (0.5, -0.42)])
    spine = [(-0.02, -0.72), (0.02, -0.4), (0, 0.0)]
    body = both_sides(
        [(0, -0.68), (0.17, -0.6), (0.24, -0.4), (0.35, -0.16), (0.31, -0.01), (0, 0.01)]
    )

    def marks(inner: Pen) -> None:
        on_body(coat, spine, 0.3)(inner)
        on_body(coat, spine, 0.3, -1)(inner)
        inner.soft(ellipse(0, -0.42, 0.12, 0.2), coat.light, 0.04, 0.8)

    pen.fill(smooth(body), coat.base, 0.6, fur=0.015, marks=marks)
    for side in (-1, 1):
        half = pen.at(0, 0, mirror=side < 0)
        half.fill(ellipse(0.25, -0.035, 0.11, 0.055), coat.paw, 0.35)
        half.stroke([(0.1, -0.4), (0.1, -0.05)], [0.14, 0.11], mix(coat.base, coat.paw, 0.3), 0.35)
        half.fill(ellipse(0.1, -0.04, 0.085, 0.055), coat.paw, 0.4)
    cat_head(pen.at(0, -0.8, 0.27), coat, pen.rng.uniform(-0.5, 0.5))


def sitting_sideways(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.08, 0.95)
    tail(pen, coat, [(0.26, -0.06), (0.48, -0.07), (0.6, -0.22), (0.54, -0.4)])
    outline = [
        (-0.14, -0.66),
        (0.06, -0.62),
        (0.22, -0.44),
        (0.35, -0.18),
        (0.32, -0.01),
        (0.0, 0.0),
        (-0.14, -0.05),
        (-0.2, -0.34),
    ]
    leg(pen, coat, [(-0.06, -0.4), (-0.08, -0.2), (-0.1, 0.0)], 0.2)
    spine = [(-0.02, -0.68), (0.2, -0.46), (0.34, -0.16)]
    pen.fill(smooth(outline), coat.base, 0.6, fur=0.015, marks=on_body(coat, spine, 0.3))
    pen.fill(ellipse(0.16, -0.16, 0.16, 0.15), mix(coat.base, coat.dark, 0.08), 0.5)
    pen.fill(ellipse(0.06, -0.035, 0.12, 0.05), coat.paw, 0.35)
    leg(pen, coat, [(-0.13, -0.42), (-0.15, -0.2), (-0.17, 0.0)])
    cat_head(pen.at(-0.15, -0.8, 0.25), coat, -0.6)


def lying(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.04, 1.25)
    outline = [
        (-0.44, -0.3),
        (-0.22, -0.46),
        (0.16, -0.46),
        (0.46, -0.36),
        (0.56, -0.14),
        (0.46, 0.0),
        (-0.4, 0.0),
        (-0.5, -0.12),
    ]
    spine = [(-0.3, -0.46), (0.1, -0.48), (0.54, -0.26)]
    pen.fill(smooth(outline), coat.base, 0.6, fur=0.015, marks=on_body(coat, spine, 0.34))
    pen.fill(ellipse(0.34, -0.16, 0.19, 0.16), mix(coat.base, coat.dark, 0.08), 0.45)
    tail(pen, coat, [(0.52, -0.08), (0.36, -0.01), (0.02, -0.02), (-0.06, -0.06)], 0.09)
    for x in (-0.42, -0.26):
        pen.fill(ellipse(x, -0.04, 0.13, 0.06), coat.paw, 0.4)
    eyes = "closed" if pen.rng.rand() < 0.3 else "open"
    cat_head(pen.at(-0.34, -0.42, 0.26), coat, pen.rng.uniform(-0.6, 0.2), eyes)


def curled_asleep(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.3, 0.09)
    spine = [(-0.5, -0.34), (-0.2, -0.6), (0.3, -0.56), (0.56, -0.2)]
    pen.fill(
        ellipse(0, -0.3, 0.58, 0.32), coat.base, 0.65, fur=0.02, marks=on_body(coat, spine, 0.36)
    )
    pen.fill(ellipse(0.3, -0.18, 0.24, 0.18), mix(coat.base, coat.dark, 0.1), 0.4)
    cat_head(pen.at(-0.2, -0.26, 0.27, -18), coat, -0.1, "closed")
    tail(pen, coat, [(0.54, -0.2), (0.42, -0.04), (0.1, 0.0), (-0.24, -0.03)], 0.12)


def loaf(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.0, 1.0)
    body = both_sides([(0, -0.5), (0.26, -0.46), (0.44, -0.22), (0.42, -0.02), (0, 0.0)])
    pen.fill(
        smooth(body),
        coat.base,
        0.65,
        fur=0.015,
        marks=on_body(coat, [(-0.42, -0.4), (0, -0.54), (0.42, -0.4)], 0.35),
    )
    pen.soft(ellipse(0, -0.16, 0.16, 0.12), coat.light, 0.05, 0.6)
    for side in (-1, 1):
        pen.fill(ellipse(side * 0.1, -0.03, 0.1, 0.045), coat.paw, 0.35)
    cat_head(pen.at(0, -0.52, 0.29), coat, pen.rng.uniform(-0.3, 0.3))


def from_behind(pen: Pen, coat: Coat) -> None:
    pen.ground_shadow(0.05, 0.95)
    body = both_sides(
        [(0, -0.72), (0.18, -0.62), (0.27, -0.4), (0.37, -0.16), (0.3, 0.0), (0, 0.01)]
    )

    def marks(inner: Pen) -> None:
        on_body(coat, [(0.02, -0.8), (0.0, -0.4), (0.02, 0.0)], 0.32)(inner)
        on_body(coat, [(-0.02, -0.8), (0.0, -0.4), (-0.02, 0.0)], 0.32, -1)(inner)
        inner.soft(ribbon([(0, -0.8), (0, 0)], 0.12), coat.dark, 0.04, 0.35)

    pen.fill(smooth(body), coat.base, 0.65, fur=0.015, marks=marks)
    tail(pen, coat, [(0.02, -0.06), (0.3, -0.02), (0.52, -0.05), (0.66, -0.2)])
    cat_head_behind(pen.at(0, -0.8, 0.26, pen.rng.uniform(-10, 10)), coat)


def face(pen: Pen, coat: Coat) -> None:
    """Only the head and shoulders."""
    shoulders = both_sides([(0, -0.5), (0.3, -0.4), (0.56, -0.1), (0.66, 0.4), (0, 0.5)])
    pen.fill(
        smooth(shoulders),
        darker(coat.base, 0.06),
        0.6,
        fur=0.02,
        marks=on_body(coat, [(-0.6, -0.2), (0, -0.5), (0.6, -0.2)], 0.5),
    )
    pen.soft(ellipse(0, 0.02, 0.2, 0.26), coat.light, 0.06, 0.8)
    eyes = ("open", "wide", "closed")[int(pen.rng.choice(3, p=[0.6, 0.3, 0.1]))]
    cat_head(pen.at(0, -0.5, 0.46), coat, pen.rng.uniform(-0.6, 0.6), eyes)
