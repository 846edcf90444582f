"""The first layer's weights as pictures: what each of its units looks for."""

from __future__ import annotations

import math

import numpy as np

from engine.dataset import Floats, Pictures
from engine.errors import ShapeError


def weights_as_pictures(W1: Floats) -> Pictures:
    """The weights of each unit of the first layer (n_1, side·side·3) as a picture of its inputs:
    (n_1, side, side, 3) uint8, middle grey for 0, the unit's greatest weight at full strength."""
    side = math.isqrt(W1.shape[1] // 3)
    if side * side * 3 != W1.shape[1]:
        raise ShapeError("W1 does not read square pictures", W1.shape, "(n, side · side · 3)")
    with np.errstate(invalid="ignore"):
        greatest = np.maximum(np.abs(W1).max(axis=1, keepdims=True), np.finfo(float).tiny)
        shades = np.nan_to_num(127.5 + 127.5 * W1 / greatest, nan=127.5)
    return np.asarray(shades.round(), dtype=np.uint8).reshape(len(W1), side, side, 3)
