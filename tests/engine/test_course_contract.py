"""Every function of the exercise by its name and signature, and what it says to what does not fit."""

from __future__ import annotations

import inspect
import io
import pickle
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pytest

import engine
from engine import (
    L_layer_model,
    L_model_backward,
    L_model_forward,
    compute_cost,
    initialize_parameters,
    initialize_parameters_deep,
    linear_activation_backward,
    linear_activation_forward,
    linear_backward,
    linear_forward,
    predict,
    print_mislabeled_images,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    two_layer_model,
    update_parameters,
)
from engine.errors import EngineError, ShapeError
from tests.engine.course_examples import small_problem

SIGNATURES = {
    "sigmoid": "Z",
    "relu": "Z",
    "sigmoid_backward": "dA cache",
    "relu_backward": "dA cache",
    "initialize_parameters": "n_x n_h n_y",
    "initialize_parameters_deep": "layer_dims",
    "linear_forward": "A W b",
    "linear_activation_forward": "A_prev W b activation",
    "L_model_forward": "X parameters",
    "compute_cost": "AL Y",
    "linear_backward": "dZ cache",
    "linear_activation_backward": "dA cache activation",
    "L_model_backward": "AL Y caches",
    "update_parameters": "parameters grads learning_rate",
    "two_layer_model": "X Y layers_dims learning_rate=0.0075 num_iterations=3000 print_cost=False",
    "L_layer_model": "X Y layers_dims learning_rate=0.0075 num_iterations=3000 print_cost=False",
    "predict": "X y parameters",
    "print_mislabeled_images": "classes X y p",
    "load_data": "folder=None",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    parameters = inspect.signature(getattr(engine, name)).parameters.values()
    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    told = " ".join(p.name if p.default is p.empty else f"{p.name}={p.default}" for p in positional)
    assert told == SIGNATURES[name]
    assert all(p.default is not p.empty for p in parameters if p.kind is p.KEYWORD_ONLY)
    assert name in engine.__all__


def every_call() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    X, Y = small_problem(n_x=12)
    parameters = initialize_parameters_deep([12, 3, 1], initialization="1/sqrt(n)")
    AL, caches = L_model_forward(X, parameters)
    (linear_cache, Z), dA = caches[0], np.ones_like(caches[0][1])
    A_prev, W, b = linear_cache
    grads = L_model_backward(AL, Y, caches)
    calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (sigmoid, (Z,)),
        (relu, (Z,)),
        (sigmoid_backward, (dA, Z)),
        (relu_backward, (dA, Z)),
        (initialize_parameters, (12, 3, 1)),
        (initialize_parameters_deep, ([12, 3, 1],)),
        (linear_forward, linear_cache),
        (linear_activation_forward, (A_prev, W, b, "relu")),
        (L_model_forward, (X, parameters)),
        (compute_cost, (AL, Y)),
        (linear_backward, (dA, linear_cache)),
        (linear_activation_backward, (dA, caches[0], "relu")),
        (L_model_backward, (AL, Y, caches)),
        (update_parameters, (parameters, grads, 0.1)),
        (two_layer_model, (X, Y, [12, 3, 1], 0.0075, 10, True)),
        (L_layer_model, (X, Y, [12, 3, 1], 0.0075, 10, True)),
        (predict, (X, Y, parameters)),
        (print_mislabeled_images, ([b"non-cat", b"cat"], X, Y, 1 - Y)),
    ]
    return {function.__name__: (function, arguments) for function, arguments in calls}


def test_every_function_of_the_contract_is_called_below() -> None:
    assert every_call().keys() | {"load_data"} == SIGNATURES.keys()


@pytest.mark.parametrize("name", [name for name in SIGNATURES if name != "load_data"])
def test_arguments_and_the_global_random_state_stay_as_they_were(name: str) -> None:
    function, arguments = every_call()[name]
    before = pickle.dumps(arguments)
    np.random.seed(42)
    state = pickle.dumps(np.random.get_state())
    with redirect_stdout(io.StringIO()):
        function(*arguments)
    assert pickle.dumps(np.random.get_state()) == state
    assert pickle.dumps(arguments) == before


def test_results_do_not_share_memory_with_the_parameters() -> None:
    X, Y = small_problem()
    parameters = initialize_parameters(5, 3, 1)
    grads = {f"d{name}": np.zeros_like(array) for name, array in parameters.items()}
    for name, array in update_parameters(parameters, grads, 0.1).items():
        assert not np.shares_memory(array, parameters[name])
    first, second = (L_layer_model(X, Y, [5, 3, 1], num_iterations=5) for _ in range(2))
    first["W1"][:] = 0
    assert second["W1"].any()


@pytest.mark.parametrize("z", [-1000.0, 1000.0])
def test_extreme_logits_pass_without_a_warning(z: float) -> None:
    Z = np.full((1, 3), z)
    A, _ = sigmoid(Z)
    np.testing.assert_array_equal(A, np.full((1, 3), float(z > 0)))
    np.testing.assert_array_equal(sigmoid_backward(np.ones((1, 3)), Z), np.zeros((1, 3)))


def test_cost_of_certain_and_right_is_zero_and_of_certain_and_wrong_infinite() -> None:
    assert compute_cost(np.array([[0.0, 1.0]]), np.array([[0, 1]])) == 0.0
    assert compute_cost(np.array([[0.0, 0.5]]), np.array([[1, 1]])) == np.inf


@pytest.mark.parametrize("z", [-1000.0, -50.0, 50.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_a_saturated_output_learns_by_a_minus_y(z: float, y: float) -> None:
    """dZ = a - y, however certain the network is."""
    parameters = {"W1": np.array([[z]]), "b1": np.zeros((1, 1))}
    AL, caches = L_model_forward(np.ones((1, 1)), parameters)
    grads = L_model_backward(AL, np.array([[y]]), caches)
    np.testing.assert_allclose(grads["db1"], AL - y, rtol=1e-12, atol=1e-300)


def test_the_model_names_the_layer_the_shape_found_and_the_shape_needed() -> None:
    parameters = initialize_parameters_deep([5, 4, 3, 1])
    parameters["W2"] = np.zeros((3, 7))
    with pytest.raises(ShapeError) as caught:
        L_model_forward(np.zeros((5, 2)), parameters)
    assert str(caught.value) == ("Layer 2: W does not fit its input: found (3, 7), needed (n, 4).")


def misfits() -> list[tuple[str, Callable[..., Any], tuple[Any, ...]]]:
    X, Y = small_problem()
    p = initialize_parameters_deep([5, 4, 1])
    AL, caches = L_model_forward(X, p)
    grads = L_model_backward(AL, Y, caches)
    return [
        ("Layer 1: W", L_model_forward, (X[:4], p)),
        ("Layer 1: its input", L_model_forward, (X[:, 0], p)),
        ("Layer 2: b", L_model_forward, (X, {**p, "b2": np.zeros((1,))})),
        ("W does not fit", linear_forward, (X, p["W2"], p["b2"])),
        ("b does not fit", linear_forward, (X, p["W1"], p["b2"])),
        ("W does not fit", linear_activation_forward, (X, p["W2"], p["b2"], "relu")),
        ("AL does not fit Y", compute_cost, (AL, Y[:, 1:])),
        ("AL does not fit Y", compute_cost, (AL, Y.T)),
        ("dZ does not fit", linear_backward, (AL[:, 1:], caches[1][0])),
        ("dA does not fit", linear_activation_backward, (AL, caches[0], "relu")),
        ("labels do not fit", L_model_backward, (AL, Y[:, 1:], caches)),
        ("Layer 1: dA", L_model_backward, (AL, Y, [caches[0], caches[0]][:1])),
        ("dW1 does not fit", update_parameters, (p, {**grads, "dW1": np.zeros((4, 1))}, 0.1)),
        ("labels do not fit", predict, (X, Y[:, 1:], p)),
        ("Layer 1: W", L_layer_model, (X, Y, [6, 3, 1])),
        ("Y does not fit", L_layer_model, (X, Y[0], [5, 3, 1])),
        ("Y does not fit", L_layer_model, (X, Y[:, 1:], [5, 3, 1])),
        ("Y does not fit", L_layer_model, (X[:, :0], Y[:, :0], [5, 3, 1])),
        ("output layer", L_layer_model, (X, np.vstack([Y, Y]), [5, 3, 2])),
        ("layers_dims", L_layer_model, (X, Y, [5])),
        ("layers_dims", L_layer_model, (X, Y, [5, 0, 1])),
        ("layers_dims", two_layer_model, (X, Y, [5, 4, 3, 1])),
        ("layers_dims", initialize_parameters_deep, ([],)),
        ("X does not hold", print_mislabeled_images, (["a", "b"], X, Y, Y)),
        ("y does not fit X", print_mislabeled_images, (["a", "b"], np.zeros((12, 3)), Y, Y)),
    ]


@pytest.mark.parametrize("case", range(len(misfits())))
def test_a_shape_that_does_not_fit_is_told_in_a_sentence(case: int) -> None:
    told, function, arguments = misfits()[case]
    with pytest.raises(ShapeError) as caught:
        function(*arguments)
    sentence = str(caught.value)
    assert told in sentence
    assert "found" in sentence
    assert "needed" in sentence
    assert sentence.endswith(".")


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(EngineError, match="swish"):
        linear_activation_forward(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1)), "swish")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_pictures_that_are_not_numbers_are_refused(bad: float) -> None:
    X, Y = small_problem()
    X[2, 3] = bad
    with pytest.raises(EngineError, match="not finite"):
        L_layer_model(X, Y, [5, 3, 1])
