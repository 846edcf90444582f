"""A cat's head, seen from the front, a little from the side, or from behind."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import BLACKISH, Coat
from engine.sources.drawing.curves import both_sides, ellipse, points, ribbon, smooth
from engine.sources.drawing.palette import INK, WHITE, darker, lighter, mix

HEAD = both_sides(
    [(0, -0.8), (0.45, -0.74), (0.84, -0.36), (1.02, 0.16), (0.84, 0.52), (0.42, 0.8), (0, 0.86)]
)


def cat_head(pen: Pen, coat: Coat, turn: float = 0.0, eyes: str = "open") -> None:
    """A head of radius 1 about the origin; `turn` from -1 (looks left) to 1, `eyes` "open",
    "closed" or "wide"."""
    _ears(pen, coat, turn)
    head = smooth(HEAD)

    def marks(inner: Pen) -> None:
        _forehead(inner.at(turn * 0.2, 0), coat)

    pen.fill(head, coat.base, 0.55, fur=0.05, marks=marks)
    face = pen.at(turn * 0.24, 0.0)
    _muzzle(face, coat)
    for side in (-1, 1):
        # The eye on the far side of a turned head is seen narrower.
        narrow = 1.0 - 0.3 * max(0.0, side * turn)
        _eye(face.at(side * 0.42 * narrow, -0.04, mirror=side < 0), coat, eyes, narrow)
    _whiskers(face, coat)


def cat_head_behind(pen: Pen, coat: Coat) -> None:
    """The back of a head of radius 1: ears and fur, no face."""
    for side in (-1, 1):
        ear = pen.at(0, 0, mirror=side < 0)
        ear.fill(smooth([(0.22, -0.7), (0.66, -1.28), (0.86, -0.3)], steps=6), coat.tip, 0.5)

    def marks(inner: Pen) -> None:
        if coat.pattern == "tabby":
            inner.fill_all(
                [ribbon([(x, -0.8), (x * 1.2, 0.4)], [0.14, 0.05]) for x in (-0.4, 0, 0.4)],
                coat.dark,
                0.7,
            )
        if coat.pattern == "patches":
            inner.fill(ellipse(0.45, -0.3, 0.55, 0.6), coat.dark)

    pen.fill(smooth(HEAD * [0.95, 0.95]), coat.base, 0.6, fur=0.05, marks=marks)


def _ears(pen: Pen, coat: Coat, turn: float) -> None:
    for side in (-1, 1):
        ear = pen.at(turn * 0.1, 0, mirror=side < 0)
        ear.fill(
            points([(0.14, -0.68), (0.5, -1.06), (0.76, -1.34), (0.86, -0.9), (0.94, -0.2)]),
            darker(coat.tip, 0.08),
            0.4,
            fur=0.02,
        )
        inside = mix(coat.tip, (226, 140, 136), 0.65)
        ear.fill(points([(0.36, -0.7), (0.7, -1.14), (0.82, -0.46)]), inside, 0.3)
        if coat.pattern != "points":
            ear.stroke([(0.4, -0.62), (0.56, -0.9)], [0.12, 0.02], coat.light, opacity=0.7)


def _forehead(pen: Pen, coat: Coat) -> None:
    if coat.pattern == "tabby":
        lines = [
            ribbon([(x, -0.95), (x * 0.8, -0.42)], [0.15, 0.05]) for x in (-0.46, -0.16, 0.16, 0.46)
        ]
        for side in (-1, 1):
            lines += [
                ribbon([(side * 1.1, y), (side * 0.62, y + 0.08)], [0.12, 0.03])
                for y in (0.02, 0.26)
            ]
        pen.fill_all(lines, coat.dark, 0.85)
    elif coat.pattern == "tuxedo":
        blaze = both_sides([(0, -0.75), (0.1, -0.4), (0.16, 0.0), (0.6, 0.4), (0.5, 1), (0, 1.0)])
        pen.fill(smooth(blaze), coat.light)
    elif coat.pattern == "patches":
        pen.fill(smooth([(0.04, -1), (1.2, -1), (1.2, 0.2), (0.5, 0.26), (0.14, -0.2)]), coat.dark)
        pen.fill(smooth([(-0.3, -1), (-1.2, -1), (-1.2, 0.0), (-0.6, -0.3)]), BLACKISH)
    elif coat.pattern == "points":
        pen.soft(ellipse(0, 0.24, 0.55, 0.6), coat.dark, 0.16, 0.85)
    else:
        pen.soft(ellipse(0, -0.5, 0.6, 0.3), lighter(coat.base, 0.3), 0.2, 0.4)


def _muzzle(pen: Pen, coat: Coat) -> None:
    colour = mix(coat.dark, coat.base, 0.3) if coat.pattern == "points" else coat.light
    pen.fill(ellipse(0, 0.62, 0.2, 0.16), colour)
    for side in (-1, 1):
        pen.fill(ellipse(side * 0.19, 0.44, 0.27, 0.21), colour, 0.25)
    line = darker(colour, 0.7)
    for side in (-1, 1):
        pen.stroke([(0, 0.36), (side * 0.06, 0.54), (side * 0.26, 0.55)], [0.05, 0.04], line)
    pen.fill(smooth([(-0.15, 0.2), (0.15, 0.2), (0.0, 0.38)], steps=6), coat.nose, 0.3)


def _eye(pen: Pen, coat: Coat, eyes: str, narrow: float) -> None:
    if eyes == "closed":
        pen.stroke([(-0.22, 0.0), (0, 0.12), (0.24, -0.03)], [0.05, 0.08, 0.05], INK)
        return
    open_by = 0.3 if eyes == "wide" else 0.24
    almond = smooth([(-0.25, 0.08), (-0.02, -open_by), (0.27, -0.1), (0.06, open_by)])
    almond = almond * [narrow, 1.0]
    pen.fill(almond * 1.18, darker(coat.dark, 0.45))
    iris = pen.fill(almond, darker(coat.eye, 0.25), bottom=lighter(coat.eye, 0.25))
    pupil = 0.15 if eyes == "wide" else 0.085
    pen.inside(iris).fill(ellipse(0.01, 0, pupil * narrow, 0.23), INK)
    pen.fill(ellipse(-0.06, -0.09, 0.055), WHITE)


def _whiskers(pen: Pen, coat: Coat) -> None:
    colour = WHITE if sum(coat.base) < 620 else (120, 104, 96)
    hairs = []
    for side in (-1, 1):
        for y, end in ((0.4, 0.22), (0.46, 0.46), (0.52, 0.7)):
            hairs.append(
                ribbon(
                    [(side * 0.34, y), (side * 0.8, (y + end) / 2 - 0.04), (side * 1.32, end)],
                    [0.035, 0.03, 0.012],
                    steps=5,
                )
            )
    pen.fill_all(hairs, colour, 0.75)
