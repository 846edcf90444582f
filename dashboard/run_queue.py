"""Runs that wait for a free core, and whose turn it is."""

from __future__ import annotations

from itertools import count

from dashboard.run import Run


class RunQueue:
    """Fair between sessions: first comes the one that was served least recently.

    A run whose worker died has waited already and comes before the others; a preview comes after
    them, and nobody waits for a run in the background.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[int, Run]] = {}
        self._served: dict[str, int] = {}
        self._turn = count(1)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, run: Run) -> None:
        self._waiting[run.token] = next(self._turn), run
        self._number()

    def discard(self, run: Run) -> None:
        if self._waiting.pop(run.token, None):
            self._number()

    def first(self) -> Run | None:
        """Whose turn it is."""
        return next(iter(self._in_order()), None)

    def take(self) -> Run:
        """Removes and returns the first; its session is served by that."""
        run = self._in_order()[0]
        self._served[run.session] = next(self._turn)
        self.discard(run)
        return run

    def equal_to(self, run: Run) -> list[Run]:
        """Waiting runs that the result of `run` would answer."""
        return [
            other
            for _, other in self._waiting.values()
            if other.run_hash == run.run_hash and other.pause_at is None and not other.fresh
        ]

    def forget_sessions_but(self, sessions: set[str]) -> None:
        self._served = {s: turn for s, turn in self._served.items() if s in sessions}

    def _in_order(self) -> list[Run]:
        def turn(entry: tuple[int, Run]) -> tuple[bool, bool, bool, int, int]:
            came, run = entry
            served = self._served.get(run.session, 0)
            return run.background, run.preview, not run.restarts, served, came

        return [run for _, run in sorted(self._waiting.values(), key=turn)]

    def _number(self) -> None:
        for before, run in enumerate(self._in_order()):
            run.before = before
