"""What makes a dataclass of hyperparameters readable from anywhere and writable to anywhere.

`Declaration` gives any frozen dataclass whose fields are made by `declare` its checks, its dict,
its text for an address, and its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from engine.errors import HyperparameterError
from engine.fields import Kind


@dataclass(frozen=True)
class Declared:
    """What is known of one hyperparameter besides its value.

    needs: whether the field means anything, given the others; with `only`, the words for when.
    """

    name: str
    short: str
    label: str
    symbol: str
    help: str
    kind: Kind
    default: Any
    group: str
    needs: Callable[[Any], bool]
    only: str

    @property
    def label_inside(self) -> str:
        """The label as it stands inside a sentence: learning rate, but L2 regularization."""
        initial = self.label[0].lower() if self.label[1].islower() else self.label[0]
        return initial + self.label[1:]

    def worded(self, noun: str) -> Declared:
        """In the words of a dataset whose examples are called so: points are no pictures."""
        if noun == "picture":
            return self
        label, help = (
            text.replace("picture", noun).replace("pixels", "coordinates")
            for text in (self.label, self.help)
        )
        return replace(self, label=label, help=help)


def declare(
    default: Any,
    kind: Kind,
    label: str,
    *,
    symbol: str,
    help: str,
    group: str,
    short: str = "",
    needs: Callable[[Any], bool] = lambda values: True,
    only: str = "",
) -> Any:
    told = {"kind": kind, "label": label, "symbol": symbol, "help": help, "short": short}
    return field(default=default, metadata={**told, "group": group, "needs": needs, "only": only})


def declared(cls: Any) -> Mapping[str, Declared]:
    """The fields of a class by name, in their order."""
    return _declared(cls)


@cache
def _declared(cls: Any) -> Mapping[str, Declared]:
    return MappingProxyType(
        {
            f.name: Declared(
                name=f.name,
                default=f.default,
                **{**f.metadata, "short": f.metadata["short"] or f.name},
            )
            for f in fields(cls)
        }
    )


class Declaration:
    """The part of a class of hyperparameters that follows from its fields alone."""

    def check_fields(self) -> None:
        """Every field within its range; one that means nothing here left at its default."""
        known = declared(type(self))
        for d in known.values():
            object.__setattr__(self, d.name, d.kind.check(d.name, getattr(self, d.name)))
        for d in known.values():
            value = getattr(self, d.name)
            if value != d.default and not d.needs(self):
                usual = d.kind.format(d.default)
                raise HyperparameterError(d.name, value, f"{usual}, as it means something {d.only}")

    def to_dict(self) -> dict[str, Any]:
        """Plain values by field name, ready for JSON."""
        values = {name: getattr(self, name) for name in declared(type(self))}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The opposite of `to_dict`; fields left out take their default, unknown ones are refused."""
        for name in values:
            if name not in declared(cls):
                known = "a field among " + ", ".join(declared(cls))
                raise HyperparameterError("A hyperparameter", name, known)
        return cls(**values)

    def to_text(self) -> str:
        """As in an address: `layers=20,7,5&learning_rate=0.0075&…`, every field."""
        pairs = {
            d.short: d.kind.format(getattr(self, d.name)) for d in declared(type(self)).values()
        }
        return urlencode(pairs, safe=",/()")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The opposite of `to_text`; short names only, those left out take their default."""
        return cls(**cls.values_from_text(text))

    def with_text(self, text: str) -> Self:
        """The same with what `text` names changed."""
        return self.with_changes(**self.values_from_text(text))

    @classmethod
    def values_from_text(cls, text: str) -> dict[str, Any]:
        """What a text as of `to_text` names, by field name, each value within its range.

        A name given twice is refused: which of the two was meant, nobody can tell.
        """
        by_short = {d.short: d for d in declared(cls).values()}
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
        return values

    @cached_property
    def digest(self) -> str:
        """A hash that stays the same on every machine and when fields are added later.

        Fields at their default do not enter it, so a new field leaves older hashes as they were.
        """
        told = {
            n: v
            for n, v in self.to_dict().items()
            if getattr(self, n) != declared(type(self))[n].default
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def with_changes(self, **changes: Any) -> Self:
        return replace(self, **changes)  # type: ignore[type-var]
