"""The same photo seen in other ways: cut to a square differently, mirrored, moved, brighter.

None of them changes what it shows; how much the answer changes says how far to trust it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

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
    rows, columns = (max(1, round(side * length / edge)) for length in (height, width))
    image = Image.fromarray(np.ascontiguousarray(pixels))
    small = np.array(image.resize((columns, rows), Image.Resampling.LANCZOS))
    top, left = (side - rows) // 2, (side - columns) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top : top + rows, left : left + columns] = small
    return square


CUTS: Mapping[str, Callable[[Pixels, int], Pictures]] = {
    "stretched, as the course does": as_network_sees,
    "middle square": centre_crop,
    "whole, with black bars": letterbox,
}


def cuts(pixels: Pixels, side: int) -> tuple[Pictures, ...]:
    """A photo (height, width, 3) uint8 made square in each of the `CUTS`; the first is the course's."""
    return tuple(cut(pixels, side) for cut in CUTS.values())


def views(cut: Sequence[Pictures]) -> tuple[View, ...]:
    """All views of a photo, from its `cuts`; the first is the one the network gets."""
    seen = cut[0]
    pixels = max(1, len(seen) // SHIFT)
    return (
        *(View("cut", words, picture) for words, picture in zip(CUTS, cut, strict=True)),
        View("mirrored", "left to right", seen[:, ::-1]),
        View("mirrored", "upside down", seen[::-1]),
        *(
            View("moved", f"{pixels} px {word}", shifted(seen, pixels * y, pixels * x))
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
