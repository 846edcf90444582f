"""What sessions may well wish for next: it is trained as soon as their run is there.

Only the pool asks, under its lock. Of a session the newest counts, until its next run.
"""

from __future__ import annotations

from dashboard.run import COMPLETE, Run
from engine.hyperparameters import Hyperparameters

MOST_SECONDS = 3.0  # of computing; what took longer is not trained ahead


class NextWishes:
    def __init__(self) -> None:
        self._wanted: dict[str, tuple[Run, Hyperparameters]] = {}

    def __len__(self) -> int:
        return len(self._wanted)

    def add(self, run: Run, following: Hyperparameters) -> None:
        """Other settings that may follow on `run`."""
        self._wanted[run.session] = run, following

    def forget(self, session: str) -> None:
        self._wanted.pop(session, None)

    def take(self) -> tuple[Run, Hyperparameters] | None:
        """One whose run is there, with its film: until then its worker and the browser are busy
        with that."""
        for session, (run, following) in list(self._wanted.items()):
            if not run.over or (run.state in COMPLETE and not run.film):
                continue
            del self._wanted[session]
            if run.state in COMPLETE and run.seconds <= MOST_SECONDS:
                return run, following
        return None


def ahead_of(session: str) -> str:
    """The session in whose name is trained what `session` may wish for next."""
    return f"ahead of {session}"
