"""How good a network's answers are: cost, accuracy with its interval, what it gets wrong."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Floats, Labels
from engine.optimizers import Array
from engine.outputs import output_of


def cost_of_logits(Z: Array, Y: Floats | Labels) -> float:
    """Cross-entropy of Z^[L] (n_y, m) against Y (n_y, m); NaN of no examples."""
    if not Z.size:
        return math.nan
    with np.errstate(over="ignore", invalid="ignore"):
        return float(output_of(len(Z)).costs(Z, Y))


def accuracy_of_logits(Z: Array, Y: Floats | Labels) -> float:
    """The share of columns whose predicted class is that of Y (n_y, m); NaN where there is none."""
    if not Z.size or not np.isfinite(Z).all():
        return math.nan
    true = Y[0] == 1 if len(Y) == 1 else Y.argmax(axis=0)
    return float(np.mean(output_of(len(Z)).predictions(Z) == true))


def right(Z: Array, labels: Labels) -> NDArray[np.bool_]:
    """Of which columns of Z (n_y, m) the predicted class is that of `labels` (1, m): (m,)."""
    return np.asarray(output_of(len(Z)).predictions(Z) == labels[0])


def probabilities(Z: Array) -> Floats:
    """P of class 1 (1, m), or of each of more than two classes (n_y, m), from logits."""
    return np.asarray(output_of(len(Z)).probabilities(Z))


def class_probabilities(Z: Array) -> Floats:
    """P of every class, (classes, m), also of two, from logits (n_y, m)."""
    return np.vstack([probabilities(-Z), probabilities(Z)]) if len(Z) == 1 else probabilities(Z)


def interval(share: float, m: int, chance: float = 0.05) -> tuple[float, float]:
    """The 95 % interval of a share of m examples (Wilson's, good near 0 and 1 and for small m).

    chance: how often such intervals may miss, if that is not one time in 20.
    """
    z = NormalDist().inv_cdf(1 - chance / 2)
    centre = (share + z * z / (2 * m)) / (1 + z * z / m)
    half = z * math.sqrt(share * (1 - share) / m + z * z / (4 * m * m)) / (1 + z * z / m)
    return max(0.0, centre - half), min(1.0, centre + half)


def mislabeled(Z: Array, labels: Labels) -> NDArray[np.intp]:
    """Columns of Z (n_y, m) whose predicted class is not that of `labels` (1, m), the most
    confidently wrong first."""
    confidence = np.abs(Z[0]) if len(Z) == 1 else probabilities(Z).max(axis=0)
    wrong = np.flatnonzero(~right(Z, labels))
    return wrong[np.argsort(-confidence[wrong], kind="stable")]


def least_sure(Z: Array) -> int:
    """The column of Z (n_y, m) whose answer has the smallest probability."""
    P = probabilities(Z)
    return int(np.argmin(np.abs(P[0] - 0.5) if len(P) == 1 else P.max(axis=0)))
