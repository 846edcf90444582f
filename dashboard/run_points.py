"""The curves of a run as they grow, so that a browser can ask for what is new by one number."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dashboard.messages import Curves, Report
from dashboard.thinning import thin
from engine.dataset import Floats

CURVES = ("train", "test", "train_accuracy", "test_accuracy")
MOST_LIVE = 2000  # points of one curve while it grows; then it is thinned like a finished one

Record = tuple[Floats, Floats, Floats, Floats]  # of each curve some points (n, 2): iteration, value
JsonPoint = tuple[int, float | None]


class RunPoints:
    """Records of points, one for each report, counted from `first`.

    Whoever has everything up to the number `i` asks for what came since `i`. When the points are
    thinned or a run starts over, the count jumps ahead: an older number is then answered with all
    there is, to take in place of what one had.
    """

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self._first = 0
        self._records = list(records)

    def add(self, report: Report) -> None:
        rows = np.array(
            [(s.iteration, s.test_cost, s.train_accuracy, s.test_accuracy) for s in report.steps],
            dtype=np.float64,
        ).reshape(-1, 4)
        train = np.array(report.train, dtype=np.float64).reshape(-1, 2)
        if len(train) or len(rows):
            self._records.append((train, rows[:, [0, 1]], rows[:, [0, 2]], rows[:, [0, 3]]))
        if sum(len(record[0]) for record in self._records) > MOST_LIVE:
            self.thin()

    def thin(self) -> None:
        """Makes one record of at most 500 points a curve out of all."""
        thinned = [np.column_stack(thin(x, y)) for x, y in self.curves().values()]
        self._replace([(thinned[0], thinned[1], thinned[2], thinned[3])])

    def clear(self) -> None:
        self._replace([])

    def _replace(self, records: list[Record]) -> None:
        # One further than any number that was given out, or its owner would not learn of it.
        self._first += len(self._records) + 1
        self._records = records

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(self._records)

    @property
    def nbytes(self) -> int:
        return sum(curve.nbytes for record in self._records for curve in record)

    @property
    def end(self) -> int:
        """The number to ask with next."""
        return self._first + len(self._records)

    def curves(self) -> Curves:
        """Of each curve the iterations (n,) and the values (n,)."""
        joined = {}
        for i, name in enumerate(CURVES):
            points = np.concatenate([r[i] for r in self._records] or [np.empty((0, 2))])
            joined[name] = points[:, 0], points[:, 1]
        return joined

    def since(self, number: int) -> tuple[int, bool, dict[str, list[JsonPoint]]]:
        """The number to ask with next, whether to forget what one had, and the points."""
        following = self.end
        replaced = not self._first <= number <= following
        new = self._records if replaced else self._records[number - self._first :]
        curves = {
            name: [(int(i), json_number(v)) for record in new for i, v in record[c].tolist()]
            for c, name in enumerate(CURVES)
        }
        return following, replaced, curves


def joined(before: Curves, after: Curves, begin: int) -> Curves:
    """Curves that go over into others, which begin at iteration `begin`."""
    whole = {}
    for name, (x, y) in after.items():
        x_before, y_before = before[name]
        kept = x_before < begin
        whole[name] = np.r_[x_before[kept], x], np.r_[y_before[kept], y]
    return whole


def record_of(curves: Curves) -> Record:
    train, test, train_accuracy, test_accuracy = (np.column_stack(curves[name]) for name in CURVES)
    return train, test, train_accuracy, test_accuracy


def record_from(begin: int, record: Record) -> Record:
    """Its points from iteration `begin` on."""
    train, test, train_accuracy, test_accuracy = (c[c[:, 0] >= begin] for c in record)
    return train, test, train_accuracy, test_accuracy


def json_number(value: float) -> float | None:
    """Six significant digits, and nothing where JSON has no number for it."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
