"""A run as the server knows it: what was asked, how far it is, what came out.

Only the pool changes a run, under the pool's lock; anybody may read one.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, cast

from dashboard.messages import Curves, DatasetKey, Moment, Report, Summary
from dashboard.run_hash import path_hash
from dashboard.run_points import RunPoints, joined, json_number, record_from, record_of
from dashboard.run_result import COMPLETE, FINAL, Result, State
from dashboard.run_status import status_text
from engine.dataset import Floats
from engine.findings import Finding
from engine.hyperparameters import Hyperparameters
from engine.snapshots import Snapshot
from engine.stages import Stage


@dataclass(frozen=True, eq=False)
class Origin:
    """Where a branch left another run, the trunk. moment: what it goes on from, as far as that is
    still known; else the way to there is computed again."""

    trunk: Run
    iteration: int
    moment: Moment | None = None

    def way(self, hyperparameters: Hyperparameters) -> list[Stage]:
        """The stages of a branch with those from here on."""
        before = [s for s in self.trunk.stages() if s[0] < self.iteration]
        return [*before, (self.iteration, hyperparameters)]


class Run:
    """One wish of one session.

    token: the run's address, which nobody can guess. seconds: spent computing. restarts: how often
    it began again because its worker died. before: runs ahead of it while it is queued. latest:
    the numbers of the newest Step; moment: logits and network of the iteration where it halted.
    film, findings: the kept moments of a run that is over, and what it shows, a little after its end.
    origin: of a branch; its own points, film and seconds begin there. successor: the address of what took
    its place before a person; not the run itself, or one that is kept would keep all after it. shown_at:
    when a person was first shown it. compared: whether it stays in sight beside what took its place.
    taken_over: whether it had been begun ahead.
    """

    def __init__(
        self,
        session: str,
        hyperparameters: Hyperparameters,
        dataset: DatasetKey,
        lock: threading.RLock,
        *,
        pause_at: int | None = None,
        background: bool = False,
        fresh: bool = False,
        origin: Origin | None = None,
        preview: bool = False,
    ) -> None:
        self.token = secrets.token_urlsafe(16)
        self.origin = origin
        self.session = session
        self.hyperparameters = hyperparameters
        self.dataset = dataset
        self.run_hash = path_hash(self.stages(), dataset.digest)
        self.state: State = "queued"
        self.message = ""
        self.seconds = 0.0
        self.restarts = 0
        self.before = 0
        self.cached = False
        self.abandoned = False
        self.latest: Summary | None = None
        self.moment: Moment | None = None
        self.film: tuple[Moment, ...] = ()
        self.findings: tuple[Finding, ...] = ()
        self.successor = ""
        self.shown_at = 0.0
        self.compared = False
        self.taken_over = False
        # What the pool has in mind for it:
        self.pause_at = pause_at
        self.background = background
        self.preview = preview  # leaves nothing behind
        self.fresh = fresh
        self.stopping: str | None = None  # why, once it has been told to stop
        self.renewed = 0.0
        self._points = RunPoints()
        self._changed = threading.Condition(lock)

    @property
    def dataset_name(self) -> str:
        return self.dataset.name

    @property
    def dataset_digest(self) -> str:
        return self.dataset.digest

    @property
    def num_iterations(self) -> int:
        return self.hyperparameters.num_iterations

    @property
    def iteration(self) -> int:
        return self.latest.iteration if self.latest else self.begun_at

    @property
    def begun_at(self) -> int:
        return self.origin.iteration if self.origin else 0

    @property
    def speed(self) -> float:
        """Iterations per second of computing."""
        return (self.iteration - self.begun_at) / self.seconds if self.seconds else 0.0

    @property
    def patient(self) -> bool:
        """Whether it gives way to what somebody waits for."""
        return self.preview or self.background

    @property
    def over(self) -> bool:
        return self.state in FINAL

    @property
    def train_logits(self) -> Floats | None:
        return self.moment.train_logits if self.moment else None

    @property
    def test_logits(self) -> Floats | None:
        return self.moment.test_logits if self.moment else None

    @property
    def snapshot(self) -> Snapshot | None:
        return self.moment.snapshot if self.moment else None

    def moment_at(self, iteration: int) -> Moment | None:
        """The kept moment of that iteration, of the run or of what it began from."""
        kept = [*self.path_film(), *((self.moment,) if self.moment else ())]
        return next((moment for moment in kept if moment.iteration == iteration), None)

    @property
    def nbytes(self) -> int:
        kept = self.film or ((self.moment,) if self.moment else ())
        return self._points.nbytes + sum(m.nbytes for m in kept)

    def curves(self) -> Curves:
        """ "train", "test", "train_accuracy", "test_accuracy": iterations (n,) and values (n,)."""
        with self._changed:
            return self._points.curves()

    def path_curves(self) -> Curves:
        """The curves from iteration 0, on the way the network itself took: its trunk's first."""
        own = self.curves()
        if self.origin is None:
            return own
        return joined(self.origin.trunk.path_curves(), own, self.begun_at)

    def path_film(self) -> tuple[Moment, ...]:
        """The kept moments from iteration 0 on the way the network took; empty as long as the
        run has no film."""
        if not (self.film and self.origin):
            return self.film
        before = (m for m in self.origin.trunk.path_film() if m.iteration < self.begun_at)
        return (*before, *self.film)

    def owner_of(self, iteration: int) -> Run:
        """Of the runs on the way the network took, the one that was at that iteration."""
        if self.origin and iteration < self.begun_at:
            return self.origin.trunk.owner_of(iteration)
        return self

    def stages(self) -> list[Stage]:
        """The hyperparameters the network was trained with, each from an iteration on."""
        if self.origin is None:
            return [(0, self.hyperparameters)]
        return self.origin.way(self.hyperparameters)

    def has_news(self, number: int) -> bool:
        """Whether there are points that who was last told `number` does not have."""
        with self._changed:
            return self._points.end != number

    def points_since(self, number: int) -> dict[str, Any]:
        """What the browser's chart asks for, ready for JSON; `number` is the last answer's "next"."""
        with self._changed:
            following, replaced, curves = self._points.since(number)
            return {
                "token": self.token,
                "state": self.state,
                "message": self.message,
                "status": status_text(self),
                "iteration": self.iteration,
                "num_iterations": self.num_iterations,
                "seconds": json_number(self.seconds),
                "speed": json_number(self.speed),
                "next": following,
                "replaced": replaced,
                **curves,
            }

    def wait(self, timeout: float | None = None, states: Collection[str] = FINAL) -> bool:
        """Until the run is in one of `states`; whether it came to that."""
        return self.wait_until(lambda: self.state in states, timeout)

    def wait_until(self, reached: Callable[[], bool], timeout: float | None = None) -> bool:
        with self._changed:
            return self._changed.wait_for(reached, timeout)

    # --- for the pool, which holds the lock

    def take(self, report: Report) -> None:
        self.state = cast(State, report.state)
        self.message = (self.stopping or "") if self.state == "stopped" else report.message
        self.seconds = report.seconds
        if report.steps:
            self.latest = report.steps[-1]
        self.moment = report.moment or self.moment
        if self.state == "paused":
            self.pause_at = self.iteration
        if report.whole:
            self._points.clear()
        self._points.add(report)
        if self.over:
            self._points.thin()
        self._changed.notify_all()

    def take_film(self, film: tuple[Moment, ...]) -> None:
        self.film = film
        self.moment = self.moment or film[-1]
        self._changed.notify_all()

    def take_findings(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        self._changed.notify_all()

    def end(self, state: State, message: str) -> None:
        """Ends it without a report of its own."""
        self.state, self.message = state, message
        self._changed.notify_all()

    def set_state(self, state: State) -> None:
        self.state = state
        self._changed.notify_all()

    def start_over(self) -> None:
        """Back to nothing, as its worker is gone; one that was paused will pause where it was."""
        self.restarts += 1
        self.latest, self.moment, self.seconds, self.message = None, None, 0.0, ""
        self._points.clear()
        self.set_state("queued")

    def result(self) -> Result | None:
        if self.state not in COMPLETE or self.latest is None or self.moment is None:
            return None
        return Result(
            self.state,
            self.message,
            self.seconds,
            self.latest,
            self._points.records,
            self.moment,
            self.film,
            self.findings,
        )

    def path_result(self) -> Result | None:
        """The same with the curves from iteration 0: what is to be kept without the trunk."""
        result = self.result()
        return result and replace(result, records=(record_of(self.path_curves()),))

    def recall(self, result: Result) -> None:
        """Takes what an equal run has computed before; of a way only what is a branch's own."""
        self.cached = True
        self.seconds, self.latest, self.moment = result.seconds, result.latest, result.moment
        self.film, self.findings = result.film, result.findings
        self._points = RunPoints([record_from(self.begun_at, r) for r in result.records])
        self.end(result.state, result.message)


@dataclass(frozen=True, eq=False)
class Seen:
    """A run at one of its moments: what the gallery and the photo's answer are made from."""

    run: Run
    moment: Moment

    @property
    def hyperparameters(self) -> Hyperparameters:
        return self.run.hyperparameters
