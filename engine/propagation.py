"""One forward and one backward pass by the course's formulas, with everything on the way kept.

Made for looking into a network; the solvers have passes of their own, which allocate nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import ACTIVATIONS
from engine.dataset import Floats
from engine.outputs import output_of


@dataclass(frozen=True, eq=False)
class Propagation:
    """What forward propagation computes on m examples, with no unit dropped out.

    Z: Z^[1] … Z^[L], (n_l, m) each. A: A^[0] = X, A^[1] … A^[L]. slopes: g'(Z) of each hidden layer.
    """

    Z: list[Floats]
    A: list[Floats]
    slopes: list[Floats]


def propagate(
    parameters: Mapping[str, Floats],
    X: Floats,
    activations: Sequence[str],
    Z1: Floats | None = None,
) -> Propagation:
    """Z^[l] = W^[l] A^[l-1] + b^[l] and A^[l] = g(Z^[l]) of every layer.

    `activations` names the g of each hidden layer; the output is a sigmoid or a softmax. `Z1` is
    computed unless it is known already.
    """
    Zs, As, slopes = [], [X], []
    Z = parameters["W1"] @ X + parameters["b1"] if Z1 is None else Z1
    for layer, name in enumerate(activations, 2):
        g, A, slope = ACTIVATIONS[name], np.empty_like(Z), np.empty_like(Z)
        g.forward(Z, A)
        g.derivative(Z, A, slope)
        Zs.append(Z)
        As.append(A)
        slopes.append(slope)
        Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
    return Propagation([*Zs, Z], [*As, output_of(len(Z)).probabilities(Z)], slopes)


def propagate_back(parameters: Mapping[str, Floats], seen: Propagation, Y: Floats) -> list[Floats]:
    """dZ^[1] … dZ^[L], (n_l, m) each: dZ^[L] = A^[L] - Y, dZ^[l] = W^[l+1]ᵀ dZ^[l+1] * g'(Z^[l])."""
    dZ = [seen.A[-1] - Y]
    for layer in range(len(seen.Z), 1, -1):
        dZ.append((parameters[f"W{layer}"].T @ dZ[-1]) * seen.slopes[layer - 2])
    return dZ[::-1]
