"""Chunks of an HDF5 dataset, looked at before the HDF5 library unpacks them.

The library inflates a chunk to whatever length it turns out to have, a thousandfold and more,
whatever the dataset declares; and a chunk that is too short makes it read past its memory.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from typing import Any

import h5py

MAX_CHUNK_BYTES = 64 * 2**20
MAX_CHUNKS = 20_000

_FILTERS = {
    h5py.h5z.FILTER_DEFLATE: "gzip",
    h5py.h5z.FILTER_SHUFFLE: "shuffle",
    h5py.h5z.FILTER_FLETCHER32: "fletcher32",
}
_CHECKSUM_BYTES = 4

Refusal = Callable[[str, object, str | None], Exception]


def check_chunks(
    dataset: Any, plan: Any, shape: tuple[int, ...], item: int, refusal: Refusal
) -> None:
    """Refuse unexpected filters, and chunks that are huge, missing or of a wrong length.

    `dataset` and its creation property list `plan` are h5py's low-level ones; `refusal(problem,
    found, needed)` makes the error.
    """
    filters = [plan.get_filter(i)[0] for i in range(plan.get_nfilters())]
    if not set(filters) <= set(_FILTERS) or len(set(filters)) < len(filters):
        names = [_FILTERS.get(code, f"number {code}") for code in filters]
        needed = f"{', '.join(_FILTERS.values())} or none"
        raise refusal("has unexpected filters", ", ".join(names), needed)
    chunk = plan.get_chunk()
    size = math.prod(chunk) * item
    if size > MAX_CHUNK_BYTES:
        needed = f"at most {MAX_CHUNK_BYTES // 2**20} MB"
        raise refusal("has huge chunks", f"{size:,} bytes", needed)
    count = math.prod(-(-n // c) for n, c in zip(shape, chunk, strict=True))
    if count > MAX_CHUNKS:
        raise refusal("has too many chunks", f"{count:,}", f"at most {MAX_CHUNKS:,}")
    if dataset.get_num_chunks() != count:
        raise refusal("is incomplete", f"{dataset.get_num_chunks():,} chunks", f"{count:,}")
    if filters:
        _check_lengths(dataset, filters, size, count, refusal)


def _check_lengths(
    dataset: Any, filters: list[int], size: int, count: int, refusal: Refusal
) -> None:
    chunks: list[Any] = []
    dataset.chunk_iter(chunks.append)
    if len(chunks) != count:
        raise refusal("is incomplete", f"{len(chunks):,} chunks", f"{count:,}")
    lengths = {size}
    if h5py.h5z.FILTER_FLETCHER32 in filters:
        lengths.add(size + _CHECKSUM_BYTES)
    deflate = h5py.h5z.FILTER_DEFLATE
    deflate_bit = 1 << filters.index(deflate) if deflate in filters else 0
    for info in chunks:
        length = info.size
        # A set bit in a chunk's mask means that this filter was left out for it.
        if deflate_bit and not info.filter_mask & deflate_bit:
            _, stored = dataset.read_direct_chunk(info.chunk_offset)
            bound = size + _CHECKSUM_BYTES + 1
            length = len(zlib.decompressobj().decompress(stored, bound))
        if length not in lengths:
            found = f"{length:,} bytes" if length <= size else f"over {size:,} bytes"
            raise refusal("has a chunk of the wrong length", found, f"{size:,} bytes")
