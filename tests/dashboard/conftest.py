"""Training pools and settings the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.workers import Pool
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters
from engine.sources import load_dataset

# tanh, because no unit of it dies: these runs finish on any pictures.
SHORT = Hyperparameters(hidden_layers=(4,), num_iterations=200, activation="tanh")
LONG = Hyperparameters(num_iterations=20_000, activation="tanh")  # seconds; always ended early


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
