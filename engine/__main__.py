"""python -m engine: the command line.

A person's mistake ends in one sentence and exit code 2 (the command's words) or 1 (what they lead
to), never in a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from engine import commands
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


def parser() -> Parser:
    top = Parser(
        prog="python -m engine",
        description="Train, use and inspect the course's neural network without the dashboard.",
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="train|predict|download|info")

    train = verbs.add_parser(
        "train",
        help="train a network and tell its cost and accuracies",
        description="Train a network. Without options: the course's 4-layer model on the course's "
        "photos when they are there, else on the drawn pictures.",
    )
    train.add_argument(
        "--data",
        metavar="drawn|course|FOLDER|POINTS",
        help="the data; FOLDER holds train_catvnoncat.h5 and test_catvnoncat.h5, POINTS in the plane "
        f"are {', '.join(SHAPES)}, with settings such as flower:noise=0.3,points=200 "
        "(default: course when its files are found, else drawn)",
    )
    train.add_argument(
        "--preset",
        choices=preset_names(),
        metavar="PRESET",
        help="the settings that the options below change: %(choices)s "
        "(default: 4-layer-model, or points-in-the-plane for points)",
    )
    for declared in DECLARED.values():
        train.add_argument(
            "--" + declared.short.replace("_", "-"),
            dest=declared.name,
            type=hyperparameter(declared),
            metavar=declared.short.upper(),
            help=help_of(declared),
        )
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

    download = verbs.add_parser(
        "download",
        help="fetch the course's photos",
        description="Fetch the course's two files, check them, and keep them in a folder.",
    )
    download.add_argument("--folder", type=Path, help="where to (default: your data folder)")

    verbs.add_parser("info", help="tell versions, arithmetic library and the data found")
    return top


def preset_names() -> dict[str, Hyperparameters]:
    both = {**PRESETS, **PLANE_PRESETS}
    return {name.lower().replace(" ", "-"): h for name, h in both.items()}


def chosen_hyperparameters(arguments: argparse.Namespace) -> Hyperparameters:
    usual = PLANE_PRESETS if is_planar(arguments.data or "") else PRESETS
    preset = preset_names()[arguments.preset] if arguments.preset else next(iter(usual.values()))
    given = {name: getattr(arguments, name) for name in DECLARED}
    changes = {name: value for name, value in given.items() if value is not None}
    return preset.with_changes(**changes)


def run(arguments: argparse.Namespace) -> int:
    match arguments.verb:
        case "train":
            return commands.train_network(
                chosen_hyperparameters(arguments),
                arguments.data,
                output=arguments.output,
                save=arguments.save,
            )
        case "predict":
            return commands.predict_pictures(arguments.model, arguments.pictures)
        case "download":
            return commands.download(arguments.folder)
        case _:
            return commands.info()


def main(words: Sequence[str] | None = None) -> int:
    """The exit code; leaves by SystemExit for --help (0) and bad usage (2)."""
    arguments = parser().parse_args(words)
    try:
        code = run(arguments)
        sys.stdout.flush()  # so that output that cannot be written is told here
        return code
    except EngineError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    except BrokenPipeError:  # the reader of our output has gone: nothing to tell
        discard_output()
    except OSError as error:
        print(f"{error.filename or 'Standard output'}: {error.strerror}.", file=sys.stderr)
        discard_output()
    return 1


def discard_output() -> None:
    """What is left in the buffer would fail again while Python shuts down."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A name or sign that the terminal has no letter for is no reason to fail.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
