"""The training pictures nearest to a picture, and whether it is far from everything.

‖x - xᵢ‖² = xᵀx - 2 xᵀxᵢ + xᵢᵀxᵢ, all from products. Near means alike pixel by pixel as the network
reads them; a picture may be near to one that shows something else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Examples, Floats
from engine.errors import ShapeError

USUAL = 0.99  # the share of the test examples that are nearer than what is called far


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest training examples, the nearest first: which, (k,), and how far away, (k,)."""

    columns: NDArray[np.intp]
    distances: Floats


def nearest(examples: Examples, x: Floats, k: int = 3, leave_out: int = -1) -> Neighbours:
    """Of x (n_x, 1) as the network reads it; `leave_out` is its own column where it is one of them.

    Raises `ShapeError` when x does not fit the examples.
    """
    if x.shape != (examples.n_x, 1):
        raise ShapeError("The picture does not fit", x.shape, f"({examples.n_x}, 1)")
    squared = (examples.squared_norms - 2.0 * (x.T @ examples.X)[0]) + float(np.square(x).sum())
    if 0 <= leave_out < examples.m:
        squared[leave_out] = np.inf
    k = min(k, examples.m - (0 <= leave_out < examples.m))
    order = np.argsort(squared, kind="stable")[:k]
    return Neighbours(order, np.sqrt(np.maximum(squared[order], 0.0)))


def distances_of_test_set(examples: Examples) -> Floats:
    """How far each test example is from the training example nearest to it, (m_test,)."""
    K = examples.test_products
    own = np.einsum("ij,ij->j", examples.X_test, examples.X_test)
    squared = (examples.squared_norms[:, np.newaxis] - 2.0 * K).min(axis=0, initial=np.inf) + own
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


def far_from(examples: Examples) -> float:
    """The distance beyond which an example is farther from all training examples than 99 of 100
    test examples are; infinite where there is no test set."""
    distances = distances_of_test_set(examples)
    return float(np.quantile(distances, USUAL)) if len(distances) else math.inf
