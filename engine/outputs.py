"""The output layer: a sigmoid for two classes, a softmax for more, each with its cost.

For both, dZ^[L] = A^[L] - Y when the cost is the cross-entropy (the course, weeks 2 and 3).
Arrays are (…, n_y, m): one example a column, with any axes of iterations or stacked runs before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.optimizers import Array, Call


@dataclass(frozen=True)
class Output:
    """calls(Z, A): the in-place calls that write A = g(Z). costs(Z, Y): (…,) from (…, n_y, m)."""

    calls: Callable[[Array, Array], Iterator[Call]]
    costs: Callable[[Array, Array], Array]
    predictions: Callable[[Array], NDArray[np.int64]]
    probabilities: Callable[[Array], Array]


def sigmoid_calls(Z: Array, A: Array) -> Iterator[Call]:
    # 1 / (1 + e^-z), which is 0 as it should be where e^-z overflows.
    one = np.ones((), Z.dtype)  # an array, as NumPy would make one of a number at every call
    yield partial(np.negative, Z, A)
    yield partial(np.exp, A, A)
    yield partial(np.add, A, one, A)
    yield partial(np.divide, one, A, A)


def sigmoid_costs(Z: Array, Y: Array) -> Array:
    """-(y log a + (1-y) log(1-a)) with a = σ(z) is max(z, 0) - y z + log(1 + e^-|z|).

    It needs no logarithm of a probability that has rounded to 0.
    """
    losses = np.maximum(Z, 0.0) - Y * Z + np.log1p(np.exp(-np.abs(Z)))
    return np.asarray(losses[..., 0, :].mean(axis=-1, dtype=np.float64))


def sigmoid_predictions(Z: Array) -> NDArray[np.int64]:
    """(…, m): 1 where a > 0.5, that is z > 0."""
    return np.asarray(Z[..., 0, :] > 0, dtype=np.int64)


def sigmoid_probabilities(Z: Array) -> Array:
    """σ(z) to the last digit at both ends, without overflow: e^-|z| is never over 1."""
    small = np.exp(-np.abs(Z))
    return np.asarray(np.where(np.asarray(Z) >= 0, 1.0, small) / (1.0 + small))


def softmax_calls(Z: Array, A: Array) -> Iterator[Call]:
    column = np.empty((*Z.shape[:-2], 1, Z.shape[-1]), dtype=Z.dtype)
    yield partial(np.max, Z, axis=-2, keepdims=True, out=column)
    yield partial(np.subtract, Z, column, A)
    yield partial(np.exp, A, A)
    yield partial(np.sum, A, axis=-2, keepdims=True, out=column)
    yield partial(np.divide, A, column, A)


def softmax_costs(Z: Array, Y: Array) -> Array:
    """-Σ y log a with a = e^z / Σ e^z is log Σ e^z - Σ y z, the greatest z taken out first."""
    greatest = Z.max(axis=-2, keepdims=True)
    logs = np.log(np.exp(Z - greatest).sum(axis=-2)) + greatest[..., 0, :]
    losses = logs - np.where(Y == 0, 0.0, Y * Z).sum(axis=-2)
    return np.asarray(losses.mean(axis=-1, dtype=np.float64))


def softmax_predictions(Z: Array) -> NDArray[np.int64]:
    """(…, m): the class of the greatest z."""
    return np.asarray(Z.argmax(axis=-2))


def softmax_probabilities(Z: Array) -> Array:
    powers = np.exp(Z - Z.max(axis=-2, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-2, keepdims=True))


SIGMOID = Output(sigmoid_calls, sigmoid_costs, sigmoid_predictions, sigmoid_probabilities)
SOFTMAX = Output(softmax_calls, softmax_costs, softmax_predictions, softmax_probabilities)


def output_of(n_y: int) -> Output:
    """One output unit tells two classes apart, n_y of them n_y."""
    return SIGMOID if n_y == 1 else SOFTMAX
