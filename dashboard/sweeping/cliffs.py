"""All looks for a cliff, the largest stable learning rate of a setting: each is a process
(child.py), and what came of it is known to all sessions until the server ends."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.run_hash import run_hash
from dashboard.sweeping.child import Child, Event, cliff_command
from engine.dataset import Dataset
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.trials import Outcome

MOST_AT_ONCE = 2
MOST_KEPT = 500
END_SECONDS = 5.0  # what a process has at the server's end
TRY_AGAIN = "Find the cliff tries again."

State = Literal["queued", "running", "found", "failed", "stopped"]
GOING: tuple[State, ...] = ("queued", "running")


@dataclass(frozen=True)
class Cliff:
    """What the process found. stable, broken: as the engine's `Cliff` has them; tried: learning
    rates, rising, and what came of each."""

    stable: float | None
    broken: float | None
    sentence: str
    tried: tuple[tuple[float, Outcome], ...]

    @classmethod
    def from_event(cls, told: Event) -> Cliff:
        """Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
        tried = [dict(one) for one in told["tried"]]
        rates = [float(one.pop("learning_rate")) for one in tried]
        stable, broken = (None if told[k] is None else float(told[k]) for k in ("stable", "broken"))
        outcomes = map(Outcome.from_dict, tried)
        return cls(stable, broken, str(told["sentence"]), tuple(zip(rates, outcomes, strict=True)))


def cliff_key(h: Hyperparameters, digest: str) -> str:
    """The same for all settings that differ in the learning rate alone, on the same dataset."""
    return run_hash(h.with_changes(learning_rate=DECLARED["learning_rate"].default), digest)


class CliffSearch:
    """One look. done, total: of its runs."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self.state: State = "queued"
        self.done, self.total = 0, 0
        self.found: Cliff | None = None
        self.problem = ""
        self.child: Child | None = None

    def take(self, event: Event) -> None:
        """A line of its process. Raises as `Cliff.from_event` does."""
        if "tried" in event:
            self.found = Cliff.from_event(event)
        else:
            self.done, self.total = int(event["done"]), int(event["total"])


class Cliffs:
    """command: the words that look for the cliff of settings on the dataset of that name."""

    def __init__(
        self,
        most: int = MOST_AT_ONCE,
        command: Callable[[Hyperparameters, str], Sequence[str]] = cliff_command,
    ) -> None:
        self.most = most
        self._command = command
        self._lock = threading.RLock()
        self._known: OrderedDict[str, CliffSearch] = OrderedDict()
        self._closing = False

    def of(self, h: Hyperparameters, digest: str) -> CliffSearch | None:
        """The look for the cliff of these settings, whatever their learning rate."""
        return self._known.get(cliff_key(h, digest))

    def start(self, h: Hyperparameters, dataset: Dataset) -> CliffSearch:
        """Looks, unless that is under way or done; waits while `most` others look."""
        key = cliff_key(h, dataset.digest)
        with self._lock:
            search = self._known.get(key)
            if search is None or search.state in ("failed", "stopped"):
                search = self._known[key] = CliffSearch(self._command(h, dataset.name))
                self._known.move_to_end(key)
                self._begin_next()
                self._forget_oldest()
            return search

    def stop(self, search: CliffSearch) -> None:
        with self._lock:
            if search.state in GOING:
                search.state = "stopped"
                if search.child:
                    search.child.stop()

    def close(self) -> None:
        """The server's end."""
        with self._lock:
            self._closing = True
            children = [s.child for s in self._known.values() if s.child]
            for search in self._known.values():
                self.stop(search)
        for child in children:
            child.wait(END_SECONDS)

    def _begin_next(self) -> None:
        busy = sum(s.child is not None for s in self._known.values())
        for search in self._known.values():
            if search.state == "queued" and busy < self.most and not self._closing:
                self._begin(search)
                busy += search.child is not None

    def _begin(self, search: CliffSearch) -> None:
        try:
            search.child = Child(
                search.command, search.take, lambda told: self._ended(search, told), TRY_AGAIN
            )
            search.state = "running"
        except OSError as error:
            search.state = "failed"
            search.problem = f"The cliff could not be looked for: {error.strerror or error}."

    def _ended(self, search: CliffSearch, sentence: str) -> None:
        with self._lock:
            search.child = None
            if search.state == "running":
                found = search.found is not None and not sentence
                search.state = "found" if found else "failed"
                search.problem = "" if found else sentence or f"Nothing was found. {TRY_AGAIN}"
            self._begin_next()

    def _forget_oldest(self) -> None:
        over = [key for key, search in self._known.items() if search.state not in GOING]
        for key in over[: max(0, len(self._known) - MOST_KEPT)]:
            del self._known[key]
