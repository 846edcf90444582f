"""The pool of training processes, as the sessions see it: what can be wished for and watched.

It lives in the web server, shared by all sessions, and computes nothing itself. Everything here
happens under one lock and never waits for a worker while holding it.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence
from typing import Any

from dashboard.dispatcher import Archive, Dispatcher, preview_of
from dashboard.inquiries import Inquiries
from dashboard.messages import Advance, DatasetKey, Outcome, Pause, Resume
from dashboard.next_wishes import CALM_SECONDS
from dashboard.run import Origin, Run
from dashboard.run_result import COMPLETE
from engine.hyperparameters import Hyperparameters


class Pool:
    """Workers, one a core unless told otherwise, and the runs of all sessions.

    A session has one wish: its newest `start` takes the place of what it still had going.
    It closes by itself when the interpreter exits.
    """

    def __init__(
        self,
        workers: int | None = None,
        cache_bytes: int = 256 << 20,
        lease_seconds: float = 30.0,
        archive: Archive | None = None,
    ) -> None:
        self._lock = threading.RLock()
        wanted = workers or os.cpu_count() or 1
        self._dispatcher = Dispatcher(self._lock, wanted, cache_bytes, lease_seconds, archive)
        self.ask = Inquiries(self._lock, self._dispatcher.crew)
        self._every = min(1.0, lease_seconds / 4)
        self._housekeeper = threading.Thread(target=self._keep_house, daemon=True)
        self._housekeeper.start()
        atexit.register(self.close)

    # --- what a session wants

    def start(
        self,
        session: str,
        hyperparameters: Hyperparameters,
        dataset_name: str,
        dataset_digest: str,
        *,
        paused: bool = False,
        fresh: bool = False,
        origin: Origin | None = None,
    ) -> Run:
        """The session's new wish; what it still had going is stopped. With an `origin`, a branch.

        An equal run that is complete is answered from the cache or the archive at once, unless it
        shall be computed `fresh`, or is to wait `paused` at iteration 0.
        """
        run = Run(
            session,
            hyperparameters,
            DatasetKey(dataset_name, dataset_digest),
            self._lock,
            pause_at=0 if paused else None,
            fresh=fresh or paused,
            origin=origin,
        )
        return self._dispatcher.begin(run)

    def warm(self, hyperparameters: Hyperparameters, dataset_name: str, dataset_digest: str) -> Run:
        """Trains into the cache when nobody else waits, watched by nobody."""
        dataset = DatasetKey(dataset_name, dataset_digest)
        run = Run("", hyperparameters, dataset, self._lock, background=True)
        run.session = f"background {run.token}"
        return self._dispatcher.begin(run)

    def train_ahead(self, run: Run, following: Sequence[Hyperparameters]) -> None:
        """Into the cache, what the session of `run` may well wish for next, the likeliest first: when
        `run` is there, where a core is idle that nobody else wants, and what takes but a moment."""
        with self._lock:
            self._dispatcher.next_wishes.add(run, following)
        later = threading.Timer(CALM_SECONDS, self._dispatcher.look_again)
        later.daemon = True
        later.start()

    def preview(self, run: Run, hyperparameters: Hyperparameters) -> Run:
        """What other settings of `run` begin like, for a hand that is still moving.

        It takes the place of the session's preview before it, is computed only where no wish wants
        the core, ends with the session's next wish, and is kept nowhere.
        """
        return self._dispatcher.begin(
            Run(
                preview_of(run.session),
                hyperparameters,
                run.dataset,
                self._lock,
                preview=True,
            )
        )

    def what_if(self, run: Run, wanted: Sequence[Hyperparameters]) -> list[Outcome | None]:
        """How `run` would have ended with other settings, as far as that is known.

        The rest is tried when no run, preview or question wants a core, as long as somebody goes on
        asking, and until the session's next wish.
        """
        with self._lock:
            what_ifs = self._dispatcher.what_ifs
            known = [what_ifs.known(h, run.dataset) for h in wanted]
            unknown = [h for h, outcome in zip(wanted, known, strict=True) if outcome is None]
            if run.state in COMPLETE:
                what_ifs.wish(run.session, run.dataset, unknown)
                self._dispatcher.look_again()
            return known

    def reset(self, run: Run) -> Run:
        """The same settings again, paused at iteration 0, or where a branch begins."""
        return self.start(
            run.session,
            run.hyperparameters,
            run.dataset_name,
            run.dataset_digest,
            paused=True,
            origin=run.origin,
        )

    def pause(self, run: Run) -> None:
        """The state changes when the worker has answered, a moment later; so for all of these."""
        with self._lock:
            if run.state in ("queued", "running"):
                run.pause_at = run.iteration
                self._dispatcher.crew.tell(run, Pause(run.token))

    def resume(self, run: Run) -> None:
        with self._lock:
            if not run.over:
                run.pause_at = None
                if run.state == "paused":
                    run.set_state("running")
                self._dispatcher.crew.tell(run, Resume(run.token))

    def step(self, run: Run, iterations: int = 1) -> None:
        """Lets a paused run compute so many iterations and pause again."""
        with self._lock:
            if run.state == "paused" and iterations > 0:
                run.pause_at = run.iteration + iterations
                self._dispatcher.crew.tell(run, Advance(run.token, iterations))

    def stop(self, run: Run) -> None:
        """Ends a run and keeps what it computed."""
        with self._lock:
            self._dispatcher.stop(run, "")

    # --- what is watched

    def find(self, token: str) -> Run | None:
        """The run with that address, unless it was dropped."""
        return self._dispatcher.table.find(token)

    def renew(self, token: str) -> bool:
        """Somebody watches the run of that address; whether there is one."""
        with self._lock:
            return self._dispatcher.table.renew(token)

    def worker_pids(self) -> list[int]:
        with self._lock:
            return [worker.pid for worker in self._dispatcher.crew.workers]

    def statistics(self) -> dict[str, Any]:
        with self._lock:
            return self._dispatcher.statistics()

    def close(self) -> None:
        """Ends all workers; what still went on is stopped."""
        if self._dispatcher.close():
            atexit.unregister(self.close)
            self._housekeeper.join()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _keep_house(self) -> None:
        while not self._dispatcher.closed.wait(self._every):
            self._dispatcher.keep_house()
