"""The same photo seen in other ways: cut to a square differently, mirrored, moved, brighter.

None of them changes what it shows; how much the answer changes says how far to trust it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.dataset import Pictures
from engine.flips import DIRECTIONS, brightened, shifted
from engine.pictures import Pixels, as_network_sees

PERCENTS = (-40, -20, 20, 40)
SHIFT = 16  # the part of a side by which a photo is moved: 4 of 64 pixels


@dataclass(frozen=True, eq=False)
class View:
    """kind: "cut", "mirrored", "moved" or "brightness"; picture: (side, side, 3) uint8."""

    kind: str
    words: str
    picture: Pictures


def centre_crop(pixels: Pixels, side: int) -> Pictures:
    """The largest square in the middle."""
    height, width = pixels.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    return as_network_sees(pixels[top : top + edge, left : left + edge], side)


def letterbox(pixels: Pixels, side: int) -> Pictures:
    """All of it in its own proportions, with black bars."""
    height, width = pixels.shape[:2]
    edge = max(height, width)
    square = np.zeros((edge, edge, 3), np.uint8)
    top, left = (edge - height) // 2, (edge - width) // 2
    square[top : top + height, left : left + width] = pixels
    return as_network_sees(square, side)


CUTS: Mapping[str, Callable[[Pixels, int], Pictures]] = {
    "stretched, as the course does": as_network_sees,
    "middle square": centre_crop,
    "whole, with black bars": letterbox,
}


def views(pixels: Pixels, side: int) -> tuple[View, ...]:
    """Of a photo (height, width, 3) uint8; the first is the one the course's network gets."""
    cuts = [View("cut", words, cut(pixels, side)) for words, cut in CUTS.items()]
    seen = cuts[0].picture
    pixels_moved = max(1, side // SHIFT)
    return (
        *cuts,
        View("mirrored", "left to right", seen[:, ::-1]),
        View("mirrored", "upside down", seen[::-1]),
        *(
            View(
                "moved",
                f"{pixels_moved} px {word}",
                shifted(seen, pixels_moved * y, pixels_moved * x),
            )
            for word, (y, x) in DIRECTIONS.items()
        ),
        *(
            View(
                "brightness",
                f"{abs(percent)} % {'darker' if percent < 0 else 'brighter'}",
                brightened(seen, percent),
            )
            for percent in PERCENTS
        ),
    )
