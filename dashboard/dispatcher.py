"""Whose turn it is on the training processes: what begins, what gives way, what is kept.

A part of the pool (workers.py). What the pool and the workers call takes the pool's lock, but for
`stop`, `dispatch` and `statistics`, which are for who holds it. Nobody waits for a worker under it.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Any, Protocol

from dashboard import crew
from dashboard.crew import Crew
from dashboard.messages import (
    Answer,
    Diagnosis,
    Explored,
    Failure,
    Film,
    Hasten,
    News,
    Report,
    Start,
    Stop,
)
from dashboard.next_wishes import NextWishes, ahead_of
from dashboard.run import Run
from dashboard.run_cache import RunCache
from dashboard.run_queue import RunQueue
from dashboard.run_result import COMPLETE, Finished, Result
from dashboard.run_table import RunTable
from dashboard.what_ifs import WhatIfs
from dashboard.worker_process import WorkerProcess

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


class Dispatcher:
    """wishes: of each session what still goes on. table: the runs that somebody watches or may."""

    def __init__(
        self,
        lock: threading.RLock,
        workers: int,
        cache_bytes: int,
        lease_seconds: float,
        archive: Archive | None,
    ) -> None:
        self.lock = lock
        self.archive = archive
        self.closed = threading.Event()
        self.cache = RunCache(cache_bytes)
        self.table = RunTable(lease_seconds, cache_bytes)
        self.queue = RunQueue()
        self.what_ifs = WhatIfs()
        self.next_wishes = NextWishes()
        self.wishes: dict[str, Run] = {}
        self.counts = {"started": 0, "cache_hits": 0, "archive_hits": 0, "worker_deaths": 0}
        self.crew = Crew(workers, self._hear, self._bury)
        with lock:  # what the first ones say is heard when all are there
            self.crew.refill()

    def begin(self, run: Run) -> Run:
        """Takes a new wish; gives the run that answers it, which may have been begun ahead."""
        known = run.run_hash in self.cache
        asked = not (known or run.fresh or run.background or run.preview)
        # Before the lock is taken, as a database may let one wait.
        kept = self.archive.recall(run.run_hash) if self.archive and asked else None
        with self.lock:
            begun = self._trained_ahead(run)
            for others in (str, preview_of, look_back_of, ahead_of):
                if older := self.wishes.pop(others(run.session), None):
                    self.stop(older, REPLACED)
            if self.closed.is_set():
                run.end("stopped", CLOSING)
                return run
            run = begun or run
            if not run.preview:
                self.table.add(run)
                self.next_wishes.forget(run.session)
                self.crew.abandon(self.what_ifs.forget(run.session))
            result = None if run.fresh else self.cache.get(run.run_hash)
            if begun:
                self.wishes[run.session] = run
                self.crew.tell(run, Hasten(run.token))
            elif result:
                self.counts["cache_hits"] += 1
                run.recall(result)
                self._keep(run)
            elif kept:
                self.counts["archive_hits"] += 1
                run.recall(kept)
                self._train_again(run)
            else:
                self.counts["started"] += 1
                self.wishes[run.session] = run
                self.queue.add(run)
                self.dispatch()
        return run

    def _train_again(self, run: Run) -> None:
        """In the background, for what the archive does not keep of it: its film."""
        again = Run(
            look_back_of(run.session),
            run.hyperparameters,
            run.dataset,
            self.lock,
            background=True,
            fresh=True,
            origin=run.origin,
        )
        self.begin(again)

    def _trained_ahead(self, run: Run) -> Run | None:
        """The run that goes on already and is what `run` would be; from now on it is waited for."""
        begun = self.wishes.get(ahead_of(run.session))
        if not begun or begun.run_hash != run.run_hash or run.fresh or begun.stopping is not None:
            return None
        del self.wishes[begun.session]
        begun.session, begun.background, begun.taken_over = run.session, False, True
        return begun

    def stop(self, run: Run, why: str) -> None:
        """Ends it as soon as its worker hears of it; `why` is for who still looks at it."""
        if run.state == "queued":
            self.queue.discard(run)
            run.end("stopped", why)
            self._ended(run)
        elif not run.over and run.stopping is None:
            run.stopping = why
            self.crew.tell(run, Stop(run.token))
            self.dispatch()

    def dispatch(self) -> None:
        """Gives waiting runs to workers that are free for another one."""
        while (run := self.queue.first()) and (worker := self.crew.free_worker(run)):
            self.queue.take()
            worker.runs[run.token] = run
            run.set_state("running")
            begin, history = None, None
            if (left := run.origin) is not None:
                begin = left.moment or left.trunk.moment_at(left.iteration)
                history = left.trunk.path_curves()
            order = (run.token, tuple(run.stages()), run.dataset, run.pause_at, begin, history)
            worker.send(Start(*order, preview=run.preview, background=run.background))

        while not len(self.queue) and self.crew.may_train_ahead() and self._begin_ahead():
            pass
        while not len(self.queue) and (idle := self.crew.idle_worker()):
            if (attempt := self.what_ifs.next()) is None:
                break
            idle.exploring = attempt.number
            idle.send(attempt)

    def _begin_ahead(self) -> bool:
        """Whether anything was left that a session may well wish for next."""
        wish = self.next_wishes.take(lambda session: ahead_of(session) in self.wishes)
        if wish is None:
            return False
        run, following = wish
        ahead = Run(ahead_of(run.session), following, run.dataset, self.lock, background=True)
        if ahead.run_hash not in self.cache:
            self.begin(ahead)
        return True

    def _ended(self, run: Run) -> None:
        if self.wishes.get(run.session) is run:
            del self.wishes[run.session]
        if not run.preview and (result := run.result()):
            self.crew.prepare(run.dataset)
            self.cache.put(run.run_hash, result)
            self._keep(run)
            for twin in self.queue.equal_to(run):
                self.queue.discard(twin)
                twin.recall(result)
                self._ended(twin)

    def _keep(self, run: Run) -> None:
        """What somebody wished for, not what was trained ahead, nor a branch that is its trunk again."""
        if run.background or run.preview or self.archive is None:
            return
        stages = tuple(run.stages())
        changed = len(stages) == 1 or len({h for _, h in stages}) > 1
        if changed and (result := run.path_result()):
            self.archive.keep(Finished(run.run_hash, stages, run.dataset, result))

    def _revive(self, run: Run) -> None:
        if run.stopping is not None:
            run.end("stopped", run.stopping)
        elif run.restarts + 1 == MOST_DEATHS:
            run.end("failed", GIVEN_UP)
        else:
            run.start_over()
            self.queue.add(run)
        if run.over:
            self._ended(run)

    # --- what the workers say, in their threads

    def _hear(self, worker: WorkerProcess, news: News) -> None:
        if isinstance(news, Answer):
            crew.answer(worker, news)
            return
        with self.lock:
            if isinstance(news, Film | Diagnosis):
                self._take_look_back(news)
                self.dispatch()
            elif isinstance(news, Explored):
                worker.exploring = None
                self.what_ifs.learn(news.number, news.outcomes)
                self.dispatch()
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
                self.dispatch()

    def _take_look_back(self, news: Film | Diagnosis) -> None:
        if (told := self.table.find(news.token)) is None:
            return
        # Equal runs may have been answered between the end of this one and what is told after it.
        alike = [r for r in self.table if r.run_hash == told.run_hash and r.state in COMPLETE]
        for run in alike if told in alike else [told]:
            if isinstance(news, Film):
                run.take_film(news.moments)
            else:
                run.take_findings(news.findings)
                self._keep(run)
        if result := told.result():
            self.cache.put(told.run_hash, result)

    def _bury(self, worker: WorkerProcess) -> None:
        """A worker died: its runs begin again, its predictions are asked elsewhere."""
        with self.lock:
            if not self.crew.remove(worker):
                return
            log.warning("Training worker %d ended with %s", worker.pid, worker.exit_code)
            self.counts["worker_deaths"] += 1
            for run in worker.runs.values():
                self._revive(run)
            if worker.exploring is not None:
                self.what_ifs.fail(worker.exploring)
            self.crew.reassign_predictions(worker)
            self.dispatch()

    def look_again(self) -> None:
        """For a core that somebody may need now."""
        with self.lock:
            if not self.closed.is_set():
                self.dispatch()

    def keep_house(self) -> None:
        """What is to be done every second or so."""
        with self.lock:
            for run in self.table.unwatched():
                run.abandoned = True
                self.stop(run, UNWATCHED)
            self.crew.abandon(self.what_ifs.forget_unasked())
            self.table.drop_old()
            self.queue.forget_sessions_but({run.session for run in self.table})
            if not self.closed.is_set():
                with contextlib.suppress(OSError):  # no process to be had: tried again soon
                    self.crew.refill()
            self.look_again()

    def statistics(self) -> dict[str, Any]:
        states = [run.state for run in self.table]
        return {
            "workers": len(self.crew.workers),
            "runs": {state: states.count(state) for state in sorted(set(states))},
            "cached_results": len(self.cache),
            "cached_bytes": self.cache.nbytes,
            **self.counts,
        }

    def close(self) -> bool:
        """Ends all workers, and stops what still went on; whether that was still to be done."""
        with self.lock:
            if self.closed.is_set():
                return False
            self.closed.set()
            workers, self.crew.workers = self.crew.workers, []
            for run in {*self.table, *self.wishes.values()}:
                if not run.over:
                    run.end("stopped", CLOSING)
        crew.end(workers)
        return True


def preview_of(session: str) -> str:
    """The session its previews run under, so that it has one at a time."""
    return f"preview of {session}"


def look_back_of(session: str) -> str:
    """The session in whose name a run is trained again for `session`."""
    return f"look back of {session}"
