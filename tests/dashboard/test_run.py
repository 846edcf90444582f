"""A run as the server keeps it, without any worker: points, words, cache and queue."""

from __future__ import annotations

import json
import threading
import time

import numpy as np
import pytest

from dashboard import run_table
from dashboard.messages import DatasetKey, Moment, Report, Summary
from dashboard.run import Run
from dashboard.run_cache import RunCache
from dashboard.run_queue import RunQueue
from dashboard.run_status import cost_text, status_text
from dashboard.run_table import KEPT_SECONDS, RunTable
from engine.hyperparameters import Hyperparameters

NO_SNAPSHOT = type("NoSnapshot", (), {"nbytes": 1000})()


def new_run(session="s", **changes):
    lock = threading.RLock()
    lock.acquire()  # this test is the pool
    return Run(session, Hyperparameters(**changes), DatasetKey("drawn", "d"), lock)


def report(run, iterations, state="running", message="", cost=0.5, moment=False):
    steps = tuple(Summary(i, cost, 0.7, 0.986, 0.8) for i in iterations)
    train = tuple((i, cost) for i in iterations)
    told = Moment(0, np.zeros((1, 3)), np.zeros((1, 2)), NO_SNAPSHOT) if moment else None
    return Report(run.token, state, message, train, steps, 0.27, told)


def iterations_of(page):
    return [iteration for iteration, _ in page["train"]]


def test_pages_have_no_gap_and_no_repeat():
    run, seen, number = new_run(), [], 0
    for start in range(0, 100, 10):
        run.take(report(run, range(start, start + 10)))
        if start % 20:
            page = run.points_since(number)
            assert not page["replaced"]
            seen += iterations_of(page)
            number = page["next"]
    assert seen == list(range(100))
    assert run.points_since(number)["train"] == []


def test_when_finished_the_points_are_few_and_replace_the_old_ones():
    run = new_run()
    run.take(report(run, range(1500)))
    number = run.points_since(0)["next"]
    run.take(report(run, range(1500, 1600), "finished"))
    page = run.points_since(number)
    assert page["replaced"]
    for curve in ("train", "test", "train_accuracy", "test_accuracy"):
        assert len(page[curve]) <= 500
        assert page[curve][0][0] == 0
        assert page[curve][-1][0] == 1599
    again = run.points_since(page["next"])
    assert not again["replaced"]
    assert again["train"] == []


def test_a_run_of_very_many_steps_stays_small_while_it_goes_on():
    run = new_run()
    for start in range(0, 20_000, 100):
        run.take(report(run, range(start, start + 100)))
    page = run.points_since(0)
    assert len(page["train"]) <= 2100
    assert iterations_of(page) == sorted(set(iterations_of(page)))
    assert iterations_of(page)[-1] == 19_999


@pytest.mark.parametrize("number", [-1, 999])
def test_a_number_that_was_never_given_out_is_answered_with_everything(number):
    run = new_run()
    run.take(report(run, range(10)))
    page = run.points_since(number)
    assert page["replaced"]
    assert iterations_of(page) == list(range(10))


def test_json_has_no_number_that_is_none():
    run = new_run()
    run.take(report(run, [0], cost=float("inf")))
    run.take(report(run, [1], cost=float("nan"), state="diverged"))
    page = json.loads(json.dumps(run.points_since(0), allow_nan=False))
    assert page["train"] == [[0, None], [1, None]]


def test_numbers_are_rounded_to_six_digits():
    run = new_run()
    run.take(report(run, [0], cost=0.123456789))
    assert run.points_since(0)["train"] == [(0, 0.123457)]


def test_after_a_restart_older_points_are_replaced():
    run = new_run()
    run.take(report(run, range(10)))
    number = run.points_since(0)["next"]
    run.start_over()
    page = run.points_since(number)
    assert page["replaced"]
    assert page["train"] == []
    run.take(report(run, range(3)))
    assert iterations_of(run.points_since(page["next"])) == [0, 1, 2]


def test_words_of_every_state():
    run = new_run()
    run.before = 2
    assert status_text(run) == "Waiting for a free core · 2 before you"
    run.before = 0
    assert status_text(run) == "Waiting for a free core"
    run.take(report(run, [1230], cost=0.0884))
    assert status_text(run) == (
        "Training · 1,230 of 2,500 iterations · 0.3 s · cost 0.0884 · train 98.6 % · test 80.0 %"
    )
    run.take(report(run, [1231], "paused"))
    assert status_text(run).startswith("Paused · 1,231 of 2,500 iterations · 0.3 s · cost 0.5000")
    run.take(report(run, [2500], "finished", cost=0.0884))
    assert status_text(run) == (
        "Finished · 2,500 iterations · 0.27 s · cost 0.0884 · train 98.6 % · test 80.0 %"
    )


def test_words_of_bad_ends():
    run = new_run()
    run.take(report(run, [37], "diverged", "The cost is no longer a finite number."))
    assert status_text(run) == (
        "Diverged at iteration 37 · 0.27 s · The cost is no longer a finite number."
    )
    run = new_run()
    run.end("failed", "The dataset is gone.")
    assert status_text(run) == "Failed · The dataset is gone."
    run = new_run()
    run.start_over()
    run.take(report(run, [5]))
    assert status_text(run).endswith("· started again after its worker died")


@pytest.mark.parametrize(
    ("cost", "text"),
    [(0.08844, "0.0884"), (1.2e-5, "1.20e-05"), (float("nan"), "not a number"), (0.0, "0.0000")],
)
def test_words_of_a_cost(cost, text):
    assert cost_text(cost) == text


def finished(seed):
    run = new_run(seed=seed)
    run.take(report(run, range(10), "finished", moment=True))
    return run


def test_an_equal_run_takes_over_the_result():
    run, other = finished(1), new_run(seed=1)
    assert run.run_hash == other.run_hash
    other.recall(run.result())
    assert other.cached
    assert (other.state, other.seconds, other.iteration) == ("finished", 0.27, 9)
    assert other.points_since(0)["train"] == run.points_since(0)["train"]
    assert other.token != run.token


def test_the_cache_keeps_what_was_used_last_within_its_bytes():
    runs = [finished(seed) for seed in range(4)]
    each = runs[0].result().nbytes
    cache = RunCache(3 * each)
    for run in runs[:3]:
        cache.put(run.run_hash, run.result())
    assert cache.get(runs[0].run_hash)
    cache.put(runs[3].run_hash, runs[3].result())
    assert cache.get(runs[0].run_hash)
    assert cache.get(runs[1].run_hash) is None
    assert len(cache) == 3
    assert cache.nbytes == 3 * each


def test_a_result_too_large_for_the_cache_drives_nothing_out():
    small, large = finished(0), finished(1)
    large.moment = Moment(0, np.zeros((1, 9999)), np.zeros((1, 2)), NO_SNAPSHOT)
    cache = RunCache(2 * small.result().nbytes)
    cache.put(small.run_hash, small.result())
    cache.put(large.run_hash, large.result())
    assert cache.get(small.run_hash)
    assert cache.get(large.run_hash) is None


def test_the_session_served_least_recently_comes_first():
    queue = RunQueue()
    queue.add(new_run("often"))
    assert queue.take().session == "often"
    runs = [new_run("often"), new_run("rarely"), new_run("never")]
    queue.add(runs[1])
    assert queue.take() is runs[1]
    for run in runs:
        queue.add(run)
    assert [run.before for run in runs] == [1, 2, 0]
    assert [queue.take().session for _ in runs] == ["never", "often", "rarely"]


def test_restarted_runs_come_first_and_background_ones_last():
    queue = RunQueue()
    background, ordinary, restarted = new_run("b"), new_run("o"), new_run("r")
    preview = new_run("p")
    background.background = preview.preview = True
    restarted.start_over()
    for run in (background, preview, ordinary, restarted):
        queue.add(run)
    assert queue.first() is restarted
    assert [queue.take() for _ in range(4)] == [restarted, ordinary, preview, background]
    assert queue.first() is None


def test_the_table_drops_runs_that_are_over_when_crowded_but_none_that_goes_on():
    going_on, over = new_run(), [finished(seed) for seed in range(3)]
    table = RunTable(lease_seconds=30, most_bytes=2 * over[0].nbytes)
    table.add(going_on)
    table.add(over[0])
    table.add(over[1])
    table.renew(over[0].token)
    table.add(over[2])
    assert set(table) == {going_on, over[0], over[2]}
    assert table.find(going_on.token) is going_on
    assert table.find(over[0].token) is over[0]
    dropped = over.pop(1).token
    assert table.find(dropped) is None
    assert not table.renew(dropped)


def test_the_address_of_a_run_lasts_as_long_as_somebody_holds_it(monkeypatch):
    table, shown = RunTable(lease_seconds=30, most_bytes=1 << 30), finished(1)
    table.add(shown)
    later = time.monotonic() + 2 * KEPT_SECONDS
    monkeypatch.setattr(run_table.time, "monotonic", lambda: later)
    table.drop_old()
    assert list(table) == []
    assert table.find(shown.token) is shown
    assert table.renew(shown.token)
    assert list(table) == [shown]
