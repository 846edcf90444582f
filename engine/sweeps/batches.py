"""Trials on their way through the workers: which are trained together, and what a lost worker means.

Runs of one architecture that wait at the same time are trained stacked. What a lost worker had is
sent again; where that is in vain, each run is tried alone, as it may have been another's doing.
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.sweeps.errors import SweepError
from engine.sweeps.places import Future, Place
from engine.sweeps.trials import MOST_TOGETHER, Outcome, Work, shape_of

if TYPE_CHECKING:
    from optuna.trial import Trial

ATTEMPTS = 3  # of runs whose worker is lost each time: so many in company, then as many alone


@dataclass
class Batch:
    """Trials that are being trained together."""

    trials: list[Trial]
    work: Work
    attempt: int = 1
    alone: bool = False  # nothing else is trained meanwhile: a lost worker is this run's doing
    renewals: int = 0  # of the place, before it was sent


Waiting = tuple["Trial", str, Outcome | None]
"""A trial, its settings, and what came out so far, if it was trained a part of the way."""

Back = tuple[Batch, Sequence[Outcome]]
"""What was trained, and what came out of each."""


class Batches:
    """Of the trials in here, some wait, some are being trained at `place`."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._waiting: dict[tuple[Hyperparameters, float], list[Waiting]] = {}
        self._suspects: list[Batch] = []
        self._running: dict[Future, Batch] = {}
        self._arrived: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._renewals = 0

    def __bool__(self) -> bool:
        return bool(self._waiting or self._suspects or self._running)

    def trials(self) -> list[Trial]:
        sent = [t for b in [*self._running.values(), *self._suspects] for t in b.trials]
        return sent + [t for group in self._waiting.values() for t, *_ in group]

    def in_training(self) -> int:
        return sum(len(batch.trials) for batch in self._running.values())

    def add(self, trial: Trial, settings: str, part: float, begun: Outcome | None = None) -> None:
        """To be trained up to that part of its iterations, from `begun` on."""
        key = shape_of(Hyperparameters.from_text(settings)), part
        self._waiting.setdefault(key, []).append((trial, settings, begun))

    def may_send(self) -> bool:
        if self._suspects or any(batch.alone for batch in self._running.values()):
            return bool(self._suspects) and not self._running
        return bool(self._waiting) and len(self._running) < self._place.workers

    def send(self) -> None:
        """A suspect, or the largest group, shared out among the workers when little is left."""
        if self._suspects:
            self._send(self._suspects.pop(0))
            return
        key = max(self._waiting, key=lambda k: len(self._waiting[k]))
        group = self._waiting.pop(key)
        total = len(group) + sum(map(len, self._waiting.values()))
        share = -(-total // max(1, self._place.workers))
        size = min(MOST_TOGETHER, max(1, share))
        if group[size:]:
            self._waiting[key] = group[size:]
        trials, settings, begun = zip(*group[:size], strict=True)
        before = tuple(outcome for outcome in begun if outcome)
        self._send(Batch(list(trials), Work(settings, key[1], before)))

    def _send(self, batch: Batch) -> None:
        try:
            future = self._place.submit(batch.work)
        except self._place.lost:
            self._renew()
            future = self._place.submit(batch.work)
        batch.renewals = self._renewals
        self._running[future] = batch
        future.add_done_callback(self._arrived.put)

    def back(self, timeout: float = 0.0) -> Back | None:
        """What has come back next, within so many seconds. Raises `SweepError` where no worker can
        train anything."""
        try:
            future = self._arrived.get(timeout=timeout)
        except queue.Empty:
            return None
        batch = self._running.pop(future, None)
        if batch is None:  # sent again meanwhile
            return None
        try:
            return batch, future.result()
        except self._place.lost:
            return self._lost(batch)
        except EngineError as error:  # of the worker itself: the data is gone, say
            self._running[future] = batch  # it is not done
            raise SweepError(str(error)) from None

    def _lost(self, batch: Batch) -> Back | None:
        """All batches of a dead worker's pool are lost with it."""
        if batch.renewals == self._renewals:
            self._renew()
        if batch.attempt < ATTEMPTS:
            self._send(replace(batch, attempt=batch.attempt + 1))
        elif not batch.alone:
            for trial, work in zip(batch.trials, batch.work.one_by_one(), strict=True):
                self._suspects.append(Batch([trial], work, alone=True))
        else:
            message = f"The worker was lost {ATTEMPTS} times in this run."
            return batch, [Outcome(batch.work.settings[0], "failed", message)]
        return None

    def _renew(self) -> None:
        self._place.renew()
        self._renewals += 1
