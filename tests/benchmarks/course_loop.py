"""The exercise's own loop, by which a machine's speed is told.

A goal of so many runs a second was set where the loop took 21.5 s for a run. What such a goal means
on any other machine is its ratio to the loop, measured there in the same minutes.
"""

from __future__ import annotations

import statistics
import time

from engine import (
    Dataset,
    L_model_backward,
    L_model_forward,
    compute_cost,
    initialize_parameters_deep,
    update_parameters,
)
from engine.dataset import Floats
from tests.benchmarks.table import Line

HIDDEN = (20, 7, 5)
LEARNING_RATE = 0.0075
ITERATIONS = 2500
SHORT = 250  # iterations of the slow ones, scaled: each of theirs costs the same
SECONDS_WHERE_GOALS_WERE_SET = 21.5


def course_loop(X: Floats, Y: Floats) -> None:
    """The exercise's loop by the exercise's functions, for `SHORT` iterations."""
    dims = (len(X), *HIDDEN, 1)
    parameters = initialize_parameters_deep(dims, seed=1, initialization="1/sqrt(n)")
    for _ in range(SHORT):
        AL, caches = L_model_forward(X, parameters)
        compute_cost(AL, Y)
        parameters = update_parameters(parameters, L_model_backward(AL, Y, caches), LEARNING_RATE)


def loop_seconds(dataset: Dataset) -> float:
    """Of the loop for `ITERATIONS`, the median of three."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        course_loop(dataset.examples.X, dataset.examples.Y)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * ITERATIONS / SHORT


def rate_lines(what: str, rate: float, goal: float, loop: float) -> list[Line]:
    """Runs a second, and how many the loop's seconds are enough for."""
    ratio, goal_ratio = rate * loop, goal * SECONDS_WHERE_GOALS_WERE_SET
    return [
        Line(f"{what}, runs a second", f"{rate:.1f}", f"{goal:g}", rate >= goal),
        Line("… in the time of the course's loop", f"{ratio:.0f}", f"{goal_ratio:.0f}", ratio >= goal_ratio),
    ]  # fmt: skip
