"""Each activation's derivative is the slope of its function, whatever Z is."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, Activation
from engine.dataset import Floats

# g by the textbook's formula; one that is added later is held to its own derivative only.
FORMULAS = {
    "relu": lambda z: np.where(z > 0, z, 0.0),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "leaky relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


@pytest.fixture(params=list(ACTIVATIONS))
def activation(request: pytest.FixtureRequest) -> Activation:
    return ACTIVATIONS[request.param]


def value(activation: Activation, Z: Floats) -> Floats:
    A = np.full_like(Z, np.nan)
    activation.forward(Z, A)
    return A


def slope(activation: Activation, Z: Floats) -> Floats:
    out = np.full_like(Z, np.nan)
    activation.derivative(Z, value(activation, Z), out)
    return out


@pytest.mark.parametrize("name", FORMULAS)
def test_the_function_is_the_textbooks(name: str) -> None:
    Z = np.linspace(-20, 20, 401).reshape(1, -1)
    np.testing.assert_allclose(
        value(ACTIVATIONS[name], Z), FORMULAS[name](Z), rtol=1e-12, atol=1e-15
    )


def test_derivative_against_central_differences(activation: Activation) -> None:
    Z = np.random.RandomState(0).randn(20, 50) * 3
    Z[np.abs(Z) < 1e-3] = 0.5  # at a kink the difference is no slope
    h = 1e-6
    differences = (value(activation, Z + h) - value(activation, Z - h)) / (2 * h)
    np.testing.assert_allclose(slope(activation, Z), differences, rtol=1e-6, atol=1e-8)


def test_at_zero_relu_does_not_learn() -> None:
    """The course's choice at the kink: dZ is 0 where Z <= 0."""
    zero = np.zeros((1, 1))
    assert slope(ACTIVATIONS["relu"], zero) == 0
    assert slope(ACTIVATIONS["leaky relu"], zero) == 0.01


@pytest.mark.parametrize("z", [-1e300, -1000.0, -40.0, 40.0, 1000.0, 1e300])
def test_far_out_it_stays_finite_without_a_warning(activation: Activation, z: float) -> None:
    Z = np.full((2, 3), z)
    assert np.isfinite(value(activation, Z)).all()
    assert np.isfinite(slope(activation, Z)).all()


def test_it_leaves_z_as_it_was_and_takes_any_shape(activation: Activation) -> None:
    for shape in ((0, 5), (1, 1), (3, 7), (2, 3, 4)):
        Z = np.random.RandomState(1).randn(*shape)
        before = Z.copy()
        assert slope(activation, Z).shape == shape
        np.testing.assert_array_equal(Z, before)


def test_it_works_on_a_part_of_a_larger_buffer(activation: Activation) -> None:
    """A training run gives it views of one block."""
    Z = np.random.RandomState(2).randn(6, 4)
    whole = np.full((8, 4), 7.0)
    activation.forward(Z, whole[1:7])
    np.testing.assert_array_equal(whole[1:7], value(activation, Z))
    np.testing.assert_array_equal(whole[[0, 7]], 7.0)


def test_those_that_die_say_so(activation: Activation) -> None:
    """`dies` is true when a unit far on the negative side outputs 0 with slope 0."""
    Z = np.full((1, 1), -5.0)
    assert activation.dies == (value(activation, Z)[0, 0] == 0 and slope(activation, Z)[0, 0] == 0)
