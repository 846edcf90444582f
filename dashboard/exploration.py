"""Neighbours of a run, tried inside a worker while nobody waits for it: only their ends are told."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable

from dashboard.job import CHUNK_SECONDS
from dashboard.messages import FAILED, DatasetKey, Explore, Outcome
from engine.dataset import Dataset
from engine.errors import EngineError
from engine.evaluation import right
from engine.progress import Step
from engine.solvers.stacked import Stack, stacked


class Exploration:
    """Runs of one architecture, computed together in chunks as short as those of a job.

    One that cannot be, or fails on the way, is over with outcomes that say so.
    """

    def __init__(self, order: Explore, load: Callable[[DatasetKey], Dataset]) -> None:
        self.number = order.number
        self.outcomes: tuple[Outcome, ...] = ()
        self._order, self._load = order, load
        self._trained: Stack | None = None
        self._at = 0  # how far those are that go on
        self._size: int | None = None

    @property
    def over(self) -> bool:
        return bool(self.outcomes)

    def chunk(self) -> None:
        """Computes for about `CHUNK_SECONDS` at most."""
        try:
            self._advance()
        except Exception as error:
            if not isinstance(error, EngineError):
                traceback.print_exception(error)
            self.outcomes = (FAILED,) * len(self._order.runs)

    def _advance(self) -> None:
        started, before = time.perf_counter(), self._at
        dataset = self._load(self._order.dataset)
        if self._trained is None:
            self._trained = stacked(self._order.runs, dataset, each=False)
            steps = next(self._trained)
            self._size = 1
        else:
            steps = self._trained.send(self._size)
            self._at = max(step.iteration for step in steps)
            took = time.perf_counter() - started
            self._size = max(1, int((self._at - before) / max(took, 1e-9) * CHUNK_SECONDS))
        if all(step.status != "running" for step in steps):
            self.outcomes = tuple(outcome_of(step, dataset) for step in steps)

    def close(self) -> None:
        if self._trained is not None:
            self._trained.close()


def outcome_of(step: Step, dataset: Dataset) -> Outcome:
    which = right(step.test_logits, dataset.test_labels)
    return Outcome(
        step.status, step.iteration, step.cost, step.test_accuracy, tuple(which.tolist())
    )
