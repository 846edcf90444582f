"""How fast the engine trains, against what else can train the same network.

    python -m tests.benchmarks.engine_speed [--data FOLDER]

One run measures everything in turn, round after round, so that a machine that gets slower in the
middle slows all of them; the medians are set in ratio. Goals: `L_layer_model` at least 100 times as
fast as the course's own loop, 45 times as fast as scikit-learn in float32, and within 2.2 times its
bare products.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from engine import Dataset, L_layer_model, load_dataset
from engine.dataset import Floats
from engine.solvers.blas import one_thread
from engine.sources.course_files import read_course_files
from tests.benchmarks.course_loop import HIDDEN, ITERATIONS, LEARNING_RATE, SHORT, course_loop

ROUNDS = 5


def scikit_learn(rows: np.ndarray, labels: np.ndarray) -> None:
    """The same gradient descent by MLPClassifier, on one float32 row a picture."""
    network = MLPClassifier(
        HIDDEN,
        activation="relu",
        solver="sgd",
        alpha=0.0,
        batch_size=len(rows),
        learning_rate="constant",
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
        max_iter=SHORT,
        tol=0.0,
        n_iter_no_change=10**9,
        random_state=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        network.fit(rows, labels)
    assert network.n_iter_ == SHORT


def hyperdial(X: Floats, Y: Floats) -> None:
    L_layer_model(X, Y, (len(X), *HIDDEN, 1), LEARNING_RATE, ITERATIONS)


def floor(X: Floats) -> Callable[[], None]:
    """Nothing but the products dZ1 · G, on one BLAS thread as the engine's."""
    G = X.T @ X
    dZ1 = np.random.RandomState(0).randn(HIDDEN[0], X.shape[1])
    out = np.empty_like(dZ1)

    def products() -> None:
        with one_thread():
            for _ in range(ITERATIONS):
                np.dot(dZ1, G, out=out)

    return products


def seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measured(dataset: Dataset) -> dict[str, float]:
    """The median seconds for 2,500 iterations by each way."""
    X, Y = dataset.examples.X, dataset.examples.Y
    rows, labels = np.ascontiguousarray(X.T, dtype=np.float32), dataset.train_labels[0]
    ways: dict[str, tuple[Callable[[], None], float]] = {
        "the course's loop, float64": (lambda: course_loop(X, Y), ITERATIONS / SHORT),
        "scikit-learn MLPClassifier, float32": (
            lambda: scikit_learn(rows, labels),
            ITERATIONS / SHORT,
        ),
        "`L_layer_model`, float64": (lambda: hyperdial(X, Y), 1.0),
        "floor: only the products dZ1 · G, float64": (floor(X), 1.0),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    hyperdial(X, Y)  # wakes the processor and loads what is loaded on first use
    for _ in range(ROUNDS):
        for name, (work, scale) in ways.items():
            times[name].append(seconds(work) * scale)
    return {name: statistics.median(taken) for name, taken in times.items()}


def chosen_dataset(folder: Path | None) -> Dataset:
    named = folder or os.environ.get("HYPERDIAL_DATA")
    return read_course_files(named) if named else load_dataset("drawn")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast the engine trains.")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="the course's files (default: HYPERDIAL_DATA if set, else the drawn pictures)",
    )
    dataset = chosen_dataset(parser.parse_args().data)
    medians = measured(dataset)
    ours = medians["`L_layer_model`, float64"]
    dims = [dataset.n_x, *HIDDEN, 1]
    print(
        f"{ITERATIONS:,} iterations of {dims} on {dataset.m_train} pictures ({dataset.name}), "
        f"median of {ROUNDS} rounds; the first two timed over {SHORT} iterations and scaled.\n"
    )
    print("| way | seconds | times `L_layer_model`'s |")
    print("| --- | ---: | ---: |")
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} | {median / ours:.2f} |")


if __name__ == "__main__":
    main()
