"""What sessions may well wish for next: it is trained as soon as their run is there.

Only the pool asks, under its lock. Of a session the newest run counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.run import COMPLETE, Run
from engine.hyperparameters import Hyperparameters

MOST_SECONDS = 3.0  # of computing; what took longer is not trained ahead
MOST_WISHES = 4  # of a session; each takes a core as long as the run itself


class NextWishes:
    def __init__(self) -> None:
        self._wanted: dict[str, tuple[Run, list[Hyperparameters]]] = {}

    def __len__(self) -> int:
        return len(self._wanted)

    def add(self, run: Run, following: Sequence[Hyperparameters]) -> None:
        """Other settings that may follow on `run`, the likeliest first, and before those that were
        added earlier."""
        of, earlier = self._wanted.get(run.session, (run, []))
        kept = [h for h in earlier if h not in following] if of is run else []
        self._wanted[run.session] = run, [*following, *kept][:MOST_WISHES]

    def forget(self, session: str) -> None:
        self._wanted.pop(session, None)

    def take(self, busy: Callable[[str], bool]) -> tuple[Run, Hyperparameters] | None:
        """One whose run is there, with its film: until then its worker and the browser are busy
        with that. busy: whether something is being trained ahead for a session already."""
        for session, (run, following) in list(self._wanted.items()):
            if run.over and (run.state not in COMPLETE or run.seconds > MOST_SECONDS):
                del self._wanted[session]
            elif run.over and run.film and not busy(session):
                first = following.pop(0)
                if not following:
                    del self._wanted[session]
                return run, first
        return None


def ahead_of(session: str) -> str:
    """The session in whose name is trained what `session` may wish for next."""
    return f"ahead of {session}"
