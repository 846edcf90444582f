"""Branches in the address: `from=1300&from_learning_rate=0.02`, and `from2=…` for a branch of that.

Only what a branch changes is told. (No Streamlit inside.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dashboard.branches import MOST_BRANCHES
from engine.errors import EngineError, HyperparameterError, shortened
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.stages import Stage, check_stages

FIRST = "from"
KEY = re.compile(FIRST + r"\d*(_\w*)?")
LONGEST = 500  # characters of a value; the longest honest one has 40
LEFT_OUT = " The branch is left out."


def branch_keys(stages: Sequence[Stage]) -> dict[str, str]:
    """What the address has of a way beside its trunk."""
    keys = {}
    for i, ((_, before), (begin, after)) in enumerate(pairwise(stages), 1):
        keys[prefix(i)] = str(begin)
        for name, d in DECLARED.items():
            if (value := getattr(after, name)) != getattr(before, name):
                keys[f"{prefix(i)}_{d.short}"] = d.kind.format(value)
    return keys


def opened_branches(
    query: Mapping[str, str], trunk: Hyperparameters, problems: list[str]
) -> tuple[Stage, ...]:
    """The whole way that the address tells of, the trunk's stage first; that alone, with a sentence
    in `problems`, where not all of it can be taken."""
    stages: list[Stage] = [(0, trunk)]
    told = {key: text for key, text in query.items() if KEY.fullmatch(key)}
    key = ""
    try:
        while (key := prefix(len(stages))) in told:
            if len(stages) > MOST_BRANCHES:
                raise HyperparameterError(key, told[key], f"none, after {MOST_BRANCHES} branches")
            stages.append(opened_stage(key, told, *stages[-1]))
            check_stages(stages)
        for unknown in told:
            about = f"The address has a key {shortened(unknown)}"
            raise EngineError(f"{about}, which means nothing here")
    except HyperparameterError as error:
        d = DECLARED.get(error.what)
        named = f"{key}_{d.short}" if d else error.what
        problems.append(f"{HyperparameterError(named, error.found, error.allowed)}{LEFT_OUT}")
    except EngineError as error:
        problems.append(f"{error}{LEFT_OUT}")
    else:
        return tuple(stages)
    return (stages[0],)


def opened_stage(key: str, told: dict[str, str], last_began: int, before: Hyperparameters) -> Stage:
    """Takes what belongs to the stage out of `told`."""
    begin, low, high = told.pop(key), last_began + 1, before.num_iterations
    if not re.fullmatch("[0-9]{1,9}", begin) or not low <= int(begin) <= high:
        raise HyperparameterError(key, begin, f"an iteration from {low:,} to {high:,}")
    values: dict[str, Any] = {}
    for d in DECLARED.values():
        for name in (f"{key}_{d.short}", f"{key}_{d.name}"):
            if (text := told.pop(name, None)) is not None:
                check_length(name, text)
                values[d.name] = d.kind.parse(name, text)
    return int(begin), before.with_changes(**values)


def check_length(key: str, text: str, most: int = LONGEST) -> None:
    if len(text) > most:
        raise HyperparameterError(key, text, f"at most {most:,} characters")


def prefix(number: int) -> str:
    """Of the keys of the branch of that number, counted from 1."""
    return FIRST if number == 1 else f"{FIRST}{number}"
