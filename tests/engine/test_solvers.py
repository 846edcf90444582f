"""Both ways of computing the first layer, held together, and to a plain forward pass.

The learning rates here stay where gradient descent goes downhill smoothly. With larger ones the
path is chaotic: two runs that differ in the 16th digit then part company within some hundred
iterations, whichever way they are computed, and comparing them says nothing about either.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Hyperparameters, Step, train
from engine.activations import ACTIVATIONS
from engine.dataset import Examples, Floats
from engine.initialization import INITIALIZATIONS
from engine.models import predict_probabilities
from engine.solvers import first_layer
from engine.solvers.first_layer import Solver, cheaper_solver, work

RUNS: Any = st.builds(
    Hyperparameters,
    hidden_layers=st.lists(st.integers(1, 9), max_size=4).map(tuple),
    learning_rate=st.floats(1e-5, 0.05),
    num_iterations=st.integers(1, 60),
    activation=st.sampled_from(list(ACTIVATIONS)),
    initialization=st.sampled_from(list(INITIALIZATIONS)),
    seed=st.integers(0, 1000),
)


@st.composite
def examples_of_any_size(draw: st.DrawFn) -> Examples:
    """n_x from 1 to 30 and m from 1 to 30, so m lies above and below n_x; the test set may be empty."""
    n_x, m, m_test = draw(st.integers(1, 30)), draw(st.integers(1, 30)), draw(st.integers(0, 8))
    random = np.random.RandomState(draw(st.integers(0, 2**32 - 1)))
    labels = (random.rand(1, m + m_test) < 0.5).astype(float)
    X = random.rand(n_x, m + m_test)
    return Examples(X[:, :m], labels[:, :m], X[:, m:], labels[:, m:])


def drained(h: Hyperparameters, examples: Examples, solver: Solver | None = None) -> list[Step]:
    return list(train(h, examples, solver=solver))


def close(found: Floats, wanted: Floats) -> None:
    """To 1e-9 of the largest number: one that happens to be near 0 has no digits of its own."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    scale = np.abs(wanted).max(initial=0.0)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * scale)


def sure(logits: Floats) -> bool:
    """Whether every prediction is clear, so that the last digit cannot turn it."""
    return bool((np.abs(logits) > 1e-9).all())


@settings(deadline=None, max_examples=150)
@given(RUNS, examples_of_any_size())
def test_gram_space_and_direct_give_the_same_numbers(
    h: Hyperparameters, examples: Examples
) -> None:
    gram, direct = drained(h, examples, "gram"), drained(h, examples, "direct")
    assert [s.iteration for s in gram] == [s.iteration for s in direct]
    for g, d in zip(gram, direct, strict=True):
        close(g.costs, d.costs)
        close(g.train_logits, d.train_logits)
        close(g.test_logits, d.test_logits)
        assert (g.status, g.message) == (d.status, d.message)
        if sure(d.train_logits):
            assert g.train_accuracy == d.train_accuracy
        if sure(d.test_logits) and examples.X_test.size:
            assert g.test_accuracy == d.test_accuracy
            close(np.array(g.test_cost), np.array(d.test_cost))
    found, wanted = (steps[-1].snapshot.parameters(examples) for steps in (gram, direct))
    assert {n: a.shape for n, a in found.items()} == {n: a.shape for n, a in wanted.items()}
    close(*(np.concatenate([a.ravel() for a in p.values()]) for p in (found, wanted)))


@settings(deadline=None, max_examples=100)
@given(RUNS, examples_of_any_size(), st.sampled_from(["gram", "direct"]))
def test_a_snapshots_weights_give_its_logits_by_a_plain_forward_pass(
    h: Hyperparameters, examples: Examples, solver: Solver
) -> None:
    for step in drained(h.with_changes(num_iterations=7), examples, solver):
        parameters = step.snapshot.parameters(examples)
        for X, logits in ((examples.X, step.train_logits), (examples.X_test, step.test_logits)):
            p = predict_probabilities(parameters, X, h.activation)
            close(p, 1 / (1 + np.exp(-logits[0])))


@settings(deadline=None, max_examples=60)
@given(RUNS, examples_of_any_size(), st.data())
def test_how_it_is_advanced_changes_no_number(
    h: Hyperparameters, examples: Examples, data: st.DataObject
) -> None:
    wanted = drained(h, examples)
    run = train(h, examples)
    steps = [next(run)]
    while steps[-1].status == "running":
        steps.append(run.send(data.draw(st.integers(1, 70))))
    costs = np.concatenate([s.costs for s in steps])
    np.testing.assert_array_equal(costs, np.concatenate([s.costs for s in wanted]))
    last, end = steps[-1], wanted[-1]
    assert (last.iteration, last.status) == (end.iteration, end.status)
    np.testing.assert_array_equal(last.train_logits, end.train_logits)
    np.testing.assert_array_equal(last.test_logits, end.test_logits)
    for found, kept in zip(
        [last.snapshot.first, *last.snapshot.upper],
        [end.snapshot.first, *end.snapshot.upper],
        strict=True,
    ):
        np.testing.assert_array_equal(found, kept)


@settings(deadline=None, max_examples=40)
@given(RUNS, examples_of_any_size(), st.sampled_from(["gram", "direct", None]))
def test_the_same_run_gives_the_same_numbers(
    h: Hyperparameters, examples: Examples, solver: Solver | None
) -> None:
    one, other = drained(h, examples, solver), drained(h, examples, solver)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.costs, b.costs)
        np.testing.assert_array_equal(a.snapshot.first, b.snapshot.first)


def test_a_snapshot_stays_what_it_was_while_the_run_goes_on() -> None:
    random = np.random.RandomState(0)
    X, Y = random.rand(6, 10), (random.rand(1, 10) < 0.5).astype(float)
    examples = Examples(X, Y, X, Y)
    h = Hyperparameters(hidden_layers=(4,), num_iterations=20)
    run = train(h, examples)
    early = run.send(None)
    kept = {name: array.copy() for name, array in early.snapshot.parameters(examples).items()}
    logits = early.train_logits.copy()
    for _ in run:
        pass
    for name, array in early.snapshot.parameters(examples).items():
        np.testing.assert_array_equal(array, kept[name])
    np.testing.assert_array_equal(early.train_logits, logits)


def test_a_snapshot_is_small_in_gram_space() -> None:
    """Hundreds of them are kept: they hold n_1 × m numbers of the first layer, not n_1 × n_x."""
    X = np.random.RandomState(0).rand(3000, 10)
    examples = Examples(X, np.ones((1, 10)), X, np.ones((1, 10)))
    h = Hyperparameters(hidden_layers=(4, 3), num_iterations=100)
    snapshot = next(train(h, examples)).snapshot
    assert snapshot.solver == "gram"
    assert snapshot.nbytes == 8 * (4 * 10 + 3 * 5 + 1 * 4)


# The choice between them


def counted_by_hand(solver: Solver, n_x: int, n_1: int, m: int, iterations: int) -> int:
    """Each product of (a, b) by (b, c) is 2 a b c operations."""
    if solver == "direct":
        forward = backward = 2 * n_1 * n_x * m
        return iterations * (forward + backward)
    once = 2 * m * n_x * m + 2 * n_1 * n_x * m  # XᵀX and W1(0) X
    return once + iterations * 2 * n_1 * m * m


@given(st.integers(1, 20_000), st.integers(1, 512), st.integers(1, 5_000), st.integers(0, 20_000))
def test_the_way_with_less_work_is_chosen(n_x: int, n_1: int, m: int, iterations: int) -> None:
    gram, direct = (counted_by_hand(s, n_x, n_1, m, iterations) for s in ("gram", "direct"))  # type: ignore[arg-type]
    assert work("gram", n_x, n_1, m, iterations) == gram
    assert work("direct", n_x, n_1, m, iterations) == direct
    assert cheaper_solver(n_x, n_1, m, iterations) == ("gram" if gram < direct else "direct")


def test_the_courses_run_is_trained_in_gram_space() -> None:
    assert cheaper_solver(12288, 20, 209, 2500) == "gram"


def test_many_small_examples_or_few_iterations_are_trained_directly() -> None:
    assert cheaper_solver(2, 20, 400, 2500) == "direct"
    assert cheaper_solver(12288, 20, 209, 3) == "direct"


def test_a_gram_matrix_that_does_not_fit_in_memory_is_not_made() -> None:
    m = 20_000
    assert work("gram", 200_000, 20, m, 20_000) < work("direct", 200_000, 20, m, 20_000)
    assert m * m * 8 > first_layer.LARGEST_GRAM_BYTES
    assert cheaper_solver(200_000, 20, m, 20_000) == "direct"


@pytest.mark.parametrize(("n_x", "m", "wanted"), [(50, 8, "gram"), (4, 60, "direct")])
def test_train_makes_that_choice(n_x: int, m: int, wanted: Solver) -> None:
    random = np.random.RandomState(0)
    X, Y = random.rand(n_x, m), (random.rand(1, m) < 0.5).astype(float)
    h = Hyperparameters(hidden_layers=(3,), num_iterations=50)
    assert next(train(h, Examples(X, Y, X, Y))).snapshot.solver == wanted
