"""Arrays by name as bytes and back: NumPy's own .npz, of which nothing is believed before it is read."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def packed(arrays: Mapping[str, Array], *, compressed: bool) -> bytes:
    """Weights do not get smaller by compression, curves do."""
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpacked(data: bytes, most_bytes: int) -> dict[str, Array]:
    """The opposite of `packed`. Raises ValueError, or one of zipfile's and zlib's errors.

    `np.load` would first set aside whatever memory a header declares; here a header has to agree
    with the bytes that are there, of which there may be `most_bytes`.
    """
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > most_bytes:
            raise ValueError(f"more than {most_bytes:,} bytes")
        for member in archive.infolist():
            with archive.open(member) as file:
                if np.lib.format.read_magic(file) != (1, 0):
                    raise ValueError("an unknown version of the .npy format")
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
                body = file.read(most_bytes)
            if dtype.kind not in "fiubU" or len(body) != math.prod(shape) * dtype.itemsize:
                raise ValueError(f"not an array of {shape} {dtype}")
            array = np.frombuffer(body, dtype) if body else np.empty(0, dtype)
            ordered = array.reshape(shape, order="F" if fortran else "C")
            arrays[member.filename.removesuffix(".npy")] = ordered
    return arrays
