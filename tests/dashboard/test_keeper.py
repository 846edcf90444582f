"""Runs outlive the server: written without anybody waiting, shown again without training."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from keeping import dataset as few
from keeping import finished
from pool_driving import WAIT, begin, complete, until

from dashboard.run import Origin
from dashboard.run_points import CURVES
from dashboard.store import Keeper, Store, StoreError, results
from dashboard.store import keeper as keeper_module
from dashboard.workers import Pool
from engine.database import sqlite_file


@pytest.fixture
def store(tmp_path):
    store = Store(sqlite_file(tmp_path / "runs.sqlite"))
    yield store
    store.close()


@pytest.fixture
def server(store, dataset):
    """Starts a server's pool on the store; the one before is ended, as by a restart."""
    going = []

    def end():
        for part in going:
            part.close()
        going.clear()

    def start():
        end()
        keeper = Keeper(lambda: store, lambda key: dataset.test_labels)
        going[:] = [Pool(workers=1, archive=keeper), keeper]
        return going[0]

    yield start
    end()


def kept(store, run):
    until(lambda: store.find(run.run_hash) is not None)
    return store.find(run.run_hash)


def test_a_run_is_shown_from_the_store_at_once_after_a_restart(server, store, short, dataset):
    first = complete(server(), short, dataset)
    kept(store, first)
    pool = server()
    again = begin(pool, short, dataset)
    assert again.state == "finished"
    assert again.cached
    assert pool.statistics()["archive_hits"] == 1
    assert again.latest == first.latest
    for name, (x, y) in first.curves().items():
        np.testing.assert_array_equal(again.curves()[name], (x, y))
    np.testing.assert_array_equal(again.test_logits, first.test_logits)
    # What the store does not keep comes a little later: the moments to rewind to.
    assert again.wait_until(lambda: bool(again.film), WAIT)
    assert again.film[-1].iteration == short.num_iterations
    assert again.wait_until(lambda: bool(again.findings), WAIT)


def test_a_branch_is_kept_with_its_way_and_shown_without_its_trunk(server, store, short, dataset):
    pool = server()
    trunk = complete(pool, short, dataset)
    assert trunk.wait_until(lambda: bool(trunk.film), WAIT)
    at = trunk.film[1].iteration
    changed = short.with_changes(l2=0.5)
    first = complete(pool, changed, dataset, "b", origin=Origin(trunk, at, trunk.film[1]))
    result = kept(store, first)
    for name, found in zip(CURVES, result.records[0], strict=True):
        np.testing.assert_array_equal(found, np.column_stack(first.path_curves()[name]))
    assert store.get(first.run_hash).stages == ((0, short), (at, changed))
    # Another server: its trunk there is one that only begins.
    pool = server()
    origin = Origin(pool.start("t", short, dataset.name, dataset.digest, paused=True), at)
    again = begin(pool, changed, dataset, origin=origin)
    assert again.cached
    assert again.latest == first.latest
    for name, (x, y) in first.curves().items():
        np.testing.assert_array_equal(again.curves()[name], (x, y))
    assert again.wait_until(lambda: bool(again.film), WAIT)
    assert again.film[0].iteration == at
    np.testing.assert_array_equal(again.film[-1].test_logits, first.test_logits)


def test_a_large_networks_weights_come_when_it_is_trained_again(
    server, store, short, dataset, monkeypatch
):
    monkeypatch.setattr(results, "MOST_SNAPSHOT", 100)
    first = complete(server(), short, dataset)
    kept(store, first)
    again = begin(server(), short, dataset)
    assert again.state == "finished"
    assert again.latest == first.latest
    assert again.wait_until(lambda: again.moment is not None, WAIT)
    np.testing.assert_array_equal(again.test_logits, first.test_logits)


def test_what_the_run_shows_is_kept_too(server, store, short, dataset):
    run = complete(server(), short, dataset)
    assert run.wait_until(lambda: bool(run.findings), WAIT)
    until(lambda: kept(store, run).findings == run.findings)


def test_what_was_trained_ahead_is_kept_when_somebody_wishes_for_it(server, store, short, dataset):
    pool = server()
    ahead = pool.warm(short, "drawn", dataset.digest)
    assert ahead.wait(WAIT)
    assert ahead.wait_until(lambda: bool(ahead.findings), WAIT)
    assert store.listed() == []
    run = begin(pool, short, dataset)
    assert run.state == "finished"
    kept(store, run)


def test_what_did_not_come_to_its_end_is_not_kept(server, store, long, dataset):
    pool = server()
    run = begin(pool, long, dataset)
    assert run.wait_until(lambda: run.iteration > 0, WAIT)
    pool.stop(run)
    assert run.wait(WAIT)
    server()
    assert store.listed() == []


def test_a_newer_wish_ends_the_training_in_the_background(server, store, long, short, dataset):
    slow = long.with_changes(num_iterations=3000, hidden_layers=(64, 16))
    kept(store, complete(server(), slow, dataset))
    pool = server()
    begin(pool, slow, dataset)
    behind = next(run for run in pool._dispatcher.table if run.background)
    complete(pool, short, dataset)
    assert behind.wait(WAIT)
    assert behind.state in ("stopped", "finished")


def test_training_goes_on_when_nothing_can_be_kept(tmp_path, short, dataset, monkeypatch):
    monkeypatch.setattr(keeper_module, "RETRY_SECONDS", 0.05)
    (tmp_path / "runs.sqlite").write_bytes(b"no database" * 100)
    store = Store(sqlite_file(tmp_path / "runs.sqlite"))
    keeper = Keeper(lambda: store, lambda key: None)
    with Pool(workers=1, archive=keeper) as pool:
        run = complete(pool, short, dataset)
        assert run.state == "finished"
        until(lambda: "file is not a database" in keeper.problem)
        started = time.monotonic()
        assert keeper.recall(run.run_hash) is None  # not asked: it might take long
        assert time.monotonic() - started < 1
        (tmp_path / "runs.sqlite").unlink()  # somebody repairs it
        until(lambda: keeper.problem == "")
        kept(store, run)
    keeper.close()
    store.close()


def test_nobody_waits_for_a_slow_database(monkeypatch):
    let_go = threading.Event()

    class Slow:
        def save(self, run, labels):
            assert let_go.wait(WAIT)

    keeper = Keeper(Slow, lambda key: None)
    started = time.monotonic()
    for seed in range(5):
        keeper.keep(finished(seed=seed))
    assert time.monotonic() - started < 5
    assert not keeper.flush(0.01)
    let_go.set()
    assert keeper.flush(WAIT)
    keeper.close()


def test_what_waits_is_bounded_and_the_newest_of_each_run(monkeypatch):
    monkeypatch.setattr(keeper_module, "MOST_WAITING", 2)
    let_go, saved = threading.Event(), []

    class Slow:
        def save(self, run, labels):
            assert let_go.wait(WAIT)
            saved.append(run)

    keeper = Keeper(Slow, lambda key: None)
    for seed in range(5):
        keeper.keep(finished(seed=seed))
    keeper.keep(finished(seed=4))
    let_go.set()
    assert keeper.flush(WAIT)
    keeper.close()
    assert [run.stages[0][1].seed for run in saved][-2:] == [3, 4]
    assert len(saved) <= 3


def test_a_fault_of_this_program_loses_one_run_and_not_the_keeper(caplog):
    class Faulty:
        runs = 0

        def save(self, run, labels):
            Faulty.runs += 1
            if Faulty.runs == 1:
                raise ZeroDivisionError

    keeper = Keeper(Faulty, lambda key: None)
    keeper.keep(finished(seed=1))
    assert keeper.flush(WAIT)
    assert keeper.problem.startswith("A finished run could not be kept")
    keeper.keep(finished(seed=2))
    assert keeper.flush(WAIT)
    until(lambda: keeper.problem == "")
    keeper.close()


def test_a_store_that_cannot_even_be_named_is_told():
    def nowhere():
        raise StoreError("HYPERDIAL_STORE is no database URL")

    keeper = Keeper(nowhere, lambda key: None)
    assert keeper.recall("f" * 64) is None
    assert keeper.problem == "HYPERDIAL_STORE is no database URL."
    keeper.close()


def test_closing_writes_what_waits(store):
    keeper = Keeper(lambda: store, lambda key: few().test_labels)
    for seed in range(5):
        keeper.keep(finished(seed=seed))
    keeper.close()
    assert len(store.listed()) == 5
