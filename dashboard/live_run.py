"""A run being watched by one session, with the last one before it as a ghost."""

from __future__ import annotations

import threading
from collections.abc import Callable

from dashboard.run import COMPLETE, Run, run_hash
from dashboard.workers import Pool
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters

ANSWER_SECONDS = 0.5  # how long a button waits to show its own effect
CONTROLS = {
    "queued": frozenset({"pause", "stop", "reset"}),
    "running": frozenset({"pause", "stop", "reset", "restart"}),
    "paused": frozenset({"resume", "step", "stop", "reset", "restart"}),
}
CONTROLS_WHEN_OVER = frozenset({"reset", "restart"})


class LiveRun:
    """What one session looks at. Its methods may overlap, as reruns of a page do.

    current: the run of the newest wish. previous: the last one before that which had got far
    enough to compare with. A control that the state does not allow does nothing.
    """

    def __init__(self, pool: Pool, session: str) -> None:
        self._pool = pool
        self._session = session
        self._lock = threading.Lock()
        self.current: Run | None = None
        self.previous: Run | None = None

    @property
    def controls(self) -> frozenset[str]:
        """Those that do something now: "pause", "resume", "step", "stop", "reset", "restart"."""
        return controls_of(self.current)

    def show(self, hyperparameters: Hyperparameters, dataset: Dataset) -> Run:
        """The run of these settings, which is started unless it is the current one already.

        One that was stopped because nobody watched is wished anew by looking at it again.
        """
        with self._lock:
            current = self.current
            wished = run_hash(hyperparameters, dataset.digest)
            if current and current.run_hash == wished and not current.abandoned:
                self._pool.renew(current.token)
                return current
            return self._turn_to(
                self._pool.start(self._session, hyperparameters, dataset.name, dataset.digest)
            )

    def pause(self) -> None:
        self._control("pause", self._pool.pause, lambda run: run.state != "running")

    def resume(self) -> None:
        self._control("resume", self._pool.resume, lambda run: run.state != "paused")

    def stop(self) -> None:
        self._control("stop", self._pool.stop, lambda run: run.over)

    def step(self, n: int = 1) -> None:
        """Computes n iterations more of a paused run."""
        with self._lock:
            run = self.current
            if run is None or "step" not in controls_of(run):
                return
            goal = min(run.iteration + n, run.num_iterations)
            self._pool.step(run, n)
        run.wait_until(lambda: run.over or run.iteration >= goal, ANSWER_SECONDS)

    def reset(self) -> None:
        """Back to iteration 0 of the same settings, paused there."""
        with self._lock:
            if self.current is None:
                return
            run = self._turn_to(self._pool.reset(self.current))
        run.wait_until(lambda: run.over or run.state == "paused", ANSWER_SECONDS)

    def restart(self) -> None:
        """The same settings from iteration 0, computed anew."""
        with self._lock:
            if (run := self.current) is None:
                return
            self._turn_to(
                self._pool.start(
                    self._session,
                    run.hyperparameters,
                    run.dataset_name,
                    run.dataset_digest,
                    fresh=True,
                )
            )

    def _control(
        self, name: str, act: Callable[[Run], None], answered: Callable[[Run], bool]
    ) -> None:
        with self._lock:
            run = self.current
            if run is None or name not in controls_of(run):
                return
            act(run)
        # Not under the lock: another rerun may want something else meanwhile.
        run.wait_until(lambda: answered(run), ANSWER_SECONDS)

    def _turn_to(self, run: Run) -> Run:
        before = self.current
        if before and before.run_hash != run.run_hash and worth_comparing(before):
            self.previous = before
        self.current = run
        return run


def controls_of(run: Run | None) -> frozenset[str]:
    if run is None:
        return frozenset()
    return CONTROLS.get(run.state, CONTROLS_WHEN_OVER)


def worth_comparing(run: Run) -> bool:
    """Whether a run got far: one of a slider in motion, replaced at once, makes no ghost."""
    return run.state in COMPLETE or 4 * run.iteration >= run.num_iterations
