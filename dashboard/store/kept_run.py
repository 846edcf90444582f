"""A run in the store as the list shows it: everything but its arrays.

A database may come from anywhere, so each row is checked like an address that somebody sent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dashboard.messages import DatasetKey, Summary
from dashboard.run_hash import path_hash
from dashboard.run_result import COMPLETE, Finished, State
from engine.dataset import Labels
from engine.errors import EngineError, shortened
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.outputs import output_of
from engine.sources.planar import Plane, is_planar
from engine.stages import Stage, check_stages

LONGEST_NAME = 60
LONGEST_MESSAGE = 400
LONGEST_DATASET = 4000  # the name of points in the plane holds those that were added by hand
LONGEST_SETTINGS = 10_000
MOST_LATER = 20  # stages
MOST_PICTURES = 1 << 20
THEN = "then"  # in the JSON of a branch: from which iteration on with which settings
LATEST = 4e10  # seconds since 1970: the year 3237, which every calendar still knows


class RowError(Exception):
    """A row of the database is none that this program wrote."""


@dataclass(frozen=True, eq=False)
class KeptRun:
    """stages: its hyperparameters; of a branch all those of its way. m_train, m_test: pictures.

    created: when it was first kept, in seconds since 1970.
    right: which test pictures it got right, (m_test,) booleans, where known.
    """

    run_hash: str
    stages: tuple[Stage, ...]
    dataset: DatasetKey
    state: State
    message: str
    seconds: float
    summary: Summary
    m_train: int
    m_test: int
    created: float
    name: str
    pinned: bool
    right: NDArray[np.bool_] | None = None

    @property
    def hyperparameters(self) -> Hyperparameters:
        """Those it ended with."""
        return self.stages[-1][1]


def row_of(finished: Finished, labels: Labels | None) -> dict[str, Any]:
    """The columns of a run that has just finished; labels: of its test pictures, (1, m)."""
    told, summary = finished.result, finished.result.latest
    moment = told.moment
    if moment is None:
        raise ValueError("a run without its last moment is not to be kept")
    return {
        "dataset_name": shortened(finished.dataset.name, LONGEST_DATASET),
        "dataset_digest": finished.dataset.digest,
        "hyperparameters": settings_json(finished.stages),
        "state": told.state,
        "message": shortened(told.message, LONGEST_MESSAGE),
        "seconds": told.seconds,
        "iteration": summary.iteration,
        "cost": known(summary.cost),
        "test_cost": known(summary.test_cost),
        "train_accuracy": known(summary.train_accuracy),
        "test_accuracy": known(summary.test_accuracy),
        "m_train": moment.train_logits.shape[1],
        "m_test": moment.test_logits.shape[1],
        "test_right": right_bits(moment.test_logits, labels),
    }


def kept_run(row: Mapping[Any, Any]) -> KeptRun:
    """row: by the columns' names. Raises `RowError` unless all of it fits together."""
    try:
        stages, key = told_settings(row["hyperparameters"], row["dataset_digest"])
        m_train, m_test = (whole(row[name], 1, MOST_PICTURES) for name in ("m_train", "m_test"))
        if row["run_hash"] != key or row["state"] not in COMPLETE:
            raise RowError("it is not the run it says it is")
        return KeptRun(
            key,
            stages,
            DatasetKey(told_dataset(row["dataset_name"]), row["dataset_digest"]),
            cast(State, row["state"]),
            shortened(text(row["message"]), LONGEST_MESSAGE),
            real(row["seconds"], 0.0, 1e9),
            Summary(
                whole(row["iteration"], 0, stages[-1][1].num_iterations),
                cost_of(row["cost"]),
                cost_of(row["test_cost"]),
                share_of(row["train_accuracy"]),
                share_of(row["test_accuracy"]),
            ),
            m_train,
            m_test,
            real(row["created"], 0.0, LATEST),
            clean_name(text(row["name"])),
            bool(row["pinned"]),
            right_of(row["test_right"], m_test),
        )
    except (
        EngineError,
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise RowError(str(error)) from None


def settings_json(stages: Sequence[Stage]) -> str:
    """Fields at their default are left out: those of later versions are then no riddle."""
    (_, first), *later = stages
    told = not_at_default(first)
    if later:
        told[THEN] = [[begin, not_at_default(h)] for begin, h in later]
    return json.dumps(told)


def not_at_default(hyperparameters: Hyperparameters) -> dict[str, Any]:
    values = hyperparameters.to_dict()
    return {n: v for n, v in values.items() if getattr(hyperparameters, n) != DECLARED[n].default}


@lru_cache(maxsize=20_000)
def told_settings(told: object, digest: object) -> tuple[tuple[Stage, ...], str]:
    """The stages, and the hash of a run of them. A list is read again and again: checked once."""
    if not re.fullmatch("[0-9a-f]{16,64}", text(digest)):
        raise RowError("no digest of a dataset")
    if len(text(told)) > LONGEST_SETTINGS or not isinstance(values := json.loads(text(told)), dict):
        raise RowError("no settings")
    later = values.pop(THEN, [])
    stages = [(0, Hyperparameters.from_dict(values))]
    if len(later) > MOST_LATER:
        raise RowError("too many stages")
    for begin, changed in later:
        begin = whole(begin, 1, stages[-1][1].num_iterations)
        stages.append((begin, Hyperparameters.from_dict(changed)))
    check_stages(stages)
    return tuple(stages), path_hash(stages, text(digest))


@lru_cache(maxsize=2000)
def told_dataset(told: object) -> str:
    """Its name; that of points is their settings, which the list makes an address of."""
    name = shortened(text(told), LONGEST_DATASET)
    if is_planar(name):
        Plane.from_name(name)
    return name


def clean_name(name: str) -> str:
    return shortened(name.strip(), LONGEST_NAME)


# --- values


def text(value: object) -> str:
    if not isinstance(value, str):
        raise RowError("no text")
    return value


def whole(value: object, low: int, high: int) -> int:
    if not isinstance(value, int) or not low <= value <= high:
        raise RowError("no whole number that can be")
    return value


def real(value: object, low: float, high: float) -> float:
    if not isinstance(value, (int, float)) or not low <= value <= high:
        raise RowError("no number that can be")
    return float(value)


def known(value: float) -> float | None:
    return None if math.isnan(value) else value


def cost_of(value: object) -> float:
    return math.nan if value is None else real(value, 0.0, math.inf)


def share_of(value: object) -> float:
    return math.nan if value is None else real(value, 0.0, 1.0)


def right_bits(logits: NDArray[np.float64], labels: Labels | None) -> bytes | None:
    """logits (n_y, m), labels (1, m). None where the network has no answers, or they are not known."""
    if labels is None or labels.shape[1] != logits.shape[1] or not np.isfinite(logits).all():
        return None
    right = output_of(len(logits)).predictions(logits) == labels[0]
    return np.packbits(right).tobytes()


def right_of(bits: object, m: int) -> NDArray[np.bool_] | None:
    if bits is None:
        return None
    if not isinstance(bits, bytes) or len(bits) != -(-m // 8):
        raise RowError("not a bit for each test picture")
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=m).astype(bool)
