"""Runs by token, for as long as somebody watches or holds them: a token is an address, and addresses
expire."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator

from dashboard.run import Run

KEPT_SECONDS = 600.0  # a run that is over can be asked for so long after the last time
MOST_RUNS = 1000


class RunTable:
    """`lease_seconds` after its last renewal a run that goes on is no longer watched."""

    def __init__(self, lease_seconds: float, most_bytes: int) -> None:
        self._lease_seconds = lease_seconds
        self._most_bytes = most_bytes
        self._runs: dict[str, Run] = {}  # the least recently renewed first
        # What a session still shows can be asked for, and costs no room that it does not take anyway.
        self._held: weakref.WeakValueDictionary[str, Run] = weakref.WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(tuple(self._runs.values()))

    def add(self, run: Run) -> None:
        self._held[run.token] = run
        self.renew(run.token)
        self.drop_old()

    def find(self, token: str) -> Run | None:
        return self._held.get(token)

    def renew(self, token: str) -> bool:
        run = self._held.get(token)
        if run is None:
            return False
        self._runs.pop(token, None)
        run.renewed = time.monotonic()
        self._runs[token] = run
        return True

    def unwatched(self) -> list[Run]:
        """Runs that go on although their lease is over."""
        now = time.monotonic()
        return [
            run
            for run in self
            if not run.over and not run.background and now > run.renewed + self._lease_seconds
        ]

    def drop_old(self) -> None:
        """Lets go of runs that are over: after their time, or the oldest when there are too many."""
        now = time.monotonic()
        kept = max(KEPT_SECONDS, self._lease_seconds)
        over = [run for run in self if run.over]
        nbytes = sum(run.nbytes for run in over)
        for run in over:
            crowded = len(self._runs) > MOST_RUNS or nbytes > self._most_bytes
            if crowded or now > run.renewed + kept:
                del self._runs[run.token]
                nbytes -= run.nbytes
