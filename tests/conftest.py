"""Fixtures for every test: the course's own files where they are, small ones of the same kind."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# How fast a busy machine is must not decide what is right.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

SMALL_SIDE = 16
SMALL_COUNTS = {"train": 20, "test": 8}


@pytest.fixture(scope="session")
def course_folder() -> Path:
    """The folder with the course's real files, named by HYPERDIAL_DATA; the test is skipped without.

    With HYPERDIAL_REAL_DATA=required a missing folder is a failure: a run that is to prove the
    published numbers cannot pass by skipping them.
    """
    named = os.environ.get("HYPERDIAL_DATA")
    if named:
        folder = Path(named)
        if all((folder / f"{p}_catvnoncat.h5").is_file() for p in SMALL_COUNTS):
            return folder
    missing = "HYPERDIAL_DATA names no folder with the course's files"
    if os.environ.get("HYPERDIAL_REAL_DATA") == "required":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def small_course_folder(tmp_path: Path) -> Path:
    """A folder of made-up course files: 20 training and 8 test pictures of 16 × 16 pixels.

    Both files hold both classes; the pictures are noise, lighter for class 1, always the same.
    """
    folder = tmp_path / "catvnoncat"
    folder.mkdir()
    random = np.random.RandomState(0)
    for part, m in SMALL_COUNTS.items():
        labels = np.arange(m, dtype=np.int64) % 2
        pictures = random.randint(0, 156, (m, SMALL_SIDE, SMALL_SIDE, 3)).astype(np.uint8)
        pictures += (labels * 100).astype(np.uint8)[:, None, None, None]
        with h5py.File(folder / f"{part}_catvnoncat.h5", "w") as file:
            file[f"{part}_set_x"] = pictures
            file[f"{part}_set_y"] = labels
            file["list_classes"] = np.array([b"non-cat", b"cat"])
    return folder
