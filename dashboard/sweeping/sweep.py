"""One search: its trials so far, what its process says of them, and how it stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboard.sweeping.child import Child, Event
from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.sweeps.results import ranked
from engine.sweeps.study import Asked
from engine.sweeps.trials import Outcome

LEAST_SECONDS = 0.2  # of which a speed can be told

State = Literal["queued", "running", "paused", "finished", "failed", "elsewhere"]
GOING: tuple[State, ...] = ("queued", "running", "elsewhere")


@dataclass(frozen=True)
class Trial:
    number: int
    outcome: Outcome

    @cached_property
    def settings(self) -> Hyperparameters | None:
        """None of one whose settings do not fit together."""
        try:
            return self.outcome.hyperparameters if self.outcome.settings else None
        except EngineError:
            return None


@dataclass(frozen=True)
class Progress:
    """A search as it stands. speed: trials a second since it was started or gone on with."""

    state: State
    total: int
    trials: tuple[Trial, ...]
    asked: Asked
    speed: float | None = None
    problem: str = ""

    @cached_property
    def best(self) -> list[Trial]:
        """Those that came to their end, the best first."""
        by_number = {trial.number: trial for trial in self.trials}
        pairs = [(t.number, t.outcome) for t in self.trials]
        return [by_number[number] for number, _ in ranked(pairs, self.asked)]

    @property
    def seconds_left(self) -> float | None:
        return (self.total - len(self.trials)) / self.speed if self.speed else None


class Sweep:
    """One search. Its methods may be called from any thread."""

    def __init__(self, name: str, asked: Asked) -> None:
        self.name = name
        self.asked = asked
        self.total = asked.wanted()
        self.state: State = "paused"
        self.problem = ""
        self.child: Child | None = None
        self._lock = threading.Lock()
        self._trials: dict[int, Trial] = {}
        self._begun = 0.0  # when, this time, and with how many done
        self._done_before = 0
        self._last = 0.0
        self.looked = 0.0
        self.kept = False  # whether the database has had it: then one that it has not is deleted
        self.read_from: int | None = None  # the database's number of it, when it was read last

    @property
    def ours(self) -> bool:
        """Whether this server knows more of it than the database."""
        return self.child is not None or self.state in ("queued", "failed")

    def fill(self, found: Mapping[int, Outcome], elsewhere: bool) -> None:
        """With what the database knows, and no more."""
        with self._lock:
            if len(found) != len(self._trials):
                self._begun = self._last = 0.0  # of what others have computed no speed is known
            self._trials = {n: Trial(n, o) for n, o in found.items()}
            done = len(self._trials) >= self.total
            self.state = "finished" if done else "elsewhere" if elsewhere else "paused"

    def take(self, event: Event) -> None:
        """A line of its process. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
        with self._lock:
            self._last = time.monotonic()
            if "total" in event:
                self.total, self._begun = int(event["total"]), self._last
                self._done_before = len(self._trials)
                return
            told = dict(event)
            trial = Trial(int(told.pop("number")), Outcome.from_dict(told))
            self._trials[trial.number] = trial

    @property
    def version(self) -> tuple[State, int]:
        """Another whenever there is something new to draw."""
        return self.state, len(self._trials)

    def progress(self) -> Progress:
        with self._lock:
            trials = tuple(self._trials[n] for n in sorted(self._trials))
            speed, new = None, len(trials) - self._done_before
            if new > 0 and (seconds := self._last - self._begun) > LEAST_SECONDS:
                speed = new / seconds
            return Progress(self.state, self.total, trials, self.asked, speed, self.problem)
