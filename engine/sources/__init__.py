"""Where datasets come from, by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset, Labels, Pictures
from engine.errors import DatasetError
from engine.sources.planar import is_planar, load_planar
from engine.sources.planar_shapes import SHAPES


def _drawn() -> Dataset:
    from engine.sources.drawn_pictures import drawn_dataset

    return drawn_dataset()


def _course() -> Dataset:
    from engine.sources.course_files import read_course_files

    return read_course_files()


DATASETS: Mapping[str, Callable[[], Dataset]] = MappingProxyType(
    {"drawn": _drawn, "course": _course}
)


def load_dataset(name: str) -> Dataset:
    """The dataset of that name, or the kept one of that name, key or digest.

    Points in the plane have what they are made from in their name: "flower:noise=0.3,points=200".
    Raises `DatasetError` when it is unknown or not there.
    """
    if is_planar(name):
        return load_planar(name)
    if name in DATASETS:
        return DATASETS[name]()
    kept = load_kept(name)
    if kept is None:
        names = ", ".join([*DATASETS, *SHAPES])
        raise DatasetError("The dataset", name, f"one of {names}, or one that is kept")
    return kept


def load_kept(name: str) -> Dataset | None:
    """The person's own dataset of that name, key or digest; raises `DatasetError` for a damaged one."""
    from engine.sources.importing.library import Library  # which takes h5py

    library = Library()
    kept = library.find(name)
    return None if kept is None else library.load(kept)


def is_known(name: str) -> bool:
    """Whether `load_dataset` knows that name everywhere."""
    return name in DATASETS or is_planar(name)


def load_data(
    folder: str | os.PathLike[str] | None = None,
) -> tuple[Pictures, Labels, Pictures, Labels, NDArray[np.bytes_]]:
    """The course's `load_data`: train_x_orig, train_y, test_x_orig, test_y, classes.

    Pictures (m, 64, 64, 3) uint8, labels (1, m), class names as bytes. The folder is the argument,
    else `HYPERDIAL_DATA`, else the person's data folder. Raises `DatasetError`.
    """
    from engine.sources import course_files  # h5py takes a tenth of a second to import

    return course_files.load_data(folder)
