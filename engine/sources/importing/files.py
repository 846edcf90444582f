"""Files by their paths: which class each belongs to, and which are no pictures of any class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from engine.errors import shortened
from engine.sources.importing.material import UNSPLIT, Broken, Entry, Listing
from engine.sources.importing.names import Layout, check_classes, class_name

NO_CLASS = "It lies in no class folder, as cats/a.jpg would."


@dataclass(frozen=True)
class File:
    """A file by the parts of its path; `read` gives its bytes or raises an `EngineError`."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]


def listing_of(
    files: Sequence[File],
    folders: Sequence[tuple[str, ...]] = (),
    broken: Sequence[Broken] = (),
) -> Listing:
    """The files with their classes. Raises `DatasetError` for names that no class can have."""
    layout = Layout([file.parts for file in files])
    entries: list[Entry] = []
    astray = list(broken)
    known: dict[str, str] = {}  # a folder's name is looked at once
    for file in files:
        name = shortened("/".join(layout.told(file.parts)), 200)
        place = layout.place(file.parts)
        if place is None:
            astray.append(Broken(name, NO_CLASS))
            continue
        part, folder = place
        label = known.get(folder) or known.setdefault(folder, class_name(folder))
        entries.append(Entry(name, label, file.read, part or UNSPLIT))
    there = set(known.values())
    found = [layout.class_of_folder(folder) for folder in folders]
    empty = {class_name(folder) for folder in found if folder is not None} - there
    check_classes(there | empty)
    return Listing(entries, astray, sorted(empty), layout.notes)


def pictures_of_classes(given: Sequence[tuple[str, str, bytes]]) -> Listing:
    """Single pictures as (class, file name, bytes). Raises `DatasetError` for unusable classes."""
    entries = [
        Entry(shortened(name, 200), class_name(label), partial(bytes, data))
        for label, name, data in given
    ]
    check_classes({entry.label for entry in entries})
    return Listing(entries)
