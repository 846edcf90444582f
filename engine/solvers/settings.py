"""What a solver needs to know of a run, whoever asks: hyperparameters, or the course's functions.

The course's functions take any number for the learning rate or the iterations, so the ranges of
`Hyperparameters` are not the solvers' business.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.hyperparameters import Hyperparameters


@dataclass(frozen=True)
class Settings:
    """activations and keep_probs: one for each hidden layer. mini_batch: 0 for the whole set."""

    learning_rate: float
    activations: tuple[str, ...]
    keep_probs: tuple[float, ...] = ()
    optimizer: str = "gradient descent"
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: str = "none"
    decay_rate: float = 0.0
    l2: float = 0.0
    mini_batch: int = 0
    seed: int = 0
    precision: str = "float64"

    @classmethod
    def of(cls, h: Hyperparameters) -> Settings:
        return cls(
            learning_rate=h.learning_rate,
            activations=h.activation_of_each_layer,
            keep_probs=h.keep_probs,
            optimizer=h.optimizer,
            beta1=h.beta1,
            beta2=h.beta2,
            epsilon=h.epsilon,
            decay=h.decay,
            decay_rate=h.decay_rate,
            l2=h.l2,
            mini_batch=h.mini_batch,
            seed=h.seed,
            precision=h.precision,
        )

    @property
    def dtype(self) -> type[np.floating]:
        return np.float32 if self.precision == "float32" else np.float64

    @property
    def drops(self) -> bool:
        return any(keep < 1 for keep in self.keep_probs)

    def batch_of(self, m: int) -> int:
        """Examples an iteration sees, out of m."""
        return self.mini_batch or m

    @property
    def stochastic(self) -> bool:
        """Whether an iteration sees other than the whole set and the whole network."""
        return bool(self.mini_batch) or self.drops
