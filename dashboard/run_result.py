"""The states of a run, and what is kept of one that ended by itself: in memory and in the store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboard.messages import DatasetKey, Moment, Summary
from dashboard.run_points import Record
from engine.findings import Finding
from engine.stages import Stage

State = Literal["queued", "running", "paused", "finished", "diverged", "dead", "stopped", "failed"]
COMPLETE = frozenset({"finished", "diverged", "dead"})  # ended by itself: the same every time
FINAL = COMPLETE | {"stopped", "failed"}


@dataclass(frozen=True, eq=False)
class Result:
    """What is kept of a complete run, for whoever wishes the same again.

    The store does not keep the film, nor the moment of a large network.
    """

    state: State
    message: str
    seconds: float
    latest: Summary
    records: tuple[Record, ...]
    moment: Moment | None
    film: tuple[Moment, ...] = ()
    findings: tuple[Finding, ...] = ()

    @cached_property
    def nbytes(self) -> int:
        kept = sum(c.nbytes for record in self.records for c in record)
        return kept + sum(m.nbytes for m in self.film or (self.moment,) if m)


@dataclass(frozen=True, eq=False)
class Finished:
    """A run that ended by itself, for the store.

    stages: its hyperparameters; of a branch those of its whole way, as the result's curves are.
    """

    run_hash: str
    stages: tuple[Stage, ...]
    dataset: DatasetKey
    result: Result
