"""The pool of training processes: who trains where, whose turn it is, what is kept.

It lives in the web server, shared by all sessions, and computes nothing itself. Everything here
happens under one lock and never waits for a worker while holding it.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
from collections.abc import Sequence
from typing import Any, Protocol

from dashboard import crew
from dashboard.crew import Crew
from dashboard.inquiries import Inquiries
from dashboard.messages import (
    Advance,
    Answer,
    DatasetKey,
    Diagnosis,
    Explored,
    Failure,
    Film,
    Hasten,
    News,
    Outcome,
    Pause,
    Report,
    Resume,
    Start,
    Stop,
)
from dashboard.next_wishes import CALM_SECONDS, NextWishes, ahead_of
from dashboard.run import COMPLETE, Finished, Origin, Result, Run
from dashboard.run_cache import RunCache
from dashboard.run_queue import RunQueue
from dashboard.run_table import RunTable
from dashboard.what_ifs import WhatIfs
from dashboard.worker_process import WorkerProcess
from engine.hyperparameters import Hyperparameters

log = logging.getLogger(__name__)

MOST_DEATHS = 3  # of workers, before the run they all had is given up

REPLACED = "A newer choice took its place."
UNWATCHED = "Nobody was watching any more."
CLOSING = "The server is closing."
GIVEN_UP = f"Its training worker died {MOST_DEATHS} times, so it is given up."


class Archive(Protocol):
    """Where finished runs outlive the server. Neither method raises."""

    def keep(self, finished: Finished) -> None:
        """Takes no time."""

    def recall(self, run_hash: str) -> Result | None: ...


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
        self._archive = archive
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._cache = RunCache(cache_bytes)
        self._table = RunTable(lease_seconds, cache_bytes)
        self._queue = RunQueue()
        self._what_ifs = WhatIfs()
        self._next_wishes = NextWishes()
        self._wishes: dict[str, Run] = {}  # of each session what still goes on
        self._counts = {"started": 0, "cache_hits": 0, "archive_hits": 0, "worker_deaths": 0}
        self._crew = Crew(workers or os.cpu_count() or 1, self._hear, self._bury)
        self.ask = Inquiries(self._lock, self._crew)
        with self._lock:  # what the first ones say is heard when all are there
            self._crew.refill()
        every = min(1.0, lease_seconds / 4)
        self._housekeeper = threading.Thread(target=self._keep_house, args=(every,), daemon=True)
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
        return self._begin(run)

    def warm(self, hyperparameters: Hyperparameters, dataset_name: str, dataset_digest: str) -> Run:
        """Trains into the cache when nobody else waits, watched by nobody."""
        dataset = DatasetKey(dataset_name, dataset_digest)
        run = Run("", hyperparameters, dataset, self._lock, background=True)
        run.session = f"background {run.token}"
        return self._begin(run)

    def _train_again(self, run: Run) -> None:
        """In the background, for what the archive does not keep of it: its film."""
        again = Run(
            look_back_of(run.session),
            run.hyperparameters,
            run.dataset,
            self._lock,
            background=True,
            fresh=True,
        )
        self._begin(again)

    def train_ahead(self, run: Run, following: Sequence[Hyperparameters]) -> None:
        """Into the cache, what the session of `run` may well wish for next, the likeliest first: when
        `run` is there, where a core is idle that nobody else wants, and what takes but a moment."""
        with self._lock:
            self._next_wishes.add(run, following)
        later = threading.Timer(CALM_SECONDS, self._train_what_is_next)
        later.daemon = True
        later.start()

    def _train_what_is_next(self) -> None:
        with self._lock:
            if not self._closed.is_set():
                self._dispatch()

    def preview(self, run: Run, hyperparameters: Hyperparameters) -> Run:
        """What other settings of `run` begin like, for a hand that is still moving.

        It takes the place of the session's preview before it, is computed only where no wish wants
        the core, ends with the session's next wish, and is kept nowhere.
        """
        return self._begin(
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
            known = [self._what_ifs.known(h, run.dataset) for h in wanted]
            unknown = [h for h, outcome in zip(wanted, known, strict=True) if outcome is None]
            if run.state in COMPLETE and not self._closed.is_set():
                self._what_ifs.wish(run.session, run.dataset, unknown)
                self._dispatch()
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
                self._crew.tell(run, Pause(run.token))

    def resume(self, run: Run) -> None:
        with self._lock:
            if not run.over:
                run.pause_at = None
                if run.state == "paused":
                    run.set_state("running")
                self._crew.tell(run, Resume(run.token))

    def step(self, run: Run, iterations: int = 1) -> None:
        """Lets a paused run compute so many iterations and pause again."""
        with self._lock:
            if run.state == "paused" and iterations > 0:
                run.pause_at = run.iteration + iterations
                self._crew.tell(run, Advance(run.token, iterations))

    def stop(self, run: Run) -> None:
        """Ends a run and keeps what it computed."""
        with self._lock:
            self._stop(run, "")

    # --- what is watched

    def find(self, token: str) -> Run | None:
        """The run with that address, unless it was dropped."""
        return self._table.find(token)

    def renew(self, token: str) -> bool:
        """Somebody watches the run of that address; whether there is one."""
        with self._lock:
            return self._table.renew(token)

    def worker_pids(self) -> list[int]:
        with self._lock:
            return [worker.pid for worker in self._crew.workers]

    def statistics(self) -> dict[str, Any]:
        with self._lock:
            states = [run.state for run in self._table]
            return {
                "workers": len(self._crew.workers),
                "runs": {state: states.count(state) for state in sorted(set(states))},
                "cached_results": len(self._cache),
                "cached_bytes": self._cache.nbytes,
                **self._counts,
            }

    def close(self) -> None:
        """Ends all workers; what still went on is stopped."""
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            workers, self._crew.workers = self._crew.workers, []
            for run in {*self._table, *self._wishes.values()}:
                if not run.over:
                    run.end("stopped", CLOSING)
        atexit.unregister(self.close)
        crew.end(workers)
        self._housekeeper.join()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- under the lock

    def _begin(self, run: Run) -> Run:
        known = run.run_hash in self._cache
        asked = not (known or run.fresh or run.background or run.preview or run.origin)
        # Before the lock is taken, as a database may let one wait.
        kept = self._archive.recall(run.run_hash) if self._archive and asked else None
        with self._lock:
            begun = self._trained_ahead(run)
            for others in (str, preview_of, look_back_of, ahead_of):
                if older := self._wishes.pop(others(run.session), None):
                    self._stop(older, REPLACED)
            if self._closed.is_set():
                run.end("stopped", CLOSING)
                return run
            run = begun or run
            if not run.preview:
                self._table.add(run)
                self._next_wishes.forget(run.session)
                self._crew.abandon(self._what_ifs.forget(run.session))
            result = None if run.fresh else self._cache.get(run.run_hash)
            if begun:
                self._wishes[run.session] = run
                self._crew.tell(run, Hasten(run.token))
            elif result:
                self._counts["cache_hits"] += 1
                run.recall(result)
                self._keep(run)
            elif kept:
                self._counts["archive_hits"] += 1
                run.recall(kept)
                self._train_again(run)
            else:
                self._counts["started"] += 1
                self._wishes[run.session] = run
                self._queue.add(run)
                self._dispatch()
        return run

    def _trained_ahead(self, run: Run) -> Run | None:
        """The run that goes on already and is what `run` would be; from now on it is waited for."""
        begun = self._wishes.get(ahead_of(run.session))
        if not begun or begun.run_hash != run.run_hash or run.fresh or begun.stopping is not None:
            return None
        del self._wishes[begun.session]
        begun.session, begun.background, begun.taken_over = run.session, False, True
        return begun

    def _stop(self, run: Run, why: str) -> None:
        if run.state == "queued":
            self._queue.discard(run)
            run.end("stopped", why)
            self._ended(run)
        elif not run.over and run.stopping is None:
            run.stopping = why
            self._crew.tell(run, Stop(run.token))
            self._dispatch()

    def _dispatch(self) -> None:
        """Gives waiting runs to workers that are free for another one."""
        while (run := self._queue.first()) and (worker := self._crew.free_worker(run)):
            self._queue.take()
            worker.runs[run.token] = run
            run.set_state("running")
            begin = run.origin.moment if run.origin else None
            history = run.origin.trunk.path_curves() if run.origin else None
            order = (run.token, run.hyperparameters, run.dataset, run.pause_at, begin, history)
            worker.send(Start(*order, preview=run.preview, background=run.background))

        while not len(self._queue) and self._crew.may_train_ahead() and self._begin_ahead():
            pass
        while not len(self._queue) and (idle := self._crew.idle_worker()):
            if (attempt := self._what_ifs.next()) is None:
                break
            idle.exploring = attempt.number
            idle.send(attempt)

    def _begin_ahead(self) -> bool:
        """Whether anything was left that a session may well wish for next."""
        wish = self._next_wishes.take(lambda session: ahead_of(session) in self._wishes)
        if wish is None:
            return False
        run, following = wish
        ahead = Run(ahead_of(run.session), following, run.dataset, self._lock, background=True)
        if ahead.run_hash not in self._cache:
            self._begin(ahead)
        return True

    def _ended(self, run: Run) -> None:
        if self._wishes.get(run.session) is run:
            del self._wishes[run.session]
        if not run.preview and (result := run.result()):
            self._crew.prepare(run.dataset)
            self._cache.put(run.run_hash, result)
            self._keep(run)
            for twin in self._queue.equal_to(run):
                self._queue.discard(twin)
                twin.recall(result)
                self._ended(twin)

    def _keep(self, run: Run) -> None:
        """What somebody wished for, and not what was trained ahead; nor a branch, without its trunk."""
        if run.background or run.preview or run.origin or self._archive is None:
            return
        if result := run.result():
            self._archive.keep(Finished(run.run_hash, run.hyperparameters, run.dataset, result))

    def _revive(self, run: Run) -> None:
        if run.stopping is not None:
            run.end("stopped", run.stopping)
        elif run.restarts + 1 == MOST_DEATHS:
            run.end("failed", GIVEN_UP)
        else:
            run.start_over()
            self._queue.add(run)
        if run.over:
            self._ended(run)

    # --- in other threads

    def _hear(self, worker: WorkerProcess, news: News) -> None:
        if isinstance(news, Answer):
            crew.answer(worker, news)
            return
        with self._lock:
            if isinstance(news, Film | Diagnosis):
                self._take_look_back(news)
                self._dispatch()
            elif isinstance(news, Explored):
                worker.exploring = None
                self._what_ifs.learn(news.number, news.outcomes)
                self._dispatch()
            elif not isinstance(news, (Report, Failure)):
                worker.ready = True
            elif (run := worker.runs.get(news.token)) and not run.over:
                if isinstance(news, Report):
                    run.take(news)
                else:
                    run.end("failed", news.message)
                if run.over:
                    del worker.runs[run.token]
                    self._ended(run)
                self._dispatch()

    def _take_look_back(self, news: Film | Diagnosis) -> None:
        if (told := self._table.find(news.token)) is None:
            return
        # Equal runs may have been answered between the end of this one and what is told after it.
        alike = [r for r in self._table if r.run_hash == told.run_hash and r.state in COMPLETE]
        for run in alike if told in alike else [told]:
            if isinstance(news, Film):
                run.take_film(news.moments)
            else:
                run.take_findings(news.findings)
                self._keep(run)
        if result := told.result():
            self._cache.put(told.run_hash, result)

    def _bury(self, worker: WorkerProcess) -> None:
        """A worker died: its runs begin again, its predictions are asked elsewhere."""
        with self._lock:
            if not self._crew.remove(worker):
                return
            log.warning("Training worker %d ended with %s", worker.pid, worker.exit_code)
            self._counts["worker_deaths"] += 1
            for run in worker.runs.values():
                self._revive(run)
            if worker.exploring is not None:
                self._what_ifs.fail(worker.exploring)
            self._crew.reassign_predictions(worker)
            self._dispatch()

    def _keep_house(self, every: float) -> None:
        while not self._closed.wait(every):
            with self._lock:
                for run in self._table.unwatched():
                    run.abandoned = True
                    self._stop(run, UNWATCHED)
                self._crew.abandon(self._what_ifs.forget_unasked())
                self._table.drop_old()
                self._queue.forget_sessions_but({run.session for run in self._table})
                if not self._closed.is_set():
                    with contextlib.suppress(OSError):  # no process to be had: tried again soon
                        self._crew.refill()
                    self._dispatch()


def preview_of(session: str) -> str:
    """The session its previews run under, so that it has one at a time."""
    return f"preview of {session}"


def look_back_of(session: str) -> str:
    """The session in whose name a run is trained again for `session`."""
    return f"look back of {session}"
