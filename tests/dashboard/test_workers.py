"""A pool with real worker processes: what comes out of runs, and what a person may do."""

from __future__ import annotations

import json
import time
from io import BytesIO
from queue import SimpleQueue

import numpy as np
import pytest
from pool_driving import WAIT, begin, complete, paused, under_way

from dashboard.dispatcher import REPLACED
from dashboard.messages import DatasetKey, Prepare, Start
from dashboard.run_status import status_text
from dashboard.worker import Worker
from engine.errors import EngineError
from engine.evaluation import probabilities
from engine.training import train

# --- what comes out


def test_a_run_gives_the_numbers_of_train(pool, short, dataset):
    run = complete(pool, short, dataset)
    *_, last = train(short, dataset)
    assert run.state == last.status == "finished"
    assert run.iteration == last.iteration == 200
    # The number of BLAS threads differs here, and with it the last digit.
    np.testing.assert_allclose(run.latest.cost, last.cost, rtol=1e-9)
    np.testing.assert_allclose(run.latest.test_cost, last.test_cost, rtol=1e-9)
    np.testing.assert_allclose(run.train_logits, last.train_logits, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(run.test_logits, last.test_logits, rtol=1e-6, atol=1e-9)
    assert run.latest.train_accuracy == last.train_accuracy
    assert run.seconds > 0
    assert run.speed > 0


def test_the_curves_hold_true_costs(pool, short, dataset):
    run = complete(pool, short.with_changes(seed=2), dataset)
    costs = np.concatenate([step.costs for step in train(short.with_changes(seed=2), dataset)])
    iterations, values = run.curves()["train"]
    assert iterations[0] == 0
    assert iterations[-1] == 200
    np.testing.assert_allclose(values, costs[iterations.astype(int)], rtol=1e-9)
    iterations, _ = run.curves()["test_accuracy"]
    assert iterations[-1] == 200


def test_a_diverging_run_says_so(pool, dataset, short):
    wild = short.with_changes(learning_rate=10.0, hidden_layers=(30, 30), initialization="He")
    run = complete(pool, wild.with_changes(num_iterations=2000), dataset)
    page = json.dumps(run.points_since(0), allow_nan=False)
    assert run.state in ("diverged", "dead", "finished")
    assert json.loads(page)["state"] == run.state
    if run.state == "diverged":
        assert status_text(run).startswith(f"Diverged at iteration {run.iteration}")


def test_pages_of_a_run_under_way_have_no_gap_and_no_repeat(pool, dataset, short):
    # Of 450 iterations there are never more than 500 points, so none is thinned out at the end;
    # of the test set only every second iteration is told then, whatever came in between.
    run = begin(pool, short.with_changes(num_iterations=450), dataset, paused=True)
    paused(run)
    number, seen = 0, {"train": [], "test": [], "train_accuracy": [], "test_accuracy": []}
    while run.iteration < 420:
        goal = run.iteration + 60
        pool.step(run, 60)
        while run.iteration < goal:
            page = json.loads(json.dumps(run.points_since(number), allow_nan=False))
            assert not page["replaced"]
            number = page["next"]
            for curve, points in seen.items():
                points += page[curve]
    pool.resume(run)
    assert run.wait(WAIT)
    final = json.loads(json.dumps(run.points_since(number)))
    assert final["replaced"]
    for curve, points in seen.items():
        iterations = [iteration for iteration, _ in points]
        assert iterations == sorted(set(iterations))
        told = [tuple(point) for point in final[curve]]
        assert told[-1][0] == 450
        if curve == "train":
            assert {tuple(point) for point in points} <= set(told)
        else:
            until_now = {point for point in told if point[0] <= iterations[-1]}
            assert until_now <= {tuple(point) for point in points}


# --- what a person may do


def test_the_newest_wish_wins(pool, long, short, dataset):
    older = begin(pool, long, dataset)
    under_way(older)
    newer = complete(pool, short.with_changes(seed=3), dataset)
    assert newer.state == "finished"
    assert older.wait(WAIT)
    assert (older.state, older.message) == ("stopped", REPLACED)
    assert older.snapshot is not None


def test_other_sessions_are_left_alone(pool, long, short, dataset):
    mine = begin(pool, long, dataset, "me")
    complete(pool, short.with_changes(seed=4), dataset, "you")
    assert mine.state == "running"
    pool.stop(mine)
    assert mine.wait(WAIT)


def test_pause_and_resume(pool, long, dataset):
    run = begin(pool, long.with_changes(num_iterations=3000), dataset, fresh=True)
    under_way(run)
    pool.pause(run)
    paused(run)
    where = run.iteration
    assert run.moment.iteration == where
    assert run.train_logits.shape == (1, dataset.m_train)
    time.sleep(0.1)
    assert run.iteration == where
    assert status_text(run).startswith("Paused")
    pool.resume(run)
    assert run.state == "running"
    assert run.wait(WAIT)
    assert run.iteration == 3000


def test_steps_from_iteration_0_end_as_a_run_in_one_go(pool, short, dataset):
    whole = complete(pool, short.with_changes(seed=5), dataset)
    run = begin(pool, short.with_changes(seed=5), dataset, paused=True)
    paused(run)
    assert run.iteration == 0
    assert run.snapshot is not None
    pool.step(run)
    assert run.wait_until(lambda: run.iteration == 1, WAIT)
    assert run.state == "paused"
    assert run.moment.iteration == 1
    pool.step(run, 3)
    pool.step(run, 2)
    assert run.wait_until(lambda: run.iteration == 6, WAIT)
    iterations = [iteration for iteration, _ in run.points_since(0)["test"]]
    assert iterations == sorted(set(iterations))
    assert iterations[:2] == [0, 1]
    pool.step(run, 10_000)
    assert run.wait(WAIT)
    np.testing.assert_array_equal(run.train_logits, whole.train_logits)
    assert run.latest == whole.latest


def test_stop_keeps_what_was_computed(pool, long, dataset):
    run = begin(pool, long, dataset)
    under_way(run)
    pool.stop(run)
    assert run.wait(WAIT, {"stopped"})
    assert run.moment.iteration == run.iteration > 0
    assert run.points_since(0)["train"]
    for act in (pool.pause, pool.resume, pool.step, pool.stop):
        act(run)
    assert run.state == "stopped"


def test_reset_is_a_new_run_paused_at_0(pool, short, dataset):
    old = complete(pool, short, dataset)
    run = pool.reset(old)
    paused(run)
    assert run.token != old.token
    assert run.run_hash == old.run_hash
    assert run.iteration == 0
    assert not run.cached
    pool.stop(run)
    assert run.wait(WAIT)


def test_the_same_again_comes_from_the_cache(pool, short, dataset):
    first = complete(pool, short.with_changes(seed=6), dataset)
    again = begin(pool, short.with_changes(seed=6), dataset, "you")
    assert again.state == "finished"
    assert again.cached
    assert again.seconds == first.seconds
    assert again.token != first.token
    assert again.points_since(0)["train"] == first.points_since(0)["train"]
    fresh = complete(pool, short.with_changes(seed=6), dataset, "you", fresh=True)
    assert not fresh.cached
    np.testing.assert_array_equal(fresh.train_logits, first.train_logits)


def test_warming_fills_the_cache(pool, short, dataset):
    pool.warm(short.with_changes(seed=7), "drawn", dataset.digest).wait(WAIT)
    assert begin(pool, short.with_changes(seed=7), dataset).cached


def test_a_worker_that_was_told_of_the_data_begins_without_loading_them(
    short, dataset, monkeypatch
):
    key = DatasetKey(dataset.name, dataset.digest)
    worker = Worker(SimpleQueue(), BytesIO())
    worker._obey(Prepare(DatasetKey("nowhere", "digest")))  # is told to whoever starts a run
    worker._obey(Prepare(key))
    monkeypatch.setattr("dashboard.worker.load_dataset", lambda name: pytest.fail("loads again"))
    worker._obey(Start("token", ((0, short),), key, None))
    assert "token" in worker._jobs


def test_all_workers_are_told_of_the_data_of_a_run(pool, short, dataset):
    complete(pool, short.with_changes(seed=31), dataset)
    key = DatasetKey(dataset.name, dataset.digest)
    assert all(worker.prepared == {key} for worker in pool._dispatcher.crew.workers)


# --- predictions


def test_predictions_in_the_middle_of_long_runs(pool, short, long, dataset):
    run = complete(pool, short, dataset)
    busy = [begin(pool, long, dataset, session) for session in ("a", "b")]
    for other in busy:
        under_way(other)
    answer = pool.ask.predict(run, dataset.test_pictures).result(WAIT)
    np.testing.assert_allclose(answer, probabilities(run.test_logits)[0], rtol=1e-6)
    assert not any(other.over for other in busy)
    for other in busy:
        pool.stop(other)
        assert other.wait(WAIT)


def test_a_prediction_that_cannot_be_is_a_sentence(pool, short, dataset):
    run = complete(pool, short, dataset)
    with pytest.raises(EngineError, match="do not fit the network"):
        pool.ask.predict(run, dataset.test_pictures[:, :32]).result(WAIT)
    assert pool.ask.predict(run, dataset.test_pictures[:0]).result(WAIT).shape == (0,)
    waiting = begin(pool, short, dataset, "nobody yet", paused=True)
    with pytest.raises(EngineError, match="no network yet"):
        pool.ask.predict(
            type(waiting)("s", short, run.dataset, pool._lock), dataset.test_pictures
        ).result()
    pool.stop(waiting)
    assert waiting.wait(WAIT)
