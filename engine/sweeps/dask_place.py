"""A Dask cluster as the place of a search."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from engine.dataset import Dataset
from engine.errors import shortened
from engine.sweeps.errors import SweepError
from engine.sweeps.places import Future
from engine.sweeps.trials import Work, train_together

CONNECT_SECONDS, CLOSE_SECONDS = 10, 2


class OnDask:
    """The workers that the scheduler at `address` has, now and later."""

    def __init__(self, address: str, dataset: Dataset) -> None:
        try:
            from distributed import Client, KilledWorker
            from distributed.client import FutureCancelledError
        except ModuleNotFoundError:
            raise SweepError("Dask is not installed", allowed="pip install distributed") from None

        class Closing(Client):
            def start(self, **kwargs: Any) -> None:
                """Closes what could not connect: half made, it would keep Python from ending."""
                client: Any = super()  # which has no types
                try:
                    client.start(**kwargs)
                except BaseException:
                    client.close(timeout=CLOSE_SECONDS)
                    raise

        for name in ("distributed", "distributed.client"):  # what went wrong is told in a sentence
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.lost: tuple[type[BaseException], ...] = (KilledWorker, FutureCancelledError)
        self._address = address
        try:
            connect: Any = Closing
            self._client: Any = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise SweepError(
                f"The scheduler {shortened(address)} does not answer: {shortened(str(error))}"
            ) from None
        try:
            self._dataset = dataset
            with self._reached():
                self._refuse_strangers()
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

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Dask's many words for a scheduler that went away are one sentence here."""
        gone = SweepError(f"The scheduler {shortened(self._address)} is gone")
        if self._client.status != "running":
            raise gone
        try:
            yield
        except TimeoutError:  # nobody took the data
            raise SweepError(f"The scheduler {shortened(self._address)} has no workers") from None
        except Exception as error:
            if isinstance(error, OSError) or self._client.status != "running":
                raise gone from None
            raise

    @property
    def workers(self) -> int:
        with self._reached():
            return sum(self._client.nthreads().values())

    def submit(self, work: Work) -> Future:
        # Not pure: work that is sent again after it was cancelled must be computed again.
        with self._reached():
            future: Any = self._client.submit(
                train_together, self._data, work, pure=False, retries=3
            )
        return future  # type: ignore[no-any-return]

    def renew(self) -> None:
        """The cluster replaces its workers by itself; the data may have gone with one."""
        with self._reached():
            if self._data.status != "finished":
                self._send_data()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a scheduler that is gone does not say goodbye
            self._client.close(timeout=CLOSE_SECONDS)


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
