"""What the pictures of a dataset are like: the mean of each class, brightness, colours, and leaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.dataset import Dataset, Floats, Pictures
from engine.measured_attributes import HUES, LUMA, hues
from engine.pictures import as_network_sees

BRIGHTNESS_BINS = 10
COLOURS = ("grey", *(name for _, name in HUES))
GREY_CHROMA = 0.12
LOOKED_AT_SIDE = 16
MOST_COMPARED = 1_500
"""Pictures of both sets whose distances are computed while a person waits."""


@dataclass(frozen=True)
class Leak:
    """A picture that is in both sets: its numbers there, and whether it is the same exactly."""

    train: int
    test: int
    exact: bool


@dataclass(frozen=True, eq=False)
class PictureFacts:
    """Of the training set, by class: `means` (k, side, side, 3) uint8, `brightness`
    (k, BRIGHTNESS_BINS) shares of pictures by their mean brightness from black to white,
    `mean_brightness` (k,) from 0 to 1, `colours` (k, len(COLOURS)) shares of pixels; the rows of a
    class without pictures are 0. `leaks` is None where the sets were not compared."""

    means: Pictures
    brightness: Floats
    mean_brightness: Floats
    colours: Floats
    leaks: tuple[Leak, ...] | None


def picture_facts(dataset: Dataset) -> PictureFacts:
    """`dataset` holds pictures, not points."""
    pictures, labels = dataset.train_pictures, dataset.train_labels[0]
    small = np.stack([as_network_sees(p, min(LOOKED_AT_SIDE, dataset.side)) for p in pictures])
    bright = brightness(small)
    colours = colour_shares(small)
    k = len(dataset.classes)
    means = np.zeros((k, *pictures.shape[1:]), np.uint8)
    histogram, mean_brightness = np.zeros((k, BRIGHTNESS_BINS)), np.zeros(k)
    mean_colours = np.zeros((k, len(COLOURS)))
    for c in range(k):
        chosen = labels == c
        if chosen.any():
            means[c] = np.rint(pictures[chosen].mean(axis=0)).astype(np.uint8)
            counts, _ = np.histogram(bright[chosen], BRIGHTNESS_BINS, (0, 1))
            histogram[c] = counts / chosen.sum()
            mean_brightness[c] = bright[chosen].mean()
            mean_colours[c] = colours[chosen].mean(axis=0)
    return PictureFacts(means, histogram, mean_brightness, mean_colours, leaks(dataset))


def brightness(pictures: Pictures) -> Floats:
    """(m, h, w, 3) → the mean luma of each, (m,), from 0 to 1."""
    return np.asarray((pictures / 255.0).mean(axis=(1, 2)) @ LUMA)


def colour_shares(pictures: Pictures) -> Floats:
    """(m, h, w, 3) → of each the share of its pixels of each of COLOURS, (m, len(COLOURS)).

    Grey is what has a chroma below GREY_CHROMA, black and white included.
    """
    pixels = pictures.reshape(-1, 3) / 255.0
    greatest, chroma = pixels.max(axis=1), np.ptp(pixels, axis=1)
    place = np.searchsorted([limit for limit, _ in HUES], hues(pixels, greatest, chroma))
    colour = np.where(chroma < GREY_CHROMA, 0, place % len(HUES) + 1).reshape(len(pictures), -1)
    return np.stack([(colour == c).mean(axis=1) for c in range(len(COLOURS))], axis=1)


def leaks(dataset: Dataset) -> tuple[Leak, ...] | None:
    """Test pictures that are, exactly or nearly, training pictures too; None for too many to compare."""
    from engine.sources.importing.duplicates import find_duplicates

    m = dataset.m_train
    if m + dataset.m_test > MOST_COMPARED:
        return None
    found = find_duplicates(np.concatenate([dataset.train_pictures, dataset.test_pictures]))
    told = []
    for group in found.near:
        trained = [i for i in group if i < m]
        for i in group:
            if i >= m and trained:
                test = dataset.test_pictures[i - m]
                same = [t for t in trained if np.array_equal(dataset.train_pictures[t], test)]
                told.append(Leak((same or trained)[0], i - m, bool(same)))
    return tuple(sorted(told, key=lambda leak: leak.test))
