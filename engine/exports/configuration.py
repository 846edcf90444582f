"""The settings of a run as a JSON file, and reading such a file from anyone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.stages import Stage

FORMAT = "hyperdial-configuration-1"
STAGES_FORMAT = "hyperdial-stages-1"
# A whole configuration takes about a thousand characters.
MOST_CHARACTERS = 100_000
WHAT = "The configuration"


def configuration_json(
    hyperparameters: Hyperparameters, dataset_name: str, dataset_digest: str
) -> str:
    """Every hyperparameter, and which data they were used on."""
    told = {
        "format": FORMAT,
        "hyperparameters": hyperparameters.to_dict(),
        "dataset": {"name": dataset_name, "digest": dataset_digest},
    }
    return json.dumps(told, indent=1, allow_nan=False) + "\n"


def stages_json(stages: Sequence[Stage], dataset_name: str, dataset_digest: str) -> str:
    """Of a run whose hyperparameters changed on its way: all of them, and from which iteration on."""
    told = {
        "format": STAGES_FORMAT,
        "stages": [{"from": begin, "hyperparameters": h.to_dict()} for begin, h in stages],
        "dataset": {"name": dataset_name, "digest": dataset_digest},
    }
    return json.dumps(told, indent=1, allow_nan=False) + "\n"


def read_configuration(text: str) -> Hyperparameters:
    """The hyperparameters of what `configuration_json` wrote; those left out take their default.

    Raises `EngineError` for text that is no configuration, and `HyperparameterError` for a value
    that is not allowed.
    """
    if len(text) > MOST_CHARACTERS:
        found = f"{len(text):,} characters"
        raise EngineError(f"{WHAT} is too long", found, f"at most {MOST_CHARACTERS:,}")
    try:
        told = json.loads(text, object_pairs_hook=given_once)
    except (ValueError, RecursionError):
        raise EngineError(f"{WHAT} cannot be read", text[:200], "a JSON object") from None
    if not isinstance(told, dict):
        raise EngineError(f"{WHAT} does not fit", told, "a JSON object")
    if told.get("format") != FORMAT:
        raise EngineError(f"{WHAT} has an unknown format", told.get("format", "none"), FORMAT)
    values = told.get("hyperparameters")
    if not isinstance(values, dict):
        raise EngineError(f"{WHAT} has no hyperparameters", values, "a JSON object of them")
    return Hyperparameters.from_dict(values)


def given_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; which of two values of one name was meant, nobody can tell."""
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise EngineError(f"{WHAT} has a name twice", twice, "each name once")
    return values
