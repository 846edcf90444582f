"""Keeps finished runs without anybody waiting for it, and finds them again.

Training goes on whatever the database does: what cannot be written waits and is tried again, and
`problem` says why in one sentence.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable

from dashboard.messages import DatasetKey
from dashboard.run_result import Finished, Result
from dashboard.store.store import Store
from engine.database import StoreError
from engine.dataset import Labels

log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
CLOSE_SECONDS = 3.0
MOST_WAITING = 200  # runs; of more, those that came first are lost

LabelsOf = Callable[[DatasetKey], Labels | None]


class Keeper:
    """One thread that writes. `problem` is empty as long as all is well."""

    def __init__(self, store: Callable[[], Store], labels_of: LabelsOf) -> None:
        self.problem = ""
        self._store = store
        self._labels_of = labels_of
        self._waiting: OrderedDict[str, Finished] = OrderedDict()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    def keep(self, finished: Finished) -> None:
        """Writes it soon; of the same run only what is newest."""
        with self._changed:
            self._waiting[finished.run_hash] = finished
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
            self._changed.notify_all()

    def recall(self, run_hash: str) -> Result | None:
        """What the store knows of a run. While there is a problem it is not asked: that may take long."""
        if self.problem:
            return None
        try:
            return self._store().find(run_hash)
        except StoreError as error:
            self._tell(str(error))
            return None

    def flush(self, timeout: float) -> bool:
        """Waits until everything is written; whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, timeout)

    def close(self) -> None:
        """Writes what is waiting, if that goes quickly."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(CLOSE_SECONDS)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                finished = next(iter(self._waiting.values()))
            try:
                self._store().save(finished, self._labels_of(finished.dataset))
                self._tell("")
            except StoreError as error:
                self._tell(str(error))
                with self._changed:
                    if self._changed.wait_for(lambda: self._closing, RETRY_SECONDS):
                        return
                continue
            except Exception:
                log.exception("A finished run could not be kept")
                self._tell("A finished run could not be kept; the server's log says why.")
            with self._changed:
                # What has come of the same run meanwhile is newer.
                if self._waiting.get(finished.run_hash) is finished:
                    del self._waiting[finished.run_hash]
                self._changed.notify_all()

    def _tell(self, problem: str) -> None:
        if problem and problem != self.problem:
            log.warning("%s", problem)
        self.problem = problem
