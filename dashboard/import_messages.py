"""What a session's import and its process say to each other (they travel as messages.py has it)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.sources.importing.building import Choices
from engine.sources.importing.kept import Kept
from engine.sources.importing.material import Broken

# --- to the process


@dataclass(frozen=True)
class GivenFile:
    """A file as it lies in the import's private folder; `label` is the class of a single picture."""

    path: str
    name: str
    label: str | None = None


@dataclass(frozen=True)
class Read:
    """Read these files into pictures of `side` pixels; None keeps the size of small ones."""

    files: tuple[GivenFile, ...]
    side: int | None


@dataclass(frozen=True)
class Keep:
    """Make a dataset of what was read and keep it in the library."""

    name: str
    choices: Choices
    source: str


# --- from the process


@dataclass(frozen=True)
class Shown:
    """A picture of a preview: JPEG bytes, its own name and that of its class."""

    jpeg: bytes
    name: str
    label: str


@dataclass(frozen=True)
class DuplicateGroup:
    """Pictures that are the same, exactly or nearly; the first few are shown."""

    shown: tuple[Shown, ...]
    size: int
    exact: bool
    contradicting: bool
    leaking: bool


@dataclass(frozen=True)
class Preview:
    """What a survey found, small enough to be sent and shown.

    `counts` and `samples` go by class, `broken` holds the first of `broken_count`.
    """

    sentences: tuple[str, ...]
    counts: dict[str, int]
    samples: dict[str, tuple[Shown, ...]]
    groups: tuple[DuplicateGroup, ...]
    group_count: int
    broken: tuple[Broken, ...]
    broken_count: int
    empty: tuple[str, ...]
    is_split: bool
    likely_positive: str | None
    side: int


@dataclass(frozen=True)
class Done:
    """The dataset is kept."""

    kept: Kept


@dataclass(frozen=True)
class Failed:
    """Why not, in one sentence."""

    sentence: str
