"""Optuna's pruners by name: who is given up on the way, and where on the way that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna.pruners import BasePruner

PARTS = (1 / 8, 1 / 4, 1 / 2, 1.0)  # of a run, after which it may be given up; all are alike in it


@dataclass(frozen=True)
class Pruner:
    """make: from the number of iterations of the search's runs. says: what it does, in a sentence."""

    make: Callable[[int], BasePruner]
    title: str
    says: str


def none(num_iterations: int) -> BasePruner:
    from optuna.pruners import NopPruner

    return NopPruner()


def median(num_iterations: int) -> BasePruner:
    from optuna.pruners import MedianPruner

    return MedianPruner(n_startup_trials=4)


def halving(num_iterations: int) -> BasePruner:
    from optuna.pruners import SuccessiveHalvingPruner

    first = max(1, int(num_iterations * PARTS[0]))
    return SuccessiveHalvingPruner(min_resource=first, reduction_factor=2)


def hyperband(num_iterations: int) -> BasePruner:
    from optuna.pruners import HyperbandPruner

    first = max(1, int(num_iterations * PARTS[0]))
    return HyperbandPruner(min_resource=first, max_resource=num_iterations, reduction_factor=2)


PRUNERS: Mapping[str, Pruner] = MappingProxyType(
    {
        "none": Pruner(none, "no trial", "Each trial goes to its end."),
        "median": Pruner(
            median, "worse than the median", "What is worse there than half of the others were."
        ),
        "halving": Pruner(
            halving, "successive halving", "At each look the worse half of what is left."
        ),
        "hyperband": Pruner(
            hyperband, "Hyperband", "Successive halving, for some trials from a later look on."
        ),
    }
)


def make_pruner(name: str, num_iterations: int) -> BasePruner:
    return PRUNERS[name].make(num_iterations)


def parts_of(name: str) -> tuple[float, ...]:
    return (1.0,) if name == "none" else PARTS
