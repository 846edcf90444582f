"""What a list says of a kept dataset, and the names one may have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.dataset import Attributes, Dataset
from engine.errors import DatasetError
from engine.sources import is_known

FORMAT = "hyperdial-dataset-1"
ABOUT_FILE, ATTRIBUTES_FILE = "about.json", "attributes.json"
LONGEST_NAME = 60
FOLDER_DIGITS = 32


@dataclass(frozen=True)
class Kept:
    """A kept dataset. `source` is the name of the file it came from, `created` in UTC (ISO 8601)."""

    name: str
    digest: str
    created: str
    classes: tuple[str, ...]
    m_train: int
    m_test: int
    side: int
    source: str = ""

    @property
    def key(self) -> str:
        """A short name for addresses that stays when the dataset is renamed."""
        return self.digest[:12]

    @property
    def folder_name(self) -> str:
        return self.digest[:FOLDER_DIGITS]

    def as_json(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()


def read_about(folder: Path) -> Kept | None:
    """What `folder` says of itself; None when it is no dataset of this program."""
    try:
        about = json.loads((folder / ABOUT_FILE).read_text("utf-8"))
        if about.pop("format") != FORMAT:
            return None
        kept = Kept(**{**about, "classes": tuple(map(str, about["classes"]))})
        whole = all(type(number) is int for number in (kept.m_train, kept.m_test, kept.side))
        check_name(kept.name)
        return kept if whole and kept.folder_name == folder.name else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, DatasetError):
        return None


def attributes_as_json(dataset: Dataset) -> bytes:
    lists = {"train": dataset.train_attributes, "test": dataset.test_attributes}
    return json.dumps(
        {part: [dict(p) for p in of_part] for part, of_part in lists.items()}
    ).encode()


def read_attributes(folder: Path, part: str, m: int) -> Attributes:
    """Of the m pictures of a part; none where they cannot be read: no reason to lose the pictures."""
    try:
        lists = json.loads((folder / ATTRIBUTES_FILE).read_text("utf-8"))
        found = tuple({str(k): str(v) for k, v in picture.items()} for picture in lists[part])
        return found if len(found) == m else ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def check_name(name: str) -> str:
    """`name` as a dataset's; raises `DatasetError` where it cannot be one."""
    name = name.strip()
    plain = name.isprintable() and not set(name) & set("/\\") and name[:1] not in ("-", ".")
    if not name or not plain or len(name) > LONGEST_NAME:
        needed = f"1 to {LONGEST_NAME} printable letters, no slash, no dash or dot at the beginning"
        raise DatasetError("The name of the dataset cannot be used", name, needed)
    if is_known(name.casefold()):
        raise DatasetError("This name belongs to another dataset", name, "another name")
    return name


def free_name(wish: str, taken: Iterable[str]) -> str:
    """`wish` made into a name that can be used and is not `taken`, the case of letters aside."""
    cleaned = "".join(c if c.isprintable() and c not in "/\\" else " " for c in wish)
    base = " ".join(cleaned.split()).strip(".- ")[: LONGEST_NAME - 10].strip() or "pictures"
    used = {name.casefold() for name in taken}
    if is_known(base.casefold()):
        base = f"my {base}"
    names = (base if n == 1 else f"{base} {n}" for n in range(1, len(used) + 2))
    return next(name for name in names if name.casefold() not in used)
