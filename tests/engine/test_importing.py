"""From a person's own files to a dataset: every kind of source, what is told, what is made."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Hyperparameters, train
from engine.errors import DatasetError
from engine.pictures import as_network_sees, decode_picture
from engine.sources.importing.building import ALL_CLASSES, Choices, build
from engine.sources.importing.duplicates import find_duplicates
from engine.sources.importing.files import NO_CLASS
from engine.sources.importing.material import (
    Broken,
    ImportCancelledError,
    Material,
    Progress,
    Watch,
)
from engine.sources.importing.names import likely_positive
from engine.sources.importing.reading import read_material, read_pictures
from engine.sources.importing.splitting import split
from engine.sources.importing.survey import survey
from tests.engine.importing_examples import (
    encoded,
    folder_of,
    material_of,
    noise,
    photo,
    photos,
    table,
    zip_file,
)


def of_zip(path: Path) -> Material:
    return read_material([zip_file(path / "a.zip", photos())], side=16)


def of_folder(path: Path) -> Material:
    return read_material([folder_of(path / "a", photos())], side=16)


def of_single_pictures(path: Path) -> Material:
    given = [(name.split("/")[0], name, data) for name, data in photos().items()]
    return read_pictures(given, side=16)


@pytest.mark.parametrize("read", [of_zip, of_folder, of_single_pictures])
def test_class_folders_become_classes(tmp_path: Path, read: Callable[[Path], Material]) -> None:
    found = read(tmp_path)
    assert found.classes == ("cats", "others")
    assert sorted(found.names) == sorted(photos())
    assert not found.broken
    for picture, label, name in zip(found.pictures, found.labels, found.names, strict=True):
        assert name.startswith(f"{label}/")
        assert np.array_equal(picture, decode_picture(photos()[name]))


@pytest.mark.parametrize("above", ["", "photos/", "a/b/c/", "./"])
@pytest.mark.parametrize("slash", ["/", "\\"])
def test_folders_around_all_of_it_do_not_count(tmp_path: Path, above: str, slash: str) -> None:
    files = {(above + name).replace("/", slash): data for name, data in photos().items()}
    found = read_material([zip_file(tmp_path / "a.zip", files)], side=16)
    assert found.classes == ("cats", "others")
    assert not found.broken


@pytest.mark.parametrize("stray", ["README.txt", "top/README.md", "top/LICENSE", "docs/a/b.txt"])
def test_a_file_beside_the_class_folders_is_told_and_changes_no_class(
    tmp_path: Path, stray: str
) -> None:
    files = {f"top/{name}": data for name, data in photos().items()} | {stray: b"words"}
    found = read_material([zip_file(tmp_path / "a.zip", files)], side=16)
    assert found.classes == ("cats", "others")
    assert len(found.labels) == 12
    assert found.broken == (Broken(stray.removeprefix("top/"), NO_CLASS),)


def test_folders_inside_a_class_belong_to_it(tmp_path: Path) -> None:
    files = {"cats/2019/a.png": photo(1), "cats/b.png": photo(2), "others/x/y/c.png": photo(3)}
    found = read_material([folder_of(tmp_path / "a", files)], side=16)
    assert sorted(zip(found.labels, found.names, strict=True)) == [
        ("cats", "cats/2019/a.png"), ("cats", "cats/b.png"), ("others", "others/x/y/c.png"),
    ]  # fmt: skip


def test_a_split_made_by_folders_is_known_and_kept(tmp_path: Path) -> None:
    files = {f"data/train/{name}": data for name, data in photos(6, 6).items()}
    files |= {"data/test/cats/t.png": photo(50), "data/Test/others/t.png": photo(51)}
    found = survey(read_material([zip_file(tmp_path / "a.zip", files)], side=16))
    assert found.is_split
    dataset = build(found, "mine")
    assert (dataset.m_train, dataset.m_test) == (12, 2)
    anew = build(found, "mine", Choices(keep_split=False, test_share=0.5))
    assert (anew.m_train, anew.m_test) == (6, 8)


@pytest.mark.parametrize(
    ("folders", "sizes", "note"),
    [
        (["train", "valid", "test"], (8, 4), "The folder valid trains too."),
        (["training", "Validation", "test"], (8, 4), "The folder validation trains too."),
        (["train", "val"], (4, 4), "The folder val is the test set."),
    ],
)
def test_a_folder_for_validation_is_no_class_and_what_becomes_of_it_is_told(
    tmp_path: Path, folders: list[str], sizes: tuple[int, int], note: str
) -> None:
    files = {
        f"{folder}/{label}/{i}.png": photo(100 * k + 10 * j + i)
        for k, folder in enumerate(folders)
        for j, label in enumerate(("cats", "others"))
        for i in range(2)
    }
    found = survey(read_material([zip_file(tmp_path / "a.zip", files)], side=16))
    assert list(found.counts) == ["cats", "others"]
    assert note in found.sentences()
    dataset = build(found, "mine")
    assert (dataset.m_train, dataset.m_test) == sizes


@pytest.mark.parametrize("other", ["cats", "train", "invalid"])
def test_a_folder_called_valid_may_be_a_class(tmp_path: Path, other: str) -> None:
    names = ["valid", other, "more"]
    files = {f"{name}/{i}.png": photo(10 * k + i) for k, name in enumerate(names) for i in range(2)}
    found = read_material([zip_file(tmp_path / "a.zip", files)], side=16)
    assert sorted(found.classes) == sorted(names)


def test_what_the_system_put_there_is_passed_over(tmp_path: Path) -> None:
    files = photos() | {"__MACOSX/cats/._0.png": b"x", "cats/.DS_Store": b"x", "Thumbs.db": b"x"}
    assert not read_material([zip_file(tmp_path / "a.zip", files)], side=16).broken
    assert not read_material([folder_of(tmp_path / "a", files)], side=16).broken


def test_a_name_in_utf8_is_read_whether_or_not_the_archive_says_so(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "a.zip", {"köche/a.png": photo(1), "others/b.png": photo(2)})
    data = bytearray(path.read_bytes())
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + flags_at + 1] &= ~0x08  # "this is UTF-8"
    path.write_bytes(data)
    assert read_material([path], side=16).classes == ("köche", "others")


def test_a_photo_is_shrunk_like_the_network_sees_it_and_turned_as_it_says(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    small = random.randint(0, 256, (12, 9, 3)).astype(np.uint8)
    large = np.repeat(np.repeat(small, 100, 0), 100, 1)
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    data = encoded(large, "JPEG", quality=95, exif=exif)
    found = read_pictures([("cats", "a.jpg", data)], side=32).pictures[0]
    exact = as_network_sees(decode_picture(data), 32)
    assert np.abs(found.astype(int) - exact).mean() < 3  # of 255: a quarter of the size was decoded


def test_broken_files_are_told_with_their_reasons(tmp_path: Path) -> None:
    cut = photo(1)[:400]
    files = photos() | {"cats/cut.png": cut, "others/list.txt": b"hello", "loose.png": photo(3)}
    found = survey(read_material([folder_of(tmp_path / "a", files)], side=16))
    reasons = {broken.name: broken.reason for broken in found.broken}
    assert set(reasons) == {"cats/cut.png", "others/list.txt", "loose.png"}
    assert "damaged or incomplete PNG" in reasons["cats/cut.png"]
    assert "a text file" in reasons["others/list.txt"]
    assert "no class folder" in reasons["loose.png"]
    with pytest.raises(DatasetError, match=r"and 2 more cannot be used and must be left out"):
        build(found, "mine")
    assert build(found, "mine", Choices(leave_out=True)).m_train > 0


def test_an_empty_class_is_told_and_left_out_on_request(tmp_path: Path) -> None:
    files = photos() | {"dogs/": b""}
    found = survey(read_material([zip_file(tmp_path / "a.zip", files)], side=16))
    assert found.empty == ("dogs",)
    with pytest.raises(DatasetError, match="no pictures: found dogs"):
        build(found, "mine")
    assert build(found, "mine", Choices(leave_out=True)).classes == ("others", "cats")


@pytest.mark.parametrize("channels", [1, 3])
def test_rows_of_a_table_are_pictures(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(rows=6, channels=channels))
    found = read_material([path])
    assert found.pictures.shape == (6, 8, 8, 3)
    assert found.labels == ("a", "b") * 3
    row = path.read_text().splitlines()[3].split(",")[1:]
    values = np.array(row, int).reshape(8, 8, channels)
    assert np.array_equal(found.pictures[2], np.broadcast_to(values, (8, 8, 3)))
    assert read_material([path], side=16).side == 16


SAME = {
    "semicolons": lambda text: text.replace(",", ";"),
    "tabs": lambda text: text.replace(",", "\t"),
    "a mark of UTF-8": lambda text: "\ufeff" + text,
    "Windows lines": lambda text: text.replace("\n", "\r\n"),
    "quotes": lambda text: "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
    ),
    "no last newline": lambda text: text.rstrip("\n"),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "no header": lambda text: text.partition("\n")[2],
    "shares": lambda text: "\n".join(
        ",".join([line.split(",")[0], *(repr(int(v) / 255) for v in line.split(",")[1:])])
        for line in text.splitlines()[1:]
    ),
    "the class at the end": lambda text: "\n".join(
        ",".join(line.split(",")[1:] + line.split(",")[:1]) for line in text.splitlines()
    ),
}


@pytest.mark.parametrize("way", SAME)
def test_a_table_may_be_written_in_many_ways(tmp_path: Path, way: str) -> None:
    plain, other = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_text(table())
    other.write_bytes(SAME[way](table()).encode())
    expected, found = read_material([plain]), read_material([other])
    assert np.array_equal(found.pictures, expected.pictures)
    assert found.labels == expected.labels


def test_a_dark_row_among_bright_ones_stays_dark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a," + ",".join(["1"] * 64) + "\nb," + ",".join(["200"] * 64) + "\n")
    assert read_material([path]).pictures[:, 0, 0, 0].tolist() == [1, 200]


def test_bad_rows_are_told_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    zeros = ",".join(["0"] * 63)
    bad = {
        "nan": "NaN", "inf": "inf", "-1": "-1", "256": "256", "1e999": "1e999", "x": "x", "": "",
    }  # fmt: skip
    lines = [f"a,{value},{zeros}" for value in bad.values()]
    lines += [f"a,{zeros}", f"a,0,0,{zeros}", f",0,{zeros}", f"\x1b[31m,0,{zeros}"]
    path.write_text(table() + "\n".join(lines) + "\n")
    found = read_material([path])
    assert len(found.labels) == 10
    assert [broken.name for broken in found.broken] == [f"line {12 + i}" for i in range(11)]
    assert "found nan" in found.broken[0].reason
    assert "found 64 columns, needed 65" in found.broken[7].reason


def test_the_courses_files_keep_their_split(small_course_folder: Path) -> None:
    found = survey(read_material([small_course_folder]))
    dataset = build(found, "mine")
    assert (dataset.m_train, dataset.m_test) == (20, 8)
    assert dataset.classes == ("non-cat", "cat")
    both = read_material(sorted(small_course_folder.iterdir()))
    assert survey(both).is_split
    one = survey(read_material([small_course_folder / "train_catvnoncat.h5"], side=8))
    assert not one.is_split
    assert one.material.side == 8


def test_a_file_of_more_classes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["test_set_x"] = np.stack([noise(i) for i in range(6)])
        file["test_set_y"] = [0, 1, 2] * 2
        file["list_classes"] = np.array([b"ants", b"bees", b"cats"])
    dataset = build(survey(read_material([path])), "mine", Choices(test_share=0.5))
    assert dataset.classes == ("ants", "bees", "cats")
    assert dataset.m_test == 3


# what is made of it


def many_classes(k: int) -> Material:
    labels = "abcdefghijklmnopqrstuvwxyz"[:k] * 2
    return material_of(np.stack([noise(i, 8) for i in range(2 * k)]), labels)


def test_two_classes_are_told_apart_and_the_one_looked_for_is_1() -> None:
    for classes, positive in (
        (("cats", "others"), "cats"), (("cat", "non-cat"), "cat"), (("background", "bee"), "bee"),
        (("0", "1"), "1"), (("nothing", "something"), "nothing"), (("dogs", "cats"), "dogs"),
        (("no", "yes"), "yes"), (("not", "other"), "other"),
    ):  # fmt: skip
        assert likely_positive(classes) == positive


def test_one_class_can_be_told_from_all_others() -> None:
    found = survey(many_classes(4))
    dataset = build(found, "mine", Choices(positive="c", test_share=0.5))
    assert dataset.classes == ("non-c", "c")
    assert dataset.train_labels.sum() == 1
    assert (
        dataset.train_attributes[0] == {"file": "a/0.png", "subject": "a"} or dataset.m_train == 4
    )


@pytest.mark.parametrize("k", [3, 20])
def test_all_classes_can_be_told_apart(k: int) -> None:
    dataset = build(survey(many_classes(k)), "mine", Choices(positive=ALL_CLASSES))
    assert len(dataset.classes) == k
    h = Hyperparameters(hidden_layers=(4,), num_iterations=3)
    *_, last = train(h, dataset)
    assert last.iteration == 3


def test_twenty_one_classes_are_too_many_but_one_against_the_rest_is_not() -> None:
    found = survey(many_classes(21))
    with pytest.raises(DatasetError, match="found 21, needed 2 to 20, or one to tell"):
        build(found, "mine")
    assert build(found, "mine", Choices(positive="u")).classes == ("non-u", "u")
    with pytest.raises(DatasetError, match="no such class: found zebra"):
        build(found, "mine", Choices(positive="zebra"))


@pytest.mark.parametrize("labels", ["", "aaaa"])
def test_less_than_two_classes_are_nothing_to_tell_apart(labels: str) -> None:
    pictures = np.stack([noise(i, 8) for i in range(4)])[: len(labels)]
    with pytest.raises(DatasetError, match="nothing to tell apart"):
        build(survey(material_of(pictures, labels)), "mine")


@pytest.mark.parametrize("m", [1, 3])
def test_a_class_of_one_picture_cannot_be_split(m: int) -> None:
    pictures = np.stack([noise(i, 8) for i in range(6)] + [noise(9, 8)] * m)
    with pytest.raises(DatasetError, match="The class b would not be in the training set"):
        build(survey(material_of(pictures, "aaaaaa" + "b" * m)), "mine")


@given(st.data())
@settings(max_examples=60)
def test_a_split_is_stratified_and_never_parts_duplicates(data: st.DataObject) -> None:
    k = data.draw(st.integers(2, 5))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=6 * k, max_size=60))
    group = np.repeat(np.arange(len(sizes)), sizes)
    labels = (np.arange(len(sizes)) % k)[group]
    share = data.draw(st.sampled_from([0.05, 0.2, 0.5]))
    seed = data.draw(st.integers(0, 2**40))
    testing = split(labels, group, share, seed)
    assert np.array_equal(testing, split(labels, group, share, seed))
    for number in np.unique(group):
        assert len(set(testing[group == number])) == 1
    for c in range(k):
        of_class = testing[labels == c]
        assert 0 < of_class.sum() < len(of_class)
        assert of_class.sum() <= max(4, round(share * len(of_class)))
        assert of_class.sum() >= min(1, share * len(of_class) - 4)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1), st.integers(0, 9))
def test_every_class_is_tested_also_where_duplicates_are_of_several(
    pictures: list[tuple[int, int]], seed: int
) -> None:
    labels, group = np.array(pictures).T
    testing = split(labels, group, 0.2, seed)
    assert set(labels[testing]) == set(labels)
    for number in np.unique(group):
        assert len(set(testing[group == number])) == 1


def test_one_picture_for_both_classes_cannot_be_split() -> None:
    found = survey(material_of(np.stack([noise(0, 8)] * 6), "ababab"))
    with pytest.raises(DatasetError, match="would not be in the training set"):
        build(found, "mine")


def test_another_seed_is_another_split() -> None:
    labels, group = np.arange(40) % 2, np.arange(40)
    splits = {split(labels, group, 0.2, seed).tobytes() for seed in range(5)}
    assert len(splits) == 5
    assert all(np.frombuffer(s, bool).sum() == 8 for s in splits)


@pytest.mark.parametrize(("share", "seed"), [(0, 1), (0.6, 1), (float("nan"), 1), (0.2, -1)])
def test_a_split_out_of_range_is_refused(share: float, seed: int) -> None:
    with pytest.raises(DatasetError, match="does not fit"):
        split(np.arange(4) % 2, np.arange(4), share, seed)


# duplicates


def test_duplicates_are_found_exact_and_near_and_stay_together() -> None:
    pictures = [noise(i, 32) for i in range(8)]
    brighter = np.clip(pictures[2].astype(int) + 6, 0, 255).astype(np.uint8)
    pictures += [pictures[0], pictures[0], brighter]
    found = survey(material_of(np.stack(pictures), "abababab" + "aaa"))
    assert found.duplicates.exact == ((0, 8, 9),)
    assert found.duplicates.near == ((0, 8, 9), (2, 10))
    assert "2 exact and 1 near duplicates" in " ".join(found.sentences())
    for seed in range(10):
        dataset = build(found, "mine", Choices(seed=seed))
        files = {p["file"] for p in dataset.train_attributes}
        assert len(files & {"a/0.png", "a/8.png", "a/9.png"}) in (0, 3)
        assert len(files & {"a/2.png", "a/10.png"}) in (0, 2)


def test_flat_pictures_of_different_brightness_are_different() -> None:
    flat = np.stack([np.full((8, 8, 3), v, np.uint8) for v in (0, 1, 128, 255)])
    assert find_duplicates(flat).near == ((0, 1),)


def test_duplicates_across_classes_and_across_the_given_split_are_told() -> None:
    pictures = np.stack([noise(i, 16) for i in (0, 1, 2, 3, 0, 1)])
    found = survey(material_of(pictures, "ababbb", "rrrttt"))
    assert found.contradictions == ((0, 4),)
    assert found.leaks == ((0, 4), (1, 5))
    told = " ".join(found.sentences())
    assert "1 picture with duplicates in another class" in told
    assert "2 pictures both in the training and the test set" in told
    assert "2 exact and 0 near duplicates." in told
    assert "stay together" not in told
    unsplit = " ".join(survey(material_of(pictures, "ababbb")).sentences())
    assert "2 exact and 0 near duplicates: they stay together" in unsplit


# watching


def test_progress_is_told_and_cancelling_ends_it_at_once(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "a.zip", photos(20, 20), zipfile.ZIP_STORED)
    told: list[Progress] = []
    survey(read_material([path], watch=Watch(told.append)), Watch(told.append))
    assert [p.done for p in told if p.doing == "Reading pictures"] == list(range(1, 41))
    assert all(0 <= p.done <= p.total for p in told)
    for stop_at in (0, 1, 7, 40):
        asked = iter(range(1000))
        watch = Watch(cancelled=lambda asked=asked, stop_at=stop_at: next(asked) >= stop_at)
        with pytest.raises(ImportCancelledError, match="nothing was kept"):
            survey(read_material([path], watch=watch), watch)


def test_several_sources_become_one(tmp_path: Path) -> None:
    one = zip_file(tmp_path / "a.zip", {"cats/a.png": photo(1), "others/b.png": photo(2)})
    other = folder_of(tmp_path / "b", {"cats/c.png": photo(3), "dogs/x.png": b"?"})
    found = read_material([one, other], side=16)
    assert found.classes == ("cats", "dogs", "others")
    assert len(found.pictures) == 3
    assert found.broken == (Broken("dogs/x.png", found.broken[0].reason),)
