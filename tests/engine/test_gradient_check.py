"""The gradient check passes what is right, finds what is wrong, and says what it looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine.gradient_check as checking
from engine import Hyperparameters, Snapshot, train
from engine.activations import ACTIVATIONS
from engine.dataset import Floats
from engine.gradient_check import THRESHOLD, check_gradient, relative_difference
from engine.snapshots import examples_of
from tests.engine.plain import made_up_dataset, made_up_examples
from tests.engine.test_gradients import HIDDEN, MIXED, N_X, M, central_differences, cost_at, example


@pytest.mark.parametrize("l2", [0.0, 0.7])
@pytest.mark.parametrize("n_y", [1, 3])
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_a_right_gradient_passes(
    activation: str, hidden: tuple[int, ...], n_y: int, l2: float
) -> None:
    activations = (activation,) * len(hidden)
    parameters, examples = example(hidden, activations, n_y)
    found = check_gradient(parameters, activations, examples.X, examples.Y, l2)
    assert found.difference < THRESHOLD
    assert (found.m, found.kinks) == (M, 0)
    assert found.compared == sum(array.size for array in parameters.values())
    # What is called an approximation is the central difference of the whole cost.
    wanted = central_differences(cost_at(examples, activations, l2), parameters)
    for array in found.arrays:
        assert array.shape == parameters[array.name].shape
        np.testing.assert_allclose(
            array.approximation, wanted[array.name].ravel(), rtol=1e-5, atol=1e-8
        )


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_a_mistake_in_the_backward_propagation_is_found(
    monkeypatch: pytest.MonkeyPatch, layer: int
) -> None:
    right = checking.propagate_back

    def wrong(*told: Any) -> list[Floats]:
        dZ = right(*told)
        dZ[layer - 1] = dZ[layer - 1] * 1.001
        return dZ

    monkeypatch.setattr(checking, "propagate_back", wrong)
    parameters, examples = example((4, 3), ("tanh", "tanh"))
    found = check_gradient(parameters, ("tanh", "tanh"), examples.X, examples.Y)
    assert found.difference > THRESHOLD
    worst = max(found.arrays, key=lambda array: array.difference)
    assert worst.name in (f"W{layer}", f"b{layer}")


def test_layers_one_by_one_make_the_whole() -> None:
    parameters, examples = example((5, 4, 3), MIXED)
    whole = check_gradient(parameters, MIXED, examples.X, examples.Y)
    assert [a.name for a in whole.arrays] == ["W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4"]
    for layer in range(1, 5):
        part = check_gradient(parameters, MIXED, examples.X, examples.Y, layers=[layer])
        for mine, own in zip(part.arrays, whole.arrays[2 * layer - 2 : 2 * layer], strict=True):
            assert mine.name == own.name
            np.testing.assert_array_equal(mine.approximation, own.approximation)


def test_of_large_arrays_a_sample_is_compared_the_same_each_time() -> None:
    examples = made_up_examples(60, 300)
    random = np.random.RandomState(0)
    parameters = {
        "W1": random.randn(40, 60) / 8,
        "b1": np.zeros((40, 1)),
        "W2": random.randn(1, 40),
        "b2": np.zeros((1, 1)),
    }
    found = check_gradient(parameters, ("tanh",), examples.X, examples.Y)
    assert [len(a.gradient) for a in found.arrays] == [100, 40, 40, 1]
    assert found.m == 256
    again = check_gradient(parameters, ("tanh",), examples.X, examples.Y)
    np.testing.assert_array_equal(found.arrays[0].gradient, again.arrays[0].gradient)
    assert len(np.unique(found.arrays[0].gradient)) == 100


def test_a_wide_network_is_checked_at_few_places() -> None:
    parameters = {
        "W1": np.ones((512, 6)),
        "b1": np.zeros((512, 1)),
        **{f"W{i}": np.eye(512) for i in range(2, 7)},
        **{f"b{i}": np.zeros((512, 1)) for i in range(2, 7)},
        "W7": np.ones((1, 512)),
        "b7": np.zeros((1, 1)),
    }
    assert checking._entries(parameters, 1, 256) == checking.FEWEST_ENTRIES
    assert checking._entries(parameters, 7, 256) == checking.MOST_ENTRIES


def test_where_a_relu_has_its_kink_nothing_is_compared() -> None:
    parameters, examples = example((4, 3), ("relu", "relu"))
    parameters["b2"] = -parameters["W2"] @ np.maximum(
        0, parameters["W1"] @ examples.X[:, :1] + parameters["b1"]
    )
    found = check_gradient(parameters, ("relu", "relu"), examples.X, examples.Y)
    assert found.kinks > 0
    b2 = next(array for array in found.arrays if array.name == "b2")
    assert (len(b2.gradient), b2.kinks) == (0, 3)  # Z2 of the first example is 0 everywhere
    assert found.difference < THRESHOLD
    assert b2.difference == 0


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_of_a_real_run_at_any_moment(precision: str, classes: int) -> None:
    dataset = made_up_dataset(classes=classes)
    h = Hyperparameters(
        hidden_layers=(6, 4),
        num_iterations=30,
        l2=0.5,
        keep_probs=(0.7, 0.9),
        scaling="standardized",
        precision=precision,
    )
    examples = examples_of(dataset, h)
    for step in train(h, dataset):
        snapshot: Snapshot = step.snapshot
        found = check_gradient(
            snapshot.parameters(dataset), h.activation_of_each_layer, examples.X, examples.Y, h.l2
        )
        assert found.difference < THRESHOLD, step.iteration


def test_the_difference_is_the_courses() -> None:
    assert relative_difference(np.array([3.0, 0.0]), np.array([0.0, 4.0])) == 5 / 7
    assert relative_difference(np.zeros(3), np.zeros(3)) == 0
    assert relative_difference(np.ones(N_X), np.ones(N_X)) == 0
