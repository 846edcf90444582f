"""What an iteration writes and reads, made once a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.optimizers import Array


class Buffers:
    """Z, A, the slopes g'(Z) and dZ of every layer, for k examples.

    Below the units of a hidden layer lies a row of ones in A, and one to match in the others, of
    ones in Z and of zeros in dZ. Only Z1, slopes and dZ of the first layer have none: so they are
    one tall matrix, of all runs, in the product with G. `A_and_ones` and what ends in `_rows` have
    those rows; all hidden layers lie in one block, where one call takes every slope.
    """

    def __init__(self, units: Sequence[int], k: int, lead: tuple[int, ...], dtype: Any) -> None:
        shapes = [(*lead, n + 1, k) for n in units[:-1]]
        unlike_A = [(*lead, n, k) for n in units[:1]] + shapes[1:] if shapes else []
        size = sum(math.prod(shape) for shape in unlike_A)
        self.all_Z, self.all_slopes, all_dZ = np.zeros((3, size), dtype)
        ones = np.ones(sum(math.prod(shape) for shape in shapes), dtype)
        self.A_and_ones = cut(ones, shapes)
        self.A = [a[..., :-1, :] for a in self.A_and_ones]
        # A single run's A lie as its Z do, as the first layer's row of ones is the last of all.
        self.all_A = None if lead else ones[:size]
        out = (*lead, units[-1], k)
        self.Z_rows = [*cut(self.all_Z, unlike_A), np.zeros(out, dtype)]
        self.dZ_rows = [*cut(all_dZ, unlike_A), np.zeros(out, dtype)]
        self.slopes_rows = cut(self.all_slopes, unlike_A)
        self.Z, self.dZ, self.slopes = (
            [rows[..., :n, :] for rows, n in zip(block, units, strict=False)]
            for block in (self.Z_rows, self.dZ_rows, self.slopes_rows)
        )
        for Z in self.Z_rows[1:-1]:
            Z[..., -1, :] = 1
        self.Z1, self.dZ1 = self.Z[0], self.dZ[0]


def cut(block: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """An array of each shape out of `block`, where the first lies last."""
    found, end = [], 0
    for shape in [*shapes[1:], *shapes[:1]]:
        start, end = end, end + math.prod(shape)
        found.append(block[start:end].reshape(shape))
    return [*found[-1:], *found[:-1]]
