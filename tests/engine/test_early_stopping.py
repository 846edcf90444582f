"""Patience on the test cost, and the best iteration, which is remembered either way."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Hyperparameters, Step, train
from tests.engine.plain import made_up_examples

# Labels of noise: the test cost falls a little, then rises as the noise is learned by heart.
EXAMPLES = made_up_examples(30, 20, 20, seed=4)
H = Hyperparameters(hidden_layers=(8,), learning_rate=0.2, num_iterations=1000)


def advanced(h: Hyperparameters, by: int | None) -> list[Step]:
    run = train(h, EXAMPLES)
    steps = [next(run)]
    while steps[-1].status == "running":
        steps.append(run.send(by))
    return steps


def test_the_best_iteration_is_where_the_test_cost_was_lowest() -> None:
    """Looked at every 250th of the run, that is every 4th iteration here."""
    steps = advanced(H, None)
    assert {step.iteration % 4 for step in steps} == {0}
    for step in steps:
        best = min((s.test_cost, s.iteration) for s in steps if s.iteration <= step.iteration)
        assert (step.best_test_cost, step.best_iteration) == best
    assert 0 < steps[-1].best_iteration < 900
    assert steps[-1].status == "finished"
    assert steps[-1].message == ""


def test_it_stops_once_the_test_cost_was_not_lower_for_so_long() -> None:
    whole = advanced(H, None)
    last = advanced(H.with_changes(patience=40), None)[-1]
    expected = next(s for s in whole if s.iteration - s.best_iteration >= 40)
    assert last.iteration == expected.iteration < 1000
    assert last.best_iteration == expected.best_iteration
    assert last.iteration - last.best_iteration == 40
    assert last.status == "finished"
    assert last.message == (
        f"Stopped early at iteration {last.iteration:,}: the test cost has not been lower than at "
        f"iteration {last.best_iteration:,} since."
    )
    np.testing.assert_array_equal(last.train_logits, expected.train_logits)


@pytest.mark.parametrize("mini_batch", [0, 7])
@pytest.mark.parametrize("patience", [0, 40])
@pytest.mark.parametrize("by", [1, 3, 7, 50, 333, 10_000])
def test_how_the_run_is_advanced_does_not_change_it(
    by: int, patience: int, mini_batch: int
) -> None:
    h = H.with_changes(patience=patience, mini_batch=mini_batch)
    found, wanted = advanced(h, by)[-1], advanced(h, None)[-1]
    told = [(s.iteration, s.best_iteration, s.best_test_cost, s.message) for s in (found, wanted)]
    assert told[0] == told[1]
    np.testing.assert_array_equal(found.train_logits, wanted.train_logits)


def test_asking_for_many_iterations_gives_the_cost_of_each() -> None:
    steps = advanced(H.with_changes(patience=40), 333)
    wanted = advanced(H.with_changes(patience=40), None)
    costs, all_costs = (np.concatenate([s.costs for s in of]) for of in (steps, wanted))
    np.testing.assert_array_equal(costs, all_costs)


def test_a_run_that_reaches_its_end_was_not_stopped_early() -> None:
    whole = advanced(H, None)
    stop = advanced(H.with_changes(patience=40), None)[-1].iteration
    assert whole[-1].iteration == 1000
    # One that would stop at its very last iteration: the stride stays the same up to 1,000.
    exact = H.with_changes(patience=1000 - whole[-1].best_iteration)
    last = advanced(exact, None)[-1]
    assert (last.iteration, last.status, last.message) == (1000, "finished", "")
    assert stop < 1000


def test_a_test_cost_that_keeps_falling_stops_nothing() -> None:
    h = Hyperparameters(hidden_layers=(4,), num_iterations=300, patience=2)
    examples = made_up_examples(10, 12, 0)
    alike = type(examples)(examples.X, examples.Y, examples.X, examples.Y)
    *_, last = train(h.with_changes(learning_rate=0.01), alike)
    assert (last.iteration, last.message) == (300, "")
    assert last.best_iteration == 300
