"""The name of what a run computes: equal runs have the same, different ones never."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from engine.hyperparameters import Hyperparameters
from engine.stages import Stage


def run_hash(hyperparameters: Hyperparameters, dataset_digest: str) -> str:
    """A run is a pure function of these."""
    return path_hash([(0, hyperparameters)], dataset_digest)


def path_hash(stages: Sequence[Stage], dataset_digest: str) -> str:
    """Of a branch: the hyperparameters from each iteration on, on the way from iteration 0."""
    name = ""
    for begin, hyperparameters in stages:
        told = f"{hyperparameters.digest} {dataset_digest}"
        told += f" from {begin} of {name}" if name else ""
        name = hashlib.sha256(told.encode()).hexdigest()
    return name
