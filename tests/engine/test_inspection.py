"""What is inside a network at any kept moment. (Its gradients: test_gradients.py.)"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Hyperparameters, Snapshot, fork, inspect, train
from engine.inspection import dimensions
from engine.optimizers import OPTIMIZERS
from tests.engine import plain
from tests.engine.plain import made_up_dataset, made_up_examples


def snapshot_of(parameters: plain.Parameters, h: Hyperparameters) -> Snapshot:
    """A moment of a run that has these weights."""
    L = len(parameters) // 2
    upper = [np.hstack([parameters[f"W{i}"], parameters[f"b{i}"]]).ravel() for i in range(2, L + 1)]
    state = {
        "W": np.hstack([parameters["W1"], parameters["b1"]]),
        "upper": np.concatenate([np.empty(0), *upper]),
    }
    return Snapshot(h, h, "direct", len(parameters[f"b{L}"]), 7, 0, state)


def hand_made(activation: str = "relu") -> tuple[Snapshot, plain.Parameters]:
    """Two of the first layer's five units are dead, and one of the second's three."""
    random = np.random.RandomState(0)
    parameters = {
        "W1": np.abs(random.randn(5, 6)),
        "b1": np.zeros((5, 1)),
        "W2": np.abs(random.randn(3, 5)),
        "b2": np.zeros((3, 1)),
        "W3": random.randn(1, 3),
        "b3": np.zeros((1, 1)),
    }
    parameters["b1"][[1, 4]] = -100.0
    parameters["W2"][2] *= -1
    h = Hyperparameters(hidden_layers=(5, 3), activation=activation)
    return snapshot_of(parameters, h), parameters


def test_dead_units_are_counted_layer_by_layer() -> None:
    snapshot, parameters = hand_made()
    found = inspect(snapshot, made_up_examples(6, 9))
    assert found.dead_units == (2, 1)
    assert found.iteration == 7
    for name, array in parameters.items():
        np.testing.assert_array_equal(found.parameters[name], array)
    # What is dead does not learn.
    np.testing.assert_array_equal(found.gradients["dW1"][[1, 4]], 0)
    np.testing.assert_array_equal(found.gradients["dW2"][2], 0)


@pytest.mark.parametrize("activation", ["tanh", "leaky relu", "sigmoid"])
def test_only_units_that_can_die_are_dead(activation: str) -> None:
    snapshot, _ = hand_made(activation)
    assert inspect(snapshot, made_up_examples(6, 9)).dead_units == (0, 0)


def test_a_unit_that_answers_to_one_picture_is_alive() -> None:
    snapshot, parameters = hand_made()
    examples = made_up_examples(6, 9)
    Z = parameters["W1"][1] @ examples.X
    state = {name: array.copy() for name, array in snapshot.state.items()}
    first, second = np.sort(Z)[[-1, -2]]
    state["W"][1, -1] = -(first + second) / 2
    assert inspect(replace(snapshot, state=state), examples).dead_units == (1, 1)


def test_the_share_of_saturated_outputs() -> None:
    examples = made_up_examples(1, 8)
    X = np.array([[-9.0, -4.6, -4.5, -1.0, 0.0, 4.5, 4.6, 30.0]])
    h = Hyperparameters(hidden_layers=())
    snapshot = snapshot_of({"W1": np.ones((1, 1)), "b1": np.zeros((1, 1))}, h)
    # σ(4.595) = 0.99
    assert inspect(snapshot, replace(examples, X=X)).saturated == 4 / 8


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize("classes", [2, 3])
def test_of_any_run_at_any_step(optimizer: str, classes: int) -> None:
    """Gram space or not, forked or not: the same as a plain loop tells; dropout is left out."""
    dataset = made_up_dataset(classes=classes)
    told: dict[str, Any] = {"mini_batch": 5, "keep_probs": (0.5, 0.8), "l2": 0.3}
    h = Hyperparameters(hidden_layers=(5, 4), num_iterations=9, optimizer=optimizer, **told)
    steps = list(train(h, dataset))
    steps += fork(steps[4], h.with_changes(l2=0.0, learning_rate=0.1), dataset)
    for step in steps:
        found = inspect(step, dataset)
        parameters = step.snapshot.parameters(dataset)
        wanted = plain.gradients(
            parameters,
            dataset.examples.X,
            dataset.examples.Y,
            ("relu", "relu"),
            step.snapshot.hyperparameters.l2,
        )
        assert found.iteration == step.iteration
        for layer, norm in enumerate(found.gradient_norms, 1):
            np.testing.assert_allclose(norm, np.linalg.norm(wanted[f"W{layer}"]), rtol=1e-9)
        hidden = plain.forward(parameters, dataset.examples.X, ("relu", "relu"))[1][1:-1]
        assert found.dead_units == tuple(int((A == 0).all(axis=1).sum()) for A in hidden)


def test_in_gram_space_the_norm_of_dw1_needs_no_wide_array() -> None:
    """‖dW1‖² = ⟨dZ1 G, dZ1⟩ / m²."""
    examples = made_up_examples(50, 9)
    h = Hyperparameters(hidden_layers=(4,), num_iterations=200)
    *_, last = train(h, examples)
    assert last.snapshot.solver == "gram"
    W = last.snapshot.parameters(examples)
    (Z1, _), (_, _, AL) = plain.forward(W, examples.X, ("relu",))
    dZ1 = W["W2"].T @ (AL - examples.Y) * (Z1 > 0)
    wanted = np.sqrt(np.sum(dZ1 @ examples.products[0] * dZ1)) / examples.m
    assert inspect(last, examples).gradient_norms[0] == pytest.approx(wanted, rel=1e-9)


def test_a_run_that_diverged_can_be_looked_into() -> None:
    h = Hyperparameters(
        hidden_layers=(30,) * 4, activation="leaky relu", initialization="He", learning_rate=10
    )
    examples = made_up_examples(60, 12)
    *_, last = train(h, examples)
    assert last.status == "diverged"
    assert not np.isfinite(inspect(last, examples).gradient_norms).all()


def test_dimensions_are_the_courses_table() -> None:
    first, _, _, last = dimensions([12288, 20, 7, 5, 1], 209)
    assert first.arrays() == {"W": (20, 12288), "b": (20, 1), "Z": (20, 209), "A": (20, 209)}
    assert (last.layer, last.W, last.A) == (4, (1, 5), (1, 209))
    assert first.parameters == 20 * 12288 + 20
