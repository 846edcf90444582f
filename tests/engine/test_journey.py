"""One example's journey: the course's own caches and gradients, and the slopes of its loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine import Hyperparameters, L_model_backward, L_model_forward, compute_cost, train
from engine.activations import ACTIVATIONS
from engine.evaluation import cost_of_logits
from engine.inspection import inspect
from engine.journey import Journey, glance, journey
from engine.snapshots import examples_of
from tests.engine import plain
from tests.engine.plain import Parameters, made_up_dataset
from tests.engine.test_gradients import central_differences, check, example

HIDDEN = [(), (4,), (5, 4, 3)]


def at(i: int, activations: Sequence[str], hidden: Sequence[int], n_y: int = 1):
    """A network, one of its examples, and that example's journey."""
    parameters, examples = example(tuple(hidden), activations, n_y)
    x, y = examples.X[:, [i]], examples.Y[:, [i]]
    return parameters, x, y, journey(parameters, activations, x, y)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("i", [0, 5])
def test_the_numbers_are_those_of_the_courses_functions(hidden: tuple[int, ...], i: int) -> None:
    parameters, x, y, seen = at(i, ("relu",) * len(hidden), hidden)
    AL, caches = L_model_forward(x, parameters)
    grads = L_model_backward(AL, y, caches)
    assert seen.loss == pytest.approx(float(compute_cost(AL, y)))
    np.testing.assert_array_equal(seen.layers[-1].A, AL)
    for layer, ((A_prev, W, b), Z) in zip(seen.layers, caches, strict=True):
        for mine, own in ((layer.W, W), (layer.b, b), (layer.Z, Z)):
            np.testing.assert_array_equal(mine, own)
        for mine, name in ((layer.dW, "dW"), (layer.db, "db")):
            np.testing.assert_allclose(mine, grads[f"{name}{layer.layer}"], rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(
            layer.dA_prev, grads[f"dA{layer.layer - 1}"], rtol=1e-9, atol=1e-15
        )
        np.testing.assert_allclose(layer.dW, layer.dZ @ A_prev.T)
        assert layer.dA is not None
        assert layer.slope is not None
        np.testing.assert_allclose(layer.dZ, layer.dA * layer.slope, rtol=1e-9, atol=1e-15)
    for layer, above in zip(seen.layers, seen.layers[1:], strict=False):
        np.testing.assert_array_equal(layer.dA, above.dA_prev)


@pytest.mark.parametrize("n_y", [1, 3])
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_its_gradients_are_the_slopes_of_its_loss(
    activation: str, hidden: tuple[int, ...], n_y: int
) -> None:
    activations = (activation,) * len(hidden)
    parameters, x, y, seen = at(2, activations, hidden, n_y)

    def loss(parameters: Parameters) -> float:
        return cost_of_logits(plain.forward(parameters, x, activations)[0][-1], y)

    wanted = central_differences(loss, parameters)
    found = {f"W{layer.layer}": layer.dW for layer in seen.layers}
    found |= {f"b{layer.layer}": layer.db for layer in seen.layers}
    check(found, wanted)

    def loss_of_x(inputs: Parameters) -> float:
        return cost_of_logits(plain.forward(parameters, inputs["X"], activations)[0][-1], y)

    check({"X": seen.layers[0].dA_prev}, central_differences(loss_of_x, {"X": x}))
    assert seen.loss == pytest.approx(loss(parameters))
    assert [layer.activation for layer in seen.layers] == [
        *activations,
        "sigmoid" if n_y == 1 else "softmax",
    ]


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("classes", [2, 3])
def test_the_mean_of_all_journeys_is_the_gradient_of_a_step(classes: int, precision: str) -> None:
    """But for the term of L2, and with every dropped-out unit in its place."""
    dataset = made_up_dataset(classes=classes)
    h = Hyperparameters(
        hidden_layers=(5, 4),
        activations=("tanh", "relu"),
        num_iterations=7,
        l2=0.3,
        keep_probs=(0.5, 0.8),
        scaling="standardized",
        precision=precision,
    )
    *_, last = train(h, dataset)
    examples, found = examples_of(dataset, h), inspect(last, dataset)
    journeys: list[Journey] = [
        journey(
            found.parameters,
            h.activation_of_each_layer,
            examples.X[:, [i]],
            examples.Y[:, [i]],
        )
        for i in range(examples.m)
    ]
    for i in range(3):
        mean = np.mean([j.layers[i].dW for j in journeys], axis=0)
        whole = found.gradients[f"dW{i + 1}"] - h.l2 / examples.m * found.parameters[f"W{i + 1}"]
        np.testing.assert_allclose(mean, whole, rtol=1e-6, atol=1e-12)
    mean_loss = np.mean([j.loss for j in journeys])
    assert mean_loss == pytest.approx(cost_of_logits(last.train_logits, examples.Y), rel=1e-5)


def test_a_certain_and_wrong_answer_has_an_infinite_slope_but_a_finite_gradient() -> None:
    parameters = {"W1": np.array([[1000.0]]), "b1": np.zeros((1, 1))}
    seen = journey(parameters, (), np.ones((1, 1)), np.zeros((1, 1)))
    (layer,) = seen.layers
    assert layer.A[0, 0] == 1
    assert layer.dA is not None
    assert layer.dA[0, 0] == np.inf
    assert layer.dZ[0, 0] == layer.dW[0, 0] == 1
    assert seen.loss == 1000
    right = journey(parameters, (), np.ones((1, 1)), np.ones((1, 1))).layers[0]
    assert right.dA is not None
    assert (right.dA[0, 0], right.dZ[0, 0]) == (-1, 0)


def test_a_network_that_diverged_is_told_without_a_warning() -> None:
    parameters = {"W1": np.array([[np.nan, np.inf]]), "b1": np.zeros((1, 1))}
    seen = journey(parameters, (), np.ones((2, 1)), np.ones((1, 1)))
    assert np.isnan(seen.loss)


def test_a_glance_tells_what_it_leaves_out() -> None:
    column = np.arange(-1.0, 29.0).reshape(30, 1)
    seen = glance(column)
    assert (seen.shape, seen.size, seen.first.shape) == ((30, 1), 30, (24, 1))
    assert (seen.low, seen.mean, seen.high, seen.zeros) == (-1, 13.5, 28, 1)
    matrix = np.zeros((7, 9))
    assert glance(matrix).first.shape == (4, 6)
    assert glance(matrix).zeros == 63
    assert glance(np.ones((2, 3))).first.shape == (2, 3)
