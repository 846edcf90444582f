"""What an iteration sees: mini-batches, and the units that dropout leaves."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    Hyperparameters,
    L_model_backward,
    L_model_forward,
    initialize_parameters_deep,
    train,
    update_parameters,
)
from engine.errors import HyperparameterError
from engine.solvers.batches import Batches, draw_masks
from engine.solvers.first_layer import Solver
from tests.engine.plain import made_up_dataset, made_up_examples


@given(st.integers(1, 60), st.data())
def test_every_example_is_seen_once_an_epoch_and_the_short_batch_is_kept(
    m: int, data: st.DataObject
) -> None:
    size, seed = data.draw(st.integers(1, m)), data.draw(st.integers(0, 2**32 - 1))
    batches = Batches(m, size, seed)
    per_epoch = -(-m // size)
    assert batches.per_epoch == per_epoch
    for epoch in range(3):
        seen = [batches.at(epoch * per_epoch + i) for i in range(per_epoch)]
        assert Counter(np.concatenate(seen).tolist()) == Counter(range(m))
        assert [len(batch) for batch in seen[:-1]] == [size] * (per_epoch - 1)
        assert len(seen[-1]) == m - size * (per_epoch - 1)
        assert batches.epoch(epoch * per_epoch) == batches.epoch((epoch + 1) * per_epoch - 1)


def test_the_order_is_the_seeds_and_another_each_epoch() -> None:
    one, same, other = Batches(50, 50, 3), Batches(50, 50, 3), Batches(50, 50, 4)
    orders = [one.at(epoch).tolist() for epoch in range(4)]
    assert [same.at(epoch).tolist() for epoch in range(4)] == orders
    assert same.at(1).tolist() == orders[1]  # in any order asked
    assert len({tuple(order) for order in orders}) == 4
    assert other.at(0).tolist() != orders[0]


@pytest.mark.parametrize("solver", ["gram", "direct"])
@pytest.mark.parametrize("size", [1, 5, 14])
def test_the_numbers_are_those_of_the_courses_functions_on_those_batches(
    size: int, solver: Solver
) -> None:
    examples = made_up_examples(9, 14)
    h = Hyperparameters(
        hidden_layers=(4, 3), num_iterations=40, mini_batch=size, learning_rate=0.05, seed=6
    )
    parameters = initialize_parameters_deep([9, 4, 3, 1], seed=6, initialization="1/sqrt(n)")
    batches = Batches(14, size, 6)
    for step in train(h, examples, solver=solver):
        AL, _ = L_model_forward(examples.X, parameters)
        np.testing.assert_allclose(1 / (1 + np.exp(-step.train_logits)), AL, rtol=1e-9)
        batch = batches.at(step.iteration)
        AL, caches = L_model_forward(examples.X[:, batch], parameters)
        grads = L_model_backward(AL, examples.Y[:, batch], caches)
        parameters = update_parameters(parameters, grads, 0.05)


def test_one_batch_of_all_is_the_whole_set() -> None:
    examples = made_up_examples(9, 14)
    h = Hyperparameters(num_iterations=40)
    *_, whole = train(h, examples)
    *_, batch = train(h.with_changes(mini_batch=14), examples)
    np.testing.assert_allclose(batch.train_logits, whole.train_logits, rtol=1e-9)


def test_a_batch_larger_than_the_training_set_is_refused_before_training() -> None:
    h = Hyperparameters(mini_batch=13)
    sentence = (
        r"^mini_batch cannot be 13: allowed is at most 12, the training (pictures|examples) used\.$"
    )
    with pytest.raises(HyperparameterError, match=sentence):
        train(h, made_up_dataset())
    with pytest.raises(HyperparameterError, match=sentence):
        train(h, made_up_examples(5, 12))
    with pytest.raises(HyperparameterError, match="at most 8, the training pictures used"):
        train(h.with_changes(training_pictures=8), made_up_dataset())


# Dropout


def test_dropout_keeps_the_share_it_is_told_and_the_expected_output() -> None:
    masks = [np.ones((400, 300)) for _ in range(3)]
    draw_masks(masks, (0.8, 1.0, 0.25), seed=1, iteration=7)
    for mask, keep in zip(masks, (0.8, 1.0, 0.25), strict=True):
        assert set(np.unique(mask)) <= {0.0, 1 / keep}
        assert np.mean(mask > 0) == pytest.approx(keep, abs=0.01)
        assert mask.mean() == pytest.approx(1, abs=0.02)


def test_other_units_drop_out_each_iteration_the_same_for_the_same_seed() -> None:
    def drawn(seed: int, iteration: int) -> list[float]:
        masks = [np.ones((5, 9))]
        draw_masks(masks, (0.5,), seed, iteration)
        return masks[0].ravel().tolist()

    assert drawn(1, 4) == drawn(1, 4)
    assert drawn(1, 4) != drawn(1, 5)
    assert drawn(1, 4) != drawn(2, 4)


def test_what_a_step_tells_is_of_the_whole_network() -> None:
    """Dropout is for training: the costs shown, and the test set's, are without it."""
    examples = made_up_examples(9, 14)
    h = Hyperparameters(hidden_layers=(6,), num_iterations=20, keep_probs=(0.5,))
    plain = h.with_changes(keep_probs=())
    assert next(train(h, examples)).cost == next(train(plain, examples)).cost
    *_, last = train(h, examples)
    W = last.snapshot.parameters(examples)
    Z = W["W2"] @ np.maximum(W["W1"] @ examples.X_test + W["b1"], 0) + W["b2"]
    np.testing.assert_allclose(last.test_logits, Z, rtol=1e-9)
