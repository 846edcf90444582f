"""What each verb of the command line does; results on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import platform
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from engine.dataset import Dataset
from engine.errors import DatasetError, EngineError, ModelError
from engine.evaluation import interval
from engine.files import write_atomically
from engine.hyperparameters import Hyperparameters
from engine.models import Model, load_model, save_model
from engine.sources import DATASETS, load_dataset
from engine.training import Step, train


def train_network(
    hyperparameters: Hyperparameters, data: str | None, *, output: Path | None, save: Path | None
) -> int:
    """Trains, tells the result, writes what was asked for; Ctrl-C keeps what there is."""
    for path in (output, save):
        if path is not None and not path.absolute().parent.is_dir():
            raise EngineError("There is no such folder", str(path.absolute().parent))
    dataset = find_dataset(data)
    print(
        f"{dataset.name}: {dataset.m_train} training and {dataset.m_test} test pictures, "
        f"layers_dims {list(hyperparameters.layers_dims(dataset.n_x))}"
    )
    steps: list[Step] = []
    interrupted = False
    started = time.perf_counter()
    try:
        with tqdm(total=hyperparameters.num_iterations, unit=" iterations", leave=False) as bar:
            for step in train(hyperparameters, dataset):
                steps.append(step)
                bar.update(step.iteration - bar.n)
                bar.set_postfix_str(f"cost {step.cost:.4f}", refresh=False)
    except KeyboardInterrupt:
        interrupted = True
        if not steps:
            raise
    seconds = time.perf_counter() - started
    last = steps[-1]
    print(summary(last, dataset, seconds, interrupted))
    if last.message:
        print(last.message)
    if output is not None:
        run = run_record(hyperparameters, dataset, steps, seconds)
        write(output, json.dumps(run, indent=1, allow_nan=False).encode())
    if save is not None:
        costs = np.array([(s.iteration, s.cost) for s in steps])
        parameters = last.snapshot.parameters(dataset)
        if not all(np.isfinite(array).all() for array in parameters.values()):
            raise ModelError("The network diverged: its weights are not numbers and are not saved")
        save_model(Model(hyperparameters, parameters, dataset.classes, dataset.digest, costs), save)
    return 1 if interrupted else 0


def find_dataset(data: str | None) -> Dataset:
    """The dataset of that name or in that folder; without one the course's, else the drawn one."""
    if data is None:
        from engine.sources.course_files import has_course_files

        data = "course" if has_course_files() else "drawn"
    if data in DATASETS:
        return load_dataset(data)
    if not Path(data).is_dir():
        raise DatasetError("The data", data, f"{', '.join(DATASETS)}, or a folder that exists")
    from engine.sources.course_files import read_course_files

    return read_course_files(Path(data), name=Path(data).name)


def summary(step: Step, dataset: Dataset, seconds: float, interrupted: bool) -> str:
    verb = "Stopped" if interrupted else step.status.capitalize()
    told = [
        f"{verb}",
        f"{step.iteration:,} iterations",
        f"{seconds:.2f} s",
        f"cost {step.cost:.4f}",
    ]
    for name, accuracy, m in (
        ("train", step.train_accuracy, dataset.m_train),
        ("test", step.test_accuracy, dataset.m_test),
    ):
        if math.isfinite(accuracy):
            low, high = interval(accuracy, m)
            told.append(f"{name} {accuracy:.1%} ({low:.0%} to {high:.0%})".replace("%", " %"))
    return " · ".join(told)


def run_record(
    hyperparameters: Hyperparameters, dataset: Dataset, steps: Sequence[Step], seconds: float
) -> dict[str, Any]:
    """The run as plain JSON; a number that is not finite is null."""
    last = steps[-1]
    return {
        "hyperparameters": hyperparameters.to_dict(),
        "dataset": dataset.name,
        "dataset_digest": dataset.digest,
        "status": last.status,
        "iterations": last.iteration,
        "train_cost": finite(last.cost),
        "test_cost": finite(last.test_cost),
        "train_accuracy": finite(last.train_accuracy),
        "test_accuracy": finite(last.test_accuracy),
        "seconds": seconds,
        "curve": {
            "iteration": [s.iteration for s in steps],
            "train_cost": [finite(s.cost) for s in steps],
            "test_cost": [finite(s.test_cost) for s in steps],
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
        p = float(model.predict(as_network_sees(pixels, model.side)[np.newaxis])[0])
        print(f"{path}: {model.classes[int(p > 0.5)]} · P({model.classes[1]}) = {p:.3f}")
    return 1 if failed else 0


def download(folder: Path | None) -> int:
    from engine.sources.download import Progress, download_course_files

    with tqdm(unit="B", unit_scale=True, leave=False) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.total
            bar.set_description_str(f"{progress.file} from {progress.mirror}", refresh=False)
            bar.update(progress.done - bar.n)

        arrived = download_course_files(folder, progress=show)
    print(f"The course's photos are in {arrived}.")
    return 0


def info() -> int:
    from threadpoolctl import threadpool_info

    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    for package in ("numpy", "h5py", "pillow", "streamlit", "plotly"):
        print(f"{package} {version(package)}")
    for library in threadpool_info():
        if library["user_api"] == "blas":
            about = (library["internal_api"], library["version"], library.get("architecture", ""))
            print(f"BLAS: {' '.join(map(str, about))}, {library['num_threads']} threads")
    for name in DATASETS:
        try:
            dataset = load_dataset(name)
            print(
                f"Data {name}: {dataset.m_train} training and {dataset.m_test} test pictures, "
                f"digest {dataset.digest[:12]}"
            )
        except DatasetError as error:
            print(f"Data {name}: {error}")
    return 0
