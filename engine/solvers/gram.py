"""The first layer in Gram space: the pictures never change, so their products are computed once.

Every gradient of W1 is dZ1 Xᵀ / m, a combination of the pictures. Hence after any number of steps

    W1 = W1(0) + C Xᵀ          C is (n_1, m), zero at the start
    b1 = b1(0) + C 1           because db1 = Σ dZ1 / m has the same factor
    Z1 = W1 X + b1 = (W1(0) X + b1(0)) + C (XᵀX + 1 1ᵀ)

and a step is C -= (α/m) dZ1. One product of (n_1, m) by (m, m) takes the place of two with n_x.
"""

from __future__ import annotations

import numpy as np

from engine.dataset import Examples, Floats


class GramLayer:
    def __init__(self, W1: Floats, b1: Floats, examples: Examples) -> None:
        self._G, self._K_test = examples.products
        self._start = W1 @ examples.X + b1
        self._start_on_test = W1 @ examples.X_test + b1
        self._C = np.zeros((len(W1), examples.m))

    def forward(self, out: Floats) -> None:
        np.dot(self._C, self._G, out=out)
        np.add(out, self._start, out=out)

    def forward_on_test(self) -> Floats:
        Z1: Floats = self._C @ self._K_test
        Z1 += self._start_on_test
        return Z1

    def step(self, scaled_dZ1: Floats) -> None:
        np.subtract(self._C, scaled_dZ1, out=self._C)

    def state(self) -> Floats:
        return self._C.copy()

    @staticmethod
    def weights(state: Floats, W1: Floats, b1: Floats, examples: Examples) -> tuple[Floats, Floats]:
        # Of a run that diverged the weights are not numbers either; that is no news.
        with np.errstate(over="ignore", invalid="ignore"):
            return W1 + state @ examples.X.T, b1 + state.sum(axis=1, keepdims=True)
