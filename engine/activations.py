"""The activation functions of the hidden layers, each with its derivative.

Adding one is a function pair and a line in `ACTIVATIONS`; the gradient tests pick it up.
A pair works in place on buffers of any shape, because a training run allocates nothing per step:
`forward(Z, out)` writes g(Z), and `derivative(Z, A, out)` writes g'(Z), given A = g(Z).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.dataset import Floats

LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """g and g'. `dies` says that units can come to output 0 with slope 0 for every example."""

    forward: Callable[[Floats, Floats], object]
    derivative: Callable[[Floats, Floats, Floats], object]
    dies: bool = False


def relu_forward(Z: Floats, out: Floats) -> None:
    np.maximum(Z, 0.0, out=out)


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
        "relu": Activation(relu_forward, relu_derivative, dies=True),
        "tanh": Activation(tanh_forward, tanh_derivative),
        "leaky relu": Activation(leaky_relu_forward, leaky_relu_derivative),
        "sigmoid": Activation(sigmoid_forward, sigmoid_derivative),
    }
)
