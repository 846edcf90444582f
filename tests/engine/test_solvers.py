"""Both ways of computing the first layer, held together, and to a plain loop over the formulas.

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

from engine import Hyperparameters, Step, solver_sentence, train
from engine.dataset import Examples, Floats
from engine.errors import EngineError
from engine.optimizers import OPTIMIZERS
from engine.scaling import SCALINGS
from engine.solvers import first_layer
from engine.solvers.first_layer import Solver, cheaper_solver, work
from engine.solvers.settings import Settings
from tests.engine import plain
from tests.engine.plain import made_up_examples, settings_of_a_run

SIZES = st.integers(1, 30)


@st.composite
def runs(
    draw: st.DrawFn, num_iterations: int, most: float = 0.05, **told: Any
) -> tuple[Hyperparameters, Examples]:
    """n_x and m from 1 to 30, so m lies above and below n_x; 2 to 5 classes; pixels scaled or not."""
    n_x, m = draw(SIZES), draw(SIZES)
    raw = made_up_examples(
        n_x,
        m,
        draw(st.integers(0, 8)),
        classes=draw(st.sampled_from([2, 2, 3, 4, 5])),
        seed=draw(st.integers(0, 2**32 - 1)),
    )
    shift, spread = SCALINGS[draw(st.sampled_from(list(SCALINGS)))](raw.X)
    X, X_test = ((X - shift) / spread for X in (raw.X, raw.X_test))
    h = draw(settings_of_a_run(m=m, num_iterations=num_iterations, most=most, **told))
    return h, Examples(X, raw.Y, X_test, raw.Y_test)


def drained(
    h: Hyperparameters, examples: Examples, solver: Solver | None = None, every: int = 1
) -> list[Step]:
    run = train(h, examples, solver=solver)
    steps = [next(run)]
    while steps[-1].status == "running":
        steps.append(run.send(every))
    return steps


def close(found: Floats, wanted: Floats, within: float = 1e-9) -> None:
    """To 1e-9 of the largest number: one that happens to be near 0 has no digits of its own."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    scale = np.abs(wanted).max(initial=0.0)
    np.testing.assert_allclose(found, wanted, rtol=within, atol=within * scale)


def sure(logits: Floats) -> bool:
    """Whether every prediction is clear, so that the last digit cannot turn it."""
    if len(logits) == 1:
        return bool((np.abs(logits) > 1e-9).all())
    first, second = np.sort(logits, axis=0)[[-1, -2]]
    return bool((first - second > 1e-9).all())


def as_one(parameters: dict[str, Floats]) -> Floats:
    return np.concatenate([array.ravel() for array in parameters.values()])


@settings(max_examples=60)
@given(runs(200))
def test_gram_space_and_direct_give_the_same_numbers(
    run: tuple[Hyperparameters, Examples],
) -> None:
    h, examples = run
    gram, direct = (drained(h, examples, way, 20) for way in ("gram", "direct"))
    assert [s.iteration for s in gram] == [s.iteration for s in direct]
    for g, d in zip(gram, direct, strict=True):
        close(g.costs, d.costs)
        close(g.train_logits, d.train_logits)
        close(g.test_logits, d.test_logits)
        assert g.status == d.status
        if sure(d.train_logits):
            assert g.train_accuracy == d.train_accuracy
        if examples.X_test.size and sure(d.test_logits):
            assert g.test_accuracy == d.test_accuracy
            close(np.array(g.test_cost), np.array(d.test_cost))
    found, wanted = (steps[-1].snapshot.parameters(examples) for steps in (gram, direct))
    assert {n: a.shape for n, a in found.items()} == {n: a.shape for n, a in wanted.items()}
    close(as_one(found), as_one(wanted))


@settings(max_examples=60)
@given(runs(8, most=0.01))
def test_in_float32_they_agree_to_its_digits_over_a_few_iterations(
    run: tuple[Hyperparameters, Examples],
) -> None:
    """float32 has seven digits; over eight iterations hardly two of them are lost."""
    h, examples = run
    exact = drained(h, examples)[-1]
    for solver in ("gram", "direct"):
        last = drained(h.with_changes(precision="float32"), examples, solver)[-1]
        assert last.train_logits.dtype == np.float32
        close(last.costs, exact.costs, 1e-4)
        close(last.train_logits, exact.train_logits, 1e-3)


@settings(max_examples=100)
@given(runs(25, optimizers=tuple(OPTIMIZERS)), st.sampled_from(["gram", "direct"]))
def test_the_numbers_are_those_of_a_plain_loop_over_the_courses_formulas(
    run: tuple[Hyperparameters, Examples], solver: Solver
) -> None:
    """Every setting in one: optimizers, decay, mini-batches, L2, dropout, activations, softmax."""
    h, examples = run
    if not OPTIMIZERS[h.optimizer].linear:
        solver = "direct"
    steps = drained(h, examples, solver)
    for step, (cost, parameters) in zip(steps, plain.train(h, examples), strict=True):
        close(np.array(step.cost), np.array(cost))
        Zs, _ = plain.forward(parameters, examples.X, h.activation_of_each_layer)
        close(step.train_logits, Zs[-1])
    close(as_one(steps[-1].snapshot.parameters(examples)), as_one(parameters))


@settings(max_examples=60)
@given(runs(60, optimizers=tuple(OPTIMIZERS)), st.data())
def test_how_it_is_advanced_changes_no_number(
    run: tuple[Hyperparameters, Examples], data: st.DataObject
) -> None:
    h, examples = run
    wanted = drained(h, examples)
    other = train(h, examples)
    steps = [next(other)]
    while steps[-1].status == "running":
        steps.append(other.send(data.draw(st.integers(1, 70))))
    if not (h.mini_batch or h.keep_probs):
        costs = np.concatenate([s.costs for s in steps])
        np.testing.assert_array_equal(costs, np.concatenate([s.costs for s in wanted]))
    by_iteration = {s.iteration: s for s in wanted}
    for step in steps:
        same = by_iteration[step.iteration]
        numbers, told = (
            [(s.cost, s.test_cost, s.best_iteration, s.best_test_cost) for s in (step, same)],
            [(s.status, s.message, s.dead) for s in (step, same)],
        )
        np.testing.assert_array_equal(*numbers)
        assert told[0] == told[1]
        np.testing.assert_array_equal(step.train_logits, same.train_logits)
        np.testing.assert_array_equal(step.test_logits, same.test_logits)
        for name, array in same.snapshot.state.items():
            np.testing.assert_array_equal(step.snapshot.state[name], array)


@settings(max_examples=40)
@given(runs(20, optimizers=tuple(OPTIMIZERS)), st.sampled_from(["gram", "direct", None]))
def test_the_same_run_gives_the_same_numbers(
    run: tuple[Hyperparameters, Examples], solver: Solver | None
) -> None:
    h, examples = run
    solver = solver if OPTIMIZERS[h.optimizer].linear else None
    one, other = drained(h, examples, solver), drained(h, examples, solver)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.costs, b.costs)
        for name, array in a.snapshot.state.items():
            np.testing.assert_array_equal(array, b.snapshot.state[name])


# The choice between them


def counted_by_hand(solver: Solver, n_x: int, n_1: int, m: int, k: int, iterations: int) -> int:
    """Each product of (a, b) by (b, c) is 2 a b c operations; an iteration sees k of m pictures."""
    if solver == "direct":
        forward = backward = 2 * n_1 * n_x * k
        return iterations * (forward + backward)
    once = 2 * m * n_x * m + 2 * n_1 * n_x * m  # XᵀX and W1(0) X
    return once + iterations * 2 * n_1 * m * k


GD = Settings(0.01, ("relu",))


@given(
    st.integers(1, 20_000),
    st.integers(1, 512),
    st.integers(1, 5_000),
    st.integers(0, 20_000),
    st.sampled_from([0, 1, 32]),
)
def test_the_way_with_less_work_is_chosen(
    n_x: int, n_1: int, m: int, iterations: int, batch: int
) -> None:
    k = min(batch, m) or m
    ways: tuple[Solver, Solver] = ("gram", "direct")
    gram, direct = (counted_by_hand(way, n_x, n_1, m, k, iterations) for way in ways)
    assert work("gram", n_x, n_1, m, k, iterations) == gram
    assert work("direct", n_x, n_1, m, k, iterations) == direct
    run = Settings(0.01, ("relu",), mini_batch=min(batch, m))
    chosen = cheaper_solver(run, n_x, n_1, m, iterations)
    # G is made three times as fast as counted, and read at half speed once it outgrows the cache:
    # where the counts differ by more than that, the smaller one is chosen.
    if 3 * gram < direct:
        assert chosen == "gram"
    if 3 * direct < gram:
        assert chosen == "direct"


def test_the_courses_run_is_trained_in_gram_space() -> None:
    assert cheaper_solver(GD, 12288, 20, 209, 2500) == "gram"
    momentum = Settings(0.01, ("relu",), optimizer="momentum", l2=0.1)
    assert cheaper_solver(momentum, 12288, 20, 209, 2500) == "gram"


@pytest.mark.parametrize("optimizer", ["RMSprop", "Adam"])
def test_what_squares_every_weight_is_trained_directly(optimizer: str) -> None:
    assert cheaper_solver(Settings(0.01, (), optimizer=optimizer), 12288, 20, 209, 2500) == "direct"
    h = Hyperparameters(optimizer=optimizer)
    with pytest.raises(EngineError, match=f"direct for {optimizer}"):
        train(h, made_up_examples(5, 5), solver="gram")


def test_many_small_examples_or_few_iterations_are_trained_directly() -> None:
    assert cheaper_solver(GD, 2, 20, 400, 2500) == "direct"
    assert cheaper_solver(GD, 12288, 20, 209, 1) == "direct"


def test_a_gram_matrix_that_does_not_fit_in_memory_is_not_made() -> None:
    m = 20_000
    assert work("gram", 200_000, 20, m, m, 20_000) < work("direct", 200_000, 20, m, m, 20_000)
    assert m * m * 8 > first_layer.LARGEST_GRAM_BYTES
    assert cheaper_solver(GD, 200_000, 20, m, 20_000) == "direct"


@pytest.mark.parametrize(("n_x", "m", "wanted"), [(50, 8, "gram"), (4, 60, "direct")])
def test_train_makes_that_choice(n_x: int, m: int, wanted: Solver) -> None:
    h = Hyperparameters(hidden_layers=(3,), num_iterations=50)
    assert next(train(h, made_up_examples(n_x, m))).snapshot.solver == wanted


# What the page says of it


def reason(solver: Solver, m: int = 209, n_x: int = 12288, its: int = 2500, **told: Any) -> str:
    return first_layer.reason(solver, Settings(0.01, (), **told), n_x, 20, m, its)


def test_the_reason_for_the_choice_is_told() -> None:
    course = (
        "Solved in Gram space: 118 times less arithmetic in the first layer than on its weights."
    )
    assert reason("gram") == course
    # Mini-batches make both ways cheaper alike.
    assert reason("gram", mini_batch=32) == course
    assert reason("direct", optimizer="Adam") == (
        "Solved directly on the weights: Adam needs every weight's own square."
    )
    assert reason("direct", m=20_000) == (
        "Solved directly on the weights: the products of 20,000 examples are too many to keep."
    )
    assert reason("direct", m=400, n_x=2) == (
        "Solved directly on the weights: Gram space would take 100 times the arithmetic in this run."
    )
    assert reason("direct", its=3) == (
        "Solved directly on the weights: Gram space would take 1.9 times the arithmetic in this run."
    )
    # A solver that was asked for, or a run that goes on where it began, may not be the cheaper one.
    assert reason("direct") == (
        "Solved directly on the weights, with 93 times the arithmetic of Gram space."
    )
    assert reason("gram", m=400, n_x=2) == (
        "Solved in Gram space, with 100 times the arithmetic of the weights."
    )


def test_a_runs_own_sentence() -> None:
    examples = made_up_examples(90, 9)
    h = Hyperparameters(num_iterations=300)
    step = next(train(h, examples))
    wanted = (
        "Solved in Gram space: 20 times less arithmetic in the first layer than on its weights."
    )
    assert solver_sentence(step, examples) == wanted
    assert solver_sentence(step.snapshot, examples) == wanted
    adam = next(train(h.with_changes(optimizer="RMSprop"), examples))
    assert solver_sentence(adam, examples).endswith("RMSprop needs every weight's own square.")
