"""Finished runs in a database: kept, found, listed, named, pinned, deleted and taken back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Engine,
    RowMapping,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.sql.expression import nulls_last

from dashboard.messages import Curves
from dashboard.run_result import Finished, Result
from dashboard.store import schema
from dashboard.store.kept_run import (
    LONGEST_DATASET,
    KeptRun,
    RowError,
    clean_name,
    kept_run,
    row_of,
)
from dashboard.store.results import columns_of, curves_of, result_of
from dashboard.store.schema import runs
from engine.database import StoreError, engine_for, place_name
from engine.dataset import Labels
from engine.errors import shortened

log = logging.getLogger(__name__)

T = TypeVar("T")

DELETED_SECONDS = 7 * 24 * 3600.0  # a deleted run can be taken back so long
MOST_LISTED = 5000

Sort = Literal["created", "test_accuracy", "train_accuracy", "cost", "seconds", "iteration", "name"]
ARRAYS = ("findings", "curves", "moment")
LIGHT = [column for column in runs.c if column.name not in ARRAYS]


class Store:
    """Any thread may use it, and so may other servers at the same time.

    Every method raises `StoreError`, in one sentence, when the database cannot be used. A row that
    does not hold together is passed over; `unreadable` says how many the last list met.
    """

    def __init__(self, url: URL) -> None:
        self.place = place_name(url)
        self.unreadable = 0
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def save(self, finished: Finished, labels: Labels | None = None) -> None:
        """Keeps a run; once more what is there already, with the name it has, and undeleted.

        labels: of the test pictures, (1, m), so that two runs can be compared picture by picture.
        """
        row = {**row_of(finished, labels), **columns_of(finished.result), "deleted": None}
        new = {"run_hash": finished.run_hash, "created": time.time(), "name": "", "pinned": False}
        same = runs.c.run_hash == finished.run_hash
        with self._told() as engine:
            # In every database's own words; where two servers keep the same, the second updates.
            for _ in range(2):
                try:
                    with engine.begin() as connection:
                        if not connection.execute(update(runs).where(same).values(row)).rowcount:
                            connection.execute(insert(runs).values(row | new))
                    return
                except IntegrityError:
                    continue

    def find(self, run_hash: str) -> Result | None:
        """What is known of the run; None where it was never kept, or is deleted."""
        with self._told() as engine, engine.connect() as connection:
            wanted = select(runs).where(runs.c.run_hash == run_hash, runs.c.deleted.is_(None))
            row = connection.execute(wanted).mappings().first()
        if row is None:
            return None
        try:
            return result_of(kept_run(row), *(row[name] for name in ARRAYS))
        except RowError as error:
            log.warning("The stored run %s is passed over: %s", run_hash[:12], error)
            return None

    def listed(
        self,
        sort: Sort = "created",
        *,
        descending: bool = True,
        dataset: str = "",
        pinned: bool = False,
        deleted: bool = False,
    ) -> list[KeptRun]:
        """The runs, of a dataset's digest if given, or the pinned or the deleted ones alone.

        What has no value to sort by comes last, and of equals the newest first.
        """
        by: ColumnElement[Any] = func.lower(runs.c.name) if sort == "name" else runs.c[sort]
        wanted = select(*LIGHT).where(
            runs.c.deleted.is_not(None) if deleted else runs.c.deleted.is_(None)
        )
        if dataset:
            wanted = wanted.where(runs.c.dataset_digest == dataset)
        if pinned:
            wanted = wanted.where(runs.c.pinned)
        order = nulls_last(by.desc() if descending else by.asc())
        wanted = wanted.order_by(order, runs.c.created.desc(), runs.c.run_hash)
        with self._told() as engine, engine.connect() as connection:
            rows = connection.execute(wanted.limit(MOST_LISTED)).mappings().all()
        good = readable(rows, kept_run)
        self.unreadable = len(rows) - len(good)
        return good

    def get_all(self, run_hashes: Collection[str]) -> list[KeptRun]:
        """Those of them that are there, in their order."""
        wanted = select(*LIGHT).where(
            runs.c.run_hash.in_(list(run_hashes)), runs.c.deleted.is_(None)
        )
        with self._told() as engine, engine.connect() as connection:
            rows = connection.execute(wanted).mappings().all()
        found = {run.run_hash: run for run in readable(rows, kept_run)}
        return [found[h] for h in run_hashes if h in found]

    def get(self, run_hash: str) -> KeptRun | None:
        return next(iter(self.get_all([run_hash])), None)

    def curves(self, run_hashes: Collection[str]) -> dict[str, Curves]:
        """Of each of these runs that is there its curves."""
        wanted = select(*LIGHT, runs.c.curves).where(runs.c.run_hash.in_(list(run_hashes)))
        with self._told() as engine, engine.connect() as connection:
            rows = connection.execute(wanted).mappings().all()
        return dict(
            readable(rows, lambda row: (row["run_hash"], curves_of(kept_run(row), row["curves"])))
        )

    def datasets(self) -> dict[str, str]:
        """The names of the datasets that runs are kept of, by digest."""
        wanted = (
            select(runs.c.dataset_digest, func.max(runs.c.dataset_name))
            .where(runs.c.deleted.is_(None))
            .group_by(runs.c.dataset_digest)
        )
        with self._told() as engine, engine.connect() as connection:
            return {
                str(d): shortened(n, LONGEST_DATASET) for d, n in connection.execute(wanted).all()
            }

    def rename(self, run_hash: str, name: str) -> None:
        self._change([run_hash], name=clean_name(name))

    def pin(self, run_hashes: Collection[str], pinned: bool = True) -> None:
        self._change(run_hashes, pinned=pinned)

    def delete(self, run_hashes: Collection[str]) -> None:
        """They can be taken back with `restore` for a week."""
        self._change(run_hashes, deleted=time.time())

    def restore(self, run_hashes: Collection[str]) -> None:
        self._change(run_hashes, deleted=None)

    def close(self) -> None:
        with self._lock:
            if self._engine:
                self._engine.dispose()
            self._engine = None

    # --- within

    def _change(self, run_hashes: Collection[str], **values: Any) -> None:
        changed = update(runs).where(runs.c.run_hash.in_(list(run_hashes))).values(values)
        with self._told() as engine, engine.begin() as connection:
            connection.execute(changed)

    @contextmanager
    def _told(self) -> Iterator[Engine]:
        """The database, made ready at first use; what goes wrong with it in one sentence."""
        try:
            yield self._ready()
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error)
            raise StoreError(
                f"The store of runs at {self.place} cannot be used: {shortened(said, 160)}"
            ) from None

    def _ready(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = engine_for(self._url)
                try:
                    schema.set_up(engine, self.place)
                    with engine.begin() as connection:
                        connection.execute(
                            delete(runs).where(runs.c.deleted < time.time() - DELETED_SECONDS)
                        )
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine


def readable(rows: Sequence[RowMapping], read: Callable[[RowMapping], T]) -> list[T]:
    """What `read` makes of each row that holds together."""
    good = []
    for row in rows:
        try:
            good.append(read(row))
        except RowError as error:
            log.warning("A stored run is passed over: %s", error)
    return good
