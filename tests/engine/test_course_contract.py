"""The course's functions, as a notebook or a test file written for the course would call them."""

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
from engine.dataset import Floats
from engine.errors import EngineError, ShapeError

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


def small_problem(n_x: int = 5, m: int = 12, seed: int = 0) -> tuple[Floats, Floats]:
    """X (n_x, m) in [0, 1] like standardized pictures, Y (1, m) of both classes."""
    random = np.random.RandomState(seed)
    X = random.rand(n_x, m)
    Y = (X.mean(axis=0, keepdims=True) + 0.1 * random.randn(1, m) > 0.5).astype(float)
    Y[0, :2] = 0, 1
    return X, Y


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    parameters = inspect.signature(getattr(engine, name)).parameters.values()
    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    told = " ".join(p.name if p.default is p.empty else f"{p.name}={p.default}" for p in positional)
    assert told == SIGNATURES[name]
    assert all(p.default is not p.empty for p in parameters if p.kind is p.KEYWORD_ONLY)
    assert name in engine.__all__


# Forward and backward, one function after another.


def test_sigmoid() -> None:
    Z = np.array([[-2.0, 0.0, 3.0]])
    A, cache = sigmoid(Z)
    np.testing.assert_allclose(A, 1 / (1 + np.exp(-Z)), rtol=1e-15)
    assert cache is Z


def test_sigmoid_keeps_its_digits_in_the_tails() -> None:
    A, _ = sigmoid(np.array([[-40.0, -700.0, 40.0]]))
    np.testing.assert_allclose(A, [[np.exp(-40.0), np.exp(-700.0), 1.0]], rtol=1e-14)


def test_relu() -> None:
    Z = np.array([[-2.0, 0.0, 3.0]])
    A, cache = relu(Z)
    np.testing.assert_array_equal(A, [[0.0, 0.0, 3.0]])
    assert cache is Z


def test_backward_through_the_activations() -> None:
    Z, dA = np.array([[-2.0, 0.0, 3.0]]), np.array([[1.0, 2.0, -4.0]])
    s = 1 / (1 + np.exp(-Z))
    np.testing.assert_allclose(sigmoid_backward(dA, Z), dA * s * (1 - s), rtol=1e-14)
    np.testing.assert_array_equal(relu_backward(dA, Z), [[0.0, 0.0, -4.0]])


def test_initialize_parameters() -> None:
    found = initialize_parameters(3, 2, 1)
    random = np.random.RandomState(1)
    np.testing.assert_array_equal(found["W1"], random.randn(2, 3) * 0.01)
    np.testing.assert_array_equal(found["W2"], random.randn(1, 2) * 0.01)
    np.testing.assert_array_equal(found["b1"], np.zeros((2, 1)))
    np.testing.assert_array_equal(found["b2"], np.zeros((1, 1)))
    assert list(found) == ["W1", "b1", "W2", "b2"]
    # Printed in the exercise
    np.testing.assert_allclose(
        found["W1"],
        [[0.01624345, -0.00611756, -0.00528172], [-0.01072969, 0.00865408, -0.02301539]],
        atol=5e-9,
    )


def test_initialize_parameters_deep() -> None:
    found = initialize_parameters_deep([5, 4, 3])
    random = np.random.RandomState(3)
    np.testing.assert_array_equal(found["W1"], random.randn(4, 5) * 0.01)
    np.testing.assert_array_equal(found["W2"], random.randn(3, 4) * 0.01)
    assert found["b1"].shape == (4, 1)
    assert found["b2"].shape == (3, 1)
    assert found["W1"][0, 0] == pytest.approx(0.01788628, abs=5e-9)  # printed in the exercise


def test_a_start_that_was_written_to_is_drawn_as_before() -> None:
    once = initialize_parameters_deep([5, 4, 3])
    drawn = once["W1"].copy()
    once["W1"] -= 1.0
    assert np.array_equal(initialize_parameters_deep([5, 4, 3])["W1"], drawn)


def test_initialize_parameters_deep_by_another_scheme_and_seed() -> None:
    found = initialize_parameters_deep([5, 4, 3], seed=1, initialization="1/sqrt(n)")
    random = np.random.RandomState(1)
    np.testing.assert_array_equal(found["W1"], random.randn(4, 5) / np.sqrt(5))
    np.testing.assert_array_equal(found["W2"], random.randn(3, 4) / np.sqrt(4))


def test_linear_forward() -> None:
    random = np.random.RandomState(1)
    A, W, b = random.randn(3, 2), random.randn(1, 3), random.randn(1, 1)
    Z, cache = linear_forward(A, W, b)
    np.testing.assert_allclose(Z, [[3.26295337, -1.23429987]], atol=5e-9)  # printed in the exercise
    assert cache[0] is A
    assert cache[1] is W
    assert cache[2] is b


@pytest.mark.parametrize(
    ("activation", "printed"),
    [("sigmoid", [[0.96890023, 0.11013289]]), ("relu", [[3.43896131, 0.0]])],
)
def test_linear_activation_forward(activation: str, printed: list[list[float]]) -> None:
    random = np.random.RandomState(2)
    A_prev, W, b = random.randn(3, 2), random.randn(1, 3), random.randn(1, 1)
    A, (linear_cache, Z) = linear_activation_forward(A_prev, W, b, activation)
    np.testing.assert_allclose(A, printed, atol=5e-9)
    np.testing.assert_allclose(Z, W @ A_prev + b)
    assert [x is y for x, y in zip(linear_cache, (A_prev, W, b), strict=True)] == [True] * 3


def test_model_forward() -> None:
    random = np.random.RandomState(4)
    X = random.randn(5, 7)
    parameters = initialize_parameters_deep([5, 4, 3, 1], seed=5, initialization="1/sqrt(n)")
    AL, caches = L_model_forward(X, parameters)
    A1 = np.maximum(0, parameters["W1"] @ X + parameters["b1"])
    A2 = np.maximum(0, parameters["W2"] @ A1 + parameters["b2"])
    Z3 = parameters["W3"] @ A2 + parameters["b3"]
    np.testing.assert_allclose(AL, 1 / (1 + np.exp(-Z3)), rtol=1e-14)
    assert AL.shape == (1, 7)
    assert len(caches) == 3
    np.testing.assert_allclose(caches[2][0][0], A2)
    np.testing.assert_allclose(caches[2][1], Z3)


def test_compute_cost() -> None:
    cost = compute_cost(np.array([[0.8, 0.9, 0.4]]), np.array([[1, 1, 0]]))
    assert cost.shape == ()
    assert cost == pytest.approx(-(np.log(0.8) + np.log(0.9) + np.log(0.6)) / 3, rel=1e-15)


def test_linear_backward() -> None:
    random = np.random.RandomState(1)
    dZ, A_prev, W, b = (
        random.randn(3, 4),
        random.randn(5, 4),
        random.randn(3, 5),
        random.randn(3, 1),
    )
    dA_prev, dW, db = linear_backward(dZ, (A_prev, W, b))
    np.testing.assert_allclose(dA_prev, W.T @ dZ)
    np.testing.assert_allclose(dW, dZ @ A_prev.T / 4)
    np.testing.assert_allclose(db, dZ.sum(axis=1).reshape(3, 1) / 4)
    assert db.shape == b.shape


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_linear_activation_backward(activation: str) -> None:
    random = np.random.RandomState(2)
    dA, A_prev, W, b = (
        random.randn(1, 2),
        random.randn(3, 2),
        random.randn(1, 3),
        random.randn(1, 1),
    )
    Z = random.randn(1, 2)  # as the exercise's own test does: not W A_prev + b
    s = 1 / (1 + np.exp(-Z))
    dZ = dA * (s * (1 - s) if activation == "sigmoid" else Z > 0)
    dA_prev, dW, db = linear_activation_backward(dA, ((A_prev, W, b), Z), activation)
    np.testing.assert_allclose(dA_prev, W.T @ dZ, rtol=1e-13)
    np.testing.assert_allclose(dW, dZ @ A_prev.T / 2, rtol=1e-13)
    np.testing.assert_allclose(db, dZ.sum(axis=1, keepdims=True) / 2, rtol=1e-13)


def test_model_backward_on_the_exercises_own_case() -> None:
    """Its AL is drawn at random, not computed from the caches, and one of its "probabilities" is 1.8."""
    random = np.random.RandomState(3)
    AL, Y = random.randn(1, 2), np.array([[1, 0]])
    A1, W1, b1, Z1 = random.randn(4, 2), random.randn(3, 4), random.randn(3, 1), random.randn(3, 2)
    A2, W2, b2, Z2 = random.randn(3, 2), random.randn(1, 3), random.randn(1, 1), random.randn(1, 2)
    grads = L_model_backward(AL, Y, [((A1, W1, b1), Z1), ((A2, W2, b2), Z2)])

    s = 1 / (1 + np.exp(-Z2))
    dZ2 = -(Y / AL - (1 - Y) / (1 - AL)) * s * (1 - s)
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    wanted = {
        "dA1": W2.T @ dZ2,
        "dW2": dZ2 @ A2.T / 2,
        "db2": dZ2.sum(axis=1, keepdims=True) / 2,
        "dA0": W1.T @ dZ1,
        "dW1": dZ1 @ A1.T / 2,
        "db1": dZ1.sum(axis=1, keepdims=True) / 2,
    }
    assert grads.keys() == wanted.keys()
    for name, gradient in wanted.items():
        np.testing.assert_allclose(grads[name], gradient, rtol=1e-13, err_msg=name)
    # Printed in the exercise
    np.testing.assert_allclose(
        grads["dW1"][0], [0.41010002, 0.07807203, 0.13798444, 0.10502167], atol=5e-9
    )


def test_update_parameters() -> None:
    parameters = initialize_parameters(3, 2, 1)
    grads = {f"d{name}": np.ones_like(array) for name, array in parameters.items()}
    updated = update_parameters(parameters, grads, 0.1)
    assert updated.keys() == parameters.keys()
    for name in parameters:
        np.testing.assert_allclose(updated[name], parameters[name] - 0.1)


# Training


def plain_loop(
    X: Floats, Y: Floats, parameters: dict[str, Floats], learning_rate: float, num_iterations: int
) -> tuple[dict[str, Floats], list[float]]:
    """The course's loop, by the course's functions: parameters, and the cost before each update."""
    costs = []
    for _ in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        costs.append(float(compute_cost(AL, Y)))
        parameters = update_parameters(parameters, L_model_backward(AL, Y, caches), learning_rate)
    return parameters, costs


def assert_same_parameters(found: dict[str, Floats], wanted: dict[str, Floats]) -> None:
    assert list(found) == list(wanted)
    for name, array in wanted.items():
        scale = np.abs(array).max()
        np.testing.assert_allclose(found[name], array, rtol=1e-9, atol=1e-9 * scale, err_msg=name)


# n_x above, at and below m; one picture; enough iterations that both ways of training are chosen
SIZES = [(40, 8), (8, 8), (5, 60), (3, 1)]


@pytest.mark.parametrize(("n_x", "m"), SIZES)
@pytest.mark.parametrize("hidden", [[], [4], [6, 4], [5, 4, 3]])
def test_L_layer_model_is_the_courses_loop(n_x: int, m: int, hidden: list[int]) -> None:  # noqa: N802
    X, Y = small_problem(n_x, max(m, 2))
    X, Y = X[:, :m], Y[:, :m]
    dims = [n_x, *hidden, 1]
    start = initialize_parameters_deep(dims, seed=1, initialization="1/sqrt(n)")
    wanted, _ = plain_loop(X, Y, start, 0.05, 205)
    assert_same_parameters(L_layer_model(X, Y, dims, 0.05, 205), wanted)


@pytest.mark.parametrize(("n_x", "m"), SIZES[:3])
def test_two_layer_model_is_the_courses_loop(n_x: int, m: int) -> None:
    X, Y = small_problem(n_x, m)
    wanted, _ = plain_loop(X, Y, initialize_parameters(n_x, 4, 1), 0.5, 205)
    assert_same_parameters(two_layer_model(X, Y, (n_x, 4, 1), 0.5, 205), wanted)


@pytest.mark.parametrize("model", [two_layer_model, L_layer_model])
def test_print_cost_prints_every_100_iterations(
    model: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    X, Y = small_problem()
    model(X, Y, [5, 3, 1], learning_rate=0.1, num_iterations=250, print_cost=True)
    lines = capsys.readouterr().out.splitlines()
    start = (
        initialize_parameters(5, 3, 1)
        if model is two_layer_model
        else initialize_parameters_deep([5, 3, 1], seed=1, initialization="1/sqrt(n)")
    )
    _, costs = plain_loop(X, Y, start, 0.1, 250)
    assert [line.rpartition(": ")[0] for line in lines] == [
        f"Cost after iteration {i}" for i in (0, 100, 200)
    ]
    for line, i in zip(lines, (0, 100, 200), strict=True):
        assert float(line.rpartition(": ")[2]) == pytest.approx(costs[i], rel=1e-12)


def test_print_cost_prints_nothing_after_the_last_update(
    capsys: pytest.CaptureFixture[str],
) -> None:
    X, Y = small_problem()
    L_layer_model(X, Y, [5, 3, 1], num_iterations=200, print_cost=True)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_without_print_cost_it_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    X, Y = small_problem()
    L_layer_model(X, Y, [5, 3, 1], num_iterations=150)
    two_layer_model(X, Y, [5, 3, 1], num_iterations=150)
    assert capsys.readouterr() == ("", "")


def test_no_iterations_is_the_start() -> None:
    X, Y = small_problem()
    start = initialize_parameters(5, 3, 1)
    assert_same_parameters(two_layer_model(X, Y, [5, 3, 1], num_iterations=0), start)


def test_integer_pictures_and_labels_do_as_well() -> None:
    X, Y = small_problem()
    X = np.round(X * 3)
    assert_same_parameters(
        L_layer_model(X.astype(int), Y.astype(int), [5, 3, 1], num_iterations=20),
        L_layer_model(X, Y, [5, 3, 1], num_iterations=20),
    )


def test_a_learning_rate_far_too_large_raises_no_warning() -> None:
    X, Y = small_problem()
    parameters = L_layer_model(X, Y, [5, 4, 3, 1], learning_rate=1e200, num_iterations=30)
    assert list(parameters) == ["W1", "b1", "W2", "b2", "W3", "b3"]


# Prediction


def test_predict(capsys: pytest.CaptureFixture[str]) -> None:
    parameters = {"W1": np.array([[2.0]]), "b1": np.array([[-1.0]])}
    X = np.array([[0.0, 0.5, 0.6, 1.0]])  # probability 0.5 is not over 0.5
    p = predict(X, np.array([[0, 1, 1, 1]]), parameters)
    np.testing.assert_array_equal(p, [[0, 0, 1, 1]])
    assert p.shape == (1, 4)
    assert capsys.readouterr().out == "Accuracy: 0.75\n"


def test_predict_takes_a_list_of_labels(capsys: pytest.CaptureFixture[str]) -> None:
    """As the notebook's last cell does, for one's own picture."""
    parameters = {"W1": np.array([[2.0]]), "b1": np.array([[-1.0]])}
    p = predict(np.array([[0.9]]), [1], parameters)  # type: ignore[arg-type]
    assert p.tolist() == [[1]]
    assert capsys.readouterr().out == "Accuracy: 1.0\n"


def test_print_mislabeled_images() -> None:
    random = np.random.RandomState(0)
    X = random.rand(4 * 4 * 3, 10)
    y = np.array([[0, 1] * 5])
    p = y.copy()
    p[0, [3, 6, 7]] = 1 - p[0, [3, 6, 7]]
    figure = print_mislabeled_images(np.array([b"non-cat", b"cat"]), X, y, p)
    assert len(figure.data) == 3
    for picture, i in zip(figure.data, (3, 6, 7), strict=True):
        shown = np.asarray(picture.z)
        np.testing.assert_array_equal(shown, (X[:, i] * 255).astype(np.uint8).reshape(4, 4, 3))
    titles = [note.text for note in figure.layout.annotations]
    assert titles == [
        "predicted non-cat<br>is cat",
        "predicted cat<br>is non-cat",
        "predicted non-cat<br>is cat",
    ]
    assert "3 mislabeled" in figure.layout.title.text


@pytest.mark.parametrize("mistakes", [0, 1, 6, 7, 50])
def test_any_number_of_mislabeled_images_fits_the_figure(mistakes: int) -> None:
    X, y = np.zeros((12, 50)), np.ones((1, 50))
    p = y.copy()
    p[0, :mistakes] = 0
    assert len(print_mislabeled_images(["a", "b"], X, y, p).data) == mistakes


# What no function may do


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


# Where the plain formulas break down


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


# Shapes that do not fit


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
