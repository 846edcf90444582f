"""What a person gave cannot be used: one sentence, shown as it is at one place.

Every interface (page, command line) catches `EngineError` and shows `str(error)`; anything else
that escapes the engine is a bug.
"""

from __future__ import annotations


class EngineError(Exception):
    """One sentence from `what` (the thing), `found` (what it was) and `allowed` (what it may be)."""

    def __init__(self, what: str, found: object = None, allowed: str | None = None) -> None:
        self.what = what
        self.found = found
        self.allowed = allowed
        super().__init__(self.sentence())

    def sentence(self) -> str:
        parts = [self.what]
        if self.found is not None:
            parts.append(f"found {shortened(self.found)}")
        if self.allowed is not None:
            parts.append(f"needed {self.allowed}")
        head, *details = parts
        return (f"{head}: {', '.join(details)}" if details else head).rstrip(".") + "."

    def __reduce__(self) -> tuple[type[EngineError], tuple[object, ...]]:
        # A worker process sends its error to the server: the three parts travel, not the sentence.
        return type(self), (self.what, self.found, self.allowed)


class HyperparameterError(EngineError):
    """A hyperparameter's value is not allowed: `what` is the field's name."""

    def sentence(self) -> str:
        return f"{self.what} cannot be {shortened(self.found)}: allowed is {self.allowed}."


class ShapeError(EngineError):
    """Arrays do not fit together: `what` names the layer or array."""


class DatasetError(EngineError):
    """A file or folder does not hold a dataset that can be used."""


class DownloadError(EngineError):
    """What came over the network is not what was asked for."""


class PictureError(EngineError):
    """Bytes that were given as a picture cannot be used as one."""


class ModelError(EngineError):
    """A saved network is damaged, foreign, or does not fit."""


def shortened(value: object, limit: int = 80) -> str:
    """`value` as text on one line of at most `limit` characters (it may come from a hostile file)."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a list without end
        text = f"a {type(value).__name__} that is too long to show"
    text = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"
