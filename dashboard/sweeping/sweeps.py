"""All searches of the server: which of them run, wait or are paused, and what came of each.

A search is a process (child.py) and a study in the database, so that it goes on whoever looks at
it, and is there again after the server was restarted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from dashboard.sweeping.child import Child, sweep_command
from dashboard.sweeping.sweep import Sweep
from engine.errors import shortened
from engine.sweeps.errors import SweepError
from engine.sweeps.study import Asked, delete, is_running, open_storage, outcomes, studies

if TYPE_CHECKING:
    from optuna.storages import RDBStorage

MOST_AT_ONCE = 4
END_SECONDS = 5.0  # what a process has at the server's end
LOOK_SECONDS = 2.0  # between two looks at a search that another program may carry out, or delete

T = TypeVar("T")


class Sweeps:
    """command: the words that carry out a search; most: how many run at once."""

    def __init__(
        self,
        most: int = MOST_AT_ONCE,
        command: Callable[[str, Asked], Sequence[str]] = sweep_command,
    ) -> None:
        self.most = most
        self._command = command
        self._lock = threading.RLock()
        self._known: dict[str, Sweep] = {}
        self._opened: RDBStorage | None = None
        self._closing = False

    # --- looking

    def names(self) -> list[str]:
        """Of all searches, the newest first. Raises `SweepError` where the database cannot be read."""
        with self._lock:
            kept = self._in_database(lambda storage: list(studies(storage)))
            for name, sweep in self._known.items():
                sweep.kept |= name in kept
            new = [name for name, sweep in self._known.items() if not sweep.kept]
            return [*reversed(new), *reversed(kept)]

    def find(self, name: str) -> Sweep | None:
        """Raises `SweepError` where the database cannot be read."""
        with self._lock:
            sweep = self._known.get(name)
            if sweep and (sweep.ours or time.monotonic() - sweep.looked < LOOK_SECONDS):
                return sweep
            return self._look(name)

    def place_in_queue(self, sweep: Sweep) -> int:
        """1 for the next to begin."""
        queued = [s for s in self._known.values() if s.state == "queued"]
        return queued.index(sweep) + 1 if sweep in queued else 0

    def _look(self, name: str) -> Sweep | None:
        import optuna

        def read(storage: RDBStorage) -> Sweep | None:
            sweep = self._known.get(name)
            asked = studies(storage).get(name)
            if asked is None:
                if sweep is None or sweep.kept:
                    self._known.pop(name, None)
                    return None
                sweep.looked = time.monotonic()
                return sweep
            study = optuna.load_study(study_name=name, storage=storage)
            if sweep is None or sweep.asked != asked:
                sweep = self._known[name] = Sweep(name, asked)
            sweep.kept, sweep.looked = True, time.monotonic()
            number, running = storage.get_study_id_from_name(name), is_running(study)
            # What is done stays as it is, and to read a thousand trials takes a quarter of a second.
            if running or sweep.state != "finished" or sweep.read_from != number:
                sweep.fill(outcomes(study), running)
                sweep.read_from = number
            return sweep

        return self._in_database(read)

    def _in_database(self, act: Callable[[RDBStorage], T]) -> T:
        from optuna.exceptions import StorageInternalError

        try:
            self._opened = self._opened or open_storage()
            return act(self._opened)
        except (SQLAlchemyError, StorageInternalError) as error:
            told = getattr(error, "orig", None) or error.__cause__ or error
            raise SweepError(f"The searches cannot be read: {shortened(str(told))}") from None

    # --- doing

    def start(self, name: str, asked: Asked) -> Sweep:
        """A new search, or the one of that name if it asked the same. Raises `SweepError`."""
        with self._lock:
            known = self.find(name)
            if known and known.asked != asked:
                raise SweepError(
                    f"A search is called {shortened(name)} already", allowed="another name"
                )
            sweep = self._known.setdefault(name, known or Sweep(name, asked))
            self.go_on(sweep)
            return sweep

    def go_on(self, sweep: Sweep) -> None:
        """Begins when fewer than `most` run; does nothing to one that goes on, or has nothing left."""
        with self._lock:
            if sweep.state in ("paused", "failed"):
                sweep.state, sweep.problem = "queued", ""
                # The last in the queue.
                self._known[sweep.name] = self._known.pop(sweep.name, sweep)
                self._begin_next()

    def pause(self, sweep: Sweep) -> None:
        """Stops its process; what is finished is kept."""
        with self._lock:
            if sweep.state in ("queued", "running"):
                sweep.state, sweep.looked = "paused", time.monotonic()
                if sweep.child:
                    sweep.child.stop()

    def delete(self, sweep: Sweep) -> None:
        """Stops it, and forgets it and its trials for good. Raises `SweepError`."""
        self.pause(sweep)
        if child := sweep.child:
            child.wait(END_SECONDS)
        with self._lock:
            self._in_database(lambda storage: delete(storage, sweep.name))
            self._known.pop(sweep.name, None)

    def close(self) -> None:
        """The server's end: all are paused."""
        with self._lock:
            self._closing = True
            children = [s.child for s in self._known.values() if s.child]
        for child in children:
            child.stop()
        for child in children:
            child.wait(END_SECONDS)

    def _begin_next(self) -> None:
        busy = sum(s.child is not None for s in self._known.values())
        for sweep in list(self._known.values()):
            waits = sweep.state == "queued" and sweep.child is None
            if waits and busy < self.most and not self._closing:
                self._begin(sweep)
                busy += 1

    def _begin(self, sweep: Sweep) -> None:
        try:
            sweep.child = Child(
                self._command(sweep.name, sweep.asked),
                sweep.take,
                lambda sentence: self._ended(sweep, sentence),
            )
            sweep.state = "running"
        except OSError as error:
            sweep.state = "failed"
            sweep.problem = f"The search could not be started: {error.strerror or error}."

    def _ended(self, sweep: Sweep, sentence: str) -> None:
        with self._lock:
            sweep.child, sweep.looked = None, time.monotonic()
            if sweep.state == "running":
                finished = len(sweep.progress().trials) >= sweep.total
                sweep.state = "failed" if sentence else "finished" if finished else "paused"
                sweep.problem = sentence
            self._begin_next()
