"""What the engine's breadth costs: stacked runs, test costs, snapshots, mini-batches, growth.

    python -m tests.benchmarks.engine_breadth [--data FOLDER] [--quick]

All figures are ratios or rates measured in this one run, rival and engine in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from engine import Dataset, Examples, Hyperparameters, load_dataset, stacked, train
from engine.initialization import initial_parameters
from engine.preparation import prepare
from engine.solvers import blas
from engine.solvers.descent import Descent
from engine.solvers.first_layer import Solver, cheaper_solver
from engine.solvers.settings import Settings
from engine.sources.course_files import read_course_files
from tests.benchmarks.course_loop import loop_seconds, rate_lines

COURSE = Hyperparameters()
RATES = [float(r) for r in np.geomspace(0.001, 0.02, 64)]


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The median seconds of each, done one after the other, round after round."""
    times = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


DATA: list[Dataset] = []  # of a process of its own


def read_data(folder: str | None) -> Dataset:
    return read_course_files(Path(folder)) if folder else load_dataset("drawn")


def wake(folder: str | None) -> None:
    """In each process once: the pictures, and their products."""
    DATA[:] = [read_data(folder)]
    drain(RATES[:1], "float64", 2)


def drain(rates: list[float], precision: str, iterations: int = COURSE.num_iterations) -> None:
    h = COURSE.with_changes(precision=precision, num_iterations=iterations)
    with blas.one_thread():
        runs = [h.with_changes(learning_rate=rate) for rate in rates]
        for _ in stacked(runs, DATA[0], each=False):
            pass


def stacked_rates(folder: str | None) -> dict[str, float]:
    """Runs a second of 64 learning rates in two processes, four stacks of 16, by precision."""
    with ProcessPoolExecutor(2, get_context("spawn"), wake, (folder,)) as pool:

        def both(precision: str) -> None:
            list(pool.map(drain, [RATES[i::4] for i in range(4)], [precision] * 4))

        both("float64")  # the processes start
        precisions = ("float64", "float32")
        times = in_turn(3, *(partial(both, precision) for precision in precisions))
    return {p: len(RATES) / took for p, took in zip(precisions, times, strict=True)}


def network(dataset: Dataset, h: Hyperparameters) -> Descent:
    examples = prepare(dataset, h).examples
    dims = h.layers_dims(examples.n_x)
    start = initial_parameters(dims, h.initialization, h.seed)
    solver = cheaper_solver(Settings.of(h), dims[0], dims[1], examples.m, h.num_iterations)
    return Descent([Settings.of(h)], [start], examples, solver)


def evaluation_costs(dataset: Dataset) -> tuple[float, float]:
    """How many times as long a run takes with the test set at every iteration; with every snapshot."""

    def plain() -> None:
        network(dataset, COURSE).advance(COURSE.num_iterations)

    def with_test() -> None:
        descent = network(dataset, COURSE)
        for _ in range(COURSE.num_iterations):
            descent.advance(1)
            descent.test_logits()

    def one_by_one() -> None:
        descent = network(dataset, COURSE)
        for _ in range(COURSE.num_iterations):
            descent.advance(1)

    def with_snapshots() -> None:
        descent = network(dataset, COURSE)
        kept = []
        for _ in range(COURSE.num_iterations):
            descent.advance(1)
            kept.append(descent.state())

    base, tested, single, kept = in_turn(5, plain, with_test, one_by_one, with_snapshots)
    del base
    return tested / single, kept / single


def adam_against_torch(dataset: Dataset) -> float | None:
    """PyTorch's seconds over the engine's: Adam, mini-batches of 32, float32, one epoch after another."""
    try:
        import torch
    except ModuleNotFoundError:
        return None
    h = Hyperparameters(optimizer="Adam", mini_batch=32, precision="float32", learning_rate=0.001)
    iterations = 350
    X = torch.from_numpy(dataset.examples.X.T.astype(np.float32).copy())
    Y = torch.from_numpy(dataset.examples.Y.T.astype(np.float32).copy())

    def by_torch() -> None:
        layers: list[torch.nn.Module] = []
        for n_prev, n in ((12288, 20), (20, 7), (7, 5), (5, 1)):
            layers += [torch.nn.Linear(n_prev, n), torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
        cost = torch.nn.BCEWithLogitsLoss()
        done = 0
        while done < iterations:
            for batch in torch.randperm(len(X)).split(32):
                optimizer.zero_grad()
                cost(model(X[batch]), Y[batch]).backward()
                optimizer.step()
                done += 1

    def by_engine() -> None:
        network(dataset, h).advance(iterations)

    theirs, ours = in_turn(3, by_torch, by_engine)
    return theirs / ours


def growth(m: int, n_x: int, iterations: int) -> tuple[str, float]:
    """The solver chosen for m pictures of n_x inputs, and its time over the better one's."""
    random = np.random.default_rng(0)
    X, Y = random.random((n_x, m)), random.integers(0, 2, (1, m)).astype(float)
    h = COURSE.with_changes(num_iterations=iterations)
    start = initial_parameters(h.layers_dims(n_x), h.initialization, h.seed)

    def run(solver: Solver) -> Callable[[], object]:
        def work() -> None:
            examples = Examples(X, Y, X[:, :0], Y[:, :0])  # new ones: G is part of the work
            Descent([Settings.of(h)], [start], examples, solver).advance(iterations)

        return work

    chosen = cheaper_solver(Settings.of(h), n_x, h.hidden_layers[0], m, iterations)
    gram, direct = in_turn(1 if m * n_x > 10_000_000 else 3, run("gram"), run("direct"))
    return chosen, (gram if chosen == "gram" else direct) / min(gram, direct)


def first_step(dataset: Dataset) -> float:
    """Seconds from asking for a run on known pictures to its first Step."""
    next(train(COURSE, dataset))
    return statistics.median(
        seconds(lambda seed=seed: next(train(COURSE.with_changes(seed=seed), dataset)))  # type: ignore[misc]
        for seed in range(2, 12)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--quick", action="store_true", help="a smaller table of growth")
    arguments = parser.parse_args()
    folder = arguments.data or os.environ.get("HYPERDIAL_DATA")
    dataset = read_data(folder)
    print("| what | measured | goal |\n| --- | ---: | ---: |")
    rates = stacked_rates(folder and str(folder))
    loop = loop_seconds(dataset)
    for precision, goal in (("float64", 10), ("float32", 20)):
        what = f"64 learning rates stacked, {precision}"
        for line in rate_lines(what, rates[precision], goal, loop):
            print(f"| {line.what} | {line.measured} | {line.goal} |")
    tested, kept = evaluation_costs(dataset)
    print(f"| the test set at every iteration, times as long | {tested:.2f} | 1.25 |")
    print(f"| every snapshot kept, times as long | {kept:.2f} | 1.15 |")
    ratio = adam_against_torch(dataset)
    told = "PyTorch is not installed" if ratio is None else f"{ratio:.2f}"
    print(f"| Adam, batches of 32, float32: times as fast as PyTorch | {told} | 1 |")
    print(f"| asking to first Step, ms | {1000 * first_step(dataset):.0f} | 50 |")
    print("\n| m | n_x | iterations | solver | times the better one's |\n|--:|--:|--:|---|--:|")
    sizes = [(50, 2), (50, 768), (209, 12288), (1000, 768), (1000, 12288), (300, 49152)]
    if not arguments.quick:
        sizes += [(5000, 2), (5000, 768), (5000, 12288), (50, 49152), (1000, 49152)]
    for m, n_x in sizes:
        for iterations in (20, 500):
            if m * n_x * iterations > 1e9 and iterations > 20:
                continue
            solver, times = growth(m, n_x, iterations)
            print(f"| {m:,} | {n_x:,} | {iterations} | {solver} | {times:.2f} |")


if __name__ == "__main__":
    main()
