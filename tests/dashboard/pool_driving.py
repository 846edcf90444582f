"""Starting runs on a pool and waiting for what they come to, for the tests of this folder."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

WAIT = 30  # seconds nothing here takes; only a failure waits so long
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def begin(pool, hyperparameters, dataset, session="me", **how):
    return pool.start(session, hyperparameters, dataset.name, dataset.digest, **how)


def complete(pool, hyperparameters, dataset, session="me", **how):
    run = begin(pool, hyperparameters, dataset, session, **how)
    assert run.wait(WAIT)
    return run


def under_way(run, beyond=0):
    assert run.wait_until(lambda: run.iteration > beyond, WAIT)
    assert run.state == "running"


def paused(run):
    assert run.wait(WAIT, {"paused"})


def exists(pid):
    """Whether the process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
    except (ProcessLookupError, FileNotFoundError):
        return False


def until(reached):
    limit = time.monotonic() + WAIT
    while not reached() and time.monotonic() < limit:
        time.sleep(0.02)
    assert reached()
