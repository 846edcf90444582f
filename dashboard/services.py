"""What all sessions of the server share: the training pool, the loaded datasets, the store."""

from __future__ import annotations

import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from dashboard.course_download import CourseDownload
from dashboard.loaded import keep
from dashboard.messages import DatasetKey
from dashboard.sockets import send_at_once
from dashboard.store import Keeper, Store, store_url
from dashboard.sweeping.cliffs import Cliffs
from dashboard.sweeping.drawings import StudyDrawings
from dashboard.sweeping.pins import Pins
from dashboard.sweeping.sweeps import Sweeps
from dashboard.workers import Pool
from engine.dataset import Dataset, Labels
from engine.errors import DatasetError
from engine.hyperparameters import Hyperparameters
from engine.sources import is_known, load_dataset
from engine.sources.course_files import has_course_files
from engine.sources.importing.library import Library

_lock = threading.RLock()
_datasets: dict[str, Dataset] = {}


@cache
def _pool() -> Pool:
    return Pool(archive=keeper())


@cache
def keeper() -> Keeper:
    return Keeper(store, test_labels)


@cache
def store() -> Store:
    """The store of finished runs. Raises `StoreError` where HYPERDIAL_STORE names none."""
    return Store(store_url())


def pool() -> Pool:
    with _lock:
        return _pool()


@cache
def course_download() -> CourseDownload:
    return CourseDownload()


@cache
def sweeps() -> Sweeps:
    return Sweeps()


@cache
def cliffs() -> Cliffs:
    return Cliffs()


@cache
def pins() -> Pins:
    return Pins(pool, keeper, store)


@cache
def study_drawings() -> StudyDrawings:
    return StudyDrawings()


def dataset_names() -> list[str]:
    """The datasets that are there, the one to begin with first."""
    always = ["course", "drawn"] if has_course_files() else ["drawn"]
    return [*always, *(kept.name for kept in Library().kept())]


def dataset(name: str) -> Dataset:
    """The dataset of that name, loaded once. Raises `DatasetError`."""
    with _lock:
        known = _datasets.get(name)
        if known is None or (not is_known(name) and not is_current(known)):
            forget_deleted()
            known = load_dataset(name)
        return keep(_datasets, name, known)


def course_is_here() -> bool:
    """Whether the course's photos are there and can be read."""
    if not has_course_files():
        return False
    try:
        dataset("course")
    except DatasetError:
        return False
    return True


def forget_deleted() -> None:
    """Lets go of the pictures that the person no longer keeps."""
    for name in [n for n, d in _datasets.items() if not (is_known(n) or is_current(d))]:
        del _datasets[name]


def is_current(dataset: Dataset) -> bool:
    """Whether the person still keeps this dataset under its name."""
    kept = Library().find(dataset.name)
    return kept is not None and kept.digest == dataset.digest


def dataset_with_digest(digest: str) -> Dataset | None:
    with _lock:
        return next((d for d in _datasets.values() if d.digest == digest), None)


def test_labels(key: DatasetKey) -> Labels | None:
    """Of a dataset that is loaded, (1, m)."""
    found = dataset_with_digest(key.digest)
    return found.test_labels if found else None


def import_ahead() -> None:
    """What the first page needs and takes long to import, while its browser is still starting."""
    for name in ("plotly.graph_objects", "dashboard.views.lab"):
        importlib.import_module(name)


@asynccontextmanager
async def serving(app: object) -> AsyncIterator[None]:
    """From the server's start, when the first page's network is trained ahead, to its end."""
    send_at_once()
    Library().sweep()
    threading.Thread(target=import_ahead, name="imports", daemon=True).start()
    for name in dataset_names():
        try:
            first = dataset(name)
        except DatasetError:
            continue  # the page will say it
        pool().warm(Hyperparameters(), name, first.digest)
        break
    try:
        yield
    finally:
        sweeps().close()
        cliffs().close()
        pool().close()
        keeper().close()
