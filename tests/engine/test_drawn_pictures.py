"""The drawn pictures: the same for everyone, laid out as the course's, honest about what is special."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from engine.dataset import Dataset
from engine.errors import DatasetError
from engine.sources.drawing.canvas import Canvas, Pen
from engine.sources.drawing.composition import WAYS
from engine.sources.drawing.curves import Frame
from engine.sources.drawing.subjects import CATS, OTHERS
from engine.sources.drawn_pictures import (
    FOLDER,
    SEED,
    draw_picture,
    draw_pictures,
    drawn_dataset,
    embedded_picture,
    generate_dataset,
)

DIGEST = "fc3ead7ac6b7fbad6359b6baa41902aa4dddadf17019d3ce104356eb3f2053e2"


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    return drawn_dataset()


def test_the_embedded_pictures_are_the_ones_everybody_has(drawn: Dataset) -> None:
    assert drawn.digest == DIGEST
    assert drawn.name == "drawn"
    assert drawn.classes == ("non-cat", "cat")


def test_drawing_them_again_gives_the_embedded_pictures(drawn: Dataset) -> None:
    again = generate_dataset(209, 50, SEED)
    assert again.digest == drawn.digest
    assert again.train_attributes == drawn.train_attributes
    assert again.test_attributes == drawn.test_attributes


def test_the_shares_of_cats_are_the_courses(drawn: Dataset) -> None:
    assert (drawn.m_train, int(drawn.train_labels.sum())) == (209, 72)
    assert (drawn.m_test, int(drawn.test_labels.sum())) == (50, 33)


@pytest.mark.parametrize(("part", "m"), [("train", 209), ("test", 50)])
def test_the_files_have_the_courses_layout(part: str, m: int) -> None:
    with h5py.File(FOLDER / f"{part}_catvnoncat.h5", "r") as file:
        assert set(file) == {"list_classes", f"{part}_set_x", f"{part}_set_y"}
        x, y, names = file[f"{part}_set_x"], file[f"{part}_set_y"], file["list_classes"]
        assert (x.shape, x.dtype) == ((m, 64, 64, 3), np.uint8)
        assert (y.shape, y.dtype) == ((m,), np.int64)
        assert names[:].tolist() == [b"non-cat", b"cat"]


def test_the_files_are_at_most_two_megabytes() -> None:
    names = {"train_catvnoncat.h5", "test_catvnoncat.h5", "attributes.json"}
    assert {path.name for path in FOLDER.iterdir()} == names
    assert sum((FOLDER / name).stat().st_size for name in names) <= 2_000_000


def test_no_two_pictures_are_alike(drawn: Dataset) -> None:
    pictures = np.concatenate([drawn.train_pictures, drawn.test_pictures])
    assert len({picture.tobytes() for picture in pictures}) == 259


def test_every_picture_says_what_is_special_in_a_closed_vocabulary(drawn: Dataset) -> None:
    attributes = drawn.train_attributes + drawn.test_attributes
    for picture in attributes:
        assert set(picture) == {*WAYS, "subject", "description"}
        assert all(picture[key] in values for key, values in WAYS.items())
        assert picture["description"].split()[0] in ("a", "an")
    for key, values in WAYS.items():
        assert {picture[key] for picture in attributes} == set(values), key


def test_the_subject_agrees_with_the_label(drawn: Dataset) -> None:
    subjects = {subject.name for subject in CATS + OTHERS}
    for labels, attributes in (
        (drawn.train_labels, drawn.train_attributes),
        (drawn.test_labels, drawn.test_attributes),
    ):
        for label, picture in zip(labels[0], attributes, strict=True):
            assert picture["subject"] in subjects
            assert (picture["subject"] == "cat") == bool(label)


def words(picture: Mapping[str, str]) -> str:
    return picture["description"]


def test_the_description_tells_the_same_as_the_attributes(drawn: Dataset) -> None:
    for picture in drawn.train_attributes:
        assert ("tilted" in words(picture)) == (picture["angle"] == "tilted")
        assert ("in the dark" in words(picture)) == (picture["brightness"] == "dark")
        assert ("of similar colour" in words(picture)) == (
            picture["background"] == "similar colour"
        )
        assert ("cut off" in words(picture)) == (picture["scale"] == "cropped")


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5])
def test_a_larger_picture_is_the_same_picture(seed: int) -> None:
    small, large = draw_picture(seed), draw_picture(seed, size=256)
    assert large.pixels.shape == (256, 256, 3)
    assert large.attributes == small.attributes
    reduced = np.asarray(Image.fromarray(large.pixels).reduce(4), dtype=float)
    assert np.abs(reduced - small.pixels).mean() < 4


@pytest.mark.parametrize(("part", "i"), [("train", 0), ("train", 208), ("test", 0), ("test", 49)])
def test_an_embedded_picture_can_be_had_larger(drawn: Dataset, part: str, i: int) -> None:
    embedded = getattr(drawn, f"{part}_pictures")[i]
    assert (embedded_picture(part, i, size=64).pixels == embedded).all()
    larger = embedded_picture(part, i, size=128)
    assert larger.attributes == getattr(drawn, f"{part}_attributes")[i]
    reduced = np.asarray(Image.fromarray(larger.pixels).reduce(2), dtype=float)
    assert np.abs(reduced - embedded).mean() < 4


def test_a_picture_is_drawn_twice_alike_whatever_the_global_state() -> None:
    first = draw_picture(17)
    np.random.seed(0)
    second = draw_picture(17)
    assert (first.pixels == second.pixels).all()
    assert first.description == second.description


@pytest.mark.parametrize("label", [0, 1])
def test_the_label_can_be_asked_for(label: int) -> None:
    picture = draw_picture(5, label=label)
    assert picture.label == label
    assert (picture.subject == "cat") == bool(label)


def test_picture_i_does_not_depend_on_how_many_are_drawn() -> None:
    few, few_labels, few_attributes = draw_pictures(4, 9)
    more, more_labels, more_attributes = draw_pictures(9, 9)
    assert (more[:4] == few).all()
    assert (more_labels[:, :4] == few_labels).all()
    assert more_attributes[:4] == few_attributes
    assert few_labels.shape == (1, 4)
    assert few_labels.dtype == np.int64


@pytest.mark.parametrize(("m_train", "m_test"), [(1, 1), (13, 7)])
def test_any_number_of_pictures_can_be_generated(m_train: int, m_test: int) -> None:
    dataset = generate_dataset(m_train, m_test, 3)
    assert dataset.train_pictures.shape == (m_train, 64, 64, 3)
    assert dataset.test_pictures.shape == (m_test, 64, 64, 3)
    assert len(dataset.train_attributes) == m_train


def test_every_pose_of_every_subject_can_be_drawn() -> None:
    for subject in CATS + OTHERS:
        for pose in subject.poses:
            canvas = Canvas(128)
            pen = Pen(canvas, np.random.RandomState(1), Frame.whole())
            pose.draw(pen if subject.fills else pen.at(0.5, 0.9, 0.6), subject.coats[0])
            assert len(np.unique(np.asarray(canvas.image).reshape(-1, 3), axis=0)) > 2, pose.words


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: draw_picture(-1),
        lambda: draw_picture(1, label=2),
        lambda: draw_picture(1, size=8),
        lambda: draw_picture(1, size=4096),
        lambda: draw_pictures(0, 1),
        lambda: embedded_picture("dev", 0),
        lambda: embedded_picture("test", 50),
        lambda: draw_pictures(1, -1),
        lambda: generate_dataset(5, 0, 1),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(wrong: object) -> None:
    with pytest.raises(DatasetError, match="needed"):
        wrong()  # type: ignore[operator]


@pytest.mark.parametrize("damage", ["", "[]", '{"train": []}', '{"train": [1], "test": []}'])
def test_damaged_attributes_are_refused(tmp_path: Path, damage: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "drawn")
    (tmp_path / "drawn" / "attributes.json").write_text(damage)
    with pytest.raises(DatasetError, match=r"attributes\.json"):
        drawn_dataset(tmp_path / "drawn")


def test_the_command_refuses_in_a_sentence() -> None:
    # Drawing by command is drawing as above; only its refusal is its own.
    refused = subprocess.run(
        [sys.executable, "-m", "engine.sources.drawn_pictures", "--seed", "-1"],
        capture_output=True,
        text=True,
        check=False,
        cwd=FOLDER.parents[1],
    )
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
