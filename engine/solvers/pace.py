"""The numbers of the step at hand: the learning rate as it decays, λ/m, Adam's corrections.

They lie in arrays that are changed in place, so that calls bound before the first step see them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.decays import DECAYS
from engine.optimizers import OPTIMIZERS, Array
from engine.solvers.settings import Settings


class Pace:
    """For one run the numbers have shape (), for K stacked ones (K, 1, 1).

    rate: α now. scale: what dZ of the output is multiplied by, 1/k for a batch of k, or α/k where
    the optimizer is plain gradient descent. pull: λ/k. shrink: 1 - α λ/k.
    """

    def __init__(self, runs: Sequence[Settings], lead: tuple[int, ...]) -> None:
        first = runs[0]
        self._runs, self._shape = runs, (*lead, 1, 1) if lead else ()
        self._dtype = first.dtype
        self._plain = OPTIMIZERS[first.optimizer].plain
        self._first_rates = self._array([s.learning_rate for s in runs])
        self._lambdas = self._array([s.l2 for s in runs])
        self._decays = first.decay != "none"
        self._corrects = first.optimizer == "Adam"
        self.pulls = any(s.l2 for s in runs)
        self.beta1, self.beta2, self.epsilon = first.beta1, first.beta2, first.epsilon
        self.rate, self.scale, self.pull, self.shrink, self.correction2, self.corrected_rate = (
            self._array([1.0] * len(runs)) for _ in range(6)
        )
        self._k = 0

    def _array(self, values: Sequence[float]) -> Array:
        return np.array(values, dtype=self._dtype).reshape(self._shape)

    def set(self, steps: int, epoch: int, k: int) -> None:
        """The numbers for a step on a batch of k examples, `steps` of the optimizer's before it."""
        if self._decays or self._k != k:
            decay = DECAYS[self._runs[0].decay]
            shares = self._array([decay(s.decay_rate, epoch) for s in self._runs])
            np.multiply(self._first_rates, shares, out=self.rate)
            np.divide(self.rate if self._plain else 1.0, k, out=self.scale)
            np.divide(self._lambdas, k, out=self.pull)
            self.shrink[...] = 1.0 - self.rate * self.pull
            self._k = k
        if self._corrects:
            self.correction2[...] = 1.0 - self.beta2 ** (steps + 1)
            self.corrected_rate[...] = self.rate / (1.0 - self.beta1 ** (steps + 1))

    def penalty(self, squared_norms: Array, m: int) -> Array:
        """λ/2m ‖W‖² of each run, from ‖W‖²."""
        return np.asarray(self._lambdas.reshape(squared_norms.shape) * squared_norms / (2 * m))
