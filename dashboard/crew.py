"""The workers of a pool as a group: how many there are, who is free, who answers a prediction.

All methods but `end` are called under the pool's lock.
"""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Collection
from concurrent.futures import Future
from itertools import count
from typing import Any

from dashboard.messages import Abandon, Answer, Command, DatasetKey, Moment, News, Prepare
from dashboard.questions import Question, Survey
from dashboard.run import Run
from dashboard.worker_process import Prediction, WorkerProcess
from engine.errors import EngineError
from engine.snapshots import Snapshot
from engine.sources.planar import is_planar

YOUNG_SECONDS = 1.0  # a run that has computed for so long shares its core with the next one
MOST_ATTEMPTS = 3  # of workers that died over a prediction
END_SECONDS = 2.0  # what a worker has to end by itself


class Crew:
    def __init__(
        self,
        size: int,
        on_news: Callable[[WorkerProcess, News], None],
        on_death: Callable[[WorkerProcess], None],
    ) -> None:
        self._size = size
        self._on_news = on_news
        self._on_death = on_death
        self._numbers = count(1)
        self.workers: list[WorkerProcess] = []

    def refill(self) -> None:
        """Starts a worker for each that is missing."""
        while len(self.workers) < self._size:
            self.workers.append(WorkerProcess(self._on_news, self._on_death))

    def remove(self, worker: WorkerProcess) -> bool:
        """Of a worker that died; False when it is no longer one of the crew."""
        if worker not in self.workers:
            return False
        self.workers.remove(worker)
        # One that died before it was ready cannot start: it is replaced by and by, not at once.
        if worker.ready:
            with contextlib.suppress(OSError):
                self.refill()
        return True

    def free_worker(self, run: Run) -> WorkerProcess | None:
        """The least busy of those that compute no young run that `run` would have to wait for."""
        free = [
            worker
            for worker in self.workers
            if all(
                other.seconds >= YOUNG_SECONDS or (other.patient and not run.patient)
                for other in going(worker)
            )
        ]
        return self._least_busy(free, beside_trials=run.background)

    def may_train_ahead(self) -> bool:
        """Whether a worker has nothing to do that somebody waits for. As with trials, one of them all
        is always left out; those give way to what is trained ahead, on the same core."""
        busy = [w for w in self.workers if any(run.background for run in going(w))]
        return len(busy) < max(1, len(self.workers) - 1) and any(
            w.ready and not (going(w) or w.predictions) for w in self.workers
        )

    def idle_worker(self) -> WorkerProcess | None:
        """One that has nothing to do and may try something; one of them all is always left out,
        so that a core stays free for the browser and for what comes."""
        ahead = [
            worker
            for worker in self.workers
            if worker.exploring is not None or any(run.background for run in going(worker))
        ]
        if len(ahead) >= max(1, len(self.workers) - 1):
            return None
        idle = [
            worker
            for worker in self.workers
            if worker.ready
            and worker.exploring is None
            and not (going(worker) or worker.predictions)
        ]
        return next(iter(idle), None)

    def prepare(self, dataset: DatasetKey) -> None:
        """Lets workers load the data of a run that another one computed: the next may be theirs.

        Points come in no time, and each that is added makes other data.
        """
        for worker in self.workers:
            if dataset not in worker.prepared and not is_planar(dataset.name):
                worker.prepared.add(dataset)
                worker.send(Prepare(dataset))

    def abandon(self, numbers: Collection[int]) -> None:
        """Breaks explorations off."""
        for worker in self.workers:
            if worker.exploring is not None and worker.exploring in numbers:
                worker.send(Abandon(worker.exploring))

    def tell(self, run: Run, command: Command) -> None:
        """Sends a command to the worker that has the run, if any."""
        for worker in self.workers:
            if run.token in worker.runs:
                worker.send(command)

    def ask(
        self,
        about: Snapshot | tuple[Snapshot, ...] | None,
        question: Callable[[int, bytes], Question],
    ) -> Future[Any]:
        """What a worker answers; `question` is made of its number and the pickled `about`."""
        future: Future[Any] = Future()
        if not about:
            future.set_exception(EngineError("This run has no network yet"))
            return future
        told = question(next(self._numbers), pickle.dumps(about, protocol=5))
        self._assign(Prediction(told, future))
        return future

    def survey(self, run: Run, moment: Moment | None) -> Future[Any]:
        """What the network of `moment` makes of the plane; without one that of the run as it goes on,
        which only the worker that has it can tell."""
        future: Future[Any] = Future()
        number = next(self._numbers)
        if moment is not None:
            snapshot = pickle.dumps(moment.snapshot, protocol=5)
            self._assign(Prediction(Survey(number, snapshot, run.dataset), future))
        elif worker := next((w for w in self.workers if run.token in w.runs), None):
            question = Survey(number, b"", run.dataset, run.token)
            worker.predict(Prediction(question, future, attempts=MOST_ATTEMPTS))
        else:
            future.set_exception(EngineError("This run has no network yet"))
        return future

    def reassign_predictions(self, worker: WorkerProcess) -> None:
        """After its death: others are asked what it did not answer."""
        for prediction in worker.predictions.values():
            self._assign(prediction)
        worker.predictions = {}

    def _assign(self, prediction: Prediction) -> None:
        worker = self._least_busy(self.workers)
        if worker and prediction.attempts < MOST_ATTEMPTS:
            worker.predict(prediction)
        else:
            settle(prediction.future, EngineError("No training worker could answer"))

    def _least_busy(
        self, workers: list[WorkerProcess], *, beside_trials: bool = False
    ) -> WorkerProcess | None:
        def load(worker: WorkerProcess) -> tuple[int, bool, bool]:
            busy = len(going(worker)) + len(worker.predictions)
            return busy, (worker.exploring is not None) != beside_trials, not worker.ready

        return min(workers, key=load, default=None)


def going(worker: WorkerProcess) -> list[Run]:
    return [r for r in worker.runs.values() if r.state == "running" and r.stopping is None]


def answer(worker: WorkerProcess, news: Answer) -> None:
    """Hands an answer to who waits for it. Not under the lock: that may call anything."""
    if prediction := worker.predictions.pop(news.number, None):
        settle(prediction.future, news.result)


def settle(future: Future[Any], result: Any) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, EngineError):
        future.set_exception(result)
    else:
        future.set_result(result)


def end(workers: list[WorkerProcess]) -> None:
    """Ends them all, and waits until they are gone."""
    for worker in workers:
        worker.end()
    for worker in workers:
        worker.wait(END_SECONDS)
        for prediction in worker.predictions.values():
            settle(prediction.future, EngineError("The server is closing"))
