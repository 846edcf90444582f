"""Optuna's samplers by name: who proposes the next trial.

Each is made anew for every proposal, from the search's seed and the number of trials proposed so
far, so that what it proposes does not depend on interruptions. Only CMA-ES counts Optuna's trials
itself, those that were given back among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.comparison import counted
from engine.sweeps.errors import SweepError
from engine.sweeps.space import Space

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler


@dataclass(frozen=True)
class Sampler:
    """make: from the space, the seed, and how many were proposed. learns: what it proposes depends
    on what came out before. ranges: how many a space must have at least."""

    make: Callable[[Space, int, int], BaseSampler]
    learns: bool
    title: str
    ranges: int = 0


def grid(space: Space, seed: int, proposed: int) -> BaseSampler:
    from optuna.samplers import GridSampler

    class Grid(GridSampler):
        def after_trial(self, *_: object) -> None:
            """Optuna's would stop a loop of its own when nothing is left, and there is none."""

    return Grid(space.grid(), seed=seed)


def random(space: Space, seed: int, proposed: int) -> BaseSampler:
    from optuna.samplers import RandomSampler

    return RandomSampler(seed=mixed(seed, proposed))


def tpe(space: Space, seed: int, proposed: int) -> BaseSampler:
    from optuna.samplers import TPESampler

    return TPESampler(seed=mixed(seed, proposed))


def cmaes(space: Space, seed: int, proposed: int) -> BaseSampler:
    from optuna.samplers import CmaEsSampler

    return CmaEsSampler(seed=mixed(seed, proposed), warn_independent_sampling=False)


def check_sampler(name: str, space: Space) -> None:
    """Raises `SweepError` where the sampler has nothing to work on."""
    found, needed = space.ranges(), SAMPLERS[name].ranges
    if found < needed:
        allowed = f"at least {needed}, as it has no use for lists"
        raise SweepError(f"The sampler {name}", counted(found, "range"), allowed)


def mixed(seed: int, proposed: int) -> int:
    return (seed * 1_000_003 + proposed) % 2**32


SAMPLERS: Mapping[str, Sampler] = MappingProxyType(
    {
        "grid": Sampler(grid, False, "every combination of a grid"),
        "random": Sampler(random, False, "at random"),
        "tpe": Sampler(tpe, True, "TPE, which learns where it was good"),
        "cmaes": Sampler(cmaes, True, "CMA-ES, which follows the slope of a cloud", ranges=2),
    }
)
