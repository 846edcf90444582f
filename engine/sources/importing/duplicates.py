"""Pictures that are there more than once: exactly, by their digest, or nearly, by their distance.

Distances come from the Gram matrix of the pictures with their mean taken off: for a, b in R^n
|a - b|² = G_aa + G_bb - 2 G_ab + n (mean a - mean b)².
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Pictures
from engine.pictures import as_network_sees
from engine.sources.importing.material import Watch

COMPARED_SIDE = 32
NEAR = 0.05
"""Root of the mean squared difference, as a share of the whole range of brightness."""
ALIKE = 0.97
"""Correlation: a photo saved twice has 0.99, two photos of one scene rarely 0.95."""
FLAT = 0.01
"""Below this spread a picture has no pattern to correlate; only its distance counts."""
BLOCK = 512

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Groups of two or more picture numbers, ascending; `exact` ones lie within the `near` ones.

    `group` (m,) is the same number for all pictures that belong together, exactly or nearly.
    """

    exact: Groups
    near: Groups
    group: NDArray[np.int64]


def find_duplicates(pictures: Pictures, watch: Watch | None = None) -> Duplicates:
    """Compares all of `pictures` (m, side, side, 3) uint8 with each other.

    Raises `ImportCancelledError`.
    """
    watch = watch or Watch()
    places: dict[bytes, list[int]] = {}
    for i, picture in enumerate(pictures):
        places.setdefault(hashlib.sha256(picture.tobytes()).digest(), []).append(i)
    first = np.array([group[0] for group in places.values()], np.int64)
    near = _near(pictures[first], watch) if len(first) else first
    group = np.empty(len(pictures), np.int64)
    for own, members in zip(near, places.values(), strict=True):
        group[members] = own
    return Duplicates(
        tuple(tuple(members) for members in places.values() if len(members) > 1),
        _groups(group),
        group,
    )


def _groups(group: NDArray[np.int64]) -> Groups:
    members: dict[int, list[int]] = {}
    for i, number in enumerate(group.tolist()):
        members.setdefault(number, []).append(i)
    return tuple(tuple(found) for found in members.values() if len(found) > 1)


def _near(pictures: Pictures, watch: Watch) -> NDArray[np.int64]:
    """The group of each of the different `pictures`."""
    m = len(pictures)
    side = min(COMPARED_SIDE, pictures.shape[1])
    x = np.stack([as_network_sees(picture, side).ravel() for picture in pictures])
    a = x.astype(np.float32) / 255
    n = a.shape[1]
    mean = a.mean(axis=1)
    a -= mean[:, None]
    square = np.einsum("ij,ij->i", a, a)
    flat = np.sqrt(square / n) < FLAT
    group = np.arange(m)
    for start in range(0, m, BLOCK):
        watch.at("Comparing pictures", start, m)
        rows = slice(start, start + BLOCK)
        g = a[rows] @ a[start:].T
        distance = square[rows, None] + square[start:] - 2 * g
        distance += n * (mean[rows, None] - mean[start:]) ** 2
        alike = g >= ALIKE * np.sqrt(square[rows, None] * square[start:])
        both = flat[rows, None] & flat[start:]
        near = np.where(both, distance <= n * FLAT**2, (distance <= n * NEAR**2) & alike)
        for i, row in enumerate(near):
            own = np.unique(group[start + np.append(np.flatnonzero(row), i)])
            if len(own) > 1:
                group[np.isin(group, own)] = own[0]
    return group
