"""What can be measured of any photo: how bright it is, how much contrast, which colour prevails.

Of photographs nobody has said what is special; these are facts that pixels alone can tell. The
size of what they show, its pose and its background are not claimed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Attributes, Dataset, Floats, Pictures

MOST_SIDE = 32  # larger pictures are looked at in as few rows and columns
LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709

# Mean and spread of the luma in [0, 1]. Of the course's photos about a quarter lie beyond either.
DARK, BRIGHT = 0.33, 0.52
FLAT, STRONG = 0.16, 0.25
# Mean of max - min over red, green and blue, below which a picture has no colour to speak of.
GREY = 0.08
# Hues in degrees up to which a name reaches.
HUES = ((18, "red"), (48, "orange"), (70, "yellow"), (165, "green"), (255, "blue"), (340, "purple"))

OF_IMPORTED = {"file", "subject"}
"""What is known of a person's own pictures: which file it was, and its class there."""


def measured(pictures: Pictures) -> Attributes:
    """A mapping with "brightness", "contrast" and "dominant colour" for each of (m, height, width, 3)
    uint8."""
    step = max(1, -(-max(pictures.shape[1:3]) // MOST_SIDE))
    pixels = pictures[:, ::step, ::step].reshape(len(pictures), -1, 3) / 255.0
    luma = pixels @ LUMA
    bright, contrast = luma.mean(axis=1), luma.std(axis=1)
    colours = [dominant_colour(picture) for picture in pixels]
    return tuple(
        {
            "brightness": "dark" if b < DARK else "bright" if b > BRIGHT else "normal",
            "contrast": "low contrast" if c < FLAT else "high contrast" if c > STRONG else "usual",
            "dominant colour": colour,
        }
        for b, c, colour in zip(bright, contrast, colours, strict=True)
    )


def dominant_colour(pixels: Floats) -> str:
    """The name of the hue with the most colour in it, of (n, 3) red, green, blue in [0, 1]; or
    "grey"."""
    greatest, chroma = pixels.max(axis=1), np.ptp(pixels, axis=1)
    if chroma.mean() < GREY:
        return "grey"
    names = [name for _, name in HUES]
    places = np.searchsorted([limit for limit, _ in HUES], hues(pixels, greatest, chroma))
    weights = np.bincount(places % len(names), weights=chroma, minlength=len(names))
    return names[int(weights.argmax())]


def hues(pixels: Floats, greatest: Floats, chroma: Floats) -> NDArray[np.float64]:
    """(n,) in degrees: red 0, green 120, blue 240 (the hexagon's way round)."""
    r, g, b = pixels.T
    c = np.where(chroma > 0, chroma, 1.0)
    sixth = np.where(
        greatest == r, (g - b) / c % 6, np.where(greatest == g, (b - r) / c + 2, (r - g) / c + 4)
    )
    return np.asarray(60.0 * sixth)


@lru_cache(maxsize=8)
def attributes_of(dataset: Dataset, part: str) -> Attributes:
    """What is known of each picture of the "train" or "test" set; of photos what is measured."""
    known = dataset.train_attributes if part == "train" else dataset.test_attributes
    if dataset.planar or (known and not set(known[0]) <= OF_IMPORTED):
        return known
    facts = measured(dataset.train_pictures if part == "train" else dataset.test_pictures)
    return (
        tuple({**fact, **own} for fact, own in zip(facts, known, strict=True)) if known else facts
    )
