"""Gradient descent, momentum, RMSprop, Adam, L2 and softmax against PyTorch, and their first steps."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine import Hyperparameters, Step, fork, train
from engine.dataset import Examples, Floats
from engine.decays import DECAYS
from engine.evaluation import cost_of_logits
from engine.optimizers import OPTIMIZERS
from engine.solvers.first_layer import Solver
from tests.engine.against_torch import RUNS, STORED, by_torch, examples_of
from tests.engine.plain import made_up_examples

KEPT: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))


def check(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    np.testing.assert_allclose(found["costs"], wanted["costs"], rtol=1e-9)
    np.testing.assert_allclose(found["test_logits"], wanted["test_logits"], rtol=1e-7, atol=1e-9)


def by_engine(h: Hyperparameters, examples: Examples, solver: Solver) -> dict[str, Any]:
    steps = list(train(h, examples, solver=solver))
    costs = [cost_of_logits(s.train_logits, examples.Y) for s in steps]
    return {"costs": costs, "test_logits": steps[-1].test_logits}


@pytest.mark.parametrize(
    ("name", "solver"),
    [
        (name, solver)
        for name, (h, _) in RUNS.items()
        for solver in (("gram", "direct") if OPTIMIZERS[h.optimizer].linear else ("direct",))
    ],
)
def test_against_the_numbers_of_pytorch_that_were_kept(name: str, solver: Solver) -> None:
    h, classes = RUNS[name]
    check(by_engine(h, examples_of(classes), solver), KEPT[name])


@pytest.mark.parametrize("name", RUNS)
def test_those_numbers_are_pytorchs(name: str) -> None:
    pytest.importorskip("torch", exc_type=ImportError)
    h, classes = RUNS[name]
    check(by_torch(h, examples_of(classes)), KEPT[name])


# The first steps by hand


def weight(examples: Examples, **told: Any) -> list[float]:
    """w of a network of one weight, after 0, 1 and 2 steps."""
    h = Hyperparameters(
        hidden_layers=(), initialization="1/sqrt(n)", num_iterations=2, learning_rate=0.5, **told
    )
    return [float(s.snapshot.parameters(examples)["W1"][0, 0]) for s in train(h, examples)]


@pytest.fixture
def one() -> Examples:
    """One input, one picture x = 2 of class 1."""
    return Examples(np.array([[2.0]]), np.ones((1, 1)), np.empty((1, 0)), np.empty((1, 0)))


def slope(w: float, b: float) -> float:
    """dJ/dw = (a - 1) x, and db is half of it."""
    return (1 / (1 + np.exp(-(2 * w + b))) - 1) * 2


def test_momentum_begins_with_a_part_of_the_gradient(one: Examples) -> None:
    w = weight(one, optimizer="momentum", beta1=0.9)
    g1 = slope(w[0], 0)
    assert w[1] == pytest.approx(w[0] - 0.5 * 0.1 * g1, rel=1e-12)
    g2 = slope(w[1], -0.5 * 0.1 * g1 / 2)
    assert w[2] == pytest.approx(w[1] - 0.5 * (0.9 * 0.1 * g1 + 0.1 * g2), rel=1e-12)


def test_rmsprop_divides_by_the_root_of_its_average(one: Examples) -> None:
    w = weight(one, optimizer="RMSprop", beta2=0.75, epsilon=0.01)
    g = slope(w[0], 0)
    assert w[1] == pytest.approx(w[0] - 0.5 * g / (0.5 * abs(g) + 0.01), rel=1e-12)


def test_adam_corrects_its_averages_for_their_start(one: Examples) -> None:
    """So that the first step has the size of the learning rate, whatever the gradient."""
    w = weight(one, optimizer="Adam", epsilon=1e-12)
    assert w[1] - w[0] == pytest.approx(0.5, rel=1e-9)


def test_l2_shrinks_weights_and_not_biases(one: Examples) -> None:
    h = Hyperparameters(hidden_layers=(), num_iterations=1, learning_rate=0.5, l2=0.4)
    first, last = (s.snapshot.parameters(one) for s in train(h, one))
    w, g = first["W1"][0, 0], slope(first["W1"][0, 0], 0)
    assert last["W1"][0, 0] == pytest.approx((1 - 0.5 * 0.4) * w - 0.5 * g, rel=1e-12)
    assert last["b1"][0, 0] == pytest.approx(-0.5 * g / 2, rel=1e-12)


# Learning-rate decay


@pytest.mark.parametrize(
    ("decay", "rate", "shares"),
    [
        ("none", 0.5, {0: 1, 7: 1}),
        ("1/t", 0.5, {0: 1, 1: 1 / 1.5, 2: 0.5, 10: 1 / 6}),
        ("exponential", 0.5, {0: 1, 1: 0.6065306597, 4: 0.1353352832}),
        ("step", 0.1, {0: 1, 9: 1, 10: 0.5, 19: 0.5, 20: 0.25, 100: 2**-10}),
        ("step", 0.3, {3: 1, 4: 0.5, 7: 0.25}),
    ],
)
def test_decay_formulas(decay: str, rate: float, shares: dict[int, float]) -> None:
    for epoch, share in shares.items():
        assert DECAYS[decay](rate, epoch) == pytest.approx(share, rel=1e-9)


def steps_taken(h: Hyperparameters, examples: Examples) -> tuple[list[Step], list[Floats]]:
    steps = list(train(h, examples, solver="direct"))
    weights = [s.snapshot.parameters(examples)["W1"] for s in steps]
    return steps, weights


def test_an_epoch_is_a_pass_over_the_training_set() -> None:
    """12 pictures in batches of 5 are three iterations an epoch: the rate halves at 3, 6, …"""
    examples = made_up_examples(4, 12)
    told: dict[str, Any] = {"hidden_layers": (), "mini_batch": 5, "num_iterations": 9}
    for start, share in ((0, 1.0), (2, 1.0), (3, 0.5), (5, 0.5), (6, 0.25), (8, 0.25)):
        h = Hyperparameters(decay="step", decay_rate=1.0, **told)
        steps, weights = steps_taken(h, examples)
        # The same step at the full rate, from the same weights.
        run = fork(steps[start], h.with_changes(decay="none", decay_rate=0.001), examples)
        next(run)
        full = run.send(1).snapshot.parameters(examples)["W1"]
        np.testing.assert_allclose(
            weights[start + 1] - weights[start], share * (full - weights[start]), rtol=1e-9
        )
