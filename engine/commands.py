"""What each verb of the command line does; results on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import os
import platform
import sys
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from engine.dataset import Dataset, Floats
from engine.errors import DatasetError, EngineError, ModelError
from engine.evaluation import interval
from engine.files import write_atomically
from engine.hyperparameters import Hyperparameters
from engine.models import Model, load_model, save_model
from engine.preparation import prepare
from engine.progress import Step
from engine.snapshots import unscaled
from engine.sources import DATASETS, is_known, load_dataset, load_kept
from engine.sources.planar_shapes import SHAPES
from engine.training import train


def train_network(
    hyperparameters: Hyperparameters, data: str | None, *, output: Path | None, save: Path | None
) -> int:
    """Trains, tells the result, writes what was asked for; Ctrl-C keeps what there is."""
    for path in (output, save):
        if path is not None:
            check_place(path)
    dataset = find_dataset(data)
    examples = prepare(dataset, hyperparameters).examples
    print(
        f"{dataset.name}: {examples.m} training and {dataset.m_test} test {dataset.noun}s, "
        f"layers_dims {list(hyperparameters.layers_dims(examples.n_x, len(examples.Y)))}",
        flush=True,
    )
    # Of the steps before the last only the numbers: their snapshots can be large.
    last: Step | None = None
    curve: list[tuple[int, float, float]] = []
    interrupted = False
    started = time.perf_counter()
    try:
        with progress_bar(total=hyperparameters.num_iterations, unit=" iterations") as bar:
            for last in train(hyperparameters, dataset):
                curve.append((last.iteration, last.cost, last.test_cost))
                bar.update(last.iteration - bar.n)
                bar.set_postfix_str(f"cost {last.cost:.4f}", refresh=False)
    except KeyboardInterrupt:
        interrupted = True
    if last is None or not curve:
        raise KeyboardInterrupt
    seconds = time.perf_counter() - started
    print(summary(last, seconds, interrupted))
    if last.message:
        print(last.message)
    if output is not None:
        run = run_record(hyperparameters, dataset, last, curve, interrupted, seconds)
        write(output, json.dumps(run, indent=1, allow_nan=False).encode())
    if save is not None:
        if last.status == "diverged":
            raise ModelError("The network diverged: its weights are of no use and are not saved")
        costs = np.array(curve)[:, :2]
        prepared = prepare(dataset, hyperparameters)
        parameters = unscaled(last.snapshot.parameters(dataset), prepared)
        save_model(Model(hyperparameters, parameters, dataset.classes, dataset.digest, costs), save)
    return 1 if interrupted else 0


def check_place(path: Path) -> None:
    """Refuses a path that cannot be written, before the time for training is spent."""
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise EngineError("There is no such folder", folder)
    if os.path.isdir(path):
        raise EngineError("The results cannot be written here", f"the folder {path}", "a file name")


def progress_bar(**settings: Any) -> tqdm[Any]:
    """A bar on the terminal, and none in a log file."""
    return tqdm(**{"leave": False, "disable": None} | settings)


def find_dataset(data: str | None) -> Dataset:
    """The dataset of that name or in that folder; without one the course's, else the drawn one."""
    if data is None:
        from engine.sources.course_files import has_course_files

        data = "course" if has_course_files() else "drawn"
    if is_known(data):
        return load_dataset(data)
    kept = load_kept(data)
    if kept is not None:
        return kept
    if not os.path.isdir(data):
        names = ", ".join([*DATASETS, *SHAPES])
        needed = f"{names}, a dataset of your own, or a folder that exists"
        raise DatasetError("The data", data, needed)
    from engine.sources.course_files import read_course_files

    return read_course_files(data, name=os.path.basename(os.path.abspath(data)))


def summary(step: Step, seconds: float, interrupted: bool) -> str:
    verb = "Stopped" if interrupted else step.status.capitalize()
    told = [
        f"{verb}",
        f"{step.iteration:,} iterations",
        f"{seconds:.2f} s",
    ]
    if math.isfinite(step.cost):
        told.append(f"cost {step.cost:.4f}")
    for name, accuracy, logits in (
        ("train", step.train_accuracy, step.train_logits),
        ("test", step.test_accuracy, step.test_logits),
    ):
        if math.isfinite(accuracy):
            low, high = interval(accuracy, logits.shape[1])
            told.append(f"{name} {accuracy:.1%} ({low:.0%} to {high:.0%})".replace("%", " %"))
    return " · ".join(told)


def run_record(
    hyperparameters: Hyperparameters,
    dataset: Dataset,
    last: Step,
    curve: Sequence[tuple[int, float, float]],
    interrupted: bool,
    seconds: float,
) -> dict[str, Any]:
    """The run as plain JSON; a number that is not finite is null."""
    iterations, train_costs, test_costs = zip(*curve, strict=True)
    return {
        "hyperparameters": hyperparameters.to_dict(),
        "dataset": dataset.name,
        "dataset_digest": dataset.digest,
        "status": "stopped" if interrupted else last.status,
        "iterations": last.iteration,
        "train_cost": finite(last.cost),
        "test_cost": finite(last.test_cost),
        "train_accuracy": finite(last.train_accuracy),
        "test_accuracy": finite(last.test_accuracy),
        "seconds": seconds,
        "curve": {
            "iteration": iterations,
            "train_cost": [finite(cost) for cost in train_costs],
            "test_cost": [finite(cost) for cost in test_costs],
        },
    }


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data)
    except OSError as error:
        raise EngineError(f"{path} could not be written: {error.strerror or error}") from None


def predict_pictures(model_path: Path, pictures: Sequence[Path]) -> int:
    """One line a picture; one that cannot be read gets its sentence, and the others go on."""
    from engine.errors import PictureError
    from engine.pictures import MAX_BYTES, as_network_sees, decode_picture

    model = load_model(model_path)
    if model.planar:
        raise ModelError("The network reads points of the plane, not pictures")
    failed = False
    for path in pictures:
        try:
            with path.open("rb") as file:
                pixels = decode_picture(file.read(MAX_BYTES + 1))
        except PictureError as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
            continue
        except OSError as error:
            print(f"{path}: {error.strerror or error}.", file=sys.stderr)
            failed = True
            continue
        p = model.predict(as_network_sees(pixels, model.side)[np.newaxis])
        print(f"{path}: {answer(p, model.classes)}")
    return 1 if failed else 0


def answer(p: Floats, classes: Sequence[str]) -> str:
    """The class of one picture: p holds the probability of class 1, or one of each class."""
    if p.size == 1:
        return f"{classes[int(p.item() > 0.5)]} · P({classes[1]}) = {p.item():.3f}"
    best = int(p.argmax())
    return f"{classes[best]} · P({classes[best]}) = {p.flat[best]:.3f}"


def download(folder: Path | None) -> int:
    from engine.sources.download import DownloadCancelledError, Progress, download_course_files

    with progress_bar(unit="B", unit_scale=True) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.total
            bar.set_description_str(f"{progress.file} from {progress.mirror}", refresh=False)
            bar.update(progress.done - bar.n)

        try:
            arrived = download_course_files(folder, progress=show)
        except KeyboardInterrupt:
            raise DownloadCancelledError(
                "Stopped; what came is kept, and the next download goes on there"
            ) from None
    print(f"The course's photos are in {arrived}.")
    return 0


def info() -> int:
    from threadpoolctl import threadpool_info

    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    for package in ("numpy", "h5py", "pillow", "streamlit", "plotly"):
        try:
            print(f"{package} {version(package)}")
        except PackageNotFoundError:  # the engine does without the dashboard's
            print(f"{package} is not installed")
    for library in threadpool_info():
        if library["user_api"] == "blas":
            about = (library["internal_api"], library["version"], library.get("architecture", ""))
            print(f"BLAS: {' '.join(map(str, about))}, {library['num_threads']} threads")
    for name in [*DATASETS, *SHAPES]:
        try:
            dataset = load_dataset(name)
            print(
                f"Data {name}: {dataset.m_train} training and {dataset.m_test} test {dataset.noun}s, "
                f"digest {dataset.digest[:12]}"
            )
        except DatasetError as error:
            print(f"Data {name}: {error}")
    return 0
