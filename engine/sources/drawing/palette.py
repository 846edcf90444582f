"""Colours: mixing them, and the schemes that scenes are painted with."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np

Colour = tuple[int, int, int]

WHITE: Colour = (250, 247, 240)
INK: Colour = (38, 30, 40)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """`hue` in turns (0 red, 1/3 green, 2/3 blue), the others 0 to 1."""
    parts = colorsys.hsv_to_rgb(hue % 1.0, min(max(saturation, 0), 1), min(max(value, 0), 1))
    return (round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255))


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with `share` (0 to 1) of `second` stirred in."""
    a, b, c = (round(p + (q - p) * share) for p, q in zip(first, second, strict=True))
    return (a, b, c)


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 250, 235), share)


def darker(colour: Colour, share: float) -> Colour:
    # Towards violet, not black: shadows painted black look like holes.
    return mix(colour, (28, 18, 44), share)


def varied(colour: Colour, rng: np.random.RandomState, amount: float = 0.05) -> Colour:
    """A near neighbour of `colour`, so that no two walls or coats are quite the same."""
    h, s, v = colorsys.rgb_to_hsv(*(p / 255 for p in colour))
    dh, ds, dv = rng.uniform(-1, 1, 3) * amount
    return hsv(h + dh / 3, s * (1 + 2 * ds), v * (1 + dv))


@dataclass(frozen=True)
class Scheme:
    """What a scene is painted with: far (wall, sky), near (floor, ground), accents, and darkness."""

    far: Colour
    near: Colour
    accent: Colour
    second: Colour
    deep: Colour


WARM = (
    Scheme((232, 205, 168), (176, 120, 78), (196, 84, 62), (226, 168, 84), (98, 60, 48)),
    Scheme((222, 178, 160), (150, 96, 82), (170, 62, 66), (240, 214, 176), (84, 46, 52)),
    Scheme((240, 222, 190), (200, 160, 116), (122, 142, 108), (214, 120, 80), (110, 78, 56)),
    Scheme((214, 160, 104), (128, 80, 56), (236, 196, 120), (160, 58, 48), (74, 44, 40)),
    Scheme((236, 214, 206), (188, 150, 140), (190, 104, 112), (150, 128, 150), (96, 66, 76)),
    Scheme((205, 190, 170), (140, 112, 92), (96, 110, 122), (214, 160, 96), (70, 58, 56)),
)
COOL = (
    Scheme((150, 196, 222), (110, 164, 108), (228, 110, 92), (246, 214, 110), (46, 86, 92)),
    Scheme((176, 210, 214), (130, 150, 120), (86, 128, 168), (238, 180, 130), (52, 76, 96)),
    Scheme((124, 164, 206), (92, 130, 150), (240, 196, 96), (214, 96, 100), (38, 60, 100)),
    Scheme((196, 220, 200), (120, 168, 132), (210, 120, 140), (250, 226, 150), (50, 96, 80)),
    Scheme((168, 178, 214), (116, 118, 160), (232, 150, 120), (150, 200, 190), (56, 54, 102)),
    Scheme((120, 190, 190), (70, 136, 128), (244, 150, 100), (250, 230, 180), (26, 84, 92)),
)


def scheme_like(colour: Colour, rng: np.random.RandomState) -> Scheme:
    """A scheme around one colour: a subject of that colour nearly sinks into it."""
    # Next to black there is only black: such a subject is set off a little more.
    lift = 0.16 if sum(colour) > 260 else 0.32
    return Scheme(
        far=varied(lighter(colour, lift), rng),
        near=varied(darker(lighter(colour, lift - 0.16), 0.16), rng),
        accent=varied(mix(colour, (200, 120, 90), 0.25), rng),
        second=varied(lighter(colour, 0.32), rng),
        deep=darker(colour, 0.45),
    )
