"""A Python script that makes a run again with this engine: the notebook's code, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from engine.dataset import Dataset
from engine.exports.course_loop import course_section
from engine.exports.engine_code import (
    Section,
    accuracy_section,
    data_section,
    figure_section,
    imported_names,
    read_files_code,
    settings_section,
    training_section,
)
from engine.exports.formulas import formulas
from engine.exports.plan import Plan, block, code, plan_of, where_from, wrapped
from engine.hyperparameters import Hyperparameters
from engine.stages import Stage

OUTPUT = block(
    """
    if arguments.output:
        curves = {
            "train_cost": (iterations, costs),
            "test_cost": (reports, test_costs),
            "train_accuracy": (reports, train_accuracies),
            "test_accuracy": (reports, test_accuracies),
        }
        with open(arguments.output, "w", newline="") as file:
            file.write(curve_csv(curves))
    """
)


def script(run: Hyperparameters | Sequence[Stage], dataset: Dataset) -> str:
    """The script's text, of a run or of its stages (stages.py).

    Raises `HyperparameterError` for what the data cannot give.
    """
    plan = plan_of(run, dataset)
    sections = [
        data_section(plan, "arguments.train_file, arguments.test_file"),
        settings_section(plan),
        training_section(plan),
        accuracy_section(plan),
        figure_section(plan, "if arguments.chart:\n    figure.write_html(arguments.chart)"),
        Section("output", "The curve as a file", "", OUTPUT),
    ]
    if plan.course_can:
        sections.append(course_section(plan))
    first, *others = imported_names(plan).split("\n\n", 1)
    parts = [
        f'"""{head(plan)}\n"""',
        f"import argparse\n\n{first}",
        code(*others, "from engine.export import curve_csv"),
        "" if plan.known else "\n" + read_files_code(plan) + "\n",
        arguments_code(plan),
        *(code(commented(section), section.code) for section in sections),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def commented(section: Section) -> str:
    prose = section.title + (f": {section.prose}" if section.prose else "")
    return wrapped(prose, "# ")


def head(plan: Plan) -> str:
    files = "" if plan.known else " [TRAIN.h5 TEST.h5]"
    told = "\n".join(f"    {words}: {formula}" for words, formula in formulas(plan))
    return (
        "A run of Hyperdial, made again with its engine.\n\n"
        f"    python THIS_FILE{files} [--output CURVE.csv] [--chart CHART.html]\n\n"
        + wrapped(
            f"The same settings on the same {plan.noun}s give the same costs. It needs Hyperdial's "
            "engine: run it with PYTHONPATH naming Hyperdial's folder."
            + ("" if plan.known else f" {where_from(plan)}")
        )
        + f"\n\n{plan.computed}, one example a column:\n\n{told}"
    )


def arguments_code(plan: Plan) -> str:
    files = "\n".join(
        f'parser.add_argument("{part}_file", nargs="?", default="{name}")'
        for part, name in zip(("train", "test"), plan.files, strict=True)
    )
    return code(
        "parser = argparse.ArgumentParser()",
        "" if plan.known else files,
        'parser.add_argument("--output", help="write the curve here, as CSV")',
        'parser.add_argument("--chart", help="write the chart here, as HTML")',
        "arguments = parser.parse_args()",
    )
