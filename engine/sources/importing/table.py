"""A CSV file with a picture in each row: the name of its class and its pixels' values."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

import numpy as np

from engine.dataset import Pictures
from engine.errors import DatasetError, PictureError, shortened
from engine.pictures import as_network_sees
from engine.sources.importing.material import (
    MAX_PICTURES,
    UNSPLIT,
    Broken,
    Material,
    Watch,
    check_amount,
)
from engine.sources.importing.names import check_classes, class_name, ordered
from engine.sources.picture_set import LARGEST_SIDE, SMALLEST_SIDE
from engine.sources.recognise import HEAD_BYTES, kind_of

MAX_TABLE_BYTES = 512 * 2**20
MAX_LINE_BYTES = 4 * 2**20
DELIMITERS = ",;\t"
LABEL_NAMES = ("label", "class", "target", "category", "y")

Row = tuple[int, list[str]]


def read_table(path: Path, side: int | None, watch: Watch) -> Material:
    """The pictures in the rows of the CSV file at `path`, shrunk or stretched to `side`.

    A row holds side² grey values or 3 · side² of red, green and blue, pixel by pixel, from 0 to 255
    (or in all rows from 0 to 1), and in one column the class: the column that a header calls label,
    class, target, category or y, else the only one without numbers, else the first. Without `side`
    the pictures keep their own. A row that is no picture joins the broken ones. Raises
    `DatasetError` where the file as a whole is no such table.
    """
    name = shortened(path.name)
    size = os.stat(path).st_size
    _check_text(path, size, name)
    with closing(_rows(path, size, name, watch)) as rows:
        return _read(rows, side, name)


def _read(rows: Iterator[Row], side: int | None, name: str) -> Material:
    first = next(rows, (1, []))
    width = len(first[1])
    if width < 2:
        needed = "a class and pixels in each row, with commas, semicolons or tabs between"
        raise DatasetError(f"{name} is not a table of pictures", f"{width} columns", needed)
    label_at, has_header = _label_column(first[1])
    own, channels = _shape_of(width - 1, name)
    check_amount(1, side or own, name)
    labels: list[str] = []
    lines: list[str] = []
    pixels: list[tuple[Pictures, bool]] = []
    broken: list[Broken] = []
    for number, row in rows if has_header else chain([first], rows):
        try:
            if len(row) != width:
                found, needed = f"{len(row):,} columns", f"{width:,}"
                raise PictureError("The row does not fit", found, needed)
            label = class_name(row.pop(label_at))
            pixels.append(_values(row))
        except (PictureError, DatasetError) as error:
            broken.append(Broken(f"line {number:,}", str(error)))
            if len(broken) > MAX_PICTURES:
                raise DatasetError(f"{name} has too many rows that are no pictures") from error
            continue
        labels.append(label)
        lines.append(f"line {number:,}")
        check_amount(len(labels), max(side or own, own), name)
    check_classes(set(labels))
    return Material(
        _pictures(pixels, own, channels, side or own),
        tuple(labels),
        tuple(lines),
        (UNSPLIT,) * len(labels),
        ordered(set(labels)),
        tuple(broken),
    )


def _check_text(path: Path, size: int, name: str) -> None:
    if size > MAX_TABLE_BYTES:
        found, needed = f"{size / 2**20:,.0f} MB", f"at most {MAX_TABLE_BYTES // 2**20} MB"
        raise DatasetError(f"{name} is too large", found, needed)
    with path.open("rb") as stream:
        kind = kind_of(stream.read(HEAD_BYTES))
    if kind != "a text file":
        raise DatasetError(f"{name} is not a table of pictures", kind, "a CSV file in UTF-8")


def _rows(path: Path, size: int, name: str, watch: Watch) -> Generator[Row, None, None]:
    with path.open("rb") as stream:

        def lines() -> Iterator[str]:
            while line := stream.readline(MAX_LINE_BYTES + 1):
                if len(line) > MAX_LINE_BYTES:
                    needed = f"at most {MAX_LINE_BYTES // 2**20} MB each"
                    raise DatasetError(f"{name} has a line that is too long", None, needed)
                watch.at("Reading rows", min(stream.tell(), size), size)
                yield line.decode()

        text = lines()
        try:
            head = next(text, "").removeprefix("\ufeff")
            delimiter = max(DELIMITERS, key=head.count)
            reader = csv.reader(chain([head], text), delimiter=delimiter)
            for row in reader:
                if row:
                    yield reader.line_num, row
        except UnicodeDecodeError as error:
            needed = "UTF-8"
            raise DatasetError(f"{name} holds what is no text", "other bytes", needed) from error
        except csv.Error as error:
            raise DatasetError(f"{name} is no proper CSV file", str(error)) from error


def _label_column(first: Sequence[str]) -> tuple[int, bool]:
    """Which column holds the class, and whether the first row is a header."""
    lowered = [cell.strip().lower() for cell in first]
    for name in LABEL_NAMES:
        if name in lowered:
            return lowered.index(name), True
    words = [i for i, cell in enumerate(first) if not _is_number(cell)]
    if len(words) > 1:
        return 0, True
    return (words[0] if words else 0), False


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _shape_of(values: int, name: str) -> tuple[int, int]:
    """(side, channels) of the square picture with so many values."""
    for channels in (1, 3):
        side = math.isqrt(values // channels)
        if side * side * channels == values and SMALLEST_SIDE <= side <= LARGEST_SIDE:
            return side, channels
    sides = f"of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels"
    needed = f"side² or 3 · side² for a square {sides}"
    raise DatasetError(f"{name} holds no square pictures", f"{values:,} values a row", needed)


def _values(cells: Sequence[str]) -> tuple[Pictures, bool]:
    """A row's values as bytes, and whether they were taken as shares from 0 to 1."""
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except (ValueError, OverflowError):
        cell = next(cell for cell in cells if not _is_number(cell))
        raise PictureError("A value is not a number", cell, "0 to 255") from None
    wrong = values[~((values >= 0) & (values <= 255))]  # also what is not a number
    if wrong.size:
        raise PictureError("A value is no brightness", float(wrong[0]), "0 to 255")
    shares = bool(values.max() <= 1)
    return np.rint(values * 255 if shares else values).astype(np.uint8), shares


def _pictures(
    rows: Sequence[tuple[Pictures, bool]], own: int, channels: int, side: int
) -> Pictures:
    all_shares = all(shares for _, shares in rows)
    pictures = np.empty((len(rows), side, side, 3), np.uint8)
    for i, (values, shares) in enumerate(rows):
        if shares and not all_shares:  # a dark picture among others that count to 255
            values = np.rint(values / 255).astype(np.uint8)
        picture = np.broadcast_to(values.reshape(own, own, channels), (own, own, 3))
        pictures[i] = as_network_sees(picture, side)
    return pictures
