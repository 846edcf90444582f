"""The datasets a person keeps: each a folder like the course's, named by its digest.

A folder appears whole or not at all: it is written beside the others and then renamed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from engine.dataset import Dataset
from engine.errors import DatasetError, shortened
from engine.files import why_not_written, write_atomically
from engine.sources.course_files import TEST_FILE, TRAIN_FILE, read_course_files
from engine.sources.importing.arrivals import DELETED, arriving, library_lock, sweep
from engine.sources.importing.kept import (
    ABOUT_FILE,
    ATTRIBUTES_FILE,
    Kept,
    attributes_as_json,
    check_name,
    free_name,
    read_about,
    read_attributes,
)


class Library:
    """The kept datasets of one folder, which is made when the first is kept."""

    def __init__(self, folder: Path | None = None) -> None:
        data = Path(platformdirs.user_data_path("hyperdial", appauthor=False))
        self.folder = folder or data / "datasets"

    def kept(self) -> list[Kept]:
        """All of them by name; a folder that is no dataset of ours is passed over."""
        try:
            names = [name for name in os.listdir(self.folder) if not name.startswith(".")]
        except OSError:
            return []
        found = [read_about(self.folder / name) for name in names]
        return sorted((kept for kept in found if kept), key=lambda kept: kept.name.casefold())

    def find(self, name: str) -> Kept | None:
        """The dataset of that name, or of that key or digest."""
        kept = self.kept()
        named = [one for one in kept if one.name == name]
        return next(iter(named + [one for one in kept if name in (one.key, one.digest)]), None)

    def get(self, name: str) -> Kept:
        """As `find`; raises `DatasetError` where there is none."""
        found = self.find(name)
        if found is None:
            names = ", ".join(kept.name for kept in self.kept())
            needed = f"one of {names}" if names else "one that is kept; none is yet"
            raise DatasetError("There is no dataset of this name", name, needed)
        return found

    def load(self, kept: Kept) -> Dataset:
        """Raises `DatasetError` when its files are damaged or no longer the same."""
        folder = self._place(kept)
        dataset = read_course_files(folder, name=kept.name)
        if dataset.digest != kept.digest:
            found, needed = f"digest {dataset.digest[:12]}", kept.digest[:12]
            raise DatasetError(f"The dataset {kept.name} is damaged", found, needed)
        return replace(
            dataset,
            train_attributes=read_attributes(folder, "train", dataset.m_train),
            test_attributes=read_attributes(folder, "test", dataset.m_test),
        )

    def keep(self, dataset: Dataset, source: str = "") -> Kept:
        """Writes `dataset` under its name, which must be free. One with the same pictures, labels
        and classes that is kept already is given back instead, under the name it has.

        Raises `DatasetError`, also when the disk is full; nothing is left then.
        """
        from engine.exports.dataset_files import dataset_files

        sweep(self.folder)
        name = check_name(dataset.name)
        train, test = dataset_files(dataset)
        kept = Kept(
            name,
            dataset.digest,
            datetime.now(UTC).isoformat(timespec="seconds"),
            dataset.classes,
            dataset.m_train,
            dataset.m_test,
            dataset.side,
            shortened(source),
        )
        with self._told(name), arriving(self.folder) as folder:
            write_atomically(folder / TRAIN_FILE, train)
            write_atomically(folder / TEST_FILE, test)
            write_atomically(folder / ATTRIBUTES_FILE, attributes_as_json(dataset))
            write_atomically(folder / ABOUT_FILE, kept.as_json())
            with library_lock(self.folder):
                same = self.find(kept.digest)
                if same is not None:
                    return same
                self.check_free(name)
                shutil.rmtree(self._place(kept), ignore_errors=True)  # none that can be read
                os.rename(folder, self._place(kept))
        return kept

    def rename(self, kept: Kept, name: str) -> Kept:
        """Raises `DatasetError` for a name that cannot be used or is taken."""
        new = replace(kept, name=check_name(name))
        with self._told(kept.name), library_lock(self.folder):
            self.check_free(new.name, except_for=kept)
            write_atomically(self._place(kept) / ABOUT_FILE, new.as_json())
        return new

    def delete(self, kept: Kept, *, for_good: bool = False) -> None:
        """Takes it from the list; unless it is `for_good`, `restore` undoes it within an hour."""
        with self._told(kept.name), library_lock(self.folder):
            away = self._deleted(kept)
            shutil.rmtree(away, ignore_errors=True)
            os.rename(self._place(kept), away)
            os.utime(away)
            if for_good:
                shutil.rmtree(away)

    def restore(self, kept: Kept) -> None:
        """Undoes `delete`; raises `DatasetError` when it is too late, or the name taken since."""
        with self._told(kept.name), library_lock(self.folder):
            if not self._deleted(kept).is_dir():
                raise DatasetError(f"The dataset {kept.name} cannot be brought back: it is gone")
            self.check_free(kept.name)
            os.rename(self._deleted(kept), self._place(kept))

    def export(self, kept: Kept, folder: Path) -> list[Path]:
        """Writes the course's two files into `folder`, which is made. Raises `DatasetError`."""
        from engine.exports.dataset_files import dataset_files

        files = dataset_files(self.load(kept))
        written = [folder / TRAIN_FILE, folder / TEST_FILE]
        with self._told(kept.name, folder):
            folder.mkdir(parents=True, exist_ok=True)
            for path, data in zip(written, files, strict=True):
                write_atomically(path, data)
        return written

    def check_free(self, name: str, except_for: Kept | None = None) -> None:
        """Raises `DatasetError` when another dataset has `name`, the case of letters aside."""
        others = [
            kept for kept in self.kept() if except_for is None or kept.digest != except_for.digest
        ]
        if name.casefold() in {kept.name.casefold() for kept in others}:
            raise DatasetError("There is a dataset of this name already", name, "another name")

    def free_name(self, wish: str) -> str:
        """`wish` made into a name that can be used and is free."""
        return free_name(wish, [kept.name for kept in self.kept()])

    def sweep(self) -> None:
        """Removes what killed imports left, and what was deleted long ago."""
        sweep(self.folder)

    def _place(self, kept: Kept) -> Path:
        return self.folder / kept.folder_name

    def _deleted(self, kept: Kept) -> Path:
        return self.folder / f"{DELETED}{kept.folder_name}"

    @contextmanager
    def _told(self, name: str, folder: Path | None = None) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where, why = folder or self.folder, why_not_written(error)
            raise DatasetError(
                f"The dataset {name} could not be saved in {where}: {why}"
            ) from error
