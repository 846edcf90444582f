"""What is done to the pixels before the network reads them.

Each scaling gives, from the training examples X (n_x, m) in [0, 1], what is taken off every input
and what it is divided by: (n_x, 1) each. The test set and a photo are scaled by the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scaling = Callable[[Floats], tuple[Floats, Floats]]

# An input that hardly varies would be blown up to noise: at most a hundredfold.
LEAST_SPREAD = 0.01


def as_they_are(X: Floats) -> tuple[Floats, Floats]:
    return np.zeros((len(X), 1)), np.ones((len(X), 1))


def zero_centred(X: Floats) -> tuple[Floats, Floats]:
    return X.mean(axis=1, keepdims=True), np.ones((len(X), 1))


def standardized(X: Floats) -> tuple[Floats, Floats]:
    spread = np.maximum(X.std(axis=1, keepdims=True), LEAST_SPREAD)
    return X.mean(axis=1, keepdims=True), spread


SCALINGS: Mapping[str, Scaling] = MappingProxyType(
    {
        "divide by 255": as_they_are,
        "zero-centred": zero_centred,
        "standardized": standardized,
    }
)
