"""Errors, deaths and ends: of runs, of workers, of the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pool_driving import KILL, WAIT, begin, complete, exists, paused, posix, under_way, until

from dashboard.dispatcher import GIVEN_UP
from dashboard.job import extremes
from dashboard.run_status import status_text
from dashboard.worker import sentence
from dashboard.workers import Pool
from engine.errors import DatasetError
from engine.evaluation import probabilities


def test_an_error_of_the_engine_is_shown_as_it_is(pool, short, dataset):
    run = pool.start("me", short, "nonsense", "1" * 64)
    assert run.wait(WAIT)
    assert run.state == "failed"
    assert run.message.startswith("The dataset: found nonsense")
    run = pool.start("me", short, "drawn", "0" * 64)
    assert run.wait(WAIT)
    assert "no longer the same" in run.message


def test_any_other_error_is_one_sentence_and_the_worker_lives_on(pool, short, dataset):
    broken = short.with_changes()
    object.__setattr__(broken, "activation", "nonsense")
    pids = pool.worker_pids()
    run = complete(pool, broken, dataset)
    assert run.state == "failed"
    assert run.message == "The training worker failed: KeyError: 'nonsense'."
    assert complete(pool, short.with_changes(seed=8), dataset).state == "finished"
    assert pool.worker_pids() == pids


@pytest.mark.parametrize(
    ("costs", "kept"),
    [
        ([3.0, 9.0, 1.0, 2.0], [1, 2]),
        ([3.0, 2.0, 1.0], [0, 2]),
        ([5.0], [0]),
        ([3.0, 9.0, 1.0, np.nan], [1, 2]),
        ([3.0, np.inf], [0]),
        ([np.nan], [0]),
    ],
)
def test_of_every_stretch_the_extremes_are_reported(costs, kept):
    assert extremes(np.array(costs)) == kept


def test_sentences(capsys):
    assert sentence(DatasetError("The file", "x", "y")) == "The file: found x, needed y."
    assert sentence(ValueError("Bad.")) == "The training worker failed: ValueError: Bad."
    assert "ValueError: Bad." in capsys.readouterr().err
    assert sentence(MemoryError()) == "The training worker failed: MemoryError."


def test_a_killed_worker_is_replaced_and_its_runs_start_again(long, short, dataset):
    with Pool(workers=1) as pool:
        asleep = begin(pool, short, dataset, "asleep", paused=True)
        paused(asleep)
        pool.step(asleep, 7)
        assert asleep.wait_until(lambda: asleep.iteration == 7, WAIT)
        whole = complete(pool, short.with_changes(seed=9), dataset, "whole")
        run = begin(pool, long.with_changes(num_iterations=3000), dataset)
        under_way(run)
        os.kill(pool.worker_pids()[0], KILL)
        assert run.wait(WAIT)
        assert (run.state, run.iteration, run.restarts) == ("finished", 3000, 1)
        assert status_text(run).endswith("started again after its worker died")
        iterations, _ = run.curves()["test"]
        assert (np.diff(iterations) > 0).all()
        assert asleep.wait_until(lambda: asleep.iteration == 7, WAIT)
        assert (asleep.state, asleep.restarts) == ("paused", 1)
        again = complete(pool, short.with_changes(seed=9), dataset, "whole", fresh=True)
        np.testing.assert_array_equal(again.train_logits, whole.train_logits)
        assert pool.statistics()["worker_deaths"] == 1


def test_a_run_that_kills_its_worker_three_times_is_given_up(long, dataset):
    with Pool(workers=1) as pool:
        run = begin(pool, long, dataset)
        for restarts in range(3):
            assert run.wait_until(lambda n=restarts: run.restarts == n and run.iteration > 0, WAIT)
            os.kill(pool.worker_pids()[0], KILL)
        assert run.wait(WAIT)
        assert (run.state, run.message) == ("failed", GIVEN_UP)


@posix
def test_predictions_of_a_dead_worker_are_asked_again(short, dataset):
    with Pool(workers=1) as pool:
        run = complete(pool, short, dataset)
        (pid,) = pool.worker_pids()
        os.kill(pid, signal.SIGSTOP)
        future = pool.ask.predict(run, dataset.test_pictures[:2])
        time.sleep(0.05)
        assert not future.done()
        os.kill(pid, KILL)
        np.testing.assert_allclose(
            future.result(WAIT), probabilities(run.test_logits)[0, :2], rtol=1e-6
        )


@posix
def test_ctrl_c_is_for_the_server_alone(short, dataset):
    with Pool(workers=1) as pool:
        complete(pool, short, dataset)
        os.kill(pool.worker_pids()[0], signal.SIGINT)
        assert complete(pool, short.with_changes(seed=2), dataset).restarts == 0
        assert pool.statistics()["worker_deaths"] == 0


SERVER = """
import sys
from dashboard.workers import Pool
from engine.hyperparameters import Hyperparameters
pool = Pool(workers=2)
runs = [
    pool.start(s, Hyperparameters(num_iterations=20_000), "drawn", sys.argv[1]) for s in "ab"
]
for run in runs:
    assert run.wait_until(lambda: run.iteration > 0, 30)
print(*pool.worker_pids(), flush=True)
sys.stdin.read()
"""


def server(dataset):
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVER, dataset.digest],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )


@posix
def test_no_worker_outlives_a_killed_server(dataset):
    with server(dataset) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2
        assert all(exists(pid) for pid in pids)
        process.kill()
        until(lambda: not any(exists(pid) for pid in pids))


@posix
def test_a_server_that_exits_ends_its_workers(dataset):
    with server(dataset) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        process.stdin.close()
        assert process.wait(WAIT) == 0
        assert not any(exists(pid) for pid in pids)


@posix
def test_close_ends_everything_even_a_worker_that_hangs(long, dataset):
    pool = Pool(workers=2)
    run = begin(pool, long, dataset)
    under_way(run)
    pids = pool.worker_pids()
    os.kill(pids[0], signal.SIGSTOP)
    pool.close()
    pool.close()
    assert not any(exists(pid) for pid in pids)
    assert run.state == "stopped"
    assert begin(pool, long, dataset).state == "stopped"
