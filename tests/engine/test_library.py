"""The datasets a person keeps: whole or not there, whatever ends the program, and only theirs."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from engine import load_data
from engine.dataset import Dataset
from engine.errors import DatasetError
from engine.locks import ProcessLock
from engine.sources.importing import arrivals
from engine.sources.importing.library import Library
from tests.engine.plain import made_up_dataset

ROOT = Path(__file__).parents[2]


def dataset(name: str = "mine", classes: int = 2, side: int = 8) -> Dataset:
    made = made_up_dataset(m=12, side=side, classes=classes)
    attributes = tuple({"file": f"cats/é {i}.png"} for i in range(made.m_train))
    return Dataset(
        name,
        made.train_pictures,
        made.train_labels,
        made.test_pictures,
        made.test_labels,
        made.classes,
        attributes,
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def files(library: Library) -> list[str]:
    """Everything in the library's folder but its lock."""
    found = (path.relative_to(library.folder) for path in library.folder.rglob("*"))
    return sorted(str(path) for path in found if path.name != ".lock")


@pytest.mark.parametrize("classes", [2, 3, 20])
def test_what_was_kept_comes_back_the_same(library: Library, classes: int) -> None:
    made = dataset(classes=classes)
    kept = library.keep(made, "photos.zip")
    again = Library(library.folder)
    assert again.kept() == [kept]
    assert (kept.name, kept.source, kept.m_train) == ("mine", "photos.zip", made.m_train)
    loaded = again.load(kept)
    assert loaded.digest == made.digest
    assert loaded.train_attributes == made.train_attributes
    for name in ("mine", kept.key, kept.digest):
        assert again.find(name) == kept
    assert again.find("other") is None
    with pytest.raises(
        DatasetError, match="no dataset of this name: found other, needed one of mine"
    ):
        again.get("other")


def test_the_same_dataset_is_kept_once(library: Library) -> None:
    first = library.keep(dataset())
    assert library.keep(dataset("again")) == first
    assert len(library.kept()) == 1


def test_names_are_unique_and_the_case_of_letters_does_not_count(library: Library) -> None:
    kept = library.keep(dataset("Kätzchen"))
    with pytest.raises(DatasetError, match="already"):
        library.keep(dataset("kÄtzchen", side=9))
    other = library.keep(dataset(library.free_name("kätzchen"), side=9))
    assert other.name == "kätzchen 2"
    with pytest.raises(DatasetError, match="already"):
        library.rename(other, "KÄTZCHEN")
    assert library.rename(kept, "KÄTZCHEN").name == "KÄTZCHEN"


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a/b",
        "..",
        ".x",
        "-x",
        "a\\b",
        "a\0",
        "a\nb",
        "x" * 61,
        "drawn",
        "Course",
        "flower",
    ],
)
def test_a_name_that_cannot_be_used_is_refused(library: Library, name: str) -> None:
    with pytest.raises(DatasetError, match="name"):
        library.keep(dataset(name))
    kept = library.keep(dataset())
    with pytest.raises(DatasetError, match="name"):
        library.rename(kept, name)
    assert library.free_name(name).strip()


def test_deleting_can_be_undone_until_it_cannot(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = library.keep(dataset())
    library.delete(kept)
    assert library.kept() == []
    library.sweep()
    library.restore(kept)
    assert library.load(library.get("mine")).digest == kept.digest
    library.delete(kept)
    taker = library.keep(dataset(side=9))
    with pytest.raises(DatasetError, match="already"):
        library.restore(kept)
    library.rename(taker, "other")
    monkeypatch.setattr(arrivals, "FORGET_AFTER", -1)
    library.sweep()
    with pytest.raises(DatasetError, match="cannot be brought back"):
        library.restore(kept)
    library.delete(taker, for_good=True)
    assert files(library) == []


def test_the_courses_own_notebook_reads_what_is_exported(library: Library, tmp_path: Path) -> None:
    made = dataset(side=16)
    written = library.export(library.keep(made), tmp_path / "a" / "datasets")
    assert [path.name for path in written] == ["train_catvnoncat.h5", "test_catvnoncat.h5"]
    # The course's lr_utils.load_data, in its own steps.
    train_file, test_file = (h5py.File(path, "r") for path in written)
    with train_file, test_file:
        train_x = np.array(train_file["train_set_x"][:])
        train_y = np.array(train_file["train_set_y"][:])
        test_x = np.array(test_file["test_set_x"][:])
        test_y = np.array(test_file["test_set_y"][:])
        classes = np.array(test_file["list_classes"][:])
    assert np.array_equal(train_x, made.train_pictures)
    assert np.array_equal(test_x, made.test_pictures)
    assert np.array_equal(train_y.reshape((1, train_y.shape[0])), made.train_labels)
    assert np.array_equal(test_y.reshape((1, test_y.shape[0])), made.test_labels)
    assert classes[1].decode("utf-8") == made.classes[1]
    assert np.array_equal(load_data(tmp_path / "a" / "datasets")[0], made.train_pictures)


def damage_about(folder: Path) -> None:
    (folder / "about.json").write_bytes(b"{")


def damage_format(folder: Path) -> None:
    about = json.loads((folder / "about.json").read_text())
    (folder / "about.json").write_text(json.dumps(about | {"format": "2"}))


def damage_name(folder: Path) -> None:
    about = json.loads((folder / "about.json").read_text())
    (folder / "about.json").write_text(json.dumps(about | {"name": "../x", "m_train": "many"}))


def move(folder: Path) -> None:
    folder.rename(folder.with_name("x" * 32))


@pytest.mark.parametrize("damage", [damage_about, damage_format, damage_name, move])
def test_a_folder_that_is_no_dataset_is_passed_over(
    library: Library, damage: Callable[[Path], None]
) -> None:
    kept = library.keep(dataset())
    damage(library.folder / kept.folder_name)
    (library.folder / "stray").write_text("x")
    assert library.kept() == []
    assert library.keep(dataset()).name == "mine"


def test_damaged_pictures_are_refused_and_lost_file_names_are_not(library: Library) -> None:
    kept = library.keep(dataset())
    place = library.folder / kept.folder_name
    (place / "attributes.json").write_bytes(b"[]")
    assert library.load(kept).train_attributes == ()
    with h5py.File(place / "train_catvnoncat.h5", "r+") as file:
        file["train_set_x"][0, 0, 0, 0] ^= 1
    with pytest.raises(DatasetError, match="is damaged"):
        library.load(kept)
    (place / "train_catvnoncat.h5").unlink()
    with pytest.raises(DatasetError, match="missing"):
        library.load(kept)


# what ends an import


class FullDisk:
    """Lets so many files be written and then says what a full disk says."""

    def __init__(self, good: int, error: BaseException) -> None:
        self.left, self.error, self.fsync = good, error, os.fsync

    def __call__(self, file: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.error
        self.fsync(file)


@pytest.mark.parametrize("good", range(4))
def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    other = library.keep(dataset("other", side=9))
    before = files(library)
    monkeypatch.setattr(os, "fsync", FullDisk(good, OSError(errno.ENOSPC, "No space left")))
    with pytest.raises(DatasetError, match=r"could not be saved in .*: the disk is full"):
        library.keep(dataset())
    assert files(library) == before
    assert library.kept() == [other]


@pytest.mark.parametrize("good", range(4))
def test_ctrl_c_leaves_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    monkeypatch.setattr(os, "fsync", FullDisk(good, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        library.keep(dataset())
    assert files(library) == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights to folders work differently there")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="that is not a folder"):
        Library(tmp_path / "file" / "library").keep(dataset())
    assert Library(tmp_path / "nowhere").kept() == []
    Library(tmp_path / "nowhere").sweep()
    assert not (tmp_path / "nowhere").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.sources.importing.library import Library
from tests.engine.test_library import dataset
left = int(sys.argv[2])
fsync = os.fsync
def killing(file):
    global left
    left -= 1
    fsync(file)
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
os.fsync = killing
Library(Path(sys.argv[1])).keep(dataset())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("good", [0, 3])
def test_what_a_killed_import_left_goes_at_the_next_start(library: Library, good: int) -> None:
    command = [sys.executable, "-c", KILLED, str(library.folder), str(good)]
    done = subprocess.run(command, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert files(library) != []
    assert library.kept() == []
    library.sweep()
    assert files(library) == []


def test_what_is_still_arriving_is_not_swept(library: Library) -> None:
    with arrivals.arriving(library.folder) as folder:
        (folder / "a").write_text("x")
        library.sweep()
        assert (folder / "a").exists()
    assert files(library) == []
    (library.folder / f"{arrivals.ARRIVING}0").mkdir()
    kept = library.keep(dataset())
    (library.folder / kept.folder_name / ".about.json.12ab").write_text("{")
    library.sweep()
    assert {name.split(os.sep)[0] for name in files(library)} == {kept.folder_name}
    assert len(files(library)) == 5


def test_many_at_once_do_not_hurt_each_other(library: Library) -> None:
    failed: list[str] = []

    def keep(i: int) -> None:
        try:
            library.keep(dataset(f"name {i // 2}", side=8 + i))
        except DatasetError as error:
            failed.append(str(error))

    threads = [threading.Thread(target=keep, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kept.name for kept in library.kept()] == [f"name {i}" for i in range(4)]
    assert len(failed) == 4
    assert len(files(library)) == 4 * 5


def test_a_lock_is_held_by_one_and_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    program = (
        "import sys, time; from pathlib import Path; from engine.locks import ProcessLock\n"
        f"lock = ProcessLock(Path({str(path)!r})); print(lock.try_to_hold(), flush=True)\n"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        lock = ProcessLock(path)
        assert not lock.try_to_hold()
        other.kill()
    for _ in range(500):
        if lock.try_to_hold():
            break
        time.sleep(0.02)
    assert not ProcessLock(path).try_to_hold()
    lock.release()
    with ProcessLock(path):
        assert not lock.try_to_hold()
