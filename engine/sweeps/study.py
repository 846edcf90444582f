"""A search as Optuna keeps it: a study in the database, with what was asked for beside its trials."""

from __future__ import annotations

import math
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from engine.database import make_folder, place_name, set_up_sqlite, store_url
from engine.errors import EngineError, shortened
from engine.hyperparameters import Hyperparameters
from engine.sweeps.errors import SweepError
from engine.sweeps.pruners import PRUNERS
from engine.sweeps.samplers import SAMPLERS, check_sampler
from engine.sweeps.space import Space
from engine.sweeps.trials import Outcome

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import RDBStorage
    from optuna.trial import FrozenTrial

    from engine.dataset import Dataset

OBJECTIVES: Mapping[str, Literal["maximize", "minimize"]] = MappingProxyType(
    {"test accuracy": "maximize", "test cost": "minimize", "cost": "minimize"}
)
ASKED, OUTCOME, AGAIN, OWNER = "asked", "outcome", "again", "owner"
SILENT_SECONDS = 30.0  # a search that has not said a word for so long is nobody's


@dataclass(frozen=True)
class Asked:
    """Everything that decides what a search computes.

    base: the settings that do not vary, and axes: those that do, both as text. batch: how many
    trials a sampler that learns proposes before it hears of them; the same wherever it runs.
    """

    base: str
    axes: tuple[str, ...]
    dataset: str
    digest: str
    sampler: str = "random"
    objective: str = "test accuracy"
    trials: int = 64
    seed: int = 1
    batch: int = 16
    pruner: str = "none"

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise SweepError("The sampler", self.sampler, "one of " + ", ".join(SAMPLERS))
        if self.pruner not in PRUNERS:
            raise SweepError("The pruner", self.pruner, "one of " + ", ".join(PRUNERS))
        if self.objective not in OBJECTIVES:
            raise SweepError("The objective", self.objective, "one of " + ", ".join(OBJECTIVES))
        for what, number, most in (("trials", self.trials, 100_000), ("batch", self.batch, 1000)):
            if not 1 <= number <= most:
                raise SweepError(f"The number of {what}", number, f"1 to {most:,}")
        if not 0 <= self.seed < 2**31:
            raise SweepError("The search's seed", self.seed, "0 to 2,147,483,647")

    def space(self) -> Space:
        return Space.of(Hyperparameters.from_text(self.base), self.axes)

    def check(self, dataset: Dataset) -> None:
        """Refuses what could only fail: raises `SweepError` or `HyperparameterError`."""
        space = self.space()
        check_sampler(self.sampler, space)
        space.check_data(dataset)

    def wanted(self) -> int:
        """How many trials there will be: a grid has no more than its points."""
        if self.sampler != "grid":
            return self.trials
        return math.prod(map(len, self.space().grid().values()))

    @property
    def maximizes(self) -> bool:
        return OBJECTIVES[self.objective] == "maximize"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"axes": list(self.axes)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{**values, "axes": tuple(values["axes"])})


def open_storage(url: str | None = None) -> RDBStorage:
    """Optuna's tables in the store's database. Raises `SweepError` when it cannot be used."""
    import optuna

    from engine.sweeps.own_trials import OwnTrials

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    at = store_url(url)
    try:
        make_folder(at)
        storage = OwnTrials(at.render_as_string(hide_password=False))
    except (SQLAlchemyError, ImportError, RuntimeError, OSError) as error:
        told = getattr(error, "orig", None) or error
        raise SweepError(f"{place_name(at)} cannot be used: {shortened(str(told))}") from None
    if at.get_backend_name() == "sqlite":
        event.listen(storage.engine, "connect", set_up_sqlite)
        storage.engine.dispose()
    return storage


def studies(storage: RDBStorage) -> dict[str, Asked]:
    """What was asked of every search that is kept, by name; foreign studies are passed over."""
    found = {}
    for kept in storage.get_all_studies():
        try:
            found[kept.study_name] = Asked.from_dict(kept.user_attrs[ASKED])
        except (EngineError, KeyError, TypeError, ValueError):
            continue
    return found


def open_study(storage: RDBStorage, name: str, asked: Asked) -> Study:
    """A new study, or the one of that name if it asked the same."""
    import optuna

    if not 0 < len(name) <= 100:
        raise SweepError("The search's name", name, "1 to 100 letters")
    asked.space()
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        direction=OBJECTIVES[asked.objective],
        load_if_exists=True,
    )
    known = study.user_attrs.get(ASKED)
    if known is None and study.get_trials(deepcopy=False):
        raise SweepError(f"The study {shortened(name)} in the database is another program's")
    if known is None:
        study.set_user_attr(ASKED, asked.to_dict())
    elif {**known, "trials": 0} != {**asked.to_dict(), "trials": 0}:
        raise SweepError(
            f"The search {shortened(name)} exists and asks something else",
            allowed="the same settings to go on, or another name",
        )
    return study


def outcomes(study: Study) -> dict[int, Outcome]:
    """What came out so far, by the trial's number."""
    trials = study.get_trials(deepcopy=False)
    return {t.number: outcome for t in trials if (outcome := outcome_of(t))}


def value_of(outcome: Outcome, asked: Asked) -> float | None:
    """What the search is after; None where it is no finite number."""
    value: float | None = getattr(outcome, asked.objective.replace(" ", "_"))
    return value


def outcome_of(trial: FrozenTrial) -> Outcome | None:
    try:
        return Outcome.from_dict(trial.user_attrs[OUTCOME])
    except (KeyError, TypeError, ValueError):
        return None


def delete(storage: RDBStorage, name: str) -> None:
    """Forgets a search and its trials for good; refuses while a process is at it."""
    import optuna

    try:
        if is_running(optuna.load_study(study_name=name, storage=storage)):
            raise SweepError(f"The search {shortened(name)} is running")
        optuna.delete_study(study_name=name, storage=storage)
    except KeyError:
        return


def is_running(study: Study) -> bool:
    """Whether some process is at it, on this computer or another."""
    owner = study.user_attrs.get(OWNER) or {"who": "", "when": 0.0}
    alive = time.time() - owner["when"] < SILENT_SECONDS and not gone(owner["who"])
    return owner["who"] not in ("", this_process()) and alive


def check_free(study: Study) -> None:
    if is_running(study):
        raise SweepError(f"The search {shortened(study.study_name)} is running already")


def this_process() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


@contextmanager
def owned(study: Study) -> Iterator[Callable[[], None]]:
    """Refuses a second process on one search. What it gives is to be called now and then."""
    me = this_process()
    check_free(study)
    said = 0.0

    def say() -> None:
        nonlocal said
        if time.time() - said > SILENT_SECONDS / 4:
            said = time.time()
            study.set_user_attr(OWNER, {"who": me, "when": said})

    say()
    try:
        yield say
    finally:
        study.set_user_attr(OWNER, None)


def gone(who: str) -> bool:
    """Whether the process is one of this computer's and no longer there."""
    host, _, pid = who.rpartition(" ")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
