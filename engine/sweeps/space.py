"""What is searched: the settings of a run, of which some fields vary."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.preparation import check_fits
from engine.sweeps.axes import MOST_POINTS, Axis, axes_of
from engine.sweeps.errors import SweepError

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from engine.dataset import Dataset


@dataclass(frozen=True)
class Space:
    """base: what does not vary."""

    base: Hyperparameters
    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, base: Hyperparameters, texts: Sequence[str]) -> Space:
        """Raises `SweepError` or `HyperparameterError` in one sentence."""
        if not texts:
            raise SweepError(
                "The search", "no field", "at least one, such as learning-rate=0.001..0.02"
            )
        space = cls(base, axes_of(texts))
        space.check()
        return space

    @property
    def texts(self) -> list[str]:
        return [axis.text for axis in self.axes]

    def distributions(self) -> dict[str, BaseDistribution]:
        """Of each of Optuna's parameters: an axis has one, depth × width has two."""
        return {k: d for axis in self.axes for k, d in axis.distributions().items()}

    def ranges(self) -> int:
        """How many parameters can go up and down; depth × width are two."""
        from optuna.distributions import CategoricalDistribution

        lists = CategoricalDistribution
        return sum(
            not isinstance(d, lists) and not d.single() for d in self.distributions().values()
        )

    def grid(self) -> dict[str, list[Any]]:
        """The values of each parameter, for all their combinations. Refuses more than 10,000."""
        values = {k: v for axis in self.axes for k, v in axis.grid().items()}
        if (count := math.prod(map(len, values.values()))) > MOST_POINTS:
            raise SweepError("The grid", f"{count:,} points", f"at most {MOST_POINTS:,}")
        return values

    def hyperparameters(self, params: Mapping[str, Any]) -> Hyperparameters:
        """The run at a point. A field that means nothing beside the others there has its default:
        momentum's β, say, where gradient descent is one of the optimizers searched."""
        values = {name: getattr(self.base, name) for name in DECLARED}
        for axis in self.axes:
            values |= axis.changes(params)
        beside = SimpleNamespace(**values)
        return Hyperparameters(**{n: v for n, v in values.items() if DECLARED[n].needs(beside)})

    def check(self) -> None:
        """Refuses an axis along which nothing would change: β without momentum anywhere."""
        for axis in self.axes:
            declared = DECLARED[axis.field]
            if not any(declared.needs(beside) for beside in self.neighbours()):
                told = f"{declared.name} cannot be searched: it means something {declared.only}"
                raise SweepError(told)

    def check_data(self, dataset: Dataset) -> None:
        """Refuses a space of which no point can be trained on `dataset`, by what is wrong with the
        first. One with very many points is let pass when only the first of them are wrong."""
        points = combinations({k: v for axis in self.axes for k, v in axis.grid().items()})
        wrong: EngineError | None = None
        for params in itertools.islice(points, MOST_POINTS):
            try:
                check_fits(dataset, self.hyperparameters(params))
            except EngineError as error:
                wrong = wrong or error
            else:
                return
        if wrong is not None and next(points, None) is None:
            raise wrong

    def neighbours(self) -> Iterator[SimpleNamespace]:
        """The base, and what each axis makes of it at each of its values alone."""
        values = {name: getattr(self.base, name) for name in DECLARED}
        yield SimpleNamespace(**values)
        for axis in self.axes:
            for params in combinations(axis.grid()):
                yield SimpleNamespace(**values | axis.changes(params))


def combinations(grid: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))
