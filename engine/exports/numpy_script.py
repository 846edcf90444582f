"""A run as a plain NumPy script, without this engine: only the code that its own settings need."""

from __future__ import annotations

from engine.dataset import Dataset
from engine.exports.formulas import formulas
from engine.exports.numpy_activations import activations
from engine.exports.numpy_data import embedded_points, reading, reading_functions
from engine.exports.numpy_loop import loop
from engine.exports.numpy_network import (
    backward,
    compute_cost,
    forward,
    initialize_parameters_deep,
)
from engine.exports.numpy_training import training_functions
from engine.exports.plan import Plan, block, code, literal, plan_of, where_from, wrapped
from engine.hyperparameters import Hyperparameters
from engine.optimizers import OPTIMIZERS

END = block(
    """
    print(f"Training accuracy: {curve[-1][3]}")
    print(f"Test accuracy: {curve[-1][4]}")
    if arguments.output:
        write_curve(arguments.output, curve)
    """
)


def numpy_script(hyperparameters: Hyperparameters, dataset: Dataset) -> str:
    """The script's text; run on the dataset's two HDF5 files, it gives the run's costs.

    Its random numbers are the engine's, its formulas the course's; the first layer is computed on
    its weights, so it takes longer. Raises `HyperparameterError` for what the data cannot give.
    """
    plan = plan_of(hyperparameters, dataset)
    functions = [
        reading_functions(plan),
        activations(plan),
        initialize_parameters_deep(plan),
        forward(plan),
        compute_cost(plan),
        backward(plan),
        training_functions(plan),
    ]
    main = "\n\n".join([arguments_code(plan), reading(plan), loop(plan), END])
    points = f"\n\n{embedded_points(plan)}" if plan.points else ""
    return (
        f'"""{head(plan)}\n"""\n\n{imports(plan)}\n\n{settings(plan)}{points}\n\n\n'
        + "\n\n\n".join(piece for piece in functions if piece)
        + f"\n\n\n{main}\n"
    )


def head(plan: Plan) -> str:
    needs = "numpy, h5py and Pillow" if plan.shrinks else "numpy and h5py"
    where = f" {where_from(plan)}"
    on, files = "the dataset's two HDF5 files", "[TRAIN.h5 TEST.h5] "
    if plan.points:
        needs, where = "numpy", ""
        on, files = "the points in it", ""
    prose = (
        f"It trains the network of the course's exercise on {on}, and tells the costs of the run it "
        f"was made from, but for rounding.{where} It needs {needs}."
    )
    if plan.shrinks:
        prose += " Pillow shrinks the pictures: NumPy has nothing that gives the same pixels."
    if plan.h.precision == "float32":
        prose += (
            " With float32 the order of a sum shows in its digits, and the run's own order is "
            "another: the costs agree to about four digits, and part later in a long run."
        )
    told = "\n".join(f"    {words}: {formula}" for words, formula in formulas(plan))
    return (
        "A run of Hyperdial as plain NumPy, without its engine.\n\n"
        f"    python THIS_FILE {files}[--output CURVE.csv]\n\n"
        f"{wrapped(prose)}\n\nWhat is computed, one example a column:\n\n{told}"
    )


def imports(plan: Plan) -> str:
    if plan.points:
        return code("import argparse", "import csv", "import math", "\nimport numpy as np")
    return code(
        *(f"import {name}" for name in ("argparse", "csv", "hashlib", "math", "os", "sys")),
        "\nimport h5py",
        "import numpy as np",
        "from PIL import Image" if plan.shrinks else "",
    )


def settings(plan: Plan) -> str:
    h = plan.h
    random = h.initialization != "zeros" or plan.stochastic
    kept = {i: keep for i, keep in enumerate(h.keep_probs, 1) if keep < 1}
    uses = OPTIMIZERS[h.optimizer].uses
    told = {
        "dataset_name": plan.name,
        "dataset_digest": None if plan.points else plan.digest,
        "layers_dims": list(plan.layers_dims),
        "learning_rate": h.learning_rate,
        "num_iterations": h.num_iterations,
        "seed": h.seed if random or h.training_pictures or h.label_noise else None,
        **{name: getattr(h, name) for name in uses},
        "decay_rate": h.decay_rate if h.decay != "none" else None,
        "mini_batch_size": h.mini_batch or None,
        "patience": h.patience or None,
        "lambd": h.l2 or None,
        "keep_prob": kept or None,
        "training_pictures": h.training_pictures or None,
        "picture_size": h.picture_size if plan.shrinks else None,
        "label_noise": h.label_noise or None,
    }
    lines = [f"{name} = {literal(value)}" for name, value in told.items() if value is not None]
    return code("# The settings of the run", *lines, "L = len(layers_dims) - 1")


MISSING = block(
    """
    for file in (arguments.train_file, arguments.test_file):
        if not os.path.isfile(file):
            parser.error(f"there is no file {file}: name the training and the test file, as HDF5")
    """
)


def arguments_code(plan: Plan) -> str:
    return code(
        "parser = argparse.ArgumentParser()",
        *(
            f'parser.add_argument("{part}_file", nargs="?", default="{name}")'
            for part, name in zip(("train", "test"), plan.files, strict=True)
            if not plan.points
        ),
        'parser.add_argument("--output", help="write the curve here, as CSV")',
        "arguments = parser.parse_args()",
        "" if plan.points else MISSING,
        '# A run that diverges is told by its cost\nnp.seterr(over="ignore", invalid="ignore")',
    )
