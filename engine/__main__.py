"""python -m engine: the command line.

A person's mistake ends in one sentence and exit code 2 (the command's words) or 1 (what they lead
to), never in a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import fields

from engine import commands
from engine.arguments import base_of_search, chosen_hyperparameters, parser
from engine.errors import EngineError


def run_sweep(arguments: argparse.Namespace) -> int:
    from engine.sweep_commands import Orders, sweep  # Optuna takes a while to import
    from engine.sweeps.axes import parse_axis

    return sweep(
        base_of_search(arguments, [parse_axis(text).field for text in arguments.axes]),
        arguments.axes,
        arguments.data,
        Orders(
            arguments.name,
            arguments.store,
            arguments.scheduler,
            arguments.workers,
            arguments.output,
            arguments.events,
        ),
        sampler=arguments.sampler,
        trials=arguments.trials,
        objective=arguments.objective.replace("-", " "),
        seed=arguments.search_seed,
        batch=arguments.batch,
        pruner=arguments.pruner,
    )


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
        case "import":
            return import_pictures(arguments)
        case "datasets":
            return manage_datasets(arguments)
        case "sweep":
            return run_sweep(arguments)
        case "cliff":
            from engine.sweep_commands import cliff

            base = base_of_search(arguments, ["learning_rate"])
            return cliff(base, arguments.data, arguments.workers, arguments.events)
        case "download":
            return commands.download(arguments.folder)
        case _:
            return commands.info()


def import_pictures(arguments: argparse.Namespace) -> int:
    from engine import import_commands  # which takes h5py and Pillow

    told = {f.name: getattr(arguments, f.name) for f in fields(import_commands.Wish)}
    return import_commands.import_pictures(import_commands.Wish(**told))


def manage_datasets(arguments: argparse.Namespace) -> int:
    from engine import import_commands

    match arguments.task:
        case "rename":
            return import_commands.rename_dataset(arguments.name, arguments.new)
        case "delete":
            return import_commands.delete_dataset(arguments.name)
        case "export":
            return import_commands.export_dataset(arguments.name, arguments.folder)
        case _:
            return import_commands.list_datasets()


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
        print(f"{error.filename or 'Standard output'}: {error.strerror or error}.", file=sys.stderr)
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
