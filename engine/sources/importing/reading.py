"""A person's file or folder, whatever kind it turns out to be, read into small pictures."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from engine.errors import DatasetError, shortened
from engine.sources.importing.archive import opened_archive
from engine.sources.importing.course_layout import holds_both, read_both, read_course_file
from engine.sources.importing.files import pictures_of_classes
from engine.sources.importing.folder import listed_folder
from engine.sources.importing.material import USUAL_SIDE, Material, Watch, decoded, pooled
from engine.sources.importing.table import read_table
from engine.sources.recognise import HDF5_SIGNATURE, HEAD_BYTES, kind_of

NEEDED = "a folder or zip of class folders, an HDF5 file of the course's layout, or a CSV of pixels"


def read_material(
    sources: Sequence[str | os.PathLike[str]],
    *,
    side: int | None = None,
    watch: Watch | None = None,
) -> Material:
    """All pictures of `sources` (zip, folder, HDF5, CSV), `side` × `side` pixels.

    Without `side` photos become 64 × 64, and what holds small pictures already stays as it is. The
    kind of a file is known by its bytes. Broken pictures are told, not raised. Raises
    `DatasetError` for what cannot be used at all, and `ImportCancelledError`.
    """
    watch = watch or Watch()
    return pooled([_read(Path(source), side, watch) for source in sources])


def read_pictures(
    given: Sequence[tuple[str, str, bytes]],
    *,
    side: int | None = None,
    watch: Watch | None = None,
) -> Material:
    """Single pictures, each as (class, file name, bytes); raises as `read_material` does."""
    listing = pictures_of_classes(given)
    return decoded(listing, side or USUAL_SIDE, "The choice", watch or Watch())


def _read(path: Path, side: int | None, watch: Watch) -> Material:
    name = shortened(path.name or str(path))
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            if holds_both(path):
                return read_both(path, side, watch)
            listing = listed_folder(path, watch)
            return decoded(listing, side or USUAL_SIDE, name, watch)
        if not stat.S_ISREG(mode):  # opening a pipe or a device could wait for ever
            raise DatasetError(f"{name} cannot be imported", "a device or a pipe", NEEDED)
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            with opened_archive(path) as listing:
                return decoded(listing, side or USUAL_SIDE, name, watch)
        if head.startswith(HDF5_SIGNATURE):
            return read_course_file(path, side, watch)
        if path.suffix.lower() in (".csv", ".tsv", ".txt") or kind_of(head) == "a text file":
            return read_table(path, side, watch)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DatasetError(f"{name} cannot be opened", reason) from error
    raise DatasetError(f"{name} cannot be imported", kind_of(head), NEEDED)
