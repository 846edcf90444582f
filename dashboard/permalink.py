"""The address of the lab: a whole configuration in flat readable keys, and what came of it.

`?layers=20,7,5&learning_rate=0.01&dataset=drawn&result=0.0884,0.9856,0.8`. Fields at their default
are left out. Points in the plane have keys of their own, `?dataset=flower&noise=0.3`; where they come
without any hyperparameter, their usual preset is meant. A field's long name, `num_iterations`, is
understood too. An address comes from anywhere, so nothing in it is trusted: what cannot be used gets
a sentence and the default. (No Streamlit inside.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeVar

from dashboard.branch_link import (
    FIRST,
    KEY,
    LEFT_OUT,
    LONGEST,
    branch_keys,
    check_length,
    opened_branches,
)
from dashboard.messages import Summary
from dashboard.run_status import cost_text, share_text
from engine.declaration import Declaration, declared
from engine.errors import EngineError, HyperparameterError, shortened
from engine.hyperparameters import DECLARED, PLANE_PRESETS, Hyperparameters
from engine.sources.planar import Plane, is_planar
from engine.sources.planar_shapes import SHAPES
from engine.stages import Stage

Made = TypeVar("Made")

DATASET, RESULT, HIDE = "dataset", "result", "hide"
EMBED = ("embed", "embedded")
OTHERS = (DATASET, RESULT, HIDE, *EMBED)  # than the hyperparameters' own names
PLANE = {d.short for d in declared(Plane).values()}
HIDEABLE = (
    *(d.short for d in DECLARED.values()),
    *dict.fromkeys(d.group.lower() for d in DECLARED.values()),
    *("preset", DATASET, "what-if", "cliff"),
)
DIGITS = 6
LONGEST_ADDED = 5000  # 200 points
CLOSE = 1e-5  # of a result: one in the last of its digits
ALIKE = 0.8  # of two keys, from which on one may be a slip for the other
USUAL = " The usual value is taken."


@dataclass
class Opened:
    """What an address says. given: the fields that are to be set. plane: the points, where they are
    the data. stages: those settings, and what branches of them change. problems: a sentence for each
    part that could not be used; with one of them, what is shown is not what gave the result."""

    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    given: frozenset[str] = frozenset()
    dataset: str = ""
    plane: Plane | None = None
    result: tuple[float, ...] = ()
    hidden: frozenset[str] = frozenset()
    embedded: bool = False
    stages: tuple[Stage, ...] = ()
    problems: list[str] = field(default_factory=list)


def address(
    hyperparameters: Hyperparameters,
    dataset: str,
    result: Summary | None,
    later: Sequence[Stage] = (),
) -> dict[str, str]:
    """The keys and values that lead back to this configuration, and to its result if known.

    later: of a branch of it what came after iteration 0.
    """
    keys = {DATASET: dataset}
    if is_planar(dataset):
        plane = Plane.from_name(dataset)
        keys = {DATASET: plane.shape, **differing(plane, but="shape")}
    keys |= differing(hyperparameters)
    if is_planar(dataset) and hyperparameters == Hyperparameters():
        layers = DECLARED["hidden_layers"]
        keys[layers.short] = layers.kind.format(layers.default)  # or the preset would be meant
    keys |= branch_keys([(0, hyperparameters), *later])
    if result is not None:
        numbers = (result.cost, result.train_accuracy, result.test_accuracy)
        keys[RESULT] = ",".join(f"{n:.{DIGITS}g}" for n in numbers)
    return keys


def differing(values: Declaration, but: str = "") -> dict[str, str]:
    """The fields that are not at their default, as they are written."""
    return {
        d.short: d.kind.format(value)
        for name, d in declared(type(values)).items()
        if (value := getattr(values, name)) != d.default and name != but
    }


def opened(query: Mapping[str, str], datasets: list[str]) -> Opened:
    """What the address's keys mean; unknown ones, which others may have added, mean nothing."""
    told = Opened()
    values: dict[str, Any] = {}
    fields = {key: d for d in DECLARED.values() for key in (d.name, d.short)}
    for key, text in query.items():
        try:
            if key in (*fields, *OTHERS):
                check_length(key, text)
            if d := fields.get(key):
                values[d.name] = d.kind.parse(key, text)
            elif key == DATASET:
                known = [*datasets, *SHAPES]
                if text not in known:
                    raise HyperparameterError(DATASET, text, "one of " + ", ".join(known))
                told.dataset = text
            elif key == RESULT:
                told.result = numbers(text)
            elif key == HIDE:
                names = (name.strip().lower() for name in text.split(","))
                told.hidden = frozenset(name for name in names if name)
            elif key in EMBED:
                told.embedded = text.lower() not in ("false", "0", "no")
            elif not (key in PLANE or KEY.fullmatch(key)) and (
                meant := likely(key, (*fields, *OTHERS, FIRST))
            ):
                found = f"The address has a key {shortened(key)}, which is none"
                told.problems.append(f"{found}: {meant} may be meant.")
        except EngineError as error:
            told.problems.append(f"{error}{'' if key == RESULT else USUAL}")
    if told.dataset in SHAPES:
        told.plane = opened_plane(told.dataset, query, told.problems)
        told.dataset = told.plane.name
        if size := values.pop("picture_size", 0):
            problem = HyperparameterError("picture_size", size, "0 for points: they have no pixels")
            told.problems.append(f"{problem}{USUAL}")
        if not any(key in fields for key in query):
            preset = next(iter(PLANE_PRESETS.values()))
            values = {name: getattr(preset, name) for name in DECLARED}
    told.hyperparameters = fitting(Hyperparameters, values, told.problems)
    told.stages = opened_branches(query, told.hyperparameters, told.problems)
    # What was given may have been taken as another way to say something else.
    told.given = frozenset(
        name for name, d in DECLARED.items() if getattr(told.hyperparameters, name) != d.default
    )
    if told.problems:
        told.result = ()
    for name in sorted(told.hidden - {*HIDEABLE})[:1]:
        unknown = HyperparameterError(HIDE, name, "some of " + ", ".join(HIDEABLE))
        told.problems.append(str(unknown))
    return told


def likely(key: str, known: Sequence[str]) -> str:
    """The known key that one wrote wrongly; "" for one that others may have added."""
    key = key[:LONGEST].lower().replace("-", "_")
    longer = [name for name in known if len(key) > 2 and name.startswith(key)]
    return (longer or get_close_matches(key, known, 1, ALIKE) or [""])[0]


def fit_to_data(told: Opened, limits: Mapping[str, int]) -> list[str]:
    """Takes the default where the data are too few or too small for what the address says; the
    fields that were changed. limits: the largest value by field."""
    changed = []
    for name, most in limits.items():
        if (value := getattr(told.hyperparameters, name)) > most:
            allowed = f"at most {most:,} with these data"
            error = HyperparameterError(DECLARED[name].short, value, allowed)
            told.problems.append(f"{error}{USUAL}")
            default = {name: DECLARED[name].default}
            told.hyperparameters = told.hyperparameters.with_changes(**default)
            told.result = ()
            changed.append(name)
    unfit = [
        HyperparameterError(DECLARED[name].short, value, f"at most {most:,} with these data")
        for _, h in told.stages[1:]
        for name, most in limits.items()
        if (value := getattr(h, name)) > most
    ]
    if told.stages[1:] and (changed or unfit):
        another = "What was branched is another run with these data."
        why = another if changed else unfit[0]
        told.problems.append(f"{why}{LEFT_OUT}")
        told.result, told.stages = (), told.stages[:1]
    if changed:
        told.stages = ((0, told.hyperparameters),)
    return changed


def opened_plane(shape: str, query: Mapping[str, str], problems: list[str]) -> Plane:
    """The points that the address tells of."""
    values: dict[str, Any] = {}
    for name, d in declared(Plane).items():
        if name == "shape" or d.short not in query:
            continue
        try:
            check_length(d.short, query[d.short], LONGEST_ADDED if name == "added" else LONGEST)
            values[name] = d.kind.parse(d.short, query[d.short])
        except HyperparameterError as error:
            problems.append(f"{error}{USUAL}")
    return fitting(partial(Plane, shape=shape), values, problems)


def fitting(make: Callable[..., Made], values: dict[str, Any], problems: list[str]) -> Made:
    """What is made of `values`, without those that do not fit with the others."""
    while True:  # one after another
        try:
            return make(**values)
        except HyperparameterError as error:
            problems.append(f"{by_short_name(error)}{USUAL}")
            if values.pop(error.what, None) is None:
                values.clear()


def by_short_name(error: HyperparameterError) -> HyperparameterError:
    """With the key that addresses have for the field."""
    d = DECLARED.get(error.what)
    return HyperparameterError(d.short if d else error.what, error.found, error.allowed)


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
        if not same(a, b)
    ]
    if not differing:
        return True, f"Reproduced ✓ cost {cost_text(got[0])}, test accuracy {share_text(got[2])}"
    return False, "Not the link's result: " + "; ".join(differing)


def same(a: float, b: float) -> bool:
    """Whether two numbers agree in the digits that an address has, or are both not a number."""
    return math.isclose(a, b, rel_tol=CLOSE) or (math.isnan(a) and math.isnan(b))
