"""One run inside a worker: computed in short chunks, reported in few messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from dashboard.filming import Filming
from dashboard.messages import Diagnosis, Film, Moment, Report, Start, Summary
from dashboard.run_points import joined
from dashboard.thinning import thin
from engine.dataset import Dataset, Floats
from engine.diagnosis import diagnose
from engine.plane_maps import PlaneMaps, map_plane
from engine.progress import Step
from engine.stages import train_in_stages
from engine.training import fork

CHUNK_SECONDS = 0.05  # how long a command, or another run, may have to wait
MOMENTS = 125  # of a run are evaluated for certain; each costs a little of its time
SURVEY_PATIENCE = 8  # times what a look at the plane takes are spent training before the next one
REPORT_SECONDS = 1 / 30  # no eye wants more


class Job:
    """A run of `train()` being drained. It says its news through `say`."""

    def __init__(
        self, order: Start, dataset: Dataset, say: Callable[[Report | Film | Diagnosis], None]
    ) -> None:
        self.token = order.token
        self.dataset = dataset
        self.seconds = 0.0
        self.preview = order.preview
        self.patient = order.preview or order.background
        self._say = say
        self._begun_at, hyperparameters = order.stages[-1]
        # What is to stand at its beginning does so where a branch begins.
        self.pause_at = None if order.pause_at is None else max(order.pause_at, self._begun_at)
        self._steps = (
            fork(order.begin, hyperparameters, dataset)
            if order.begin
            else train_in_stages(order.stages, dataset)
        )
        self._history = order.history
        self._stride = -(-hyperparameters.num_iterations // MOMENTS)
        self._filming = Filming(self._stride)
        self._step: Step | None = None
        self._reached = -1  # also on the way to where a branch begins
        self._way_seconds = 0.0  # of the seconds those that were spent on that
        self._speed = 0.0  # iterations per second, lately
        self._train: list[tuple[int, float]] = []
        self._summaries: list[Summary] = []
        self._all_costs: list[tuple[Floats, Floats]] = []
        self._at_strides: list[Summary] = []
        self._survey: tuple[PlaneMaps | None, float, float] = None, 0.0, 0.0
        self.reported = float("-inf")

    @property
    def iteration(self) -> int:
        return self._step.iteration if self._step else -1

    @property
    def paused(self) -> bool:
        return self.pause_at is not None and self._reached >= self.pause_at

    @property
    def over(self) -> bool:
        return self._step is not None and self._step.status != "running"

    def pause(self) -> None:
        if not self.paused:
            # Before iteration 0 there is nothing to show yet: it comes first.
            self.pause_at = max(self._reached, 0)
            if self.paused:
                self.report()

    def resume(self) -> None:
        self.pause_at = None

    def advance_by(self, iterations: int) -> None:
        """Asked again before the first is done, the iterations add up."""
        if self.pause_at is not None:
            self.pause_at = max(self.pause_at, self._reached) + iterations

    def chunk(self) -> None:
        """Computes for about `CHUNK_SECONDS` at most, and reports if it is time to."""
        before = self._reached
        started = time.perf_counter()
        step = next(self._steps) if before < 0 else self._steps.send(self._size())
        took = time.perf_counter() - started
        self.seconds += took
        if before >= 0:
            self._speed = (step.iteration - before) / max(took, 1e-9)
        self._reached = step.iteration
        if self._step is None and self._begun_at:  # the way there and its costs are the trunk's
            self._way_seconds = self.seconds
            step = replace(step, costs=step.costs[-1:])
        if step.iteration >= self._begun_at:
            self._step = step
            self._note(step)
        if self.over or self.paused or time.perf_counter() - self.reported >= REPORT_SECONDS:
            self.report()

    def _size(self) -> int:
        in_time = max(1, int(self._speed * CHUNK_SECONDS))
        if self._step is not None:
            in_time = min(in_time, self._stride - self.iteration % self._stride)
        return in_time if self.pause_at is None else min(in_time, self.pause_at - self._reached)

    def _note(self, step: Step) -> None:
        summary = summary_of(step)
        self._summaries.append(summary)
        first_one = not self._all_costs
        if first_one or step.iteration % self._stride == 0 or step.status != "running":
            self._at_strides.append(summary)
        if first_one or self._filming.wants(step.iteration):
            self._filming.keep(moment_of(step))
        first = step.iteration - len(step.costs) + 1
        self._all_costs.append((np.arange(first, step.iteration + 1.0), step.costs))
        self._train += [(first + i, float(step.costs[i])) for i in extremes(step.costs)]

    @property
    def has_news(self) -> bool:
        return bool(self._summaries)

    def report(self, state: str = "") -> None:
        """Says what is new, as `state`, or as what the run is in by itself."""
        halted = self.over or self.paused or bool(state)
        if not state:
            state = "paused" if self.paused else "running"
            state = self._step.status if self._step and self.over else state
        moment = None
        if halted and self._step is not None:
            moment = moment_of(self._step)
        message = self._step.message if self._step else self._way_there
        whole = self.over
        if whole:
            iterations, costs = map(np.concatenate, zip(*self._all_costs, strict=True))
            iterations, costs = thin(iterations, costs)
            train = tuple(
                (int(i), cost) for i, cost in zip(iterations, costs.tolist(), strict=True)
            )
            steps = tuple(self._at_strides)
        else:
            train, steps = tuple(self._train), tuple(self._summaries)
        self._train, self._summaries = [], []
        self.reported = time.perf_counter()
        own_seconds = self.seconds - self._way_seconds
        self._say(Report(self.token, state, message, train, steps, own_seconds, moment, whole))

    @property
    def _way_there(self) -> str:
        if self._reached < 0 or not self._begun_at:
            return ""
        return f"on the way to iteration {self._begun_at:,}: at {self._reached:,}"

    def show_film(self) -> None:
        """Sends what was kept, after the last report, which it would hold up."""
        if self._step is not None:
            self._say(Film(self.token, self._filming.film(moment_of(self._step))))

    def diagnose(self) -> None:
        """Says what the run shows; a few hundredths of a second of work, so after all the rest."""
        if (step := self._step) is None:
            return
        iterations, costs = map(np.concatenate, zip(*self._all_costs, strict=True))
        rows = self._at_strides
        at = np.array([row.iteration for row in rows], dtype=np.float64)
        curves = {
            "train": (iterations, costs),
            "test": (at, np.array([row.test_cost for row in rows])),
            "train_accuracy": (at, np.array([row.train_accuracy for row in rows])),
            "test_accuracy": (at, np.array([row.test_accuracy for row in rows])),
        }
        if self._history is not None:
            curves = joined(self._history, curves, self._begun_at)
        self._say(Diagnosis(self.token, tuple(diagnose(curves, step, self.dataset))))

    def survey(self) -> PlaneMaps:
        """What the network makes of the plane: now, or lately, where a look takes long."""
        assert self._step is not None
        now = time.perf_counter()
        known, made, took = self._survey
        if known is not None and now - made < SURVEY_PATIENCE * took:
            return known
        maps = map_plane(self._step.snapshot, self.dataset)
        self._survey = maps, now, time.perf_counter() - now
        return maps

    def close(self) -> None:
        self._steps.close()


def moment_of(step: Step) -> Moment:
    return Moment(
        step.iteration,
        step.train_logits,
        step.test_logits,
        step.snapshot,
        summary_of(step),
        step.best_iteration,
        step.best_test_cost,
        step.dead,
    )


def summary_of(step: Step) -> Summary:
    return Summary(
        step.iteration, step.cost, step.test_cost, step.train_accuracy, step.test_accuracy
    )


def extremes(values: Floats) -> list[int]:
    """Where the least and the greatest of `values` (n,) lie, in order: a spike is the lesson."""
    lowest, highest = int(np.argmin(values)), int(np.argmax(values))
    # Both are drawn to what is not a number, which only a diverging run has.
    if not (np.isfinite(values[lowest]) and np.isfinite(values[highest])):
        finite = np.flatnonzero(np.isfinite(values))
        if not len(finite):
            return [0]
        lowest = int(finite[np.argmin(values[finite])])
        highest = int(finite[np.argmax(values[finite])])
    return sorted({lowest, highest})
