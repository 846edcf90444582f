"""How many runs a second a search trains, what Optuna and its database cost, and how it scales.

    python -m tests.benchmarks.sweep_speed [--data FOLDER]

Rates are of whole searches of 2,500 iterations a run with a database on disk, workers awake.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.commands import find_dataset
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters
from engine.sweeps.places import OnExecutor, OwnProcesses, Place
from engine.sweeps.search import Search
from engine.sweeps.study import Asked, open_storage, open_study
from engine.sweeps.trials import Outcome, Work
from tests.benchmarks.course_loop import loop_seconds, rate_lines
from tests.benchmarks.table import Line, print_lines

COURSE = Hyperparameters()
WORKERS = 2


def searched(
    place: Place, folder: Path, dataset: Dataset, axes: Sequence[str], trials: int
) -> float:
    """Seconds for a search by a grid, or of so many random trials."""
    sampler = "random" if trials else "grid"
    asked = Asked(
        COURSE.to_text(), tuple(axes), dataset.name, dataset.digest, sampler, trials=trials or 64
    )
    storage = open_storage(f"sqlite:///{folder / f'{time.time_ns()}.db'}")
    study = open_study(storage, "benchmark", asked)
    started = time.perf_counter()
    Search(study, asked, place).run()
    return time.perf_counter() - started


def awake(place: Place) -> Place:
    """With its processes started and the data's products made."""
    text = COURSE.with_changes(num_iterations=2).to_text()
    for future in [place.submit(Work((text,))) for _ in range(2 * place.workers)]:
        future.result()
    return place


def training_alone(place: Place) -> float:
    """Seconds of the same 64 runs without Optuna: four stacks of 16."""
    texts = [COURSE.with_changes(learning_rate=0.001 * 1.04**i).to_text() for i in range(64)]
    started = time.perf_counter()
    for future in [place.submit(Work(tuple(texts[i::4]))) for i in range(4)]:
        future.result()
    return time.perf_counter() - started


def rates(place: Place, folder: Path, dataset: Dataset) -> list[Line]:
    stacked = 64 / searched(
        place, folder, dataset, ["learning-rate=0.001..0.02/16", "seed=1..4/4"], 0
    )
    alone = 64 / training_alone(place)
    mixed = 48 / searched(
        place, folder, dataset, ["learning-rate=0.001..0.02", "layers=1..4x5..30"], 48
    )
    board = searched(place, folder, dataset, ["learning-rate=0.001..0.02/8", "layers=2x4..40/8"], 0)
    loop = loop_seconds(dataset)
    return [
        *rate_lines("learning rate × seed, float64", stacked, 10, loop),
        Line("the same runs without Optuna", f"{alone:.1f} runs a second"),
        Line("Optuna's and the database's share", f"{1 - stacked / alone:.0%}", "15 %"),
        *rate_lines("mixed architectures", mixed, 6, loop),
        Line("a map of 8 × 8", f"{board:.1f} s", "12 s", board <= 12),
        *rate_lines("the map", 64 / board, 64 / 12, loop)[1:],
    ]


def on_dask(folder: Path, dataset: Dataset, name: str) -> list[Line]:
    from distributed import LocalCluster

    from engine.sweeps.dask_place import OnDask

    axes = ["learning-rate=0.001..0.02/16", "seed=1..4/4"]
    own = awake(OwnProcesses(name, dataset.digest, WORKERS))
    by_pool = searched(own, folder, dataset, axes, 0)
    own.close()
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        place = awake(OnDask(cluster.scheduler_address, dataset))
        by_dask = searched(place, folder, dataset, axes, 0)
        place.close()
    ratio = by_pool / by_dask
    return [Line("on Dask, times as fast as on the pool", f"{ratio:.2f}", "0.8", ratio >= 0.8)]


def sleep(seconds: float, work: Work) -> list[Outcome]:
    time.sleep(seconds * len(work))
    return [Outcome(text, "finished", "", 1, 0.5, 0.5, 0.5, 0.5) for text in work.settings]


def scaling(folder: Path, dataset: Dataset) -> list[Line]:
    """Trials that only sleep, hardly two of one architecture, so that few are stacked."""
    axes = ["layers=1..6x5..500", "learning-rate=0.001..0.02"]  # no two of the same settings
    lines = []
    for workers in (2, 8, 32):
        trials, nap = 12 * workers, 1.0
        with ThreadPoolExecutor(workers) as threads:
            place = OnExecutor(threads, workers, nap, sleep)
            took = searched(place, folder, dataset, axes, trials)
        efficiency = trials * nap / workers / took
        lines.append(
            Line(f"{workers} workers, sleeping trials of 1 s", f"{efficiency:.0%} of linear")
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    folder = arguments.data or os.environ.get("HYPERDIAL_DATA")
    dataset = find_dataset(str(folder) if folder else "drawn")
    name = str(folder) if folder else "drawn"
    with tempfile.TemporaryDirectory() as made:
        place = awake(OwnProcesses(name, dataset.digest, WORKERS))
        try:
            print_lines("Searches on two processes", rates(place, Path(made), dataset))
        finally:
            place.close()
        print_lines("On a cluster", on_dask(Path(made), dataset, name))
        print_lines("More workers", scaling(Path(made), dataset))


if __name__ == "__main__":
    main()
