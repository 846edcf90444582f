"""A search tells the same trials wherever it runs, and none is lost or trained twice."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import TrialState

from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.sweeps import study as studies
from engine.sweeps.places import OwnProcesses
from engine.sweeps.results import ranked
from engine.sweeps.search import Search
from engine.sweeps.study import OWNER, outcomes, owned
from engine.sweeps.trials import Outcome, Work, train_together
from engine.training import train
from tests.engine.sweeping import asked, made_up, make_up, searched, study_at

RATES = "learning-rate=0.001..0.1/4"
WIDTHS = "layers=1..2x2..40/2"


def settings(told: Sequence[tuple[int, Outcome]]) -> list[str]:
    return [outcome.settings for _, outcome in sorted(told)]


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe", "cmaes"])
def test_the_same_seed_gives_the_same_trials_with_one_worker_and_with_eight(
    tmp_path: Path, sampler: str
) -> None:
    about = asked(RATES, WIDTHS, sampler=sampler, trials=16, batch=8)

    def dawdling(data: object, work: Work) -> list[Outcome]:
        time.sleep(hash(work.settings[0]) % 7 / 500)  # in another order every time
        return make_up(data, work)

    alone = searched(study_at(tmp_path, about, "alone"), about, 1)
    many = searched(study_at(tmp_path, about, "many"), about, 8, train=dawdling)
    assert settings(alone) == settings(many)
    assert len(alone) == about.wanted()


def test_a_grid_has_every_combination_once(tmp_path: Path) -> None:
    about = asked("learning-rate=0.01|0.02|0.05", "seed=1..4", sampler="grid")
    told = searched(study_at(tmp_path, about), about)
    runs = Counter((o.hyperparameters.learning_rate, o.hyperparameters.seed) for _, o in told)
    assert runs == Counter({(r, s): 1 for r in (0.01, 0.02, 0.05) for s in (1, 2, 3, 4)})


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe"])
@pytest.mark.parametrize("stop_after", [None, 5])
def test_settings_that_come_to_the_same_are_trained_once(
    tmp_path: Path, sampler: str, stop_after: int | None
) -> None:
    """Without momentum β1 means nothing, so that its points are one run; 10 diverges."""
    axes = "optimizer=gradient descent|momentum", "beta1=0.5|0.8|0.9", "learning-rate=0.01|10"
    about = asked(*axes, sampler=sampler, trials=40, batch=8)
    trained: list[str] = []

    def noting(data: object, work: Work) -> list[Outcome]:
        trained.extend(work.settings)
        return make_up(data, work)

    study = study_at(tmp_path, about)
    told = searched(study, about, train=noting, stop_after=stop_after)
    told += searched(study, about, train=noting) if stop_after else []
    assert len(told) == len({number for number, _ in told}) == about.wanted()
    assert len(outcomes(study)) == about.wanted()
    # What was in training when it was stopped is trained again.
    assert max(Counter(trained).values()) <= (2 if stop_after else 1)
    assert {Hyperparameters.from_text(t).optimizer for t in trained} == {
        "gradient descent",
        "momentum",
    }
    assert len(set(trained)) <= 2 * (1 + 3)
    for _, outcome in told:
        assert replace(outcome, seconds=0.0) == replace(made_up(outcome.settings), seconds=0.0)


def test_a_sampler_that_learns_comes_near_the_best(tmp_path: Path) -> None:
    about = asked(RATES, sampler="tpe", trials=40, objective="test cost")
    told = searched(study_at(tmp_path, about), about)
    half = len(told) // 2
    distances = [abs(o.hyperparameters.learning_rate - 0.01) for _, o in told]
    assert sum(distances[half:]) < sum(distances[:half]) / 2


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe"])
def test_a_search_that_was_stopped_goes_on_with_nothing_trained_twice(
    tmp_path: Path, sampler: str
) -> None:
    about = asked(RATES, WIDTHS, sampler=sampler, trials=16, batch=5)
    first = searched(study_at(tmp_path, about), about, stop_after=7)
    study = study_at(tmp_path, about)
    second = searched(study, about)
    assert 7 <= len(first) < about.wanted()
    assert len(first) + len(second) == about.wanted()
    assert not set(settings(first)) & set(settings(second))
    assert len(outcomes(study)) == about.wanted()


class Killed(BaseException):
    """What no part of a search can answer, like kill -9."""


def killed_at(call: int, method: Callable[..., Any]) -> Callable[..., Any]:
    """`method`, and death instead of its call of that number."""
    calls = itertools.count(1)

    def until_then(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            raise Killed
        return method(*args, **kwargs)

    return until_then


@pytest.mark.parametrize("kept", [0, 2])
@pytest.mark.parametrize("sampler", ["grid", "random", "tpe"])
def test_a_search_killed_while_it_proposes_goes_on_to_the_same_trials(
    tmp_path: Path, sampler: str, kept: int
) -> None:
    """kept: parameters of the trial, of three, that are in the database by then."""
    about = asked(RATES, WIDTHS, sampler=sampler, trials=16, batch=4)
    straight = searched(study_at(tmp_path, about, "straight"), about)
    study = study_at(tmp_path, about)
    storage: Any = study._storage
    storage.set_trial_param = killed_at(3 * 14 + kept + 1, storage.set_trial_param)
    with pytest.raises(Killed):
        searched(study, about, 1)
    searched(study_at(tmp_path, about), about)
    kept_outcomes = outcomes(study_at(tmp_path, about)).values()
    assert sorted(o.settings for o in kept_outcomes) == sorted(settings(straight))


def test_more_trials_can_be_asked_of_a_finished_search(tmp_path: Path) -> None:
    few, more = (asked(RATES, trials=n) for n in (4, 10))
    first = searched(study_at(tmp_path, few), few)
    second = searched(study_at(tmp_path, more), more)
    assert (len(first), len(second)) == (4, 6)
    straight = searched(study_at(tmp_path, more, "straight"), more)
    assert settings(straight) == settings([*first, *second])


def test_another_question_under_the_same_name_is_refused(tmp_path: Path) -> None:
    study_at(tmp_path, asked(RATES))
    with pytest.raises(EngineError, match="exists and asks something else"):
        study_at(tmp_path, asked(WIDTHS))


def test_two_processes_are_not_let_at_one_search(tmp_path: Path) -> None:
    about = asked(RATES, trials=2)
    study = study_at(tmp_path, about)
    study.set_user_attr(OWNER, {"who": "another-computer 12", "when": time.time()})
    with pytest.raises(EngineError, match="is running already"):
        searched(study, about)
    study.set_user_attr(OWNER, {"who": "another-computer 12", "when": time.time() - 60})
    assert len(searched(study, about)) == 2


def test_a_search_whose_process_was_killed_is_free_at_once(tmp_path: Path) -> None:
    about = asked(RATES, trials=2)
    study = study_at(tmp_path, about)
    with owned(study):
        who = study.user_attrs[OWNER]["who"]
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    study.set_user_attr(OWNER, {"who": f"{who.rpartition(' ')[0]} {dead}", "when": time.time()})
    assert len(searched(study, about)) == 2


def test_a_search_is_deleted_unless_somebody_is_at_it(tmp_path: Path) -> None:
    about = asked(RATES, trials=2)
    study = study_at(tmp_path, about)
    storage = studies.open_storage(f"sqlite:///{tmp_path / 'sweeps.db'}")
    searched(study, about)
    study.set_user_attr(OWNER, {"who": "another-computer 12", "when": time.time()})
    with pytest.raises(EngineError, match="is running"):
        studies.delete(storage, "a search")
    assert studies.studies(storage) == {"a search": about}
    study.set_user_attr(OWNER, None)
    studies.delete(storage, "a search")
    studies.delete(storage, "a search")  # which is gone already
    assert studies.studies(storage) == {}


class Unlucky:
    """A place whose workers die in every third batch, and always in runs with the seed 13."""

    lost = (BrokenExecutor,)
    workers = 3

    def __init__(self) -> None:
        self.sent = self.renewed = 0

    def submit(self, work: Work) -> Future[list[Outcome]]:
        self.sent += 1
        future: Future[list[Outcome]] = Future()
        if self.sent % 3 == 0 or any("seed=13" in text for text in work.settings):
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(make_up(None, work))
        return future

    def renew(self) -> None:
        self.renewed += 1

    def close(self) -> None: ...


def test_a_lost_worker_loses_no_trial_and_a_deadly_run_fails_alone(tmp_path: Path) -> None:
    about = asked("seed=1..20/20", sampler="grid")
    told: dict[int, Outcome] = {}
    place = Unlucky()
    Search(study_at(tmp_path, about), about, place, told.__setitem__).run()
    by_seed = {o.hyperparameters.seed: o.status for o in told.values()}
    assert by_seed == {s: "failed" if s == 13 else "finished" for s in range(1, 21)}
    assert place.renewed > 0


def test_a_search_killed_while_it_tells_a_batch_learns_from_all_of_it_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = asked(RATES, sampler="tpe", trials=18, batch=6)
    straight = searched(study_at(tmp_path, about, "straight"), about)
    study = study_at(tmp_path, about)
    monkeypatch.setattr(study, "tell", killed_at(6 + 6 - 1, study.tell))
    with pytest.raises(Killed):
        searched(study, about)
    searched(study_at(tmp_path, about), about)
    kept = outcomes(study_at(tmp_path, about)).values()
    assert sorted(o.settings for o in kept) == sorted(settings(straight))


class Asleep(Unlucky):
    """Workers that never end a run."""

    def submit(self, work: Work) -> Future[list[Outcome]]:
        return Future()


@pytest.mark.parametrize("method", ["enqueue_trial", "tell"])
def test_a_search_killed_while_it_gives_its_trials_back_keeps_each_once(
    tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = asked("seed=1..8/8", sampler="grid")
    study = study_at(tmp_path, about)
    monkeypatch.setattr(study, method, killed_at(2, getattr(study, method)))

    def enough() -> bool:
        return len(study.get_trials(deepcopy=False)) == 5

    with pytest.raises(Killed):
        Search(study, about, Asleep(), stop=enough).run()
    told = searched(study_at(tmp_path, about), about)
    assert sorted(o.hyperparameters.seed for _, o in told) == list(range(1, 9))


class Deadly(Unlucky):
    """A pool that breaks as a whole, as `ProcessPoolExecutor` does, in runs with the seed 13."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[Future[list[Outcome]], Work]] = []
        self.lock = threading.Lock()

    def submit(self, work: Work) -> Future[list[Outcome]]:
        future: Future[list[Outcome]] = Future()
        with self.lock:
            self.open.append((future, work))
        dies = any("seed=13" in text for text in work.settings)
        threading.Timer(0.02 if dies else 0.1, self.end, [future, work, dies]).start()
        return future

    def end(self, future: Future[list[Outcome]], work: Work, dies: bool) -> None:
        with self.lock:
            ending = self.open if dies else [(future, work)]
            self.open = [pair for pair in self.open if pair not in ending]
            for each, its in ending:
                if dies:
                    each.set_exception(BrokenExecutor())
                elif not each.done():
                    each.set_result(make_up(None, its))


def test_a_deadly_run_takes_no_other_with_it(tmp_path: Path) -> None:
    about = asked("seed=11..16/6", "learning-rate=0.01|0.02", sampler="grid")
    told: dict[int, Outcome] = {}
    Search(study_at(tmp_path, about), about, Deadly(), told.__setitem__).run()
    failed = [o.hyperparameters.seed for o in told.values() if o.status == "failed"]
    assert len(told) == 12
    assert failed == [13, 13]


def test_what_diverges_is_told_and_never_the_best(tmp_path: Path) -> None:
    about = asked("learning-rate=0.01|10", sampler="grid", objective="cost")
    study = study_at(tmp_path, about)
    told = searched(study, about)
    assert sorted(o.status for _, o in told) == ["diverged", "finished"]
    assert study.best_trial.params == {"learning_rate": "0.01"}


def test_trials_trained_together_are_those_trained_alone() -> None:
    from engine import load_dataset

    dataset = load_dataset("drawn")
    runs = [
        Hyperparameters(
            num_iterations=12, learning_rate=rate, picture_size=10, hidden_layers=(4, 3)
        )
        for rate in (0.005, 0.02, 0.04)
    ]
    together = train_together(dataset, Work(tuple(h.to_text() for h in runs)))
    for h, outcome in zip(runs, together, strict=True):
        *_, last = train(h, dataset)
        assert outcome.cost == pytest.approx(last.cost, rel=1e-9)
        assert outcome.test_accuracy == last.test_accuracy
        assert outcome.hyperparameters == h
        assert outcome.curve[0][-1] == 12


def test_a_run_that_the_data_cannot_give_fails_by_its_sentence_and_alone() -> None:
    from engine import load_dataset

    good = Hyperparameters(num_iterations=2, hidden_layers=(2,), picture_size=8, mini_batch=64)
    bad = good.with_changes(mini_batch=90_000)
    outcomes = train_together(load_dataset("drawn"), Work((bad.to_text(), good.to_text())))
    assert [o.status for o in outcomes] == ["failed", "finished"]
    assert "mini_batch cannot be 90000" in outcomes[0].message


def test_processes_train_real_networks_and_survive_one_being_killed(tmp_path: Path) -> None:
    from engine import load_dataset

    digest = load_dataset("drawn").digest
    base = Hyperparameters(num_iterations=4, hidden_layers=(3,), picture_size=8)
    about = studies.Asked(base.to_text(), ("seed=1..12/12",), "drawn", digest, sampler="grid")
    place = OwnProcesses("drawn", digest, 2)
    told: dict[int, Outcome] = {}

    def kill_one_in_the_middle(number: int, outcome: Outcome) -> None:
        told[number] = outcome
        if len(told) == 4:
            next(iter(place._executor._processes.values())).kill()  # type: ignore[attr-defined]

    try:
        Search(study_at(tmp_path, about), about, place, kill_one_in_the_middle).run()
    finally:
        place.close()
    assert sorted(o.hyperparameters.seed for o in told.values()) == list(range(1, 13))
    assert {o.status for o in told.values()} == {"finished"}


def test_the_end_of_a_search_waits_neither_for_a_long_run_nor_leaves_its_pool_behind() -> None:
    """Python, as it ends, wakes the thread of a pool that is still there: by a closed pipe, at times."""
    from engine import load_dataset

    place = OwnProcesses("drawn", load_dataset("drawn").digest, 1)
    long = Hyperparameters(num_iterations=20_000, hidden_layers=(500, 500))
    future = place.submit(Work((long.to_text(),)))
    while not future.running():  # type: ignore[attr-defined]
        time.sleep(0.01)
    started = time.perf_counter()
    place.close()
    assert time.perf_counter() - started < 10
    names = {type(thread).__name__ for thread in threading.enumerate()}
    assert "_ExecutorManagerThread" not in names


@pytest.mark.parametrize(
    ("name", "why"),
    [("drawn", "The dataset drawn is no longer the same."), ("no-such-data", "The data: found")],
)
def test_a_search_whose_data_is_gone_ends_with_that_sentence_and_keeps_its_trials(
    tmp_path: Path, name: str, why: str
) -> None:
    about = asked("seed=1..8/8", sampler="grid")
    study = study_at(tmp_path, about)
    place = OwnProcesses(name, "another digest", 1)
    try:
        with pytest.raises(EngineError, match=why):
            Search(study, about, place).run()
    finally:
        place.close()
    assert outcomes(study) == {}
    assert study.get_trials(states=(TrialState.RUNNING,)) == []
    assert len(searched(study, about)) == 8


class Growing(Unlucky):
    """Two workers, and six after the fourth batch; they wait for each other, but not for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.workers = 2
        self.open: list[tuple[Future[list[Outcome]], Work]] = []
        self.most = 0

    def submit(self, work: Work) -> Future[list[Outcome]]:
        self.sent += 1
        self.workers = 2 if self.sent < 4 else 6
        future: Future[list[Outcome]] = Future()
        self.open.append((future, work))
        self.most = max(self.most, len(self.open))
        if len(self.open) >= self.workers:
            self.finish()
        else:
            threading.Timer(2.0, self.finish).start()
        return future

    def finish(self) -> None:
        while self.open:
            future, work = self.open.pop()
            future.set_result(make_up(None, work))


def test_workers_that_come_in_the_middle_get_work(tmp_path: Path) -> None:
    about = asked("seed=1..24/24", sampler="grid")
    place = Growing()
    told: dict[int, Outcome] = {}
    Search(study_at(tmp_path, about), about, place, told.__setitem__).run()
    assert len(told) == 24
    assert place.most > 2


@pytest.mark.parametrize("pruner", ["median", "halving", "hyperband"])
def test_a_pruner_gives_up_the_worse_and_keeps_the_best(tmp_path: Path, pruner: str) -> None:
    about = asked(RATES, trials=16, pruner=pruner, objective="test cost")
    study = study_at(tmp_path, about)
    told = dict(searched(study, about, 1))
    pruned = [o for o in told.values() if o.status == "pruned"]
    finished = [o for o in told.values() if o.status == "finished"]
    assert len(told) == 16
    assert 3 <= len(pruned) < 16
    assert min(o.test_cost or 1 for o in finished) <= min(o.test_cost or 1 for o in pruned)
    assert {n for n, _ in ranked(told.items(), about)} == {
        t.number for t in study.get_trials(states=(TrialState.COMPLETE,))
    }
    assert len(ranked(told.items(), about)) == len(finished)


def test_a_look_comes_in_time_also_behind_a_run_that_diverged() -> None:
    from engine import load_dataset

    base = Hyperparameters(
        num_iterations=500,
        picture_size=8,
        hidden_layers=(30,) * 4,
        initialization="He",
        activation="leaky relu",
    )
    texts = tuple(base.with_changes(learning_rate=r).to_text() for r in (10, 0.001))
    diverged, other = train_together(load_dataset("drawn"), Work(texts, 1 / 8))
    assert (diverged.status, other.status) == ("diverged", "running")
    assert 63 <= other.iterations <= 64


def test_what_goes_on_after_a_look_ends_as_if_never_looked_at() -> None:
    from engine import load_dataset

    dataset = load_dataset("drawn")
    base = Hyperparameters(num_iterations=40, picture_size=8, hidden_layers=(4,))
    texts = tuple(base.with_changes(learning_rate=r).to_text() for r in (0.005, 0.02))
    straight = train_together(dataset, Work(texts))
    half = train_together(dataset, Work(texts, 0.5))
    assert [o.status for o in half] == ["running", "running"]
    rest = train_together(dataset, Work(texts, 1.0, tuple(half)))
    for one, two in zip(straight, rest, strict=True):
        assert one.cost == pytest.approx(two.cost, rel=1e-9)
        assert one.curve[0] == two.curve[0]
