"""What one session sees of its runs."""

from __future__ import annotations

import threading
import time

import pytest

from dashboard.live_run import LOOKED_AT_SECONDS, LiveRun
from dashboard.workers import Pool

WAIT = 30


@pytest.fixture
def live(pool, request):
    live = LiveRun(pool, request.node.name)
    yield live
    live.stop()
    if live.current:
        assert live.current.wait(WAIT)


def test_nothing_is_there_before_the_first_wish(live):
    assert live.current is None
    assert live.previous is None
    assert live.controls == frozenset()
    live.pause()
    live.resume()
    live.step()
    live.reset()
    live.restart()
    live.stop()
    assert live.current is None


def test_the_same_wish_is_the_same_run(live, short, dataset):
    run = live.show(short, dataset)
    assert live.show(short, dataset) is run
    assert run.wait(WAIT)
    assert live.show(short, dataset) is run
    assert live.previous is None


def test_the_last_run_stays_as_a_ghost(live, short, dataset):
    first = live.show(short, dataset)
    assert first.wait(WAIT)
    second = live.show(short.with_changes(learning_rate=0.01), dataset)
    assert second is live.current is not first
    assert live.previous is first


def test_a_run_replaced_at_once_makes_no_ghost(live, short, long, dataset):
    first = live.show(short, dataset)
    assert first.wait(WAIT)
    live.show(long, dataset)
    last = live.show(short.with_changes(seed=2), dataset)
    assert live.previous is first
    assert last.wait(WAIT)


def test_a_run_that_was_there_at_once_makes_no_ghost_before_it_is_looked_at(live, short, dataset):
    known = [short.with_changes(seed=seed) for seed in (1, 2, 3)]
    for h in known:
        assert live.show(h, dataset).wait(WAIT)
    began = live.current
    assert live.show(known[1], dataset).cached
    assert live.show(known[0], dataset).cached
    assert live.previous is began
    time.sleep(LOOKED_AT_SECONDS)
    looked_at = live.current
    live.show(known[1], dataset)
    assert live.previous is looked_at


def test_pause_step_resume_stop(live, long, dataset):
    run = live.show(long, dataset)
    assert run.wait_until(lambda: run.iteration > 0, WAIT)
    assert live.controls == {"pause", "stop", "reset", "restart"}
    live.step()  # not while it runs
    live.pause()
    assert run.wait(WAIT, {"paused"})
    assert live.controls == {"resume", "step", "stop", "reset", "restart"}
    where = run.iteration
    live.step()
    assert run.wait_until(lambda: run.iteration == where + 1, WAIT)
    live.step(5)
    assert run.wait_until(lambda: run.iteration == where + 6, WAIT)
    assert run.wait(WAIT, {"paused"})
    live.resume()
    assert run.wait_until(lambda: run.iteration > where + 6, WAIT)
    live.stop()
    assert run.wait(WAIT, {"stopped"})
    assert live.controls == {"reset", "restart"}
    # The wish is the same: what a person stopped stays stopped.
    assert live.show(long, dataset) is run


def test_reset_waits_at_0_and_restart_computes_anew(live, short, dataset):
    first = live.show(short, dataset)
    assert first.wait(WAIT)
    live.reset()
    run = live.current
    assert run is not first
    assert run.wait(WAIT, {"paused"})
    assert run.iteration == 0
    assert live.show(short, dataset) is run
    live.restart()
    assert live.current is not run
    assert live.current.wait(WAIT)
    assert live.current.state == "finished"
    assert not live.current.cached
    assert live.previous is None


def test_one_that_nobody_watched_is_wished_anew_by_looking(long, dataset):
    with Pool(workers=1, lease_seconds=0.3) as pool:
        live = LiveRun(pool, "me")
        run = live.show(long, dataset)
        assert run.wait(WAIT)
        assert run.abandoned
        assert live.show(long, dataset) is not run


def test_overlapping_reruns_start_one_run(pool, live, short, dataset):
    before = pool.statistics()["started"]
    barrier, seen = threading.Barrier(8), set()

    def rerun():
        barrier.wait()
        seen.add(live.show(short.with_changes(seed=99), dataset).token)

    threads = [threading.Thread(target=rerun) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1
    assert pool.statistics()["started"] == before + 1
