"""Fewer points of a curve, with every spike kept: a browser draws 500 points, not 20,000."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def thin(x: ArrayLike, y: ArrayLike, most: int = 500) -> tuple[NDArray[Any], NDArray[Any]]:
    """At most `most` (4 or more) of the points (x, y), both (n,), in order.

    The first and the last stay; of every stretch between them the least and the greatest y stay.
    A y that is not a number counts as neither, unless a stretch has nothing else.
    """
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y) or most < 4:
        raise ValueError(f"{len(x)} x for {len(y)} y, at most {most} points: needed as many, 4")
    if len(x) <= most:
        return x, y
    inner = len(x) - 2
    size = -(-inner // ((most - 2) // 2))
    stretches = -(-inner // size)
    # The last stretch is filled up with its own last point, so that all have one size.
    index = np.minimum(np.arange(stretches * size), inner - 1).reshape(stretches, size) + 1
    values = y[index]
    unknown = np.isnan(values)
    lowest = np.argmin(np.where(unknown, np.inf, values), axis=1)
    highest = np.argmax(np.where(unknown, -np.inf, values), axis=1)
    rows = np.arange(stretches)
    kept = np.unique(np.r_[0, index[rows, lowest], index[rows, highest], len(x) - 1])
    return x[kept], y[kept]
