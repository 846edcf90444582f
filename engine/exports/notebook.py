"""A Jupyter notebook that makes a run again with this engine and says what it does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.dataset import Dataset
from engine.exports.course_loop import course_section
from engine.exports.engine_code import (
    ALWAYS_TOLD,
    accuracy_section,
    data_section,
    figure_section,
    imported_names,
    read_files_code,
    settings_section,
    training_section,
)
from engine.exports.formulas import formulas
from engine.exports.plan import Plan, code, plan_of, where_from
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.stages import Stage


def notebook(run: Hyperparameters | Sequence[Stage], dataset: Dataset) -> str:
    """The notebook's JSON (nbformat 4.5), of a run or of its stages (stages.py).

    Raises `HyperparameterError` for what the data cannot give.

    Where the exercise's functions can make the run, it ends with the loop in those.
    """
    plan = plan_of(run, dataset)
    imports = imported_names(plan)
    if not plan.known:
        imports = code(imports, "\n\n" + read_files_code(plan))
    cells = [
        markdown("introduction", introduction(plan)),
        python("imports", imports),
    ]
    sections = [
        data_section(plan, f'"{plan.files[0]}", "{plan.files[1]}"'),
        settings_section(plan),
        training_section(plan),
        figure_section(plan, "figure"),
        accuracy_section(plan),
    ]
    if plan.course_can:
        sections.append(course_section(plan))
    for section in sections:
        more = table_of_settings(plan) if section.key == "settings" else ""
        cells.append(
            markdown(section.key, f"## {section.title}\n\n{code(section.prose, more)}"),
        )
        cells.append(python(f"{section.key}-code", section.code))
    told = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def introduction(plan: Plan) -> str:
    files = (
        ""
        if plan.known
        else f" It reads the files `{plan.files[0]}` and `{plan.files[1]}`. {where_from(plan)}"
    )
    lines = "\n".join(f"- {words}: `{formula}`" for words, formula in formulas(plan))
    return (
        "# A run of Hyperdial\n\n"
        "This notebook trains the network of the course's exercise again, with the settings of one "
        f"run. The same settings on the same {plan.noun}s give the same costs. It needs Hyperdial's "
        f"`engine`: open it in Hyperdial's folder.{files}\n\n"
        f"{plan.computed}, one example a column:\n\n{lines}"
    )


def table_of_settings(plan: Plan) -> str:
    rows = []
    for name, declared in DECLARED.items():
        value = getattr(plan.h, name)
        if name in ALWAYS_TOLD or value != declared.default:
            told, worded = declared.kind.format(value), declared.worded(plan.noun)
            rows.append(f"| {worded.label} | `{declared.symbol}` | `{told}` | {worded.help} |")
    return code("\n| | symbol | value | |\n| --- | --- | --- | --- |", *rows)


def markdown(key: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": key, "metadata": {}, "source": lines_of(text)}


def python(key: str, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": key,
        "metadata": {},
        "outputs": [],
        "source": lines_of(text),
    }


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)
