"""The first layer on its own weights, as the course does it: for when Gram space does not pay."""

from __future__ import annotations

import numpy as np

from engine.dataset import Examples, Floats


class DirectLayer:
    """[W1 b1] as one matrix that multiplies the pictures with a row of ones below."""

    def __init__(self, W1: Floats, b1: Floats, examples: Examples) -> None:
        self._weights = np.hstack([W1, b1])
        self._X = with_ones(examples.X)
        self._X_test = with_ones(examples.X_test)
        self._gradient = np.empty_like(self._weights)

    def forward(self, out: Floats) -> None:
        np.matmul(self._weights, self._X, out=out)

    def forward_on_test(self) -> Floats:
        Z1: Floats = self._weights @ self._X_test
        return Z1

    def step(self, scaled_dZ1: Floats) -> None:
        np.matmul(scaled_dZ1, self._X.T, out=self._gradient)
        np.subtract(self._weights, self._gradient, out=self._weights)

    def state(self) -> Floats:
        return self._weights.copy()

    @staticmethod
    def weights(state: Floats, W1: Floats, b1: Floats, examples: Examples) -> tuple[Floats, Floats]:
        return state[:, :-1].copy(), state[:, -1:].copy()


def with_ones(X: Floats) -> Floats:
    """(n, m) → (n + 1, m), the last row ones, so that [W b] · X is W X + b in one product."""
    return np.vstack([X, np.ones((1, X.shape[1]))])
