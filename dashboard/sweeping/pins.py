"""Trials on their way to the page of runs: trained once more by the pool, kept, named and pinned.

A search keeps numbers alone. Trained once more, the same run has its network and its curves too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from dashboard.run import Run
from dashboard.run_hash import run_hash
from dashboard.run_result import COMPLETE
from dashboard.store import Keeper, Store
from dashboard.workers import Pool
from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters

RENEW_SECONDS = 5.0  # of the run, which nobody else watches
KEEP_SECONDS = 10.0

GOING = "It is trained once more, and will be pinned on the page Runs."
PINNED = "It is pinned on the page Runs."
NOT_KEPT = "The run could not be kept, so it is not pinned."


class Pins:
    """`told` says what has become of each wish. What is given are what all sessions share."""

    def __init__(
        self, pool: Callable[[], Pool], keeper: Callable[[], Keeper], store: Callable[[], Store]
    ) -> None:
        self._pool, self._keeper, self._store = pool, keeper, store
        self._told: dict[str, str] = {}

    def told(self, hyperparameters: Hyperparameters, digest: str) -> str:
        """A sentence, or nothing where nobody asked."""
        return self._told.get(run_hash(hyperparameters, digest), "")

    def pin(
        self,
        hyperparameters: Hyperparameters,
        dataset: str,
        digest: str,
        name: str,
        patience: float,
    ) -> None:
        """name: of the run, unless it has one. Waits for it no longer than `patience` seconds."""
        key = run_hash(hyperparameters, digest)
        if self._told.get(key) == GOING:
            return
        self._told[key] = GOING
        # A wish of its own: it does not take the place of what a session looks at.
        run = self._pool().start(f"pin {key}", hyperparameters, dataset, digest)
        thread = threading.Thread(target=self._finish, args=(key, run, name), daemon=True)
        thread.start()
        thread.join(patience)

    def _finish(self, key: str, run: Run, name: str) -> None:
        while not run.over:
            self._pool().renew(run.token)
            run.wait_until(lambda: run.over, RENEW_SECONDS)
        try:
            self._told[key] = self._pinned(key, run, name)
        except EngineError as error:
            self._told[key] = str(error)

    def _pinned(self, key: str, run: Run, name: str) -> str:
        if run.state not in COMPLETE:
            return run.message or NOT_KEPT
        self._keeper().flush(KEEP_SECONDS)
        store = self._store()
        kept = store.get(key)
        if kept is None:
            return self._keeper().problem or NOT_KEPT
        if not kept.name:
            store.rename(key, name)
        store.pin([key])
        return PINNED
