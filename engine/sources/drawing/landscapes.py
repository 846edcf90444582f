"""Landscapes: pictures without a subject in front."""

from __future__ import annotations

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat
from engine.sources.drawing.curves import box, ellipse, points, ribbon, smooth
from engine.sources.drawing.outdoors import blades
from engine.sources.drawing.palette import WHITE, Scheme, darker, lighter, mix
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.things import paint
from engine.sources.drawing.waters import open_sea, ripples
from engine.sources.drawing.weather import hills, sky

LIGHTS = (
    paint("morning", (150, 196, 220), (244, 214, 150)),
    paint("evening", (226, 150, 120), (250, 206, 140)),
    paint("summer", (110, 170, 216), (220, 226, 130)),
    paint("misty", (176, 190, 196), (214, 206, 190)),
)


def _scheme(coat: Coat) -> Scheme:
    return Scheme(
        coat.base,
        mix(coat.base, (110, 140, 90), 0.5),
        coat.light,
        lighter(coat.light, 0.3),
        coat.dark,
    )


def _peaks(pen: Pen, coat: Coat, foot: float) -> None:
    for depth in range(2):
        colour = mix(darker(coat.base, 0.45), lighter(coat.base, 0.3), 0.6 - 0.5 * depth)
        for _ in range(3):
            x, top, w = (
                pen.rng.uniform(0, 1),
                foot - pen.rng.uniform(0.2, 0.42) + 0.12 * depth,
                pen.rng.uniform(0.3, 0.4),
            )
            peak = points(
                [
                    (x - w, foot),
                    (x - w * 0.4, top + 0.15),
                    (x, top),
                    (x + w * 0.3, top + 0.12),
                    (x + w, foot),
                ]
            )
            mask = pen.fill(peak, colour, bottom=lighter(colour, 0.3))
            edge = [
                (0.4, 0.08),
                (0.11, 0.07),
                (0.07, 0.12),
                (0.02, 0.07),
                (-0.05, 0.13),
                (-0.1, 0.07),
                (-0.4, 0.08),
            ]
            cap = points(
                [
                    (x - 0.4, top - 0.1),
                    (x + 0.4, top - 0.1),
                    *((x + dx, top + dy) for dx, dy in edge),
                ]
            )
            pen.inside(mask).fill(cap, WHITE, opacity=0.9)


def mountains(pen: Pen, coat: Coat) -> None:
    sky(pen, 0.8, coat.base)
    _peaks(pen, coat, 0.64)
    hills(pen, 0.7, mix((84, 124, 92), coat.base, 0.3), 0.1)
    blades(pen, mix((84, 124, 92), coat.base, 0.2), 20)
    pen.fill(box(-0.2, 0.76, 1.2, 1.2), mix((104, 146, 92), coat.light, 0.2), bottom=(60, 96, 78))
    path = smooth(
        [
            (0.5, 0.76),
            (0.54, 0.76),
            (0.6, 0.86),
            (0.5, 0.94),
            (0.62, 1.2),
            (0.3, 1.2),
            (0.36, 0.92),
            (0.5, 0.84),
        ]
    )
    pen.fill(path, lighter(coat.light, 0.2))


def coast(pen: Pen, coat: Coat) -> None:
    open_sea(pen, _scheme(coat))
    x = pen.rng.uniform(0.2, 0.8)
    pen.fill(ellipse(x, 0.44, 0.08), (255, 236, 180), 0.2)
    pen.fill(box(-0.2, 0.5, 1.2, 0.505), WHITE, opacity=0.5)
    pen.fill_all(
        [
            ribbon(
                [(x - 0.1 + 0.01 * k, 0.54 + 0.06 * k), (x + 0.1 - 0.01 * k, 0.54 + 0.06 * k)],
                0.018,
            )
            for k in range(6)
        ],
        (255, 232, 176),
        0.7,
    )
    pen.fill(
        smooth([(1.3, 0.2), (0.86, 0.32), (0.7, 0.54), (0.66, 0.72), (1.3, 0.8)]),
        darker(coat.base, 0.5),
        0.5,
    )


def fields(pen: Pen, coat: Coat) -> None:
    sky(pen, 0.5, coat.base)
    hills(pen, 0.5, mix((110, 140, 130), coat.base, 0.5))
    for k in range(5):
        colour = ((150, 176, 92), (224, 196, 104), (104, 146, 88), (196, 160, 100), (130, 166, 96))[
            (k + pen.rng.randint(5)) % 5
        ]
        y = 0.5 + 0.1 * k
        pen.fill(
            smooth(
                [
                    (-0.3, y + pen.rng.uniform(-0.05, 0.05)),
                    (0.4, y),
                    (1.3, y + pen.rng.uniform(-0.06, 0.06)),
                    (1.4, 1.4),
                    (-0.4, 1.4),
                ]
            ),
            colour,
            bottom=darker(colour, 0.3),
        )
        pen.fill_all(
            [
                ellipse(pen.rng.uniform(0, 1), y + 0.03, 0.02 + 0.006 * k, 0.024 + 0.008 * k)
                for _ in range(3)
            ],
            (66, 106, 72),
        )


def mirrored_mountains(pen: Pen, coat: Coat) -> None:
    mirror = pen.at(0, 1.24, 1.0, 180, mirror=True)
    for half in (mirror, pen):
        half.fill(
            box(-0.2, -0.2, 1.2, 0.62), lighter(coat.base, 0.05), bottom=lighter(coat.light, 0.3)
        )
        state = pen.rng.get_state()
        _peaks(half, coat, 0.62)
        if half is mirror:
            pen.rng.set_state(state)
    pen.fill(box(-0.2, 0.62, 1.2, 1.2), mix(coat.base, (60, 100, 140), 0.6), opacity=0.45)
    ripples(pen, 12)


LANDSCAPE = Subject(
    "landscape",
    2.2,
    (
        Pose("with mountains", mountains),
        Pose("by the sea", coast),
        Pose("with fields", fields),
        Pose("mirrored in a lake", mirrored_mountains, 0.6, usual=False),
    ),
    LIGHTS,
    fills=True,
)
