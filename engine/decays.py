"""How the learning rate decays: its share of the first α at an epoch (the course, week 2).

An epoch is one pass over the training set, so with the whole set as one batch it is an iteration.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

# name -> share of the first α, from the decay rate and the epoch
DECAYS: Mapping[str, Callable[[float, int], float]] = MappingProxyType(
    {
        "none": lambda rate, epoch: 1.0,
        "1/t": lambda rate, epoch: 1.0 / (1.0 + rate * epoch),
        "exponential": lambda rate, epoch: math.exp(-rate * epoch),
        "step": lambda rate, epoch: 0.5 ** math.floor(rate * epoch),  # halved every 1/rate epochs
    }
)
