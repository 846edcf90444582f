"""The course's files: found where they should be, read as the course reads them, refused in words."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.sources.course_files import (
    data_folder,
    has_course_files,
    load_data,
    read_course_files,
    user_data_folder,
)


def refusal(folder: Path) -> str:
    """The one sentence that a person is shown for the files in `folder`."""
    with pytest.raises(DatasetError) as caught:
        read_course_files(folder)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_folder_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERDIAL_DATA", "/from/environment")
    assert data_folder("/given") == Path("/given")
    assert data_folder() == Path("/from/environment")


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_word_it_is_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("HYPERDIAL_DATA", raising=False)
    if value is not None:
        monkeypatch.setenv("HYPERDIAL_DATA", value)
    assert data_folder() == user_data_folder()
    assert user_data_folder().name == "catvnoncat"
    assert "hyperdial" in user_data_folder().parts


def test_a_tilde_is_the_home_folder() -> None:
    assert data_folder("~/pictures") == Path.home() / "pictures"


def test_both_files_are_read(small_course_folder: Path) -> None:
    dataset = read_course_files(small_course_folder, name="small")
    assert dataset.name == "small"
    assert dataset.train_pictures.shape == (20, 16, 16, 3)
    assert dataset.test_pictures.shape == (8, 16, 16, 3)
    assert dataset.classes == ("non-cat", "cat")
    assert dataset.train_labels.tolist() == [[0, 1] * 10]
    with h5py.File(small_course_folder / "train_catvnoncat.h5") as file:
        assert np.array_equal(dataset.train_pictures, file["train_set_x"][:])


def test_the_environment_is_enough(
    small_course_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERDIAL_DATA", str(small_course_folder))
    assert has_course_files()
    assert read_course_files().m_train == 20


def test_load_data_gives_what_the_course_gives(small_course_folder: Path) -> None:
    train_x_orig, train_y, test_x_orig, test_y, classes = load_data(small_course_folder)
    assert train_x_orig.dtype == np.uint8
    assert train_x_orig.shape == (20, 16, 16, 3)
    assert (train_y.shape, test_y.shape) == ((1, 20), (1, 8))
    assert test_x_orig.shape == (8, 16, 16, 3)
    assert classes[train_y[0, 1]].decode("utf-8") == "cat"


def test_what_load_data_gives_may_be_changed(small_course_folder: Path) -> None:
    before = [array.copy() for array in load_data(small_course_folder)]
    for array in load_data(small_course_folder):
        array[...] = array.flat[0]
    for array, kept in zip(load_data(small_course_folder), before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_missing_file_is_named_with_the_command_that_gets_it(
    small_course_folder: Path, part: str
) -> None:
    (small_course_folder / f"{part}_catvnoncat.h5").unlink()
    assert not has_course_files(small_course_folder)
    sentence = refusal(small_course_folder)
    assert f"{part}_catvnoncat.h5 is missing in {small_course_folder}" in sentence
    assert "python -m engine download" in sentence


def test_an_absent_folder_names_both_files(tmp_path: Path) -> None:
    assert not has_course_files(tmp_path / "nowhere")
    sentence = refusal(tmp_path / "nowhere")
    assert "train_catvnoncat.h5 and test_catvnoncat.h5 are missing" in sentence


HTML = b"\n<!DOCTYPE html>\n<html><head><title>train_catvnoncat.h5 - GitHub</title></head></html>"
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:fbe56ab6\nsize 2572022\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LFS, "a Git LFS pointer"),
        (HTML, "an HTML page"),
        (b"", "an empty file"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\0" * 5000, "a file of zeros"),
        (b"label,pixel\n0,13\n", "a text file"),
        (b"\x89HDF", "a truncated HDF5 file"),
        (b"\x89HDF\r\n\x1a\n" + b"\xff" * 60, "an HDF5 file with a damaged header"),
    ],
)
def test_a_file_that_is_something_else_is_called_by_its_name(
    small_course_folder: Path, content: bytes, said: str
) -> None:
    (small_course_folder / "test_catvnoncat.h5").write_bytes(content)
    sentence = refusal(small_course_folder)
    assert "test_catvnoncat.h5" in sentence
    assert f"found {said}" in sentence


@pytest.mark.parametrize(("ending", "converted"), [(b"\r\n", b"\n"), (b"\n", b"\r\n")])
def test_line_ending_conversion_is_recognised(
    small_course_folder: Path, ending: bytes, converted: bytes
) -> None:
    path = small_course_folder / "train_catvnoncat.h5"
    path.write_bytes(path.read_bytes().replace(ending, converted))
    assert "damaged by line-ending conversion" in refusal(small_course_folder)


def test_a_truncated_file_says_how_much_is_there(small_course_folder: Path) -> None:
    path = small_course_folder / "train_catvnoncat.h5"
    whole = path.read_bytes()
    path.write_bytes(whole[:9_999])
    assert f"truncated HDF5 file, 9,999 of {len(whole):,} bytes" in refusal(small_course_folder)


def test_a_folder_under_the_files_name_is_refused(small_course_folder: Path) -> None:
    path = small_course_folder / "train_catvnoncat.h5"
    path.unlink()
    path.mkdir()
    assert "missing" in refusal(small_course_folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_does_not_make_it_wait(small_course_folder: Path) -> None:
    path = small_course_folder / "train_catvnoncat.h5"
    path.unlink()
    os.mkfifo(path)
    assert path.name in refusal(small_course_folder)


def test_files_of_different_classes_do_not_go_together(small_course_folder: Path) -> None:
    with h5py.File(small_course_folder / "test_catvnoncat.h5", "a") as file:
        file["list_classes"][:] = np.array([b"non-dog", b"dog"])
    sentence = refusal(small_course_folder)
    assert "different classes" in sentence
    assert "dog" in sentence


def test_pictures_of_different_size_do_not_go_together(small_course_folder: Path) -> None:
    with h5py.File(small_course_folder / "test_catvnoncat.h5", "a") as file:
        del file["test_set_x"]
        file["test_set_x"] = np.zeros((8, 24, 24, 3), np.uint8)
    assert "differ in size" in refusal(small_course_folder)


def test_the_two_files_swapped_are_refused(small_course_folder: Path) -> None:
    shutil.copy(
        small_course_folder / "train_catvnoncat.h5", small_course_folder / "test_catvnoncat.h5"
    )
    assert "has no test_set_x" in refusal(small_course_folder)


def test_the_courses_own_files(course_folder: Path) -> None:
    train_x_orig, train_y, test_x_orig, test_y, classes = load_data(course_folder)
    assert train_x_orig.shape == (209, 64, 64, 3)
    assert test_x_orig.shape == (50, 64, 64, 3)
    assert train_y.dtype == np.int64
    assert (int(train_y.sum()), int(test_y.sum())) == (72, 33)
    assert classes.tolist() == [b"non-cat", b"cat"]
    # The course's notebook shows picture 10 and says what it is.
    assert classes[train_y[0, 10]] == b"non-cat"
    assert read_course_files(course_folder).n_x == 12_288
