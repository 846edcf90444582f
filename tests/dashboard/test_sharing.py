"""Several sessions on one pool: who waits for whom, what is kept, what is given up."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from pool_driving import WAIT, begin, complete, paused, under_way

from dashboard.dispatcher import REPLACED, UNWATCHED
from dashboard.run_status import status_text
from dashboard.workers import Pool


def test_with_one_worker_waiting_is_fair_and_old_wishes_vanish(long, short, dataset):
    with Pool(workers=1) as pool:
        complete(pool, short, dataset, "served")
        blocker = begin(pool, long, dataset, "blocker")
        first = begin(pool, short.with_changes(seed=2), dataset, "served")
        superseded = begin(pool, short.with_changes(seed=3), dataset, "new")
        second = begin(pool, short.with_changes(seed=4), dataset, "new")
        assert (superseded.state, superseded.message) == ("stopped", REPLACED)
        assert status_text(superseded) == f"Stopped · {REPLACED}"
        if blocker.seconds < 1 and first.state == "queued":  # the machine was not asleep meanwhile
            assert (second.before, first.before) == (0, 1)
            assert status_text(first) == "Waiting for a free core · 1 before you"
        assert second.wait(WAIT)
        assert first.wait(WAIT)
        # They did not have to wait for the end of the long one.
        assert not blocker.over
        pool.stop(blocker)
        assert blocker.wait(WAIT)


def test_equal_runs_that_wait_are_answered_together(long, short, dataset):
    with Pool(workers=1) as pool:
        blocker = begin(pool, long, dataset, "blocker")
        twins = [begin(pool, short, dataset, f"pupil {i}") for i in range(5)]
        pool.stop(blocker)
        for twin in twins:
            assert twin.wait(WAIT)
        assert [twin.state for twin in twins] == ["finished"] * 5
        assert sum(twin.cached for twin in twins) == 4


def test_a_preview_gives_way_to_every_wish_and_goes_on_after_it(long, short, dataset):
    with Pool(workers=1) as pool:
        mine = complete(pool, short, dataset, "me")
        preview = pool.preview(mine, long)
        under_way(preview)
        yours = begin(pool, long.with_changes(seed=2), dataset, "you")
        under_way(yours, beyond=100)  # on the only core, though the preview is young
        where = preview.iteration
        under_way(yours, beyond=1000)
        assert preview.iteration == where
        assert preview.state == "running"
        pool.stop(yours)
        under_way(preview, beyond=where)
        pool.stop(preview)
        assert preview.wait(WAIT)


def test_a_preview_waits_for_a_core_that_no_wish_needs(long, short, dataset):
    with Pool(workers=1) as pool:
        mine = complete(pool, short, dataset, "me")
        blocker = begin(pool, long, dataset, "blocker")
        preview = pool.preview(mine, long.with_changes(seed=2))
        yours = begin(pool, short.with_changes(seed=2), dataset, "you")
        assert yours.wait(WAIT)
        assert preview.iteration == 0
        pool.stop(blocker)
        under_way(preview)
        pool.stop(preview)
        assert preview.wait(WAIT)


def test_the_newest_preview_and_any_wish_of_the_session_end_the_one_before(
    pool, long, short, dataset
):
    mine = complete(pool, short, dataset, "me")
    older = pool.preview(mine, long)
    newer = pool.preview(mine, long.with_changes(seed=2))
    assert older.wait(WAIT)
    assert (older.state, older.message) == ("stopped", REPLACED)
    under_way(newer)
    complete(pool, short.with_changes(seed=2), dataset, "you")
    assert not newer.over
    complete(pool, short.with_changes(seed=3), dataset, "me")
    assert newer.wait(WAIT)
    assert newer.state == "stopped"


def test_a_preview_leaves_nothing_behind(pool, short, dataset):
    mine = complete(pool, short, dataset, "me")
    preview = pool.preview(mine, short.with_changes(seed=8))
    assert preview.wait(WAIT)
    assert preview.state == "finished"
    assert pool.find(preview.token) is None
    assert not begin(pool, short.with_changes(seed=8), dataset, "me").cached


def test_a_stopped_run_in_the_queue_never_starts(long, short, dataset):
    with Pool(workers=1) as pool:
        blocker = begin(pool, long, dataset, "blocker")
        run = begin(pool, short, dataset)
        pool.stop(run)
        assert run.state == "stopped"
        assert run.points_since(0)["train"] == []
        pool.stop(blocker)
        assert blocker.wait(WAIT)


def test_what_nobody_watches_is_stopped(long, dataset):
    with Pool(workers=1, lease_seconds=0.8) as pool:
        asleep = begin(pool, long.with_changes(seed=3), dataset, "asleep", paused=True)
        watched = begin(pool, long.with_changes(seed=2), dataset, "watched", paused=True)
        run = begin(pool, long, dataset)
        limit = time.monotonic() + WAIT
        while not (run.over and asleep.over) and time.monotonic() < limit:
            assert pool.renew(watched.token)
            time.sleep(0.05)
        assert (run.state, run.message, run.abandoned) == ("stopped", UNWATCHED, True)
        assert (asleep.state, asleep.abandoned) == ("stopped", True)
        paused(watched)
        assert pool.find(run.token) is run
        assert not pool.renew("a guess")


def test_the_cache_stays_within_its_bytes(short, dataset):
    with Pool(workers=1, cache_bytes=100_000) as pool:
        for seed in range(8):
            complete(pool, short.with_changes(seed=seed), dataset)
        statistics = pool.statistics()
        assert 0 < statistics["cached_bytes"] <= 100_000
        assert 0 < statistics["cached_results"] < 8
        assert not begin(pool, short.with_changes(seed=0), dataset).cached


def test_nothing_here_needs_the_web_server():
    code = (
        "import sys, dashboard.live_run, dashboard.worker; "
        "print({'streamlit', 'plotly', 'pandas'} & set(sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
