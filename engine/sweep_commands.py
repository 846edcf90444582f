"""`python -m engine sweep` and `cliff`: searches from the command line."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands import check_place, find_dataset, progress_bar, write
from engine.dataset import Dataset
from engine.errors import shortened
from engine.hyperparameters import Hyperparameters
from engine.preparation import check_fits
from engine.sweep_report import Report
from engine.sweeps.cliff import find_cliff
from engine.sweeps.errors import SweepError
from engine.sweeps.parent_watch import told_to_stop
from engine.sweeps.places import OwnProcesses, Place
from engine.sweeps.results import as_csv
from engine.sweeps.search import Search
from engine.sweeps.study import Asked, check_free, open_storage, open_study, outcomes
from engine.sweeps.trials import Outcome, Work

if TYPE_CHECKING:
    from optuna import Study


@dataclass(frozen=True)
class Orders:
    """How to carry out a search; what it computes is in `Asked`.

    name: of the search; an interrupted one goes on under its name. store: the database's URL.
    events: tell each outcome as a line of JSON instead of a table; and, where another program has
    a pipe to standard input, stop when that is closed.
    """

    name: str = ""
    store: str | None = None
    scheduler: str | None = None
    workers: int | None = None
    output: Path | None = None
    events: bool = False


def sweep(
    base: Hyperparameters, axes: list[str], data: str | None, orders: Orders, **how: Any
) -> int:
    """Everything that can be refused is refused before the first trial."""
    if orders.output is not None:
        check_place(orders.output)
    checked_workers(orders.workers)
    stopped: list[int] = []
    if orders.events:
        told_to_stop(lambda: stopped.append(0))
    dataset = find_dataset(data)
    name = data or dataset.name
    asked = Asked(base.to_text(), tuple(axes), name, dataset.digest, **how)
    asked.check(dataset)
    study_name = orders.name or time.strftime("sweep %Y-%m-%d %H:%M:%S")
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    place = place_of(orders, name, dataset)
    try:
        study = open_study(open_storage(orders.store), study_name, asked)
        check_free(study)
        problem = carry_out(study, asked, place, dataset.m_test, orders.events, stopped)
    finally:
        place.close()
    if orders.output is not None and not problem:
        write(orders.output, as_csv(outcomes(study)))
    told = problem or ("Stopped." if stopped else "")
    if told and not orders.events:
        told += f" The same command with --name {json.dumps(study_name)} goes on."
    if told and (problem or not orders.events):
        print(told, file=sys.stderr)
    return 1 if told else 0


def carry_out(
    study: Study, asked: Asked, place: Place, m_test: int, events: bool, stopped: list[int]
) -> str:
    """What went wrong in the middle, in a sentence; empty when all was done, or `stopped`."""
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    report = Report(study, asked, asked.wanted(), m_test, events)

    def stop() -> bool:
        report.draw()
        return bool(stopped)

    try:
        with report:
            Search(study, asked, place, report.told, stop).run()
    except KeyboardInterrupt:
        stopped.append(signal.SIGINT)
    except (SQLAlchemyError, StorageInternalError) as error:
        told = shortened(str(getattr(error, "orig", None) or error.__cause__ or error))
        return f"The database failed in the middle of the search: {told.rstrip('.')}."
    except SweepError as error:
        return str(error)
    return ""


def place_of(orders: Orders, name: str, dataset: Dataset) -> Place:
    if orders.scheduler is None:
        return OwnProcesses(name, dataset.digest, orders.workers)
    from engine.sweeps.dask_place import OnDask

    return OnDask(orders.scheduler, dataset)


def cliff(base: Hyperparameters, data: str | None, workers: int | None, events: bool) -> int:
    """Looks for the largest stable learning rate, and says what breaks beyond it.

    events: tell the progress as lines of JSON, and stop as `Orders.events` does.
    """
    dataset = find_dataset(data)
    check_fits(dataset, base)
    place = OwnProcesses(data or dataset.name, dataset.digest, checked_workers(workers))
    if events:
        told_to_stop(place.close)

    def train(texts: Sequence[str]) -> list[Outcome]:
        share = -(-len(texts) // place.workers)
        parts = [
            place.submit(Work(tuple(texts[i : i + share]))) for i in range(0, len(texts), share)
        ]
        return [outcome for part in parts for outcome in part.result()]

    try:
        with progress_bar(unit=" runs", disable=events or None) as bar:

            def told(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)
                if events:
                    print(json.dumps({"done": done, "total": total}), flush=True)

            found = find_cliff(base, train, told=told)
    except place.lost:
        raise SweepError("A process that trained was lost") from None
    finally:
        place.close()
    if events:
        tried = [{"learning_rate": rate, **o.to_dict()} for rate, o in sorted(found.tried.items())]
        ends = {"stable": found.stable, "broken": found.broken, "sentence": found.sentence()}
        print(json.dumps({**ends, "tried": tried}), flush=True)
    else:
        print(found.sentence())
    return 0


def checked_workers(workers: int | None) -> int | None:
    if workers is not None and not 1 <= workers <= 256:
        raise SweepError("The number of workers", workers, "1 to 256")
    return workers
