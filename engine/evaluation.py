"""How good a network's answers are: cost, accuracy with its interval, what it gets wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Floats, Labels


def costs_of_logits(Z: Floats, Y: Floats | Labels) -> Floats:
    """Cross-entropy of each row of logits Z (k, m) against Y (1, m): (k,).

    -(y log a + (1-y) log(1-a)) with a = σ(z) is max(z, 0) - y z + log(1 + e^-|z|), which needs
    no logarithm of a probability that has rounded to 0.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if Z.shape[1] == 0:
            return np.full(len(Z), np.nan)
        losses = np.maximum(Z, 0.0) - Y * Z + np.log1p(np.exp(-np.abs(Z)))
        return np.asarray(losses.mean(axis=1))


def accuracy_of_logits(Z: Floats, Y: Floats | Labels) -> float:
    """The share of columns where (a > 0.5) equals y, a > 0.5 being z > 0; NaN where there is none."""
    if Z.size == 0 or not np.isfinite(Z).all():
        return math.nan
    return float(np.mean((Z > 0) == (Y == 1)))


def probabilities(Z: Floats) -> Floats:
    """σ(z) to the last digit at both ends, without overflow: e^-|z| is never over 1."""
    small = np.exp(-np.abs(Z))
    return np.asarray(np.where(np.asarray(Z) >= 0, 1.0, small) / (1.0 + small))


def interval(share: float, m: int) -> tuple[float, float]:
    """The 95 % interval of a share of m examples (Wilson's, good near 0 and 1 and for small m)."""
    z = 1.959963984540054
    centre = (share + z * z / (2 * m)) / (1 + z * z / m)
    half = z * math.sqrt(share * (1 - share) / m + z * z / (4 * m * m)) / (1 + z * z / m)
    return max(0.0, centre - half), min(1.0, centre + half)


def mislabeled(Z: Floats, Y: Floats | Labels) -> NDArray[np.intp]:
    """Columns whose prediction is wrong, the most confidently wrong first."""
    wrong = np.flatnonzero((Z[0] > 0) != (Y[0] == 1))
    return wrong[np.argsort(-np.abs(Z[0, wrong]), kind="stable")]


def parameter_count(parameters: Mapping[str, Floats]) -> int:
    return sum(array.size for array in parameters.values())
