"""One of the course's two files: pictures, labels and class names, and nothing besides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.dataset import MOST_CLASSES
from engine.errors import DatasetError
from engine.sources.hdf5 import StoredArray, read_all, strictly_opened

SMALLEST_SIDE, LARGEST_SIDE = 8, 256
MAX_CLASS_NAME_BYTES = 64


@dataclass(frozen=True, eq=False)
class PictureSet:
    """Pictures (m, side, side, 3) uint8, labels (1, m) of 0, 1, …, the name of each class."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]


def read_picture_set(path: Path, part: str) -> PictureSet:
    """What the file at `path` holds in `train_set_x`, `train_set_y` and `list_classes`.

    `part` is "train" or "test" and begins the names. Any m of at least 1 and any square of 8 to 256
    pixels will do. Raises `DatasetError`, and nothing else, for a file that cannot be read, is
    foreign, or was made to harm.
    """
    with strictly_opened(path, (f"{part}_set_x", f"{part}_set_y", "list_classes")) as arrays:
        pictures, labels, classes = arrays
        _check_pictures(pictures)
        _check_labels(labels, m=pictures.shape[0])
        _check_classes(classes)
        x, y, names = read_all(arrays, ("uint8", "int64", f"S{classes.item}"), path)
    return PictureSet(x, _known(y, len(names), path), _decoded(names, path))


def _check_pictures(pictures: StoredArray) -> None:
    if pictures.kind != "whole numbers":
        raise pictures.refusal("is of the wrong kind", pictures.kind, "whole numbers")
    if pictures.item != 1 or pictures.signed:
        found = f"{'signed' if pictures.signed else 'unsigned'}, {8 * pictures.item} bits"
        raise pictures.refusal("is of the wrong kind", found, "unsigned, 8 bits")
    shape = pictures.shape
    if len(shape) != 4 or shape[1] != shape[2] or shape[3] != 3:
        raise pictures.refusal("has the wrong shape", shape, "(m, side, side, 3)")
    if shape[0] < 1:
        raise pictures.refusal("is empty", "0 pictures", "at least one")
    if not SMALLEST_SIDE <= shape[1] <= LARGEST_SIDE:
        sides = f"{SMALLEST_SIDE} to {LARGEST_SIDE}"
        raise pictures.refusal("has pictures of the wrong size", f"{shape[1]} pixels", sides)


def _check_labels(labels: StoredArray, m: int) -> None:
    if labels.kind != "whole numbers":
        raise labels.refusal("is of the wrong kind", labels.kind, "whole numbers")
    if labels.shape != (m,):
        raise labels.refusal("does not fit the pictures", labels.shape, f"({m},)")


def _check_classes(classes: StoredArray) -> None:
    if classes.kind != "text":
        raise classes.refusal("is of the wrong kind", classes.kind, "text of fixed length")
    if len(classes.shape) != 1 or not 2 <= classes.shape[0] <= MOST_CLASSES:
        needed = f"(2,) to ({MOST_CLASSES},), a name for each class"
        raise classes.refusal("has the wrong shape", classes.shape, needed)
    if classes.item > MAX_CLASS_NAME_BYTES:
        needed = f"at most {MAX_CLASS_NAME_BYTES}"
        raise classes.refusal("has overlong names", f"{classes.item:,} bytes", needed)


def _known(labels: NDArray[np.int64], classes: int, path: Path) -> NDArray[np.int64]:
    wrong = labels[(labels < 0) | (labels >= classes)]
    if wrong.size:
        needed = "0 or 1" if classes == 2 else f"0 to {classes - 1}"
        raise DatasetError(f"{path.name} has a label that is no class", int(wrong[0]), needed)
    return labels.reshape(1, -1)


def _decoded(names: NDArray[Any], path: Path) -> tuple[str, ...]:
    try:
        classes = tuple(bytes(name).decode("utf-8").strip() for name in names)
    except UnicodeDecodeError as error:
        what = f"{path.name} has a class name that is no text"
        raise DatasetError(what, allowed="UTF-8") from error
    if not all(n.isprintable() and n for n in classes) or len(set(classes)) < len(classes):
        needed = "different names in printable letters"
        raise DatasetError(f"{path.name} has unusable class names", classes, needed)
    return classes
