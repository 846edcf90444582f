"""The address of the lab: a whole configuration in flat readable keys, and what came of it.

`?layers=20,7,5&learning_rate=0.01&dataset=drawn&result=0.0884,0.9856,0.8`. Fields at their default
are left out. An address comes from anywhere, so nothing in it is trusted: what cannot be used gets
a sentence and the default. (No Streamlit inside.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.messages import Summary
from engine.errors import EngineError, HyperparameterError, shortened
from engine.hyperparameters import DECLARED, Hyperparameters

RESULT = "result"
DIGITS = 6
LONGEST = 500  # characters of a value; the longest honest one has 40


@dataclass
class Opened:
    """What an address says. problems: a sentence for each part that could not be used."""

    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    given: frozenset[str] = frozenset()
    dataset: str = ""
    result: tuple[float, ...] = ()
    hidden: frozenset[str] = frozenset()
    embedded: bool = False
    problems: list[str] = field(default_factory=list)


def address(
    hyperparameters: Hyperparameters, dataset: str, result: Summary | None
) -> dict[str, str]:
    """The keys and values that lead back to this configuration, and to its result if known."""
    keys = {"dataset": dataset}
    for name, d in DECLARED.items():
        if (value := getattr(hyperparameters, name)) != d.default:
            keys[d.short] = d.kind.format(value)
    if result is not None:
        numbers = (result.cost, result.train_accuracy, result.test_accuracy)
        keys[RESULT] = ",".join(f"{n:.{DIGITS}g}" for n in numbers)
    return keys


def opened(query: Mapping[str, str], datasets: list[str]) -> Opened:
    """What the address's keys mean."""
    told = Opened()
    values: dict[str, Any] = {}
    short = {d.short: d for d in DECLARED.values()}
    for key, text in query.items():
        text = text[: LONGEST + 1]
        try:
            if len(text) > LONGEST:
                raise HyperparameterError(shortened(key), text, "a shorter value")
            if d := short.get(key):
                values[d.name] = d.kind.parse(d.name, text)
            elif key == "dataset":
                if text not in datasets:
                    raise HyperparameterError("dataset", text, "one of " + ", ".join(datasets))
                told.dataset = text
            elif key == RESULT:
                told.result = numbers(text)
            elif key == "hide":
                told.hidden = frozenset(name.strip().lower() for name in text.split(",") if name)
            elif key in ("embed", "embedded"):
                told.embedded = text.lower() not in ("false", "0", "no")
        except EngineError as error:
            told.problems.append(f"{error} The usual value is taken.")
    told.given = frozenset(values)
    while True:  # one after another, until what is left fits together
        try:
            told.hyperparameters = Hyperparameters(**values)
            return told
        except HyperparameterError as error:
            told.problems.append(f"{error} The usual value is taken.")
            if values.pop(error.what, None) is None:
                values.clear()


def numbers(text: str) -> tuple[float, ...]:
    parts = text.split(",")
    try:
        found = tuple(float(part) for part in parts)
    except ValueError:
        found = ()
    if len(found) != 3:
        raise HyperparameterError(RESULT, text, "cost, training and test accuracy")
    return found


def comparison(result: tuple[float, ...], summary: Summary) -> tuple[bool, str]:
    """Whether a run gave the result an address promises, and the sentence for it."""
    got = (summary.cost, summary.train_accuracy, summary.test_accuracy)
    names = ("cost", "training accuracy", "test accuracy")
    differing = [
        f"{name} {a:.{DIGITS}g} here, {b:.{DIGITS}g} in the link"
        for name, a, b in zip(names, got, result, strict=True)
        if float(f"{a:.{DIGITS}g}") != float(f"{b:.{DIGITS}g}")
    ]
    if not differing:
        return True, f"Reproduced ✓ cost {got[0]:.4f}, test accuracy {100 * got[2]:.1f} %"
    return False, "Not the link's result: " + "; ".join(differing)
