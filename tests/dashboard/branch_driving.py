"""Branches of small runs with their films, for the tests of this folder."""

from __future__ import annotations

from pool_driving import WAIT, begin

from dashboard.run import Origin
from engine.hyperparameters import Hyperparameters

# Small pictures: also Adam's moments are few bytes, so that every second iteration is kept.
SMALL = Hyperparameters(num_iterations=250, hidden_layers=(4,), picture_size=8, activation="tanh")


def filmed(run):
    assert run.wait(WAIT)
    assert run.wait_until(lambda: len(run.film) > 0, WAIT)
    return run


def moment_at(run, iteration):
    return next(m for m in filmed(run).path_film() if m.iteration == iteration)


def branched(pool, trunk, iteration, dataset, **changed):
    origin = Origin(trunk, iteration, moment_at(trunk, iteration))
    run = begin(pool, trunk.hyperparameters.with_changes(**changed), dataset, "b", origin=origin)
    return filmed(run)
