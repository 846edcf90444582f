"""Training pools, settings and shared services for the tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dashboard import services as server_services
from dashboard.workers import Pool
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters
from engine.sources import load_dataset

# tanh, because no unit of it dies: these runs finish on any pictures.
SHORT = Hyperparameters(hidden_layers=(4,), num_iterations=200, activation="tanh")
LONG = Hyperparameters(num_iterations=20_000, activation="tanh")  # seconds; always ended early


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """A page takes the place of `__main__`, which processes begun by later tests would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def short() -> Hyperparameters:
    return SHORT


@pytest.fixture
def long() -> Hyperparameters:
    return LONG


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return load_dataset("drawn")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(workers=2) as pool:
        yield pool


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the server and its workers look for the course's files; empty at first."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HYPERDIAL_DATA", str(folder))
        yield folder


@pytest.fixture(scope="module")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the server keeps finished runs."""
    file = tmp_path_factory.mktemp("store") / "runs.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HYPERDIAL_STORE", str(file))
        yield file


@pytest.fixture(scope="module")
def services(data_folder: Path, store_file: Path) -> Iterator[ModuleType]:
    """What all sessions of a server share: of this test file alone, and ended with it."""
    forget(server_services)
    yield server_services
    server_services.sweeps().close()
    server_services.pool().close()
    server_services.keeper().close()
    server_services.store().close()
    forget(server_services)


def forget(shared: ModuleType) -> None:
    kept = (shared._pool, shared.keeper, shared.store)
    for shared_one in (*kept, shared.sweeps, shared.cliffs, shared.pins, shared.study_drawings):
        shared_one.cache_clear()
    shared.course_download.cache_clear()
    shared._datasets.clear()
