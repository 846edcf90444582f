"""The gradients of the whole network, against central differences of its cost."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from engine import L_model_backward, L_model_forward, compute_cost
from engine.activations import ACTIVATIONS
from engine.dataset import Examples, Floats
from engine.evaluation import costs_of_logits
from engine.solvers.descent import FIRST_LAYERS, Descent

Parameters = dict[str, Floats]

N_X, M = 6, 9
HIDDEN = [(), (4,), (4, 3), (5, 4, 3)]


def logits(X: Floats, parameters: Parameters, activation: str) -> tuple[Floats, float]:
    """Z^[L], and how near the nearest hidden Z comes to 0, where relu has no derivative."""
    A, nearest, L = X, np.inf, len(parameters) // 2
    for layer in range(1, L + 1):
        Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
        if layer < L:
            nearest = min(nearest, float(np.abs(Z).min()))
            A = np.empty_like(Z)
            ACTIVATIONS[activation].forward(Z, A)
    return Z, nearest


def example(hidden: tuple[int, ...], activation: str) -> tuple[Parameters, Examples]:
    """A network and examples on which no unit sits at the kink."""
    for seed in range(100):
        random = np.random.RandomState(seed)
        dims = (N_X, *hidden, 1)
        parameters: Parameters = {}
        for layer, (n_prev, n) in enumerate(pairwise(dims), 1):
            parameters[f"W{layer}"] = random.randn(n, n_prev) / np.sqrt(n_prev)
            parameters[f"b{layer}"] = random.randn(n, 1) * 0.5
        X, Y = random.randn(N_X, M), (random.rand(1, M) < 0.5).astype(float)
        if logits(X, parameters, activation)[1] > 1e-3:
            return parameters, Examples(X, Y, X[:, :0], Y[:, :0])
    raise AssertionError("no such example")


def central_differences(cost: Callable[[Parameters], float], at: Parameters) -> Parameters:
    h = 1e-5
    gradients = {}
    for name, array in at.items():
        gradient = np.empty_like(array)
        for place in np.ndindex(array.shape):
            there = {n: a.copy() for n, a in at.items()}
            there[name][place] += h
            above = cost(there)
            there[name][place] -= 2 * h
            gradient[place] = (above - cost(there)) / (2 * h)
        gradients[name] = gradient
    return gradients


def check(found: Parameters, wanted: Parameters) -> None:
    for name, gradient in wanted.items():
        np.testing.assert_allclose(found[name], gradient, rtol=1e-5, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("solver", list(FIRST_LAYERS))
def test_one_step_of_a_solver_goes_down_the_gradient(
    solver: str, activation: str, hidden: tuple[int, ...]
) -> None:
    start, examples = example(hidden, activation)
    learning_rate = 0.5
    network = Descent(start, activation, learning_rate, examples, solver)  # type: ignore[arg-type]
    network.advance(1)
    after = network.parameters(start, examples)
    steps = {name: (start[name] - after[name]) / learning_rate for name in start}

    def cost(parameters: Parameters) -> float:
        Z, _ = logits(examples.X, parameters, activation)
        return float(costs_of_logits(Z, examples.Y)[0])

    check(steps, central_differences(cost, start))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_courses_backward_pass(hidden: tuple[int, ...]) -> None:
    parameters, examples = example(hidden, "relu")
    AL, caches = L_model_forward(examples.X, parameters)
    grads = L_model_backward(AL, examples.Y, caches)

    def cost(parameters: Parameters) -> float:
        AL, _ = L_model_forward(examples.X, parameters)
        return float(compute_cost(AL, examples.Y))

    wanted = central_differences(cost, parameters)
    check({name: grads[f"d{name}"] for name in parameters}, wanted)


def test_the_courses_backward_pass_reaches_the_inputs() -> None:
    """dA0 is what the pictures would have to change (times m: the course keeps 1/m out of dA)."""
    parameters, examples = example((4, 3), "relu")
    AL, caches = L_model_forward(examples.X, parameters)
    dA0 = L_model_backward(AL, examples.Y, caches)["dA0"]

    def cost(inputs: Parameters) -> float:
        AL, _ = L_model_forward(inputs["A0"], parameters)
        return float(compute_cost(AL, examples.Y))

    wanted = central_differences(cost, {"A0": examples.X})["A0"]
    np.testing.assert_allclose(dA0 / examples.m, wanted, rtol=1e-5, atol=1e-8)
