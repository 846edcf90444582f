"""The one declaration of the hyperparameters.

Each field says its label, symbol, short name, help and kind once. Widgets, command-line flags,
the address, the run's hash and every error message are made from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from engine.activations import ACTIVATIONS
from engine.errors import HyperparameterError
from engine.fields import Choice, Kind, LayerSizes, Real, Whole
from engine.initialization import INITIALIZATIONS


@dataclass(frozen=True)
class Declared:
    """What is known of one hyperparameter besides its value."""

    name: str
    short: str
    label: str
    symbol: str
    help: str
    kind: Kind
    default: Any


def declare(
    default: Any, kind: Kind, label: str, *, symbol: str, help: str, short: str = ""
) -> Any:
    told = {"kind": kind, "label": label, "symbol": symbol, "help": help, "short": short}
    return field(default=default, metadata=told)


@dataclass(frozen=True)
class Hyperparameters:
    """Everything that decides a run besides the data; the defaults are the course's 4-layer model.

    Raises `HyperparameterError` (field, value, allowed) for any value out of its range.
    """

    hidden_layers: tuple[int, ...] = declare(
        (20, 7, 5),
        LayerSizes(6, Whole(1, 512, scale="log")),
        "Hidden layers",
        symbol="n^[l]",
        short="layers",
        help="Units of each hidden layer, from the pictures towards the output; none is logistic regression.",
    )
    learning_rate: float = declare(
        0.0075,
        Real(1e-5, 10.0, scale="log"),
        "Learning rate",
        symbol="α",
        help="How far each step of gradient descent goes: too small learns slowly, too large overshoots.",
    )
    num_iterations: int = declare(
        2500,
        Whole(1, 20_000, scale="log"),
        "Iterations",
        symbol="num_iterations",
        short="iterations",
        help="How many times all training pictures go forward and backward through the network.",
    )
    activation: str = declare(
        "relu",
        Choice(tuple(ACTIVATIONS)),
        "Activation",
        symbol="g",
        help="The function g in A = g(Z) of every hidden layer; the output layer is always a sigmoid.",
    )
    initialization: str = declare(
        "1/sqrt(n)",
        Choice(tuple(INITIALIZATIONS)),
        "Initialization",
        symbol="W(0)",
        help="How large the random weights are before training starts; the biases b start at zero.",
    )
    seed: int = declare(
        1,
        Whole(0, 2**32 - 1),
        "Seed",
        symbol="seed",
        help="Chooses the random start: the same seed gives the same start, and so the same run.",
    )

    def __post_init__(self) -> None:
        for known in DECLARED.values():
            checked = known.kind.check(known.name, getattr(self, known.name))
            object.__setattr__(self, known.name, checked)

    def layers_dims(self, n_x: int, n_y: int = 1) -> tuple[int, ...]:
        """The course's `layers_dims`: inputs, hidden units, outputs."""
        return (n_x, *self.hidden_layers, n_y)

    def to_dict(self) -> dict[str, Any]:
        """Plain values by field name, ready for JSON."""
        values = {name: getattr(self, name) for name in DECLARED}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Hyperparameters:
        """The opposite of `to_dict`; fields left out take their default, unknown ones are refused."""
        for name in values:
            if name not in DECLARED:
                known = "a field among " + ", ".join(DECLARED)
                raise HyperparameterError("A hyperparameter", name, known)
        return cls(**values)

    def to_text(self) -> str:
        """As in an address: `layers=20,7,5&learning_rate=0.0075&…`, every field."""
        pairs = {d.short: d.kind.format(getattr(self, d.name)) for d in DECLARED.values()}
        return urlencode(pairs, safe=",/()")

    @classmethod
    def from_text(cls, text: str) -> Hyperparameters:
        """The opposite of `to_text`; short names only, those left out take their default.

        A name given twice is refused: which of the two was meant, nobody can tell.
        """
        by_short = {d.short: d for d in DECLARED.values()}
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=100)
        except ValueError:
            raise HyperparameterError("The text", text, "at most 100 fields") from None
        values: dict[str, Any] = {}
        for short, written in pairs:
            if short not in by_short:
                known = "a field among " + ", ".join(by_short)
                raise HyperparameterError("A hyperparameter", short, known)
            known_field = by_short[short]
            if known_field.name in values:
                raise HyperparameterError(known_field.name, "given twice", "one value")
            values[known_field.name] = known_field.kind.parse(known_field.name, written)
        return cls(**values)

    @cached_property
    def digest(self) -> str:
        """A hash that stays the same on every machine and when fields are added later.

        Fields at their default do not enter it, so a new field leaves older hashes as they were.
        """
        told = {n: v for n, v in self.to_dict().items() if getattr(self, n) != DECLARED[n].default}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def with_changes(self, **changes: Any) -> Hyperparameters:
        return replace(self, **changes)


DECLARED: Mapping[str, Declared] = MappingProxyType(
    {
        f.name: Declared(
            name=f.name,
            short=f.metadata["short"] or f.name,
            label=f.metadata["label"],
            symbol=f.metadata["symbol"],
            help=f.metadata["help"],
            kind=f.metadata["kind"],
            default=f.default,
        )
        for f in fields(Hyperparameters)
    }
)

PRESETS: Mapping[str, Hyperparameters] = MappingProxyType(
    {
        "4-layer model": Hyperparameters(),
        "2-layer model": Hyperparameters(hidden_layers=(7,), initialization="0.01"),
        "Logistic regression": Hyperparameters(
            hidden_layers=(), learning_rate=0.005, num_iterations=2000, initialization="zeros"
        ),
    }
)
