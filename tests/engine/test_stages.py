"""Runs whose hyperparameters change on their way, told as one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import EngineError, HyperparameterError
from engine.hyperparameters import Hyperparameters
from engine.stages import train_in_stages
from engine.training import fork, train
from tests.engine.plain import made_up_examples

H = Hyperparameters(hidden_layers=(4, 3), num_iterations=100)
PLAINS = [H, H.with_changes(mini_batch=4, optimizer="Adam"), H.with_changes(num_iterations=700)]


@pytest.fixture(scope="module")
def examples():
    return made_up_examples(20, 10)


def costs(steps):
    return np.concatenate([step.costs for step in steps])


@pytest.mark.parametrize("h", PLAINS)
def test_one_stage_is_a_run(h, examples):
    for found, wanted in zip(train_in_stages([(0, h)], examples), train(h, examples), strict=True):
        assert found.iteration == wanted.iteration
        np.testing.assert_array_equal(found.costs, wanted.costs)


@pytest.mark.parametrize("h", PLAINS)
@pytest.mark.parametrize("at", [1, 37, 50])
def test_stages_with_nothing_changed_are_as_one(h, at, examples):
    found, wanted = list(train_in_stages([(0, h), (at, h)], examples)), list(train(h, examples))
    np.testing.assert_array_equal(found[-1].train_logits, wanted[-1].train_logits)
    if not h.mini_batch:  # the cost of the whole set is known after each
        np.testing.assert_array_equal(costs(found), costs(wanted))


def test_each_stage_goes_on_from_the_one_before(examples):
    changes = [H, H.with_changes(learning_rate=0.1, l2=1.0), H.with_changes(optimizer="Adam")]
    found = list(train_in_stages(list(zip((0, 30, 60), changes, strict=True)), examples))
    run = train(H, examples)
    next(run)
    second = fork(run.send(30), changes[1], examples)
    begin = next(second)
    *_, last = fork(second.send(30), changes[2], examples)
    np.testing.assert_array_equal(found[-1].train_logits, last.train_logits)
    assert [s.iteration for s in found] == list(range(101))
    assert len(costs(found)) == 101
    assert costs(found)[30] == begin.cost


def test_a_run_that_was_over_goes_on_with_more_iterations(examples):
    longer = H.with_changes(num_iterations=150)
    *_, last = train_in_stages([(0, H), (100, longer)], examples)
    assert (last.iteration, last.status) == (150, "finished")


@pytest.mark.parametrize("begins", [(), (1,), (0, 5, 5), (0, 9, 4)])
def test_stages_out_of_order_are_refused(begins, examples):
    with pytest.raises(EngineError, match="iterations that grow from 0 on"):
        list(train_in_stages([(begin, H) for begin in begins], examples))


def test_a_stage_after_the_end_is_refused(examples):
    with pytest.raises(EngineError, match="one from iteration 101, needed at most 100"):
        list(train_in_stages([(0, H), (101, H.with_changes(num_iterations=200))], examples))


def test_another_network_is_refused(examples):
    with pytest.raises(HyperparameterError, match="seed cannot be 2"):
        list(train_in_stages([(0, H), (50, H.with_changes(seed=2))], examples))


def test_steps_are_as_many_iterations_apart_as_is_sent_but_at_the_beginning_of_a_stage(examples):
    run = train_in_stages([(0, H), (50, H.with_changes(learning_rate=0.1))], examples)
    found = [next(run)]
    found += [run.send(30) for _ in range(4)]
    assert [step.iteration for step in found] == [0, 30, 50, 80, 100]
    assert [len(step.costs) for step in found] == [1, 30, 20, 30, 20]


def test_an_end_before_a_stage_begins_is_refused_before_anything_is_computed(examples):
    with pytest.raises(HyperparameterError, match="num_iterations cannot be 40"):
        next(train_in_stages([(0, H), (50, H.with_changes(num_iterations=40))], examples))
