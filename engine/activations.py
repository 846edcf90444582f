"""The activation functions of the hidden layers, each with its derivative.

Adding one is a function pair and a line in `ACTIVATIONS`; the gradient tests pick it up.
A pair works in place on buffers of any shape, because a training run allocates nothing per step:
`forward(Z, out)` writes g(Z), and `derivative(Z, A, out)` writes g'(Z), given A = g(Z).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from engine.dataset import Floats

LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """g and g'.

    dies: units can come to output 0 with slope 0 for every example. hinged: g(z) is z above 0, and
    g' needs no A. bound: a quicker `forward`, for buffers that are written again and again.
    """

    forward: Callable[[Floats, Floats], object]
    derivative: Callable[[Floats, Floats, Floats], object]
    dies: bool = False
    hinged: bool = False
    bound: Callable[[Floats, Floats], Callable[[], object]] | None = None

    def forward_call(self, Z: Floats, out: Floats) -> Callable[[], object]:
        """`forward(Z, out)`, to be called whenever Z is new."""
        return self.bound(Z, out) if self.bound else partial(self.forward, Z, out)


def relu_forward(Z: Floats, out: Floats) -> None:
    np.maximum(Z, 0.0, out=out)


def relu_bound(Z: Floats, out: Floats) -> Callable[[], object]:
    # NumPy finds the greater of two arrays twice as fast as of an array and a number.
    return partial(np.maximum, Z, np.zeros(Z.shape[-2:], Z.dtype), out=out)


def relu_derivative(Z: Floats, A: Floats, out: Floats) -> None:
    np.greater(Z, 0.0, out=out)


def leaky_relu_forward(Z: Floats, out: Floats) -> None:
    np.multiply(Z, LEAK, out=out)
    np.maximum(Z, out, out=out)


def leaky_relu_derivative(Z: Floats, A: Floats, out: Floats) -> None:
    np.greater(Z, 0.0, out=out)
    np.multiply(out, 1.0 - LEAK, out=out)
    np.add(out, LEAK, out=out)


def tanh_forward(Z: Floats, out: Floats) -> None:
    np.tanh(Z, out=out)


def tanh_derivative(Z: Floats, A: Floats, out: Floats) -> None:
    np.multiply(A, A, out=out)
    np.subtract(1.0, out, out=out)


def sigmoid_forward(Z: Floats, out: Floats) -> None:
    # (1 + tanh(z/2)) / 2 is 1 / (1 + e^-z) without a number that can overflow.
    np.multiply(Z, 0.5, out=out)
    np.tanh(out, out=out)
    np.add(out, 1.0, out=out)
    np.multiply(out, 0.5, out=out)


def sigmoid_derivative(Z: Floats, A: Floats, out: Floats) -> None:
    np.subtract(1.0, A, out=out)
    np.multiply(out, A, out=out)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "relu": Activation(relu_forward, relu_derivative, dies=True, hinged=True, bound=relu_bound),
        "tanh": Activation(tanh_forward, tanh_derivative),
        "leaky relu": Activation(leaky_relu_forward, leaky_relu_derivative, hinged=True),
        "sigmoid": Activation(sigmoid_forward, sigmoid_derivative),
    }
)
