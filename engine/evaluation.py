"""How good a network's answers are: cost, accuracy with its interval, what it gets wrong."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Examples, Floats, Labels
from engine.optimizers import Array
from engine.outputs import output_of


@dataclass(frozen=True)
class Scores:
    """How good a network's answers are on the training and the test set."""

    test_cost: float
    train_accuracy: float
    test_accuracy: float


def scores_of(train_logits: Array, test_logits: Array, examples: Examples) -> list[Scores]:
    """Of each of K runs, from their Z^[L], (K, n_y, m) and (K, n_y, m_test)."""
    columns = (
        costs_of_logits(test_logits, examples.Y_test),
        accuracies_of_logits(train_logits, examples.Y),
        accuracies_of_logits(test_logits, examples.Y_test),
    )
    return [Scores(*row) for row in np.stack(columns, axis=-1).tolist()]


def cost_of_logits(Z: Array, Y: Floats | Labels) -> float:
    """Cross-entropy of Z^[L] (n_y, m) against Y (n_y, m); NaN of no examples."""
    return float(costs_of_logits(Z, Y))


def costs_of_logits(Z: Array, Y: Floats | Labels) -> Floats:
    """`cost_of_logits` of each Z in (…, n_y, m): (…)."""
    if not Z.size:
        return np.full(Z.shape[:-2], math.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(output_of(Z.shape[-2]).costs(Z, Y))


def accuracy_of_logits(Z: Array, Y: Floats | Labels) -> float:
    """The share of columns whose predicted class is that of Y (n_y, m); NaN where there is none."""
    return float(accuracies_of_logits(Z, Y))


def accuracies_of_logits(Z: Array, Y: Floats | Labels) -> Floats:
    """`accuracy_of_logits` of each Z in (…, n_y, m): (…)."""
    if not Z.size:
        return np.full(Z.shape[:-2], math.nan)
    true = Y[0] == 1 if len(Y) == 1 else Y.argmax(axis=0)
    shares = np.mean(output_of(Z.shape[-2]).predictions(Z) == true, axis=-1)
    return np.where(np.isfinite(Z).all(axis=(-2, -1)), shares, math.nan)


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
