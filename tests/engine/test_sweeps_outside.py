"""Searches as they are carried out: from the command line, killed, and on a cluster."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import load_dataset
from engine.hyperparameters import Hyperparameters
from engine.sweeps.search import Search
from engine.sweeps.study import Asked, open_storage, outcomes
from engine.sweeps.trials import Outcome
from tests.engine.sweeping import study_at
from tests.postgres import running_postgres

SMALL = ["--data", "drawn", "--layers", "3", "--picture-size", "8", "--iterations", "30"]


def command(folder: Path, *words: str) -> list[str]:
    store = f"sqlite:///{folder / 'sweeps.db'}"
    return [sys.executable, "-m", "engine", "sweep", *words, *SMALL, "--store", store]


def test_the_best_are_told_with_their_interval_and_all_of_them_written(tmp_path: Path) -> None:
    output = tmp_path / "trials.csv"
    words = [
        "learning-rate=0.001..0.1/3",
        "seed=1..2",
        "--sampler",
        "grid",
        "--output",
        str(output),
    ]
    told = subprocess.run(command(tmp_path, *words), capture_output=True, text=True, timeout=110)
    assert told.returncode == 0, told.stderr
    head, _, best = told.stdout.splitlines()[:3]
    assert head.endswith("6 trials, 0 of them done before")
    assert " to " in best
    rows = list(csv.DictReader(output.read_text().splitlines()))
    assert len(rows) == 6
    assert {row["status"] for row in rows} <= {"finished", "dead"}
    assert {row["learning_rate"] for row in rows} == {"0.001", "0.01", "0.1"}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_search_that_was_killed_goes_on_with_nothing_lost(tmp_path: Path, how: int) -> None:
    words = command(tmp_path, "seed=1..16/16", "--sampler", "grid", "--name", "mine", "--events")
    first = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert first.stdout
    told = [json.loads(first.stdout.readline()) for _ in range(6)]
    first.send_signal(how)
    told += [json.loads(line) for line in first.communicate(timeout=60)[0].splitlines()]
    second = subprocess.run(words, capture_output=True, text=True, timeout=110, check=True)
    start, *rest = map(json.loads, second.stdout.splitlines())
    study = outcomes(study_from(tmp_path, "mine"))
    # The one that was being written when it was killed may be kept and not have been told.
    assert len(told) - 1 <= start["done"] <= len(told)
    assert start["done"] + len(rest) == 16
    seeds = sorted(o.hyperparameters.seed for o in study.values())
    assert seeds == list(range(1, 17))


def test_a_search_stops_when_the_program_that_started_it_closes_its_pipe(tmp_path: Path) -> None:
    words = command(tmp_path, "seed=1..500/500", "--sampler", "grid", "--name", "mine", "--events")
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, text=True, **pipe) as search:
        assert search.stdin
        assert search.stdout
        told = [json.loads(search.stdout.readline()) for _ in range(3)]
        search.stdin.close()
        told += map(json.loads, search.stdout.read().splitlines())
        assert search.wait(60) == 1
    kept = outcomes(study_from(tmp_path, "mine"))
    assert kept.keys() == {event["number"] for event in told[1:]}
    assert len(kept) < 500


def study_from(folder: Path, name: str):  # type: ignore[no-untyped-def]
    import optuna

    return optuna.load_study(
        study_name=name, storage=open_storage(f"sqlite:///{folder / 'sweeps.db'}")
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["learning-rate=0..1:log"], "learning_rate cannot be 0"),
        (["seed=1..4", "--sampler", "luck"], "The sampler: found luck"),
        (["seed=1..4", "--objective", "fame"], "The objective: found fame"),
        (["seed=1..4", "--trials", "0"], "The number of trials: found 0"),
        (["seed=1..4", "--workers", "0"], "The number of workers: found 0"),
        (["seed=1..4", "--scheduler", "tcp://127.0.0.1:9"], "does not answer"),
        (["seed=1..4", "--scheduler", "nonsense"], "does not answer"),
        (["seed=1..4", "--store", "postgresql+psycopg://127.0.0.1:9/x"], "cannot be used"),
        (["seed=1..4", "--store", "nonsense://x"], "cannot be used"),
        (["seed=1..4", "--store", "postgresql://x:y:z/"], "The store is no database URL"),
        (["seed=1..4", "--mini-batch", "5000"], "mini_batch cannot be 5000"),
        (["mini-batch=4000|5000"], "mini_batch cannot be 4000"),
        (["keep-prob=0.8,0.8"], "keep_probs cannot be (0.8, 0.8)"),
        (["seed=1..4", "--sampler", "cmaes"], "The sampler cmaes: found 1 range"),
        (["activation=relu|tanh", "--sampler", "cmaes"], "found 0 ranges"),
        (["seed=1..4", "--seed", "5"], "--seed would have no effect"),
        (["seed=1..4", "--output", "no/such/folder/x.csv"], "There is no such folder"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence_before_anything_starts(
    tmp_path: Path, words: list[str], told: str
) -> None:
    result = subprocess.run(
        [*command(tmp_path, words[0]), *words[1:]],
        capture_output=True,
        text=True,
        timeout=110,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert result.returncode in (1, 2)
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not result.stdout
    assert not (tmp_path / "sweeps.db").exists()


def test_a_cluster_loses_no_trial_with_one_of_its_workers(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    from engine.sweeps.dask_place import OnDask

    dataset = load_dataset("drawn")
    base = Hyperparameters(num_iterations=60, hidden_layers=(3,), picture_size=8)
    about = Asked(base.to_text(), ("seed=1..24/24",), "drawn", dataset.digest, sampler="grid")
    told: dict[int, Outcome] = {}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        place = OnDask(cluster.scheduler_address, dataset)
        assert place.workers == 2

        def kill_one(number: int, outcome: Outcome) -> None:
            told[number] = outcome
            if len(told) == 3:
                pid = next(iter(place._client.run(os.getpid).values()))
                os.kill(pid, signal.SIGKILL)

        try:
            Search(study_at(tmp_path, about), about, place, kill_one).run()
        finally:
            place.close()
    assert sorted(o.hyperparameters.seed for o in told.values()) == list(range(1, 25))
    assert {o.status for o in told.values()} <= {"finished", "dead"}


CLUSTER = """
import distributed
if __name__ == "__main__":
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as c:
        print(c.scheduler_address, flush=True)
        input()
"""


def test_a_scheduler_that_is_lost_is_told_and_the_search_goes_on_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    words = command(tmp_path, "seed=1..40/40", "--sampler", "grid", "--name", "mine")
    telling = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, **telling
    ) as cluster:
        address = cluster.stdout.readline().strip()
        words += ["--iterations", "400", "--events", "--scheduler", address]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, **telling) as search:
            told = [json.loads(search.stdout.readline()) for _ in range(3)]
            cluster.kill()
            rest, complaint = search.communicate(timeout=60)
    told += map(json.loads, rest.splitlines())
    assert search.returncode == 1
    assert complaint == f"The scheduler {address} is gone.\n"
    kept = outcomes(study_from(tmp_path, "mine"))
    assert kept.keys() == {event["number"] for event in told[1:]}
    assert len(kept) < 40
    again = subprocess.run(words[:-2], capture_output=True, text=True, timeout=110, check=True)
    assert len(kept) + len(again.stdout.splitlines()) - 1 == 40
    seeds = (o.hyperparameters.seed for o in outcomes(study_from(tmp_path, "mine")).values())
    assert sorted(seeds) == list(range(1, 41))


def test_the_cliff_is_told_in_a_sentence_or_as_json() -> None:
    words = [sys.executable, "-m", "engine", "cliff", *SMALL]
    told = subprocess.run(words, capture_output=True, text=True, timeout=110, check=True).stdout
    assert told.startswith("The largest stable learning rate is about ")
    again = subprocess.run(
        [*words, "--events"], capture_output=True, text=True, timeout=110, check=True
    )
    *progress, result = map(json.loads, again.stdout.splitlines())
    assert progress[-1]["done"] == progress[-1]["total"]
    assert result["sentence"] == told.strip()
    assert result["stable"] < result["broken"] < result["stable"] * 1.01


def test_no_cliff_is_told_of_what_the_data_cannot_give() -> None:
    words = [sys.executable, "-m", "engine", "cliff", *SMALL, "--mini-batch", "5000"]
    told = subprocess.run(words, capture_output=True, text=True, timeout=110)
    assert told.returncode != 0
    assert "mini_batch cannot be 5000" in told.stderr
    assert not told.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mini-batch=50|5000"], "1 could not be trained: mini_batch cannot be 5000"),
        (
            ["learning-rate=10", "--l2=100", "--layers=2,2"],
            "No trial came to its end with numbers.\n1 diverged.",
        ),
        (["learning-rate=0.01", "--pruner", "halving"], "1 trial in "),
    ],
)
def test_what_became_of_the_trials_that_are_not_the_best_is_told(
    tmp_path: Path, words: list[str], told: str
) -> None:
    result = subprocess.run(
        [*command(tmp_path, words[0]), *words[1:], "--sampler", "grid"],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert result.returncode == 0, result.stderr
    assert told in result.stdout
    assert not result.stderr


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own needs a pty")
def test_a_terminal_shows_the_best_so_far_and_ctrl_c_ends_cleanly(tmp_path: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    words = command(tmp_path, "learning-rate=0.001..0.1", "--trials", "3000", "--name", "mine")
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    said = b""
    with contextlib.suppress(OSError):  # of a terminal that nobody uses any more
        while more := os.read(terminal, 4096):
            if said.count(b"\x1b[A") < 50 <= (said + more).count(b"\x1b[A"):
                os.write(terminal, b"\x03")
            said += more
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    first, *rest = said.decode().splitlines()
    assert first == "mine: 3,000 trials, 0 of them done before"
    lines = [line.split("\x1b")[0] for part in rest for line in part.split("\r")]
    *drawn, last = (line for line in lines if line.startswith("trial "))
    assert {len(line) for line in drawn} == {59}
    assert len(last) > 59  # once all is told
    assert "Traceback" not in said.decode()
    assert rest[-1] == 'Stopped. The same command with --name "mine" goes on.'


def test_a_search_lives_in_postgresql_as_it_does_in_a_file(tmp_path: Path) -> None:
    words = ["seed=1..6/6", "--sampler", "grid", "--name", "mine", "--events"]
    with running_postgres() as url:
        told = [
            subprocess.run(
                [*command(tmp_path, *words)[:-2], "--store", url],
                capture_output=True,
                text=True,
                timeout=110,
                check=True,
            ).stdout.splitlines()
            for _ in range(2)
        ]
    first, again = ([json.loads(line) for line in lines] for lines in told)
    assert len(first) == 7
    assert again == [{"name": "mine", "total": 6, "done": 6}]
