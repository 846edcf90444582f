"""What would flip an answer: the smallest change of brightness, place or frame that does.

Each kind of change is tried from small to large, a few at a time, until the predicted class is
another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from engine.dataset import Floats, Pictures
from engine.pictures import as_network_sees

AT_ONCE = 24

Judge = Callable[[Pictures], Floats]
"""Pictures (k, height, width, 3) uint8 → the probability of each class, (classes, k)."""


@dataclass(frozen=True, eq=False)
class Change:
    """A picture that was changed a little. amount: in percent, or in pixels of a shift."""

    words: str
    amount: float
    picture: Pictures


@dataclass(frozen=True, eq=False)
class Flip:
    """The smallest change that gives another class, and its probability then."""

    change: Change
    label: int
    probability: float


@dataclass(frozen=True)
class Kind:
    """How a picture is changed: `of` gives the changes from small to large; `most` says how far."""

    of: Callable[[Pictures], Iterator[Change]]
    most: str


def brightened(picture: Pictures, percent: float) -> Pictures:
    """Every value so many percent larger, up to white."""
    return np.asarray(np.rint(picture * (1 + percent / 100)).clip(0, 255), dtype=np.uint8)


def shifted(picture: Pictures, down: int, right: int) -> Pictures:
    """Moved by whole pixels; what comes in from beyond the edge repeats the edge."""
    height, width = picture.shape[:2]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return np.asarray(picture[rows][:, columns])


def brightness(picture: Pictures) -> Iterator[Change]:
    for percent in (*range(1, 30), *range(30, 81, 2)):
        for sign, word in ((-1, "darker"), (1, "brighter")):
            changed = brightened(picture, sign * percent)
            yield Change(f"{percent} % {word}", percent, changed)


DIRECTIONS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


def shift(picture: Pictures) -> Iterator[Change]:
    for pixels in range(1, max(2, len(picture) // 4 + 1)):
        for word, (down, right) in DIRECTIONS.items():
            moved = shifted(picture, pixels * down, pixels * right)
            plural = "" if pixels == 1 else "s"
            yield Change(f"moved {pixels} pixel{plural} {word}", pixels, moved)


CORNERS = {
    "around the middle": (0.5, 0.5),
    "to the upper left": (0.0, 0.0),
    "to the upper right": (0.0, 1.0),
    "to the lower left": (1.0, 0.0),
    "to the lower right": (1.0, 1.0),
}


def crop(picture: Pictures) -> Iterator[Change]:
    """A part of it at full size again, each side so many percent shorter; of square pictures only."""
    side, width = picture.shape[:2]
    for cut in range(1, side // 2 + 1 if side == width else 0):
        kept = max(1, side - cut)
        for word, (down, right) in CORNERS.items():
            top, left = round(cut * down), round(cut * right)
            part = picture[top : top + kept, left : left + kept]
            percent = 100 * cut / side
            yield Change(f"cropped by {percent:.0f} % {word}", percent, as_network_sees(part, side))


KINDS: Mapping[str, Kind] = {
    "brightness": Kind(brightness, "80 % darker or brighter"),
    "shift": Kind(shift, "a quarter of the picture"),
    "crop": Kind(crop, "half of it cut away"),
}


def smallest_flips(judge: Judge, picture: Pictures) -> dict[str, Flip | None]:
    """For each of the `KINDS` the smallest change of a picture (side, side, 3) that flips the answer,
    or None where none does."""
    answer = int(judge(picture[np.newaxis])[:, 0].argmax())
    return {name: smallest_flip(judge, kind.of(picture), answer) for name, kind in KINDS.items()}


def smallest_flip(judge: Judge, changes: Iterator[Change], answer: int) -> Flip | None:
    while tried := list(islice(changes, AT_ONCE)):
        P = judge(np.stack([change.picture for change in tried]))
        labels = P.argmax(axis=0)
        if (labels != answer).any():
            first = int(np.argmax(labels != answer))
            return Flip(tried[first], int(labels[first]), float(P[labels[first], first]))
    return None
