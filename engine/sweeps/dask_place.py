"""A Dask cluster as the place of a search."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from engine.dataset import Dataset
from engine.errors import shortened
from engine.sweeps.errors import SweepError
from engine.sweeps.places import Future
from engine.sweeps.trials import Work, train_together

CONNECT_SECONDS = 10


class OnDask:
    """The workers that the scheduler at `address` has, now and later."""

    def __init__(self, address: str, dataset: Dataset) -> None:
        try:
            from distributed import Client, KilledWorker
            from distributed.client import FutureCancelledError
        except ModuleNotFoundError:
            raise SweepError("Dask is not installed", allowed="pip install distributed") from None
        self.lost: tuple[type[BaseException], ...] = (KilledWorker, FutureCancelledError)
        self._address = address
        try:
            connect: Any = Client  # which has no types
            self._client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SweepError(
                f"The scheduler {shortened(address)} does not answer: {shortened(str(error))}"
            ) from None
        try:
            self._refuse_strangers()
            self._dataset = dataset
            self._send_data()
        except BaseException:
            self.close()
            raise

    def _refuse_strangers(self) -> None:
        """Workers that would not compute the same are told before anything starts."""
        theirs = self._client.run(versions)
        if not theirs:
            raise SweepError(f"The scheduler {shortened(self._address)} has no workers")
        for worker, found in theirs.items():
            if found != versions():
                raise SweepError(f"The worker {worker} has other versions", found, str(versions()))

    def _send_data(self) -> None:
        self._data = self._client.scatter(self._dataset, broadcast=True, hash=False)

    @property
    def workers(self) -> int:
        return sum(self._client.nthreads().values())

    def submit(self, work: Work) -> Future:
        # Not pure: work that is sent again after it was cancelled must be computed again.
        future: Any = self._client.submit(train_together, self._data, work, pure=False, retries=3)
        return future  # type: ignore[no-any-return]

    def renew(self) -> None:
        """The cluster replaces its workers by itself; the data may have gone with one."""
        if self._client.status != "running":
            raise SweepError(f"The scheduler {shortened(self._address)} is gone")
        if self._data.status != "finished":
            self._send_data()

    def close(self) -> None:
        self._client.close(timeout=2)


def versions() -> dict[str, str]:
    """What decides whether two machines compute the same."""
    return {
        "python": ".".join(map(str, sys.version_info[:2])),
        "numpy": np.__version__,
        "engine": engine_version(),
    }


def engine_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hyperdial")
    except PackageNotFoundError:
        return "not installed"
