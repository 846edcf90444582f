"""The names of files and classes, which come from strangers: checked before they mean anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from engine.errors import DatasetError
from engine.picture_formats import PICTURE_EXTENSIONS
from engine.sources.picture_set import MAX_CLASS_NAME_BYTES

LONGEST_CLASS = MAX_CLASS_NAME_BYTES - len("non-")
MOST_FOLDERS = 200
"""Of classes; more than 20 can only be used as one against all others."""

_DRIVE = re.compile(r"[A-Za-z]:")
_REST = re.compile(r"(non|not|no|other|others|rest|negative|false|background|none|0)\b", re.I)
_PARTS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
_VALIDATION = {"val", "valid", "validation"}
_NO_PICTURES = {"readme", "license", "licence"}
_OF_THE_SYSTEM = {"__macosx", "thumbs.db", "desktop.ini"}


def path_parts(path: str) -> tuple[str, ...]:
    """The parts of a path in an archive; raises `DatasetError` for one that leads elsewhere."""
    needed = "names that stay inside it"
    if "\0" in path:
        raise DatasetError("The archive has a name with a zero byte", path, needed)
    path = unicodedata.normalize("NFC", path.replace("\\", "/"))
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        raise DatasetError("The archive has a name that leads out of it", path, needed)
    return parts


def is_of_the_system(parts: Sequence[str]) -> bool:
    """Whether a file was put there by the operating system, not by the person."""
    return any(part.startswith(".") or part.lower() in _OF_THE_SYSTEM for part in parts)


def class_name(text: str) -> str:
    """`text` as the name of a class; raises `DatasetError` where it cannot be one."""
    name = unicodedata.normalize("NFC", text).strip()
    size = len(name.encode(errors="replace"))
    if not name or not name.isprintable() or size > LONGEST_CLASS:
        needed = f"1 to {LONGEST_CLASS} bytes of printable letters"
        raise DatasetError("The name of a class cannot be used", text, needed)
    return name


def check_classes(names: Iterable[str]) -> None:
    """Refuses names that differ in the case of letters only, and more than anyone looks at."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            found, needed = f"{other} and {name}", "one name for each class"
            raise DatasetError("Two classes differ in the case of letters only", found, needed)
    if len(seen) > MOST_FOLDERS:
        found, needed = f"{len(seen):,}", f"at most {MOST_FOLDERS} class folders"
        raise DatasetError("There are too many classes", found, needed)


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """Alphabetical, numbers by their size."""
    return tuple(sorted(names, key=_place))


def _place(name: str) -> tuple[int, int, str, str]:
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else -1
    return (0 if number >= 0 else 1, number, name.casefold(), name)


def likely_positive(classes: Sequence[str]) -> str:
    """Which of two classes is the one looked for: not the one that is named as the rest."""
    wanted = [name for name in classes if not _REST.match(name)]
    return wanted[0] if wanted else classes[-1]


def rest_name(positive: str) -> str:
    """What all other classes together are called."""
    return f"non-{positive}"


def may_be_a_picture(name: str) -> bool:
    """By its name alone: a README beside the class folders is no picture of a class."""
    _, dot, extension = name.lower().rpartition(".")
    return extension in PICTURE_EXTENSIONS or not (dot or extension in _NO_PICTURES)


class Layout:
    """Which folder of a path is the class, and whether the folders say training or test.

    Folders that all pictures share lie above: photos/cats/a.jpg and photos/others/b.jpg hold cats
    and others. Where the next are called train and test, the classes lie below them. A third folder,
    for validation, has no part of its own here: its pictures train where there is a test folder.
    """

    def __init__(self, paths: Sequence[tuple[str, ...]]) -> None:
        paths = [path for path in paths if may_be_a_picture(path[-1])] or paths
        self.above = 0
        while paths and all(len(path) > self.above + 2 for path in paths):
            if len({path[self.above] for path in paths}) > 1:
                break
            self.above += 1
        self.shared = paths[0][: self.above] if paths else ()
        tops = {path[self.above].lower() for path in paths if len(path) > self.above + 1}
        third = "train" if tops & {"test", "testing"} else "test"
        self._parts = _PARTS | dict.fromkeys(_VALIDATION, third)
        self.split = {self._parts.get(top) for top in tops} == {"train", "test"}
        self.notes: tuple[str, ...] = ()
        if self.split and tops & _VALIDATION:
            use = "trains too" if third == "train" else "is the test set"
            self.notes = (f"The folder {min(tops & _VALIDATION)} {use}.",)

    def told(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The path without the folders that all pictures share."""
        return path[self.above :] if path[: self.above] == self.shared else path

    def place(self, path: Sequence[str]) -> tuple[str, str] | None:
        """(part, class) of a file's path; None when it lies in no class folder."""
        part, inner = self._below(path)
        return (part, inner[0]) if len(inner) > 1 else None

    def class_of_folder(self, path: Sequence[str]) -> str | None:
        """The class whose folder this is; None for other folders."""
        _, inner = self._below(path)
        return inner[0] if len(inner) == 1 else None

    def _below(self, path: Sequence[str]) -> tuple[str, Sequence[str]]:
        """The part, and the path from the class on; nothing where it leads elsewhere."""
        if tuple(path[: self.above]) != self.shared:
            return "", ()
        inner = path[self.above :]
        if not self.split:
            return "", inner
        part = self._parts.get(inner[0].lower(), "") if inner else ""
        return part, inner[1:] if part else ()
