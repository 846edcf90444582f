"""The course's functions for one step, forward and backward, against the exercise's own numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine import (
    L_model_backward,
    L_model_forward,
    compute_cost,
    initialize_parameters,
    initialize_parameters_deep,
    linear_activation_backward,
    linear_activation_forward,
    linear_backward,
    linear_forward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    update_parameters,
)


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
