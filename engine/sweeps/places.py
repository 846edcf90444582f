"""Where a search runs: processes of this computer, or the workers of a Dask cluster.

Both take runs to train together and give a future with `result` and `add_done_callback`, as those of
`concurrent.futures`. The data travels once to each worker, not with all of them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import Any, Protocol

from engine.dataset import Dataset
from engine.errors import DatasetError, EngineError
from engine.sweeps.trials import Outcome, Work, train_together

Train = Callable[[Any, Work], list[Outcome]]


class Future(Protocol):
    def result(self) -> list[Outcome]: ...
    def add_done_callback(self, fn: Callable[[Any], object], /) -> object: ...


class Place(Protocol):
    """lost: the errors of a future that say its worker is gone, not that the run is at fault."""

    lost: tuple[type[BaseException], ...]

    @property
    def workers(self) -> int:
        """How much work is done at once; it may change."""

    def submit(self, work: Work) -> Future: ...
    def renew(self) -> None:
        """After a worker was lost."""

    def close(self) -> None:
        """Ends it, and what is being computed."""


class OnExecutor:
    """Any `concurrent.futures` executor. data: what `train` takes besides the work."""

    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, executor: Executor, workers: int, data: Any, train: Train) -> None:
        self._executor, self.workers, self._data, self._train = executor, workers, data, train

    def submit(self, work: Work) -> Future:
        return self._executor.submit(self._train, self._data, work)

    def renew(self) -> None:
        pass

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


class OwnProcesses(OnExecutor):
    """Processes of this computer, each with one BLAS thread and the data loaded once.

    name: of the dataset, as `find_dataset` takes it; digest: that it must still have.
    """

    def __init__(self, name: str, digest: str, workers: int | None = None) -> None:
        self._at = name, digest
        super().__init__(self._pool(workers or usual_workers()), 0, None, train_loaded)
        self.workers = workers or usual_workers()

    def _pool(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, get_context("spawn"), wake_up, self._at)

    def submit(self, work: Work) -> Future:
        with children_deaf_to_interrupts():
            return super().submit(work)  # which may start a process

    def renew(self) -> None:
        self.close()
        self._executor = self._pool(self.workers)

    def close(self) -> None:
        """Waits for the pool's thread, which ends when its processes are gone: Python's end would
        wake it by a pipe that it may just be closing."""
        for process in list((getattr(self._executor, "_processes", None) or {}).values()):
            process.terminate()
        self._executor.shutdown(cancel_futures=True)


@contextmanager
def children_deaf_to_interrupts() -> Iterator[None]:
    """Ctrl-C in a terminal goes to a process started here too, which the search is to end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def usual_workers() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


LOADED: list[Dataset | EngineError] = []


def wake_up(name: str, digest: str) -> None:
    """The first thing a worker does. That the data is gone it tells with the first work: an error
    here would look like a lost worker, and nobody would hear why."""
    watched = threading.Thread(target=leave_with_parent, daemon=True)
    watched.start()
    if hasattr(os, "nice"):
        os.nice(5)  # the page's own runs come first
    from engine.commands import find_dataset

    try:
        dataset = find_dataset(name)
        if dataset.digest != digest:
            raise DatasetError(f"The dataset {name} is no longer the same")
        LOADED[:] = [dataset]
    except EngineError as error:
        LOADED[:] = [error]


def leave_with_parent() -> None:
    """A pool's worker whose parent was killed would wait for ever."""
    if parent := parent_process():
        connection.wait([parent.sentinel])
        os._exit(1)


def train_loaded(_: None, work: Work) -> list[Outcome]:
    (data,) = LOADED
    if isinstance(data, EngineError):
        raise data
    return train_together(data, work)
