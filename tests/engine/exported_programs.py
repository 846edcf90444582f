"""Runs exported programs as a person would, and the runs that they are tried on.

    python exported_programs.py KIND FOLDER

runs every program of FOLDER, `<name>.ipynb` or `<name>.py`, in one process, as starting one for
each would take minutes; what each printed and wrote lies beside it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def settings(**changes: Any) -> dict[str, Any]:
    return {"hidden_layers": (6, 4), "learning_rate": 0.05, "num_iterations": 30, **changes}


PER_LAYER = {"hidden_layers": (6, 5, 4, 3), "activations": ("tanh", "relu", "sigmoid", "relu")}
# Together they take every hyperparameter off its default and every choice once; a test holds this.
RUNS: dict[str, dict[str, Any]] = {
    "the course's": settings(learning_rate=0.0075),
    "0.01": settings(initialization="0.01", seed=3),
    "He": settings(initialization="He", hidden_layers=(9,)),
    "Xavier": settings(initialization="Xavier", activation="tanh"),
    "logistic regression": settings(hidden_layers=(), initialization="zeros", learning_rate=0.005),
    "sigmoid": settings(activation="sigmoid"),
    "leaky relu": settings(activation="leaky relu"),
    "a function a layer": settings(**PER_LAYER),
    "momentum": settings(optimizer="momentum", beta1=0.8, l2=0.5),
    "RMSprop": settings(optimizer="RMSprop", learning_rate=0.001, beta2=0.9, epsilon=1e-4),
    "Adam": settings(optimizer="Adam", learning_rate=0.002, l2=0.2),
    "Adam's averages": settings(optimizer="Adam", beta1=0.7, beta2=0.99, learning_rate=0.001),
    "1/t": settings(decay="1/t", decay_rate=0.1, mini_batch=20),
    "exponential": settings(decay="exponential", decay_rate=0.05, mini_batch=6, seed=2**32 - 1),
    "step": settings(decay="step", decay_rate=0.2, optimizer="momentum"),
    "mini-batches": settings(mini_batch=7, seed=5, learning_rate=0.01),
    "L2": settings(l2=2.0),
    "dropout": settings(keep_probs=(0.5, 0.8)),
    "dropout in one layer": settings(keep_probs=(1, 0.6), mini_batch=8, activation="tanh"),
    "early stopping": settings(patience=3, learning_rate=0.3, num_iterations=200),
    "early stopping of batches": settings(patience=9, mini_batch=5, num_iterations=900),
    "fewer pictures": settings(training_pictures=11, seed=9),
    "smaller pictures": settings(picture_size=8),
    "pictures of their own size": settings(picture_size=16),
    "wrong labels": settings(label_noise=0.2, seed=4),
    "zero-centred": settings(scaling="zero-centred"),
    "standardized": settings(scaling="standardized", initialization="He", learning_rate=0.01),
    "float32": settings(precision="float32", activation="tanh", learning_rate=0.01),
    "every third iteration": settings(num_iterations=601, learning_rate=0.001),
    "batches, every third iteration": settings(num_iterations=601, mini_batch=9, activation="tanh"),
    "diverging": settings(
        activation="leaky relu", learning_rate=10.0, l2=100.0, num_iterations=300
    ),
    "all at once": settings(
        **PER_LAYER,
        optimizer="Adam",
        learning_rate=0.002,
        epsilon=1e-5,
        decay="1/t",
        decay_rate=0.5,
        mini_batch=4,
        patience=20,
        l2=0.3,
        keep_probs=(0.8, 1, 0.9, 1),
        training_pictures=18,
        picture_size=12,
        label_noise=0.1,
        scaling="standardized",
        seed=77,
    ),
}
# These run on a dataset of three classes, which the programs read from its two files.
THREE_CLASSES: dict[str, dict[str, Any]] = {
    "softmax": settings(),
    "softmax, no hidden layer": settings(hidden_layers=(), l2=0.1),
    "softmax, wrong labels": settings(
        label_noise=0.3, mini_batch=5, optimizer="RMSprop", epsilon=0.1
    ),
    "softmax, float32": settings(precision="float32", activation="tanh", keep_probs=(0.7, 1)),
}
# These run on points of the plane, by the dataset's name.
POINTS: dict[str, tuple[str, dict[str, Any]]] = {
    "points": ("flower:points=40,added=1.5_-2_0~0_0.25_1", settings()),
    "points of five classes": (
        "gaussians:points=30,classes=5",
        settings(activation="tanh", scaling="standardized", label_noise=0.2, training_pictures=18),
    ),
}


# How a sum is shared by threads shows in its last digit: the tests' own runs take one thread too.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": "", "PYTHONIOENCODING": "utf-8", **more}


def run_one(path: Path, *words: str, **more: str) -> str:
    """What the program at `path` prints, in a process of its own and in its folder."""
    command = [sys.executable, "-W", "error", path.name, *words]
    done = subprocess.run(
        command,
        cwd=path.parent,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_all(kind: str, folder: Path, **more: str) -> None:
    command = [sys.executable, "-W", "error", str(Path(__file__).resolve()), kind, str(folder)]
    subprocess.run(command, cwd=folder, env=environment(**more), check=True)


def run_notebook(path: Path) -> dict[str, Any]:
    """Its code cells in their order, in one namespace, which is returned."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)
    return namespace


def main(kind: str, folder: Path) -> None:
    for path in sorted(folder.glob("*.ipynb" if kind == "notebook" else "*.py")):
        told: dict[str, Any] = {}
        printed = io.StringIO()
        files = [f"{path.stem}_train.h5", f"{path.stem}_test.h5"]
        words = files if os.path.exists(files[0]) else []
        sys.argv = [path.name, *words, "--output", f"{path.stem}.csv"]
        try:
            with contextlib.redirect_stdout(printed):
                if kind == "notebook":
                    found = run_notebook(path)
                    told["curves"] = {
                        "train_cost": (found["iterations"], found["costs"]),
                        "test_cost": (found["reports"], found["test_costs"]),
                        "train_accuracy": (found["reports"], found["train_accuracies"]),
                        "test_accuracy": (found["reports"], found["test_accuracies"]),
                    }
                    told["traces"] = len(found["figure"].data)
                else:
                    runpy.run_path(str(path), run_name="__main__")
        except BaseException:
            told["error"] = traceback.format_exc()
        told |= {"printed": printed.getvalue(), "engine": "engine" in sys.modules}
        path.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
