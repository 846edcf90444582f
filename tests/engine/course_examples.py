"""Small problems for the course's functions."""

from __future__ import annotations

import numpy as np

from engine.dataset import Floats


def small_problem(n_x: int = 5, m: int = 12, seed: int = 0) -> tuple[Floats, Floats]:
    """X (n_x, m) in [0, 1] like standardized pictures, Y (1, m) of both classes."""
    random = np.random.RandomState(seed)
    X = random.rand(n_x, m)
    Y = (X.mean(axis=0, keepdims=True) + 0.1 * random.randn(1, m) > 0.5).astype(float)
    Y[0, :2] = 0, 1
    return X, Y
