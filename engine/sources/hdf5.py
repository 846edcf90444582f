"""HDF5 files as files from strangers: how a dataset is stored is checked before any of it is read.

HDF5 lets a file name other files (external storage, external and soft links, virtual datasets), so
a prepared file could show a page the bytes of any file of this computer; and 45 KB can declare
39 GB. So only plain datasets are let through, and nothing is followed.
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError, shortened
from engine.sources.hdf5_chunks import check_chunks
from engine.sources.recognise import HEAD_BYTES, instead_of_hdf5

MAX_BYTES = 512 * 2**20
"""Of a file on disk, and of the data it declares."""
MAX_EXPANSION = 1_000

_AT_MOST = f"at most {MAX_BYTES // 2**20} MB"
_KINDS = {
    h5py.h5t.INTEGER: "whole numbers",
    h5py.h5t.FLOAT: "floating-point numbers",
    h5py.h5t.STRING: "text",
    h5py.h5t.REFERENCE: "references",
    h5py.h5t.VLEN: "arrays of varying length",
    h5py.h5t.COMPOUND: "compounds",
    h5py.h5t.OPAQUE: "opaque bytes",
    h5py.h5t.ENUM: "an enumeration",
    h5py.h5t.ARRAY: "arrays",
}


class StoredArray:
    """A dataset that holds its own data: shape and type are known, nothing is read yet.

    `kind` is the type in words ("whole numbers", "text", …), `item` the bytes of one element.
    """

    def __init__(self, file: Any, name: str, file_name: str) -> None:
        self.name, self._file_name = name, file_name
        self._dataset = h5py.h5o.open(file.id, name.encode())
        if not isinstance(self._dataset, h5py.h5d.DatasetID):
            raise self.refusal("is not a dataset", "a group or a type", "a dataset")
        # The layout comes first: asking a virtual dataset for its shape may open its sources.
        self._plan = self._dataset.get_create_plist()
        self._layout = self._plan.get_layout()
        if self._layout == h5py.h5d.VIRTUAL:
            raise self.refusal("is not stored in its file", "a virtual dataset", "its own data")
        if self._plan.get_external_count():
            raise self.refusal("is not stored in its file", "external storage", "its own data")
        space = self._dataset.get_space()
        if space.get_simple_extent_type() != h5py.h5s.SIMPLE:
            raise self.refusal("holds no array", "a scalar or nothing", "an array")
        self._type = self._dataset.get_type()
        self.shape: tuple[int, ...] = space.shape
        self.item: int = self._type.get_size()
        self.kind: str = _KINDS.get(self._type.get_class(), "another type")
        if self.kind == "text" and self._type.is_variable_str():
            self.kind = "text of varying length"

    def refusal(
        self, problem: str, found: object = None, needed: str | None = None
    ) -> DatasetError:
        """The error that says what is wrong with this dataset."""
        return DatasetError(f"{self._file_name}: {self.name} {problem}", found, needed)

    @property
    def signed(self) -> bool:
        """Whether whole numbers may be negative."""
        return bool(self._type.get_sign() != h5py.h5t.SGN_NONE)

    @property
    def declared_bytes(self) -> int:
        """What the whole array would take in memory."""
        return math.prod(self.shape) * self.item

    def check_storage(self, file_bytes: int) -> None:
        """Refuse what would cost more to read than its `file_bytes` on disk can justify."""
        stored: int = self._dataset.get_storage_size()
        if stored > file_bytes:
            needed = f"at most the {file_bytes:,} of its file"
            raise self.refusal("is damaged", f"{stored:,} bytes claimed", needed)
        if self.declared_bytes > stored * MAX_EXPANSION:
            raise self.refusal(
                "would expand too much",
                f"{self.declared_bytes:,} bytes out of {stored:,}",
                f"at most {MAX_EXPANSION:,} times as many",
            )
        if self._layout == h5py.h5d.CHUNKED:
            check_chunks(self._dataset, self._plan, self.shape, self.item, self.refusal)

    def read(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """The array's data, converted to `dtype`."""
        array = np.zeros(self.shape, dtype)
        # HDF5 converts no text between encodings: fixed-length text is read as what it is.
        memory_type = self._type if dtype.kind == "S" else None
        self._dataset.read(h5py.h5s.ALL, h5py.h5s.ALL, array, mtype=memory_type)
        return array


@contextmanager
def strictly_opened(path: Path, names: Sequence[str]) -> Iterator[list[StoredArray]]:
    """The file's arrays, in the order of `names`; it must hold these and no more.

    Whatever goes wrong, also inside the `with` block, becomes one `DatasetError`.
    """
    _check_file(path)
    try:
        # Locks need a writable place on some network drives, and nothing is written here.
        with h5py.File(path, "r", locking=False) as file:
            _check_names(file, names, path.name)
            yield [StoredArray(file, name, path.name) for name in names]
    except DatasetError:
        raise
    except Exception as error:  # for a damaged file h5py raises nearly every kind there is
        found = "a damaged HDF5 file"
        raise DatasetError(f"{path.name} cannot be read", found, "a whole one") from error


def read_all(
    arrays: Sequence[StoredArray], dtypes: Sequence[str], path: Path
) -> list[NDArray[Any]]:
    """Check size and storage of all `arrays`, then read them; raises `DatasetError`."""
    declared = sum(array.declared_bytes for array in arrays)
    if declared > MAX_BYTES:
        raise DatasetError(f"{path.name} declares too much data", f"{declared:,} bytes", _AT_MOST)
    file_bytes = path.stat().st_size
    for array in arrays:
        array.check_storage(file_bytes)
    return [array.read(np.dtype(d)) for array, d in zip(arrays, dtypes, strict=True)]


def _check_file(path: Path) -> None:
    try:
        status = os.stat(path)
        # Opening a pipe or a device could wait for ever.
        if not stat.S_ISREG(status.st_mode):
            raise DatasetError(f"{path.name} is not a file", "a folder or a device", "a file")
        if status.st_size > MAX_BYTES:
            found = f"{status.st_size:,} bytes"
            raise DatasetError(f"{path.name} is too large", found, _AT_MOST)
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DatasetError(f"{path.name} cannot be opened", reason, "a readable file") from error
    instead = instead_of_hdf5(head, status.st_size)
    if instead is not None:
        raise DatasetError(f"{path.name} cannot be read", instead, "a whole HDF5 file")


def _check_names(file: Any, names: Sequence[str], file_name: str) -> None:
    links = file.id.links
    for name in names:
        if not links.exists(name.encode()):
            raise DatasetError(f"{file_name} has no {name}", allowed=", ".join(names))
    # Counting is enough and cheap; a file may hold millions of names.
    if file.id.get_num_objs() != len(names):
        extra = next(n for n in file if n not in names)
        found = f"also {shortened(extra, 40)}"
        raise DatasetError(f"{file_name} holds too much", found, f"only {', '.join(names)}")
    for name in names:
        kind = links.get_info(name.encode()).type
        if kind != h5py.h5l.TYPE_HARD:
            found = "a soft link" if kind == h5py.h5l.TYPE_SOFT else "a link to another file"
            raise DatasetError(f"{file_name} does not hold {name} itself", found, "a dataset")
