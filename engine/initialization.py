"""How weights start: the scale of the normal numbers each W^[l] is drawn from.

Numbers come from NumPy's legacy stream (`np.random.RandomState`), drawn W1, W2, …, because the
course's published results were made with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from engine.dataset import Floats
from engine.errors import HyperparameterError, ShapeError

# name -> standard deviation of W^[l], from its (n_prev, n)
INITIALIZATIONS: Mapping[str, Callable[[int, int], float]] = MappingProxyType(
    {
        "0.01": lambda n_prev, n: 0.01,
        "1/sqrt(n)": lambda n_prev, n: 1.0 / np.sqrt(n_prev),
        "He": lambda n_prev, n: np.sqrt(2.0 / n_prev),  # He et al. 2015, for ReLU
        "Xavier": lambda n_prev, n: np.sqrt(2.0 / (n_prev + n)),  # Glorot and Bengio 2010
        "zeros": lambda n_prev, n: 0.0,
    }
)


def initial_parameters(
    layers_dims: Sequence[int], initialization: str, seed: int
) -> dict[str, Floats]:
    """`{"W1": (n1, n_x), "b1": (n1, 1), …}`: W^[l] = randn · scale, b^[l] = 0, from `seed`.

    They are read-only: who turns one knob after another has the same start again.
    Raises `ShapeError` unless there are at least two layers of at least one unit.
    """
    if len(layers_dims) < 2 or min(layers_dims) < 1:
        needed = "at least an input and an output, each of 1 or more"
        raise ShapeError("layers_dims does not make a network", tuple(layers_dims), needed)
    if initialization not in INITIALIZATIONS:
        allowed = "one of " + ", ".join(INITIALIZATIONS)
        raise HyperparameterError("initialization", initialization, allowed)
    return dict(_drawn(tuple(layers_dims), initialization, seed))


@lru_cache(maxsize=2)
def _drawn(layers_dims: tuple[int, ...], initialization: str, seed: int) -> Mapping[str, Floats]:
    random = np.random.RandomState(seed)
    parameters = {}
    for layer, (n_prev, n) in enumerate(pairwise(layers_dims), 1):
        scale = INITIALIZATIONS[initialization](n_prev, n)
        # Divided when the scheme is a division: the published costs depend on the last digit.
        W = random.randn(n, n_prev)
        parameters[f"W{layer}"] = (
            W / np.sqrt(n_prev) if initialization == "1/sqrt(n)" else W * scale
        )
        parameters[f"b{layer}"] = np.zeros((n, 1))
    for array in parameters.values():
        array.setflags(write=False)
    return parameters
