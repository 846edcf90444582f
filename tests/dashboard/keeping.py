"""Finished runs for the tests of the store: really trained, on few pictures, in a moment."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np

from dashboard.job import Job
from dashboard.messages import DatasetKey, Diagnosis, Report, Start
from dashboard.run_hash import run_hash
from dashboard.run_points import RunPoints
from dashboard.run_result import Finished, Result
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters

BASE = Hyperparameters(hidden_layers=(3,), num_iterations=30, activation="tanh")


@cache
def dataset() -> Dataset:
    random = np.random.RandomState(0)
    labels = (np.arange(20) % 2)[None]
    pictures = random.randint(0, 156, (20, 8, 8, 3)).astype(np.uint8)
    pictures += (labels[0] * 60).astype(np.uint8)[:, None, None, None]
    return Dataset(
        "few", pictures[:12], labels[:, :12], pictures[12:], labels[:, 12:], ("no", "yes")
    )


def finished(data: Dataset | None = None, **changes: object) -> Finished:
    """The run of `BASE` with these changes, as the server has it at its end."""
    return trained(BASE.with_changes(**changes), data or dataset())


@cache
def trained(h: Hyperparameters, data: Dataset) -> Finished:
    key = DatasetKey(data.name, data.digest)
    news: list[object] = []
    job = Job(Start("", ((0, h),), key, None), data, news.append)
    while not job.over:
        job.chunk()
    job.diagnose()
    report = next(n for n in reversed(news) if isinstance(n, Report))
    diagnosis = next(n for n in news if isinstance(n, Diagnosis))
    points = RunPoints()
    points.add(report)
    result = Result(
        report.state,
        report.message,
        report.seconds,
        report.steps[-1],
        points.records,
        report.moment,
        (),
        diagnosis.findings,
    )
    return Finished(run_hash(h, data.digest), ((0, h),), key, result)


def with_result(kept: Finished, **changes: object) -> Finished:
    """The same run, said to have come to something else."""
    summary = {k: changes.pop(k) for k in list(changes) if hasattr(kept.result.latest, k)}
    latest = dataclasses.replace(kept.result.latest, **summary)
    return dataclasses.replace(
        kept, result=dataclasses.replace(kept.result, latest=latest, **changes)
    )
