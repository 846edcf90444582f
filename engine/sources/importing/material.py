"""What an import has read: small pictures with the names of their classes, and what is broken."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Pictures
from engine.errors import DatasetError, PictureError
from engine.pictures import MAX_BYTES, as_network_sees, decode_picture
from engine.sources.importing.names import ordered
from engine.sources.picture_set import LARGEST_SIDE, SMALLEST_SIDE

USUAL_SIDE = 64
MAX_PICTURES = 10_000
MAX_PIXEL_BYTES = 256 * 2**20
"""Of all small pictures together; in training they take eight times as much."""

TRAIN, TEST, UNSPLIT = "train", "test", ""


class ImportCancelledError(DatasetError):
    """The person did not want to wait any longer."""


@dataclass(frozen=True)
class Progress:
    """`done` of `total` pictures (or comparisons, rows, …) of the step that `doing` names."""

    doing: str
    done: int
    total: int


Tell = Callable[[Progress], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Watch:
    """Who is told how far a long step is, and asked whether it is still wanted."""

    tell: Tell = lambda progress: None
    cancelled: Cancelled = lambda: False

    def at(self, doing: str, done: int, total: int) -> None:
        """Raises `ImportCancelledError` when the step is no longer wanted."""
        if self.cancelled():
            raise ImportCancelledError("The import was cancelled; nothing was kept")
        self.tell(Progress(doing, done, total))


@dataclass(frozen=True)
class Broken:
    """A file or row that is no picture to learn from, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """A picture's file that is still to be read; `read` gives its bytes or raises an EngineError."""

    name: str
    label: str
    read: Callable[[], bytes]
    part: str = UNSPLIT


@dataclass(frozen=True)
class Listing:
    """The files of an archive or folder: the pictures to read, what is none, classes without any.
    notes: sentences on what its folders were taken for."""

    entries: Sequence[Entry]
    broken: Sequence[Broken] = ()
    empty: Sequence[str] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Material:
    """Pictures (m, side, side, 3) uint8; for each the name of its class, its own, and its part.

    `parts[i]` is "train" or "test" where the source is split already, else "". `classes` are in
    order, those without a picture included. `broken` was left out. `notes`: sentences on what the
    source's folders were taken for.
    """

    pictures: Pictures
    labels: tuple[str, ...]
    names: tuple[str, ...]
    parts: tuple[str, ...]
    classes: tuple[str, ...]
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def side(self) -> int:
        return int(self.pictures.shape[1])

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The place of each picture's class in `classes`, (m,)."""
        place = {name: i for i, name in enumerate(self.classes)}
        return np.array([place[label] for label in self.labels], np.int64)


def check_amount(count: int, side: int, what: str) -> None:
    """Refuses more pictures than a computer of today trains on; raises `DatasetError`."""
    if count > MAX_PICTURES:
        found, needed = f"{count:,} pictures", f"at most {MAX_PICTURES:,}"
        raise DatasetError(f"{what} holds too many pictures", found, needed)
    if not SMALLEST_SIDE <= side <= LARGEST_SIDE:
        needed = f"{SMALLEST_SIDE} to {LARGEST_SIDE} pixels"
        raise DatasetError("The picture size does not fit", side, needed)
    if count * side * side * 3 > MAX_PIXEL_BYTES:
        most = MAX_PIXEL_BYTES // (side * side * 3)
        found, needed = f"{count:,} pictures", f"at most {most:,}, or a smaller size"
        raise DatasetError(f"{what} holds too many pictures of {side} × {side}", found, needed)


def decoded(listing: Listing, side: int, what: str, watch: Watch) -> Material:
    """The pictures of `listing` read, decoded by several threads and shrunk to `side`.

    One that cannot be read joins the broken ones with the reason. `what` names the source. Raises
    `DatasetError` when there are too many, and `ImportCancelledError`.
    """
    entries = listing.entries
    check_amount(len(entries), side, what)
    broken = list(listing.broken)
    good: list[Entry] = []
    pictures = np.empty((len(entries), side, side, 3), np.uint8)
    with closing(_in_threads(entries, side)) as results:
        for done, (entry, result) in enumerate(results, 1):
            watch.at("Reading pictures", done, len(entries))
            if isinstance(result, str):
                broken.append(Broken(entry.name, result))
            else:
                pictures[len(good)] = result
                good.append(entry)
    return Material(
        pictures[: len(good)],
        tuple(entry.label for entry in good),
        tuple(entry.name for entry in good),
        tuple(entry.part for entry in good),
        ordered({entry.label for entry in entries} | set(listing.empty)),
        tuple(broken),
        listing.notes,
    )


def _in_threads(
    entries: Sequence[Entry], side: int
) -> Generator[tuple[Entry, Pictures | str], None, None]:
    # Pillow decodes without holding Python's lock. Only a few pictures are in memory at a time.
    threads = min(4, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(threads, "decoding")
    begun: deque[tuple[Entry, Future[Pictures | str]]] = deque()
    try:
        for entry in entries:
            begun.append((entry, pool.submit(_small, entry, side)))
            if len(begun) >= 3 * threads:
                first, future = begun.popleft()
                yield first, future.result()
        for first, future in begun:
            yield first, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _small(entry: Entry, side: int) -> Pictures | str:
    try:
        return as_network_sees(decode_picture(entry.read(), for_side=side), side)
    except (PictureError, DatasetError) as error:
        return str(error)


def check_file_size(size: int) -> None:
    if size > MAX_BYTES:
        found, needed = f"{size / 2**20:,.1f} MB", f"at most {MAX_BYTES // 2**20} MB"
        raise PictureError("The picture's file is too large", found, needed)


def pooled(materials: Sequence[Material]) -> Material:
    """Several sources as one; classes of the same name are one. Raises `DatasetError`."""
    if len(materials) == 1:
        return materials[0]
    sides = sorted({material.side for material in materials if len(material.pictures)})
    if len(sides) > 1:
        raise DatasetError("The sources hold pictures of different sizes", sides, "one size")
    filled = [material for material in materials if len(material.pictures)] or materials[:1]
    check_amount(sum(len(m.pictures) for m in filled), filled[0].side, "All of it")
    orders = {material.classes for material in materials}
    union = ordered({name for material in materials for name in material.classes})
    return Material(
        np.concatenate([material.pictures for material in filled]),
        tuple(label for material in materials for label in material.labels),
        tuple(name for material in materials for name in material.names),
        tuple(part for material in materials for part in material.parts),
        orders.pop() if len(orders) == 1 else union,
        tuple(broken for material in materials for broken in material.broken),
        tuple(dict.fromkeys(note for material in materials for note in material.notes)),
    )
