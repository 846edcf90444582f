"""`python -m engine sweep`: a search from the command line, with a live table of the best."""

from __future__ import annotations

import json
import math
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
from engine.evaluation import interval
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.preparation import check_fits
from engine.sweeps.cliff import find_cliff
from engine.sweeps.errors import SweepError
from engine.sweeps.parent_watch import told_to_stop
from engine.sweeps.places import OwnProcesses, Place
from engine.sweeps.results import as_csv, ranked
from engine.sweeps.search import Search
from engine.sweeps.study import Asked, open_storage, open_study, outcomes, value_of
from engine.sweeps.trials import Outcome, Work

if TYPE_CHECKING:
    from optuna import Study

SHOWN = 5  # of the best
OF_THE_DATA = frozenset({"mini_batch", "training_pictures", "picture_size", "label_noise"})


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
    # Where one of these varies, only each trial can tell whether the data can give it.
    if OF_THE_DATA.isdisjoint(axis.field for axis in asked.space().axes):
        check_fits(dataset, base)
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    total = asked.wanted()
    study_name = orders.name or time.strftime("sweep %Y-%m-%d %H:%M:%S")
    study = open_study(open_storage(orders.store), study_name, asked)
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    place = place_of(orders, name, dataset)
    report = Report(study, asked, total, dataset.m_test, orders.events)
    try:
        with report:
            Search(study, asked, place, report.told, lambda: bool(stopped)).run()
    except KeyboardInterrupt:
        stopped.append(signal.SIGINT)
    except (SQLAlchemyError, StorageInternalError) as error:
        told = shortened(str(getattr(error, "orig", None) or error.__cause__ or error))
        raise SweepError(f"The database failed in the middle of the search: {told}") from None
    finally:
        place.close()
    if orders.output is not None:
        write(orders.output, as_csv(outcomes(study)))
    if stopped and not orders.events:
        print(
            f"Stopped. The same command with --name {json.dumps(study_name)} goes on.",
            file=sys.stderr,
        )
    return 1 if stopped else 0


def place_of(orders: Orders, name: str, dataset: Dataset) -> Place:
    if orders.scheduler is None:
        return OwnProcesses(name, dataset.digest, orders.workers)
    from engine.sweeps.dask_place import OnDask

    return OnDask(orders.scheduler, dataset)


class Report:
    """Tells how a search goes: a bar and, at its end, the best; or a line of JSON an outcome."""

    def __init__(self, study: Study, asked: Asked, total: int, m_test: int, events: bool) -> None:
        self._asked, self._total, self._m_test, self._events = asked, total, m_test, events
        self._outcomes = outcomes(study)
        self._before, self._started = len(self._outcomes), time.perf_counter()
        self._bar = progress_bar(
            total=total, initial=self._before, unit=" trials", disable=events or None
        )
        if events:
            start = {"name": study.study_name, "total": total, "done": self._before}
            print(json.dumps(start), flush=True)
        else:
            print(
                f"{study.study_name}: {total:,} trials, {self._before:,} of them done before",
                flush=True,
            )

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._bar.close()
        if not self._events:
            best = self.best(SHOWN)
            print(table(best, self._asked, self._m_test) if best else self.nothing())
            seconds = time.perf_counter() - self._started
            done = len(self._outcomes) - self._before
            print(f"{done:,} trials in {seconds:.1f} s, {done / max(seconds, 1e-9):.1f} a second")

    def told(self, number: int, outcome: Outcome) -> None:
        self._outcomes[number] = outcome
        if self._events:
            print(json.dumps({"number": number, **outcome.to_dict()}), flush=True)
            return
        self._bar.update()
        if best := self.best(1):
            self._bar.set_postfix_str(f"best {value_text(best[0][1], self._asked)}", refresh=False)

    def nothing(self) -> str:
        """What to say where there is no best, with the reason of the first trial that has one."""
        messages = [outcome.message for _, outcome in sorted(self._outcomes.items())]
        why = next(filter(None, messages), "")
        return "No trial came to its end with numbers." + (f" The first: {why}" if why else "")

    def best(self, most: int) -> list[tuple[int, Outcome]]:
        return ranked(self._outcomes.items(), self._asked)[:most]


def value_text(outcome: Outcome, asked: Asked) -> str:
    value = value_of(outcome, asked)
    return f"{asked.objective} " + ("none" if value is None else f"{value:.4g}")


def table(best: list[tuple[int, Outcome]], asked: Asked, m_test: int) -> str:
    """The best trials: what was varied, and what came out with its interval."""
    fields = [axis.field for axis in asked.space().axes]
    rows = [["trial", *(DECLARED[f].short for f in fields), "test accuracy", "test cost", "cost"]]
    for number, outcome in best:
        h = outcome.hyperparameters
        varied = [DECLARED[f].kind.format(getattr(h, f)) for f in fields]
        accuracy = outcome.test_accuracy
        low, high = interval(accuracy, m_test) if accuracy is not None else (math.nan, math.nan)
        told = "–" if accuracy is None else f"{accuracy:.3f} ({low:.2f} to {high:.2f})"
        costs = [f"{c:.4f}" if c is not None else "–" for c in (outcome.test_cost, outcome.cost)]
        rows.append([str(number), *(shortened(v, 24) for v in varied), told, *costs])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows
    )


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
