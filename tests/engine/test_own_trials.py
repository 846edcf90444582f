"""What a search remembers of its own trials is what the database holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState

from engine.sweeps.own_trials import OwnTrials
from engine.sweeps.study import open_storage

SPACE: dict[str, BaseDistribution] = {
    "rate": FloatDistribution(1e-4, 1, log=True),
    "width": IntDistribution(1, 9),
}
ACTS = ("ask", "tell", "prune", "fail", "report", "note", "enqueue", "look")


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'studies.db'}"


def all_of(trial: FrozenTrial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state,
        "values": trial.values,
        "params": trial.params,
        "distributions": trial.distributions,
        "user": trial.user_attrs,
        "system": trial.system_attrs,
        "intermediate": trial.intermediate_values,
        "start": trial.datetime_start,
        "end": trial.datetime_complete,
    }


def in_database(folder: Path) -> list[dict[str, Any]]:
    """As a process reads it that has never seen it."""
    study = optuna.load_study(study_name="a", storage=RDBStorage(url(folder)))
    return [all_of(trial) for trial in study.get_trials()]


def test_a_store_is_opened_with_it(tmp_path: Path) -> None:
    assert isinstance(open_storage(url(tmp_path)), OwnTrials)


@settings(max_examples=15)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), max_size=14))
def test_it_tells_what_the_database_holds(
    acts: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("own")
    study = optuna.create_study(storage=OwnTrials(url(folder)), study_name="a")
    running: list[optuna.Trial] = []
    for step, (act, k) in enumerate(acts):
        if act == "ask":
            running.append(study.ask(SPACE))
        elif act == "enqueue":
            study.enqueue_trial({"rate": 0.5, "width": k + 1}, user_attrs={"again": k})
        elif act == "look":
            assert [all_of(trial) for trial in study.get_trials()] == in_database(folder)
        elif running:
            trial = running[k % len(running)]
            if act == "report":
                trial.report(k / 3, step)
            elif act == "note":
                trial.set_user_attr("what", {"curve": [(k, 0.5)], "none": None})
            else:
                running.remove(trial)
                state = {"prune": TrialState.PRUNED, "fail": TrialState.FAIL}.get(act)
                study.tell(trial, None if state else k / 7, state=state)
    assert [all_of(trial) for trial in study.get_trials()] == in_database(folder)


def test_what_another_process_left_is_there(tmp_path: Path) -> None:
    """A killed one's running trial, and one that waits."""
    first = optuna.create_study(storage=OwnTrials(url(tmp_path)), study_name="a")
    left = first.ask(SPACE)
    first.enqueue_trial({"rate": 0.25, "width": 3})
    study = optuna.load_study(study_name="a", storage=OwnTrials(url(tmp_path)))
    asked = study.ask(SPACE)
    assert asked.params == {"rate": 0.25, "width": 3}
    new = study.ask(SPACE)
    study.tell(left.number, state=TrialState.FAIL)
    study.tell(new, 0.5)
    states = [trial.state.name for trial in study.get_trials()]
    assert states == ["FAIL", "RUNNING", "COMPLETE"]
    assert [all_of(trial) for trial in study.get_trials()] == in_database(tmp_path)
