"""What is left when a server is killed in the middle of writing, and when two write at once."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from keeping import dataset, finished
from pool_driving import KILL, WAIT

from dashboard.store import Store
from engine.database import sqlite_file

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WRITER = """
import sys
sys.path[:0] = [{here!r}, {root!r}]
from dataclasses import replace
from keeping import dataset, finished
from dashboard.run_hash import run_hash
from dashboard.store import Store
from engine.database import sqlite_file
from pathlib import Path

run = finished()
store = Store(sqlite_file(Path({file!r})))
for seed in range({first}, {last}):
    h = run.stages[0][1].with_changes(seed=seed)
    store.save(replace(run, stages=((0, h),), run_hash=run_hash(h, run.dataset.digest)),
               dataset().test_labels)
    print(seed, flush=True)
"""


def writer(file, first, last):
    """A process that keeps one run after another and says the seed of each that is kept."""
    program = WRITER.format(here=str(HERE), root=str(ROOT), file=str(file), first=first, last=last)
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


def seeds(file):
    """Those in the store, read as a new server reads them; everything there must be whole."""
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    store = Store(sqlite_file(file))
    listed = store.listed(descending=False)
    assert store.unreadable == 0
    for run in listed[-3:]:
        assert store.find(run.run_hash).moment is not None
    store.close()
    return [run.hyperparameters.seed for run in listed]


@pytest.mark.timeout(600)
def test_a_server_killed_in_the_middle_of_writing_leaves_a_sound_store(tmp_path):
    file = tmp_path / "runs.sqlite"
    chance = random.Random(1)
    next_seed, told = 0, []
    for _ in range(12):
        with writer(file, next_seed, 100_000) as process:
            for line in process.stdout:
                told.append(int(line))
                break  # it is writing now
            time.sleep(chance.random() / 10)
            process.send_signal(KILL)
            told += [int(line) for line in process.stdout.read().split()]
        assert process.wait(WAIT) in (-signal.SIGKILL, 1)
        found = seeds(file)
        assert set(told) <= set(found)  # what was said to be kept is kept
        assert found == list(range(len(found)))  # and of the last one all or nothing
        next_seed = len(found)
    assert next_seed >= 12


@pytest.mark.timeout(600)
def test_two_servers_write_into_one_file(tmp_path):
    file = tmp_path / "runs.sqlite"
    processes = [writer(file, first, first + 60) for first in (0, 30)]  # half of them the same
    for process in processes:
        with process:
            process.stdout.read()
        assert process.wait(WAIT) == 0
    assert sorted(seeds(file)) == list(range(90))


def test_a_reader_does_not_wait_for_a_writer(tmp_path):
    store = Store(sqlite_file(tmp_path / "runs.sqlite"))
    store.save(finished(), dataset().test_labels)
    other = sqlite3.connect(tmp_path / "runs.sqlite")
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE hyperdial_runs SET name = 'not yet'")
    assert [run.name for run in store.listed()] == [""]
    other.commit()
    other.close()
    assert [run.name for run in store.listed()] == ["not yet"]
    store.close()
