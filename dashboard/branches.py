"""Branches of a run: their names, what was changed for each, and the words for it (no Streamlit)."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from dashboard.run import Run
from engine.declaration import Declared
from engine.fields import Real, Whole
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.training import FIXED

TRUNK = "T"  # what the chart writes at its end
MOST_BRANCHES = 6
CHANGEABLE = tuple(declared for name, declared in DECLARED.items() if name not in FIXED)


@dataclass(frozen=True, eq=False)
class Branch:
    """A branch of the run that the knobs describe, by its name; parent: the name it goes out from."""

    name: str
    run: Run
    parent: str = TRUNK

    @property
    def sentence(self) -> str:
        """Such as `from 1,200: learning rate 0.0075 → 0.02`."""
        assert self.run.origin is not None
        of = f" of {self.parent}" if self.parent != TRUNK else ""
        before = self.run.origin.trunk.hyperparameters
        return stage_words(self.run.begun_at, before, self.run.hyperparameters, of)


def branch_name(number: int) -> str:
    """A, B, …, Z, A2, …: no name is given twice."""
    turn, place = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(turn + 1) if turn else "")


def stage_words(begin: int, before: Hyperparameters, after: Hyperparameters, of: str = "") -> str:
    told = ", ".join(changes(before, after)) or "nothing changed"
    return f"from {begin:,}{of}: {told}"


def changes(before: Hyperparameters, after: Hyperparameters) -> list[str]:
    return [
        f"{d.label_inside} {written(d, getattr(before, d.name))} → "
        f"{written(d, getattr(after, d.name))}"
        for d in DECLARED.values()
        if getattr(before, d.name) != getattr(after, d.name)
    ]


def written(declared: Declared, value: Any) -> str:
    if isinstance(declared.kind, Whole):
        return declared.kind.zero if not value and declared.kind.zero else f"{value:,}"
    return f"{value:g}" if isinstance(declared.kind, Real) else declared.kind.format(value)


def fixed_sentence() -> str:
    """Why a branch cannot change everything."""
    labels = [DECLARED[name].label_inside for name in FIXED]
    return (
        "The network, its start and its data stay as they are, since a branch goes on with the "
        f"weights learned so far: {', '.join(labels[:-1])} and {labels[-1]} need a new run."
    )
