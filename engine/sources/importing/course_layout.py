"""HDF5 files in the course's layout: one part, or the folder that holds both."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.errors import DatasetError
from engine.pictures import as_network_sees
from engine.sources.course_files import TEST_FILE, TRAIN_FILE
from engine.sources.importing.material import TEST, TRAIN, Material, Watch, check_amount, pooled
from engine.sources.importing.names import check_classes, class_name
from engine.sources.picture_set import read_picture_set


def holds_both(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (TRAIN_FILE, TEST_FILE))


def read_both(folder: Path, side: int | None, watch: Watch) -> Material:
    """The course's two files in `folder`, their split kept. Raises `DatasetError`."""
    parts = [read_course_file(folder / name, side, watch) for name in (TRAIN_FILE, TEST_FILE)]
    return pooled(parts)


def read_course_file(path: Path, side: int | None, watch: Watch) -> Material:
    """The pictures of the file at `path`, in their own size without `side`.

    Raises `DatasetError` for a file that cannot be read, is foreign, or was made to harm.
    """
    part = _part(path)
    found = read_picture_set(path, part)
    classes = tuple(class_name(name) for name in found.classes)
    check_classes(classes)
    side = side or found.pictures.shape[1]
    check_amount(len(found.pictures), side, path.name)
    if side == found.pictures.shape[1]:
        pictures = found.pictures
    else:
        pictures = np.empty((len(found.pictures), side, side, 3), np.uint8)
        for i, picture in enumerate(found.pictures):
            watch.at("Reading pictures", i, len(pictures))
            pictures[i] = as_network_sees(picture, side)
    m = len(pictures)
    return Material(
        pictures,
        tuple(classes[label] for label in found.labels[0]),
        tuple(f"{part} picture {i}" for i in range(m)),
        (part,) * m,
        classes,
    )


def _part(path: Path) -> str:
    """Whether the file holds the training or the test set: the one whose names it has."""
    import h5py  # takes a tenth of a second

    try:
        # Only asks for a name; everything else is for the strict reader, also what is no HDF5.
        with h5py.File(path, "r", locking=False) as file:
            is_test = file.id.links.exists(b"test_set_x")
            return TEST if is_test and not file.id.links.exists(b"train_set_x") else TRAIN
    except DatasetError:
        raise
    except Exception:  # h5py raises nearly every kind there is
        return TRAIN
