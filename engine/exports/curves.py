"""The curve of a run as a table: one row an iteration, in CSV or in JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from engine.progress import Step

# Of each curve the iterations and the values, two sequences or arrays of one length.
Curves = Mapping[str, tuple[Any, Any]]

COLUMNS = ("train_cost", "test_cost", "train_accuracy", "test_accuracy")
# The page calls the two costs by the set alone.
SHORT_NAMES = {"train": "train_cost", "test": "test_cost"}


def curves_of(steps: Iterable[Step]) -> dict[str, tuple[list[int], list[float]]]:
    """The four curves of a run; the training cost after every update that it is known for.

    Takes a generator too, and keeps none of its snapshots.
    """
    curves: dict[str, tuple[list[int], list[float]]] = {name: ([], []) for name in COLUMNS}
    for step in steps:
        first = step.iteration - len(step.costs) + 1
        told = (
            (range(first, step.iteration + 1), step.costs.tolist()),
            ([step.iteration], [step.test_cost]),
            ([step.iteration], [step.train_accuracy]),
            ([step.iteration], [step.test_accuracy]),
        )
        for name, (iterations, values) in zip(COLUMNS, told, strict=True):
            curves[name][0].extend(iterations)
            curves[name][1].extend(values)
    return curves


def table(run: Iterable[Step] | Curves) -> dict[str, list[Any]]:
    """A column a curve on all iterations that any of them has; None where there is no number."""
    curves = run if isinstance(run, Mapping) else curves_of(run)
    columns: dict[str, dict[int, float]] = {name: {} for name in COLUMNS}
    for name, (iterations, values) in curves.items():
        column = columns.setdefault(SHORT_NAMES.get(name, name), {})
        column.update((int(i), float(v)) for i, v in zip(iterations, values, strict=True))
    rows = sorted({i for column in columns.values() for i in column})
    return {
        "iteration": rows,
        **{name: [finite(column.get(i)) for i in rows] for name, column in columns.items()},
    }


def finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def curve_csv(run: Iterable[Step] | Curves) -> str:
    """The table as CSV (RFC 4180: a header, commas, CRLF); an empty field where there is no number.

    `run` is the Steps of a run, or the curves by name. Numbers have every digit: read back they are
    the same.
    """
    columns = table(run)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    # csv writes None as an empty field and a float as repr does.
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


def curve_json(run: Iterable[Step] | Curves) -> str:
    """The table as JSON, a list a column; null where there is no number."""
    return json.dumps(table(run), allow_nan=False) + "\n"
