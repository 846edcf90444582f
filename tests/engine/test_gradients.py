"""The gradients of the whole network, against central differences of its cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest

from engine import Hyperparameters, L_model_backward, L_model_forward, compute_cost, inspect, train
from engine.activations import ACTIVATIONS
from engine.dataset import Examples, Floats
from engine.evaluation import cost_of_logits
from engine.solvers.batches import draw_masks
from engine.solvers.descent import FIRST_LAYERS, Descent
from engine.solvers.first_layer import Solver
from engine.solvers.settings import Settings
from tests.engine import plain
from tests.engine.plain import Parameters

N_X, M = 6, 9
HIDDEN = [(), (4,), (4, 3), (5, 4, 3)]
MIXED = ("tanh", "relu", "leaky relu")


def example(
    hidden: tuple[int, ...], activations: Sequence[str], n_y: int = 1
) -> tuple[Parameters, Examples]:
    """A network and examples on which no unit sits at the kink, where relu has no derivative."""
    for seed in range(100):
        random = np.random.RandomState(seed)
        dims = (N_X, *hidden, n_y)
        parameters: Parameters = {}
        for layer, (n_prev, n) in enumerate(pairwise(dims), 1):
            parameters[f"W{layer}"] = random.randn(n, n_prev) / np.sqrt(n_prev)
            parameters[f"b{layer}"] = random.randn(n, 1) * 0.5
        X, labels = random.randn(N_X, M), random.randint(0, max(2, n_y), (1, M))
        Y = labels * 1.0 if n_y == 1 else (np.arange(n_y)[:, None] == labels) * 1.0
        Zs, _ = plain.forward(parameters, X, activations)
        if min((np.abs(Z).min() for Z in Zs[:-1]), default=1.0) > 1e-3:
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


def one_step(
    settings: Settings, start: Parameters, examples: Examples, solver: Solver
) -> Parameters:
    """The gradient that a step of plain gradient descent went down."""
    network = Descent([settings], [start], examples, solver)
    network.advance(1)
    after = network.parameters(start, examples)
    return {name: (start[name] - after[name]) / settings.learning_rate for name in start}


def cost_at(
    examples: Examples, activations: Sequence[str], l2: float = 0.0, masks: Sequence[Floats] = ()
) -> Callable[[Parameters], float]:
    def cost(parameters: Parameters) -> float:
        Zs, _ = plain.forward(parameters, examples.X, activations, masks)
        squares = sum(np.sum(W**2) for name, W in parameters.items() if name[0] == "W")
        return cost_of_logits(Zs[-1], examples.Y) + l2 / (2 * M) * float(squares)

    return cost


@pytest.mark.parametrize("l2", [0.0, 0.7])
@pytest.mark.parametrize("n_y", [1, 3])
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("solver", list(FIRST_LAYERS))
def test_one_step_of_a_solver_goes_down_the_gradient(
    solver: Solver, activation: str, hidden: tuple[int, ...], n_y: int, l2: float
) -> None:
    activations = (activation,) * len(hidden)
    start, examples = example(hidden, activations, n_y)
    steps = one_step(Settings(0.5, activations, l2=l2), start, examples, solver)
    check(steps, central_differences(cost_at(examples, activations, l2), start))


@pytest.mark.parametrize("l2", [0.0, 0.7])
@pytest.mark.parametrize("n_y", [1, 4])
@pytest.mark.parametrize("solver", list(FIRST_LAYERS))
def test_with_an_activation_for_each_layer_and_units_dropped_out(
    solver: Solver, n_y: int, l2: float
) -> None:
    """With the masks of that iteration held fixed, dropout is a network like any other."""
    hidden, keep_probs = (5, 4, 3), (0.6, 1.0, 0.8)
    start, examples = example(hidden, MIXED, n_y)
    settings = Settings(0.5, MIXED, keep_probs=keep_probs, l2=l2, seed=3)
    masks = [np.ones((n, M)) for n in hidden]
    draw_masks(masks, keep_probs, 3, 0)
    assert any((mask == 0).any() for mask in masks)
    steps = one_step(settings, start, examples, solver)
    check(steps, central_differences(cost_at(examples, MIXED, l2, masks), start))


@pytest.mark.parametrize("n_y", [1, 3])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_gradients_that_an_inspection_shows(hidden: tuple[int, ...], n_y: int) -> None:
    activations = MIXED[: len(hidden)]
    examples = example(hidden, activations, n_y)[1]
    h = Hyperparameters(
        hidden_layers=hidden, activations=activations, l2=0.7, learning_rate=0.1, num_iterations=9
    )
    *_, last = train(h, examples)
    found = inspect(last, examples)
    wanted = central_differences(cost_at(examples, activations, h.l2), dict(found.parameters))
    check({name: found.gradients[f"d{name}"] for name in wanted}, wanted)
    norms = [np.sqrt(np.sum(wanted[f"W{i}"] ** 2)) for i in range(1, len(hidden) + 2)]
    np.testing.assert_allclose(found.gradient_norms, norms, rtol=1e-6)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_courses_backward_pass(hidden: tuple[int, ...]) -> None:
    parameters, examples = example(hidden, ("relu",) * len(hidden))
    AL, caches = L_model_forward(examples.X, parameters)
    grads = L_model_backward(AL, examples.Y, caches)

    def cost(parameters: Parameters) -> float:
        AL, _ = L_model_forward(examples.X, parameters)
        return float(compute_cost(AL, examples.Y))

    wanted = central_differences(cost, parameters)
    check({name: grads[f"d{name}"] for name in parameters}, wanted)


def test_the_courses_backward_pass_reaches_the_inputs() -> None:
    """dA0 is what the pictures would have to change (times m: the course keeps 1/m out of dA)."""
    parameters, examples = example((4, 3), ("relu", "relu"))
    AL, caches = L_model_forward(examples.X, parameters)
    dA0 = L_model_backward(AL, examples.Y, caches)["dA0"]

    def cost(inputs: Parameters) -> float:
        AL, _ = L_model_forward(inputs["A0"], parameters)
        return float(compute_cost(AL, examples.Y))

    wanted = central_differences(cost, {"A0": examples.X})["A0"]
    np.testing.assert_allclose(dA0 / examples.m, wanted, rtol=1e-5, atol=1e-8)
