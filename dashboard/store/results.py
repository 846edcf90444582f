"""What the lab shows of a stored run: its curves, its last moment and its findings as columns.

The moments before the last are not kept: they take a hundred times the room, and training again
brings them back.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import Any, get_args

import numpy as np

from dashboard.messages import Curves, Moment
from dashboard.run_points import CURVES, Record
from dashboard.run_result import Result
from dashboard.store.arrays import Array, packed, unpacked
from dashboard.store.kept_run import LONGEST_MESSAGE, KeptRun, RowError, real, text, whole
from engine.dataset import MOST_CLASSES
from engine.errors import shortened
from engine.findings import Evidence, Finding, Kind, Severity
from engine.hyperparameters import Hyperparameters
from engine.snapshots import Snapshot
from engine.solvers.first_layer import Solver

MOST_SNAPSHOT = 1 << 20  # bytes; larger networks are computed again
MOST_POINTS = 10_000
MOST_BYTES = 16 << 20
MOST_FINDINGS = 20
MOST_ROWS = 1000


def columns_of(result: Result) -> dict[str, Any]:
    """The arrays of a complete result, and its findings."""
    return {
        "findings": json.dumps([dataclasses.asdict(finding) for finding in result.findings]),
        "curves": packed(
            {
                name: np.concatenate([record[i] for record in result.records] or [np.empty((0, 2))])
                for i, name in enumerate(CURVES)
            },
            compressed=True,
        ),
        "moment": moment_bytes(result.moment),
    }


def result_of(run: KeptRun, findings: object, curves: object, moment: object) -> Result:
    """The opposite; without a moment where none was kept. Raises `RowError`."""
    return Result(
        run.state,
        run.message,
        run.seconds,
        run.summary,
        (record_of(run, curves),),
        moment_of(run, moment),
        (),
        findings_of(findings),
    )


# --- curves


def record_of(run: KeptRun, data: object) -> Record:
    arrays = arrays_of(data)
    try:
        train, test, train_accuracy, test_accuracy = (
            checked_curve(arrays[name], run.summary.iteration) for name in CURVES
        )
    except KeyError as error:
        raise RowError(f"without the curve {error}") from None
    return train, test, train_accuracy, test_accuracy


def curves_of(run: KeptRun, data: object) -> Curves:
    """Of each curve the iterations (n,) and the values (n,). Raises `RowError`."""
    record = record_of(run, data)
    return {name: (points[:, 0], points[:, 1]) for name, points in zip(CURVES, record, strict=True)}


def checked_curve(points: Array, last: int) -> Array:
    if points.dtype != np.float64 or points.shape != (len(points), 2) or len(points) > MOST_POINTS:
        raise RowError("no curve")
    iterations = points[:, 0]
    inside = (iterations >= 0) & (iterations <= last) & (iterations == np.floor(iterations))
    if not inside.all() or (np.diff(iterations) < 0).any():
        raise RowError("a curve that is not the run's")
    return points


# --- the last moment


def moment_bytes(moment: Moment | None) -> bytes | None:
    if moment is None or moment.snapshot.nbytes > MOST_SNAPSHOT:
        return None
    snapshot = moment.snapshot
    about = {
        "start": snapshot.start.to_dict(),
        "solver": snapshot.solver,
        "n_y": snapshot.n_y,
        "since": snapshot.since,
        "best_iteration": moment.best_iteration,
        "best_test_cost": moment.best_test_cost,
        "dead": moment.dead,
    }
    arrays = {
        "about": np.array(json.dumps(about)),
        "train_logits": moment.train_logits,
        "test_logits": moment.test_logits,
        **{f"state {name}": array for name, array in snapshot.state.items()},
    }
    return packed(arrays, compressed=False)


def moment_of(run: KeptRun, data: object) -> Moment | None:
    if data is None:
        return None
    arrays = arrays_of(data)
    try:
        about = json.loads(str(arrays["about"]))
        n_y = whole(about["n_y"], 1, MOST_CLASSES)
        if about["solver"] not in get_args(Solver):
            raise RowError("no solver")
        iteration = run.summary.iteration
        return Moment(
            iteration,
            logits(arrays["train_logits"], n_y, run.m_train),
            logits(arrays["test_logits"], n_y, run.m_test),
            Snapshot(
                run.hyperparameters,
                Hyperparameters.from_dict(about["start"]),
                about["solver"],
                n_y,
                iteration,
                whole(about["since"], 0, iteration),
                {name[6:]: state(name, a) for name, a in arrays.items() if name[:6] == "state "},
            ),
            run.summary,
            whole(about["best_iteration"], 0, iteration),
            real(about["best_test_cost"], 0.0, math.inf),
            shortened(text(about["dead"]), LONGEST_MESSAGE),
        )
    except RowError:
        raise
    except Exception as error:  # json, the declaration, a dict that is a list
        raise RowError(str(error)) from None


def logits(array: Array, n_y: int, m: int) -> Array:
    if array.shape != (n_y, m) or array.dtype.kind != "f":
        raise RowError("outputs that are not the run's")
    return array


def state(name: str, array: Array) -> Array:
    if not re.fullmatch(r"state [A-Za-z][\w.]{0,30}", name) or array.ndim > 2:
        raise RowError("no state of a network")
    if array.dtype.kind not in "fiu":
        raise RowError("no state of a network")
    return array


def arrays_of(data: object) -> dict[str, Array]:
    if not isinstance(data, bytes):
        raise RowError("no arrays")
    try:
        return unpacked(data, MOST_BYTES)
    except Exception as error:  # a damaged archive fails in zipfile, zlib or NumPy, in many ways
        raise RowError(f"damaged: {error}") from None


# --- findings


def findings_of(told: object) -> tuple[Finding, ...]:
    try:
        rows = json.loads(text(told))
        return tuple(finding_of(row) for row in rows[:MOST_FINDINGS])
    except RowError:
        raise
    except Exception as error:
        raise RowError(str(error)) from None


def finding_of(row: dict[str, Any]) -> Finding:
    if row["kind"] not in get_args(Kind) or row["severity"] not in get_args(Severity):
        raise RowError("no finding")
    columns = tuple(shortened(text(name)) for name in row["evidence"]["columns"])
    cells = tuple(tuple(map(cell, line)) for line in row["evidence"]["rows"][:MOST_ROWS])
    if any(len(line) != len(columns) for line in cells):
        raise RowError("no evidence")
    sentence = shortened(text(row["sentence"]), 500)
    return Finding(row["kind"], row["severity"], sentence, Evidence(columns, cells))


def cell(value: object) -> str | int | float:
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300:
        return value
    return str(float(value)) if isinstance(value, float) else "–"
