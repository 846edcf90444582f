"""What sessions may well wish for next: it is trained as soon as their run is there.

Only the pool asks, under its lock. Of a session the newest run counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.run import Run
from dashboard.run_result import COMPLETE
from engine.hyperparameters import Hyperparameters

MOST_SECONDS = 3.0  # of computing; what took longer is not trained ahead
MOST_WISHES = 4  # of a session; each takes a core as long as the run itself
CALM_SECONDS = 0.3  # until a browser has drawn what came, and has no use for the core any more


@dataclass
class Wanted:
    run: Run
    following: list[Hyperparameters]
    due: float


class NextWishes:
    def __init__(self) -> None:
        self._wanted: dict[str, Wanted] = {}

    def __len__(self) -> int:
        return len(self._wanted)

    def add(self, run: Run, following: Sequence[Hyperparameters]) -> None:
        """Other settings that may follow on `run`, the likeliest first, and before those that were
        added earlier."""
        known = self._wanted.get(run.session)
        earlier = known.following if known and known.run is run else []
        wishes = [*following, *(h for h in earlier if h not in following)]
        due = time.monotonic() + CALM_SECONDS
        self._wanted[run.session] = Wanted(run, wishes[:MOST_WISHES], due)

    def forget(self, session: str) -> None:
        self._wanted.pop(session, None)

    def take(self, busy: Callable[[str], bool]) -> tuple[Run, Hyperparameters] | None:
        """One that is due and whose run is there, with its film: until then its worker and the browser
        are busy with that. busy: whether something is being trained ahead for a session already."""
        now = time.monotonic()
        for session, wanted in list(self._wanted.items()):
            run = wanted.run
            if run.over and (run.state not in COMPLETE or run.seconds > MOST_SECONDS):
                del self._wanted[session]
            elif run.over and run.film and now >= wanted.due and not busy(session):
                first = wanted.following.pop(0)
                if not wanted.following:
                    del self._wanted[session]
                return run, first
        return None


def ahead_of(session: str) -> str:
    """The session in whose name is trained what `session` may wish for next."""
    return f"ahead of {session}"
