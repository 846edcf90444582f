"""The course's two HDF5 files: where they are, and what is in them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import DatasetError
from engine.sources.picture_set import read_picture_set

TRAIN_FILE = "train_catvnoncat.h5"
TEST_FILE = "test_catvnoncat.h5"
FOLDER_VARIABLE = "HYPERDIAL_DATA"
"""The environment variable that names another folder than the user's own."""

Folder = str | os.PathLike[str] | None


def user_data_folder() -> Path:
    """Where this platform keeps a user's data, for the course's files (it need not exist)."""
    return Path(platformdirs.user_data_path("hyperdial", appauthor=False)) / "catvnoncat"


def data_folder(folder: Folder = None) -> Path:
    """`folder` if given, else the one that HYPERDIAL_DATA names, else the user's data folder."""
    chosen = folder if folder is not None else os.environ.get(FOLDER_VARIABLE)
    if not chosen:
        return user_data_folder()
    return Path(os.path.expanduser(chosen))


def has_course_files(folder: Folder = None) -> bool:
    """Whether both files are there; whether they are good, only reading tells."""
    return not _missing(data_folder(folder))


def read_course_files(folder: Folder = None, name: str = "course") -> Dataset:
    """The dataset in the two files of `folder` (see `data_folder`).

    Any number of pictures and any square of 8 to 256 pixels will do. Raises `DatasetError` when a
    file is missing, damaged or foreign, or when the two do not belong together.
    """
    place = data_folder(folder)
    missing = _missing(place)
    if missing:
        lacking = " and ".join(missing)
        raise DatasetError(
            f"{lacking} {'is' if len(missing) == 1 else 'are'} missing in {place}",
            allowed="both of the course's files; `python -m engine download` gets them",
        )
    train = read_picture_set(place / TRAIN_FILE, "train")
    test = read_picture_set(place / TEST_FILE, "test")
    if train.classes != test.classes:
        raise DatasetError(
            f"{TRAIN_FILE} and {TEST_FILE} name different classes",
            f"{train.classes} and {test.classes}",
            "the same in both",
        )
    return Dataset(
        name=name,
        train_pictures=train.pictures,
        train_labels=train.labels,
        test_pictures=test.pictures,
        test_labels=test.labels,
        classes=train.classes,
    )


def load_data(
    folder: Folder = None,
) -> tuple[
    NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64], NDArray[Any]
]:
    """The course's function: `train_x_orig, train_y, test_x_orig, test_y, classes`.

    Pictures (m, side, side, 3) uint8, labels (1, m), class names (2,) as bytes; all of them the
    caller's own, to be changed at will. Raises `DatasetError` as `read_course_files` does.
    """
    data = read_course_files(folder)
    return (
        data.train_pictures.copy(),
        data.train_labels.copy(),
        data.test_pictures.copy(),
        data.test_labels.copy(),
        np.array([name.encode() for name in data.classes]),
    )


def _missing(folder: Path) -> list[str]:
    return [name for name in (TRAIN_FILE, TEST_FILE) if not os.path.isfile(folder / name)]
