"""The words of the command line: its verbs, and a flag for each hyperparameter from the declaration."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from engine.declaration import Declared
from engine.errors import EngineError, HyperparameterError
from engine.hyperparameters import DECLARED, PLANE_PRESETS, PRESETS, Hyperparameters
from engine.sources.planar import is_planar
from engine.sources.planar_shapes import SHAPES


class Parser(argparse.ArgumentParser):
    """One sentence for a mistake, and where to read on; not the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\nSee {self.prog} --help.\n")


def hyperparameter(declared: Declared) -> Any:
    """An argparse type that reads the field's text and refuses with the field's sentence."""

    def read(text: str) -> Any:
        try:
            return declared.kind.parse(declared.name, text)
        except HyperparameterError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def help_of(declared: Declared) -> str:
    first, preset = next(iter(PRESETS.items()))
    default = declared.kind.format(getattr(preset, declared.name))
    told = f"{declared.help} Allowed: {declared.kind.allowed}. Default: the preset's ({first}: {default})."
    return told.replace("%", "%%")


def add_run_options(verb: argparse.ArgumentParser) -> None:
    """What a run is made from: its data, and a flag for each hyperparameter."""
    verb.add_argument(
        "--data",
        metavar="drawn|course|NAME|FOLDER|POINTS",
        help="the data; NAME is of a dataset you imported, FOLDER holds train_catvnoncat.h5 and "
        f"test_catvnoncat.h5, POINTS in the plane are {', '.join(SHAPES)}, with settings such as "
        "flower:noise=0.3,points=200 "
        "(default: course when its files are found, else drawn)",
    )
    verb.add_argument(
        "--preset",
        choices=preset_names(),
        metavar="PRESET",
        help="the settings that the options below change: %(choices)s "
        "(default: 4-layer-model, or points-in-the-plane for points)",
    )
    for declared in DECLARED.values():
        verb.add_argument(
            "--" + declared.short.replace("_", "-"),
            dest=declared.name,
            type=hyperparameter(declared),
            metavar=declared.short.upper(),
            help=help_of(declared),
        )


def parser() -> Parser:
    top = Parser(
        prog="python -m engine",
        description="Train, use and inspect the course's neural network without the dashboard.",
    )
    verbs = top.add_subparsers(
        dest="verb",
        required=True,
        metavar="train|predict|sweep|cliff|import|datasets|download|info",
    )

    train = verbs.add_parser(
        "train",
        help="train a network and tell its cost and accuracies",
        description="Train a network. Without options: the course's 4-layer model on the course's "
        "photos when they are there, else on the drawn pictures.",
    )
    add_run_options(train)
    train.add_argument(
        "--output", type=Path, metavar="RUN.json", help="write the results here (default: nowhere)"
    )
    train.add_argument(
        "--save", type=Path, metavar="MODEL.npz", help="write the network here (default: nowhere)"
    )

    predict = verbs.add_parser(
        "predict",
        help="say what a trained network sees in pictures",
        description="The probability of the positive class for each picture.",
    )
    predict.add_argument("model", type=Path, metavar="MODEL", help="written by train --save")
    predict.add_argument(
        "pictures", type=Path, nargs="+", metavar="PICTURE", help="any picture file"
    )

    add_importing(verbs)
    add_sweep(verbs)

    download = verbs.add_parser(
        "download",
        help="fetch the course's photos",
        description="Fetch the course's two files, check them, and keep them in a folder.",
    )
    download.add_argument("--folder", type=Path, help="where to (default: your data folder)")

    verbs.add_parser("info", help="tell versions, arithmetic library and the data found")
    return top


def add_sweep(verbs: Any) -> None:
    sweep = verbs.add_parser(
        "sweep",
        help="search over hyperparameters",
        description="Train many networks and tell which settings were best. FIELD=VALUES names what "
        "varies: a range (learning-rate=0.001..0.02), values (activation=relu|tanh), architectures "
        "by depth x width (layers=1..3x5..50). The options set what does not vary. What is done is "
        "kept: interrupted, the same command with --name goes on.",
    )
    sweep.add_argument("axes", nargs="+", metavar="FIELD=VALUES", help="what to vary")
    sweep.add_argument(
        "--sampler", default="random", help="grid, random, tpe or cmaes (%(default)s)"
    )
    sweep.add_argument(
        "--trials", type=int, default=64, help="how many (%(default)s; a grid has its own)"
    )
    sweep.add_argument(
        "--objective",
        default="test accuracy",
        help="test accuracy, test cost or cost (%(default)s)",
    )
    sweep.add_argument(
        "--pruner", default="none", help="none, median, halving or hyperband (%(default)s)"
    )
    sweep.add_argument("--search-seed", type=int, default=1, help="of the proposals (%(default)s)")
    sweep.add_argument(
        "--batch",
        type=int,
        default=16,
        help="proposals at a time of a sampler that learns (%(default)s)",
    )
    sweep.add_argument("--name", default="", help="of the search (default: the time)")
    sweep.add_argument(
        "--store", help="the database's URL (default: HYPERDIAL_STORE, or a file of yours)"
    )
    sweep.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="train on this Dask cluster")
    sweep.add_argument(
        "--workers", type=int, help="processes on this computer (default: its cores)"
    )
    sweep.add_argument("--output", type=Path, metavar="TRIALS.csv", help="write all trials here")
    sweep.add_argument("--events", action="store_true", help="tell each trial as a line of JSON")
    add_run_options(sweep)

    cliff = verbs.add_parser(
        "cliff",
        help="find the largest learning rate that still learns",
        description="Find the largest stable learning rate of a network, and what breaks beyond it.",
    )
    cliff.add_argument(
        "--workers", type=int, help="processes on this computer (default: its cores)"
    )
    cliff.add_argument("--events", action="store_true", help="tell the progress as lines of JSON")
    add_run_options(cliff)


def add_importing(verbs: Any) -> None:
    bring = verbs.add_parser(
        "import",
        help="make a dataset of your own pictures, and keep it",
        description="Make a dataset of your own pictures and keep it in your data folder. A SOURCE is "
        "a folder or zip of class folders (cats/…, others/…), an HDF5 file in the course's layout, "
        "or a CSV with a class and pixels in each row. Several become one dataset.",
    )
    bring.add_argument("sources", type=Path, nargs="+", metavar="SOURCE")
    bring.add_argument("--name", help="what to call it (default: as the first source)")
    which = bring.add_mutually_exclusive_group()
    which.add_argument(
        "--positive",
        metavar="CLASS",
        help="tell this class from all others (default: of two classes the one that is not named "
        "other, non-… or the like; of more, every class from every other)",
    )
    which.add_argument(
        "--all-classes", action="store_true", help="tell every class from every other (up to 20)"
    )
    bring.add_argument(
        "--size",
        type=int,
        metavar="PIXELS",
        help="side of the pictures, 8 to 256 (default: 64 for photos, else as they are)",
    )
    bring.add_argument(
        "--test-share",
        type=float,
        metavar="SHARE",
        help="how many of each class are kept for testing, 0.05 to 0.5 (default: 0.2, or the "
        "source's own split where folders or files are called train and test)",
    )
    bring.add_argument(
        "--seed", type=int, help="which ones, by chance: another seed, another split (default: 1)"
    )
    bring.add_argument(
        "--skip-broken", action="store_true", help="leave out broken files and empty classes"
    )
    bring.add_argument(
        "--preview", action="store_true", help="tell what is in there, and keep nothing"
    )

    datasets = verbs.add_parser(
        "datasets",
        help="list, rename, delete and export what you imported",
        description="The datasets you imported. Without a further word: list them.",
    )
    tasks = datasets.add_subparsers(dest="task", metavar="list|rename|delete|export")
    tasks.add_parser("list", help="names, sizes, classes")
    rename = tasks.add_parser("rename", help="give a dataset another name")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new", metavar="NEW")
    delete = tasks.add_parser("delete", help="delete a dataset for good")
    delete.add_argument("name", metavar="NAME")
    export = tasks.add_parser(
        "export", help="write the two HDF5 files that the course's notebook reads"
    )
    export.add_argument("name", metavar="NAME")
    export.add_argument("folder", type=Path, metavar="FOLDER")


def preset_names() -> dict[str, Hyperparameters]:
    both = {**PRESETS, **PLANE_PRESETS}
    return {name.lower().replace(" ", "-"): h for name, h in both.items()}


def chosen_hyperparameters(arguments: argparse.Namespace) -> Hyperparameters:
    """The preset with what is given changed; what of it means nothing then has its default."""
    usual = PLANE_PRESETS if is_planar(arguments.data or "") else PRESETS
    preset = preset_names()[arguments.preset] if arguments.preset else next(iter(usual.values()))
    values = {name: getattr(preset, name) for name in DECLARED}
    given = {name: value for name in DECLARED if (value := getattr(arguments, name)) is not None}
    beside = SimpleNamespace(**values | given)
    meant = {name: value for name, value in values.items() if DECLARED[name].needs(beside)}
    return Hyperparameters(**meant | given)


def base_of_search(arguments: argparse.Namespace, varied: Sequence[str]) -> Hyperparameters:
    """The settings, of which `varied` do not count. On the command line one of these is refused
    unless others that are given need it; another program, which has `events`, gives them all."""
    base = chosen_hyperparameters(arguments)
    for name in () if arguments.events else varied:
        if getattr(arguments, name) is None:
            continue
        try:
            chosen_hyperparameters(argparse.Namespace(**{**vars(arguments), name: None}))
        except HyperparameterError:  # momentum, say, for the sake of its β
            continue
        flag = DECLARED[name].short.replace("_", "-")
        raise EngineError(f"--{flag} would have no effect, as {name} is what varies")
    return base
