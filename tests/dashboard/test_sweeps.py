"""Searches in processes: followed, paused, queued, and none lost whatever ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from optuna.storages import RDBStorage
from optuna.trial import create_trial
from searching import (
    BASE,
    UNTIL_STOPPED,
    asked,
    event,
    outcome,
    saying,
    start_line,
    wait_for_state,
    wait_until,
)

from dashboard.sweeping import sweeps as sweeps_module
from dashboard.sweeping.sweeps import Sweeps
from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.sources import load_dataset
from engine.sweeps.study import OUTCOME, OWNER, Asked, open_storage, open_study

RATES = "learning-rate=0.01|0.02|0.03|0.04"
TOLD = [
    event(n, outcome(BASE.with_changes(learning_rate=r)))
    for n, r in enumerate((0.01, 0.02, 0.03, 0.04))
]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of this test alone."""
    monkeypatch.setenv("HYPERDIAL_STORE", str(tmp_path / "store.sqlite"))
    return tmp_path / "store.sqlite"


@contextlib.contextmanager
def carried_out_by(*command: str, most: int = 4) -> Iterator[Sweeps]:
    sweeps = Sweeps(most, lambda name, about: command)
    try:
        yield sweeps
    finally:
        sweeps.close()


@pytest.fixture
def about() -> Asked:
    return asked(RATES, sampler="grid")


def test_a_search_is_followed_to_its_end(about: Asked) -> None:
    with carried_out_by(*saying(start_line(4), *TOLD)) as sweeps:
        sweep = sweeps.start("mine", about)
        wait_for_state(sweep, "finished")
        progress = sweep.progress()
    assert [t.number for t in progress.trials] == [0, 1, 2, 3]
    assert {t.settings.learning_rate for t in progress.trials if t.settings} == {
        0.01,
        0.02,
        0.03,
        0.04,
    }
    assert progress.problem == ""


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"number": 1}', '{"total": "many"}', "\x00"])
def test_a_line_that_cannot_be_read_is_told_and_the_others_count(about: Asked, line: str) -> None:
    with carried_out_by(*saying(start_line(4), TOLD[0], line, TOLD[1])) as sweeps:
        sweep = sweeps.start("mine", about)
        wait_for_state(sweep, "failed")
        assert len(sweep.progress().trials) == 2
        assert "cannot be read" in sweep.problem


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        ("import os; os.kill(os.getpid(), 9)", "ended unexpectedly"),
        ("raise RuntimeError('with a traceback')", "ended unexpectedly"),
        ("sys.exit('The database failed.')", "The database failed."),
    ],
)
def test_a_process_that_dies_leaves_a_sentence_and_what_it_told(
    about: Asked, then: str, sentence: str
) -> None:
    with carried_out_by(*saying(start_line(4), TOLD[0], then=then)) as sweeps:
        sweep = sweeps.start("mine", about)
        wait_for_state(sweep, "failed")
        assert sentence in sweep.problem
        assert len(sweep.progress().trials) == 1


def test_a_program_that_is_not_there_is_told(about: Asked) -> None:
    with carried_out_by("/no/such/program") as sweeps:
        sweep = sweeps.start("mine", about)
        assert sweep.state == "failed"
        assert "could not be started" in sweep.problem


def test_pause_stops_the_process_and_start_again_goes_on(about: Asked) -> None:
    with carried_out_by(*saying(start_line(4), *TOLD[:2], then=UNTIL_STOPPED)) as sweeps:
        sweep = sweeps.start("mine", about)
        wait_until(lambda: len(sweep.progress().trials) == 2)
        sweeps.pause(sweep)
        sweeps.go_on(sweep)  # at once, while the process still ends
        wait_for_state(sweep, "running")
        sweeps.pause(sweep)
        wait_for_state(sweep, "paused")
        assert sweep.problem == ""
        assert len(sweep.progress().trials) == 2


def test_of_many_searches_some_run_and_the_others_wait_their_turn(about: Asked) -> None:
    with carried_out_by(*saying(start_line(4), then=UNTIL_STOPPED), most=2) as sweeps:
        four = [sweeps.start(f"search {n}", about) for n in range(4)]
        assert [s.state for s in four] == ["running", "running", "queued", "queued"]
        assert [sweeps.place_in_queue(s) for s in four] == [0, 0, 1, 2]
        sweeps.pause(four[2])
        sweeps.pause(four[0])
        wait_for_state(four[3], "running")
        assert [s.state for s in four] == ["paused", "running", "paused", "running"]


def test_another_search_of_the_same_name_is_refused(about: Asked) -> None:
    with carried_out_by(*saying(start_line(4), then=UNTIL_STOPPED)) as sweeps:
        sweeps.start("mine", about)
        with pytest.raises(EngineError, match="is called mine already: needed another name"):
            sweeps.start("mine", asked(RATES, sampler="random", trials=2))


@pytest.mark.timeout(300)
def test_a_real_search_is_there_after_a_restart_goes_on_and_can_be_deleted() -> None:
    base = Hyperparameters(num_iterations=400, hidden_layers=(3,), picture_size=8)
    digest = load_dataset("drawn").digest
    about = Asked(base.to_text(), ("seed=1..60/60",), "drawn", digest, sampler="grid")
    first = Sweeps()
    sweep = first.start("mine", about)
    wait_until(lambda: len(sweep.progress().trials) > 0)
    first.close()
    done = sweep.progress().trials
    assert 0 < len(done) < 60

    second = Sweeps()
    assert second.names() == ["mine"]
    again = second.find("mine")
    assert again is not None
    assert again.state == "paused"
    assert again.asked == about
    assert {t.number for t in done} <= {t.number for t in again.progress().trials}
    second.go_on(again)
    wait_for_state(again, "finished")
    seeds = sorted(t.settings.seed for t in again.progress().trials if t.settings)
    assert seeds == list(range(1, 61))
    second.delete(again)
    assert second.names() == []
    assert second.find("mine") is None
    second.close()


@pytest.fixture
def two_servers(about: Asked, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sweeps, Sweeps]]:
    """On one database, which has a search "mine" without trials; both look at once."""
    monkeypatch.setattr(sweeps_module, "LOOK_SECONDS", 0.0)
    with open_database() as storage:
        open_study(storage, "mine", about)
    with carried_out_by("true") as one, carried_out_by("true") as other:
        yield one, other


@contextlib.contextmanager
def open_database() -> Iterator[RDBStorage]:
    storage = open_storage()
    yield storage
    storage.engine.dispose()


def test_what_another_server_computes_is_seen_by_whoever_looked_before(
    about: Asked, two_servers: tuple[Sweeps, Sweeps]
) -> None:
    server, _ = two_servers
    sweep = server.find("mine")
    assert sweep is not None
    assert (sweep.state, sweep.progress().trials) == ("paused", ())
    with open_database() as storage:
        study = open_study(storage, "mine", about)
        study.set_user_attr(OWNER, {"who": "elsewhere 1", "when": time.time()})
        assert server.find("mine") is sweep
        assert sweep.state == "elsewhere"
        for rate in (0.01, 0.02, 0.03, 0.04):
            told = outcome(BASE.with_changes(learning_rate=rate)).to_dict()
            study.add_trial(create_trial(value=0.8, user_attrs={OUTCOME: told}))
        study.set_user_attr(OWNER, None)
    assert server.find("mine") is sweep
    assert (sweep.state, len(sweep.progress().trials)) == ("finished", 4)


def test_what_another_server_deletes_is_no_longer_listed(
    two_servers: tuple[Sweeps, Sweeps],
) -> None:
    server, other = two_servers
    assert server.find("mine")
    assert server.names() == ["mine"]
    found = other.find("mine")
    assert found is not None
    other.delete(found)
    assert server.names() == []
    assert server.find("mine") is None


def test_a_search_that_was_paused_before_it_began_stays(
    about: Asked, two_servers: tuple[Sweeps, Sweeps]
) -> None:
    server, _ = two_servers
    server.most = 0
    sweep = server.start("yours", about)
    server.pause(sweep)
    assert server.names() == ["yours", "mine"]
    assert server.find("yours") is sweep


SERVER = """
import sys, time
from dashboard.sweeping.sweeps import Sweeps
from engine.sources import load_dataset
from engine.sweeps.study import Asked
from engine.hyperparameters import Hyperparameters
base = Hyperparameters(num_iterations=20_000, hidden_layers=(3,), picture_size=8)
about = Asked(base.to_text(), ("seed=1..500/500",), "drawn", load_dataset("drawn").digest, sampler="grid")
sweep = Sweeps().start("mine", about)
while sweep.state == "running" and not sweep._begun:
    time.sleep(0.05)
print(sweep.child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.timeout(200)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a signal of POSIX")
def test_a_search_ends_with_a_server_that_is_killed() -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    pid = int(server.stdout.readline())
    server.kill()
    server.wait()
    wait_until(lambda: not exists(pid))
    server.stdout.close()


def exists(pid: int) -> bool:
    """Whether a process lives; one that nobody has waited for yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def test_a_database_that_cannot_be_read_is_a_sentence(store: Path) -> None:
    store.write_bytes(b"no database at all" * 100)
    with pytest.raises(EngineError, match="cannot be used"):
        Sweeps().names()
