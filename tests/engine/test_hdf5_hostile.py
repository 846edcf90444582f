"""HDF5 files made to harm or to mislead: each is refused in a sentence before its data is read."""

from __future__ import annotations

import contextlib
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.sources.picture_set import PictureSet, read_picture_set

M, SIDE = 6, 16
PICTURES = np.random.RandomState(1).randint(0, 256, (M, SIDE, SIDE, 3)).astype(np.uint8)
LABELS = np.arange(M) % 2
CLASSES = np.array([b"non-cat", b"cat"])
NAMES = ("train_set_x", "train_set_y", "list_classes")

Change = Callable[[h5py.File], object]


def course_file(path: Path, *changes: Change, without: str = "") -> Path:
    """A good file but for the part `without`, and what the `changes` do to it."""
    with h5py.File(path, "w") as file:
        for name, data in zip(NAMES, (PICTURES, LABELS, CLASSES), strict=True):
            if name != without:
                file[name] = data
        for change in changes:
            change(file)
    return path


def refusal(path: Path) -> str:
    """The sentence for the file at `path`; it must come at once and without taking memory."""
    before, start = peak_megabytes(), time.monotonic()
    with pytest.raises(DatasetError) as caught:
        read_picture_set(path, "train")
    assert time.monotonic() - start < 10
    assert peak_megabytes() - before < 200
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


def peak_megabytes() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def same(found: PictureSet) -> bool:
    return (
        np.array_equal(found.pictures, PICTURES)
        and np.array_equal(found.labels, LABELS[None])
        and found.classes == ("non-cat", "cat")
    )


@pytest.mark.parametrize(
    "storage",
    [
        {},
        {"chunks": (2, 16, 16, 3)},
        {"chunks": (4, 5, 7, 2), "compression": "gzip"},
        {"chunks": (4, 5, 7, 2), "compression": "gzip", "shuffle": True, "fletcher32": True},
        {"chunks": True, "fletcher32": True},
        {"chunks": True, "maxshape": (None, 16, 16, 3)},
    ],
)
def test_every_plain_way_of_storing_is_read(tmp_path: Path, storage: dict[str, object]) -> None:
    path = course_file(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("train_set_x", data=PICTURES, **storage),
        without="train_set_x",
    )
    assert same(read_picture_set(path, "train"))


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_files_of_old_and_new_libraries_are_read(tmp_path: Path, libver: str) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file["train_set_x"], file["train_set_y"], file["list_classes"] = PICTURES, LABELS, CLASSES
    assert same(read_picture_set(path, "train"))


@pytest.mark.parametrize("dtype", ["uint8", "int8", ">i4", "uint64"])
def test_labels_may_be_any_whole_numbers(tmp_path: Path, dtype: str) -> None:
    path = course_file(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("train_set_y", data=LABELS.astype(dtype)),
        without="train_set_y",
    )
    assert same(read_picture_set(path, "train"))


@pytest.mark.parametrize(("m", "side"), [(1, 8), (3, 256)])
def test_any_number_of_square_pictures_is_read(tmp_path: Path, m: int, side: int) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["train_set_x"] = np.zeros((m, side, side, 3), np.uint8)
        file["train_set_y"] = np.ones(m, np.int64)
        file["list_classes"] = CLASSES
    assert read_picture_set(path, "train").pictures.shape == (m, side, side, 3)


def with_pictures(data: NDArray[Any]) -> tuple[str, Change]:
    return "train_set_x", lambda f: f.create_dataset("train_set_x", data=data)


def with_labels(data: object, **more: object) -> tuple[str, Change]:
    return "train_set_y", lambda f: f.create_dataset("train_set_y", data=data, **more)


def with_classes(data: object, **more: object) -> tuple[str, Change]:
    return "list_classes", lambda f: f.create_dataset("list_classes", data=data, **more)


FOREIGN = {
    "float pictures": (with_pictures(PICTURES / 255.0), "floating-point numbers"),
    "signed pictures": (with_pictures(PICTURES.astype(np.int8)), "signed, 8 bits"),
    "wide pictures": (with_pictures(PICTURES.astype(np.uint16)), "unsigned, 16 bits"),
    "flat pictures": (with_pictures(PICTURES.reshape(M, -1)), "(6, 768)"),
    "grey pictures": (with_pictures(PICTURES[..., :1]), "(6, 16, 16, 1)"),
    "oblong pictures": (with_pictures(PICTURES[:, :8]), "(6, 8, 16, 3)"),
    "tiny pictures": (with_pictures(PICTURES[:, :7, :7]), "7 pixels"),
    "huge pictures": (with_pictures(np.zeros((M, 257, 257, 3), np.uint8)), "257 pixels"),
    "no pictures": (with_pictures(PICTURES[:0]), "0 pictures"),
    "few labels": (with_labels(LABELS[:-1]), "(5,)"),
    "labels in a row": (with_labels(LABELS[None]), "(1, 6)"),
    "float labels": (with_labels(LABELS / 1.0), "floating-point numbers"),
    "bool labels": (with_labels(LABELS == 1), "an enumeration"),
    "label 2": (with_labels(LABELS + 1), "2"),
    "label -1": (with_labels(LABELS - 1), "-1"),
    "enormous label": (with_labels(np.full(M, 2**64 - 1, np.uint64)), "no class"),
    "scalar labels": (with_labels(1), "a scalar"),
    "labels of nothing": (with_labels(h5py.Empty("i8")), "nothing"),
    "varying text": (
        with_classes(["non-cat", "cat"], dtype=h5py.string_dtype()),
        "text of varying length",
    ),
    "numbered classes": (with_classes([0, 1]), "whole numbers"),
    "one class": (with_classes(np.array([b"a"])), "(1,)"),
    "21 classes": (with_classes(np.array([bytes([65 + i]) for i in range(21)])), "(21,)"),
    "equal classes": (with_classes(np.array([b"cat", b"cat"])), "unusable class names"),
    "nameless class": (with_classes(np.array([b"", b"cat"])), "unusable class names"),
    "unprintable class": (with_classes(np.array([b"\x1b[31m", b"cat"])), "unusable class names"),
    "no UTF-8": (with_classes(np.array([b"\xff\xfe", b"cat"])), "no text"),
    "overlong class": (with_classes(np.array([b"a" * 70_000, b"cat"])), "70,000 bytes"),
    "varying rows": (
        with_labels(None, shape=(M,), dtype=h5py.vlen_dtype(np.int64)),
        "arrays of varying length",
    ),
    "compounds": (with_labels(np.zeros(M, [("a", "i4"), ("b", "f8")])), "compounds"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_foreign_content_is_named(tmp_path: Path, case: str) -> None:
    (without, change), said = FOREIGN[case]
    assert said in refusal(course_file(tmp_path / "a.h5", change, without=without))


def test_references_are_refused(tmp_path: Path) -> None:
    def refer(file: h5py.File) -> None:
        file.create_dataset("train_set_y", data=[file["train_set_x"].ref] * M, dtype=h5py.ref_dtype)

    path = course_file(tmp_path / "a.h5", refer, without="train_set_y")
    assert "references" in refusal(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_dataset_is_named(tmp_path: Path, name: str) -> None:
    assert f"has no {name}" in refusal(course_file(tmp_path / "a.h5", without=name))


def test_anything_more_is_refused(tmp_path: Path) -> None:
    sentence = refusal(course_file(tmp_path / "a.h5", lambda f: f.create_group("![](http://x)")))
    assert "holds too much" in sentence


def test_a_group_in_the_place_of_pictures_is_refused(tmp_path: Path) -> None:
    path = course_file(
        tmp_path / "a.h5", lambda f: f.create_group("train_set_x"), without="train_set_x"
    )
    assert "is not a dataset" in refusal(path)


def test_a_named_type_in_the_place_of_pictures_is_refused(tmp_path: Path) -> None:
    def name_a_type(file: h5py.File) -> None:
        file["train_set_x"] = np.dtype("u1")

    path = course_file(tmp_path / "a.h5", name_a_type, without="train_set_x")
    assert "is not a dataset" in refusal(path)


SECRET = bytes(range(256)) * 18


def secret_file(folder: Path) -> Path:
    """Another file of the same computer, of just the length of the pictures."""
    path = folder / "secret"
    path.write_bytes(SECRET[: PICTURES.nbytes])
    return path


def test_another_files_bytes_are_never_read_as_pictures(tmp_path: Path) -> None:
    secret = secret_file(tmp_path)

    def outside(file: h5py.File) -> None:
        where = [(str(secret), 0, PICTURES.nbytes)]
        file.create_dataset("train_set_x", PICTURES.shape, "u1", external=where)

    path = course_file(tmp_path / "a.h5", outside, without="train_set_x")
    with h5py.File(path) as file:
        assert file["train_set_x"][:].tobytes() == secret.read_bytes(), "the attack itself works"
    assert "external storage" in refusal(path)


@pytest.mark.parametrize("link", ["external", "soft", "dangling"])
def test_links_are_not_followed(tmp_path: Path, link: str) -> None:
    course_file(tmp_path / "other.h5")

    def put_link(file: h5py.File) -> None:
        if link == "external":
            file["train_set_x"] = h5py.ExternalLink("other.h5", "/train_set_x")
        else:
            target = "/list_classes" if link == "soft" else "/nowhere"
            file["train_set_x"] = h5py.SoftLink(target)

    path = course_file(tmp_path / "a.h5", put_link, without="train_set_x")
    expected = "a link to another file" if link == "external" else "a soft link"
    assert expected in refusal(path)


def test_a_virtual_dataset_is_refused(tmp_path: Path) -> None:
    course_file(tmp_path / "other.h5")
    layout = h5py.VirtualLayout(PICTURES.shape, "u1")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "train_set_x", PICTURES.shape)
    path = course_file(
        tmp_path / "a.h5",
        lambda f: f.create_virtual_dataset("train_set_x", layout),
        without="train_set_x",
    )
    assert "a virtual dataset" in refusal(path)


def declare(m: int, **storage: object) -> Change:
    """Pictures that are declared and hardly stored."""

    def change(file: h5py.File) -> None:
        pictures = file.create_dataset("train_set_x", (m, 256, 256, 3), "u1", **storage)
        pictures[:1] = 7
        file.create_dataset("train_set_y", (m,), "i8", chunks=(m,), compression="gzip")[:] = 1

    return change


def hostile(path: Path, change: Change) -> Path:
    with h5py.File(path, "w") as file:
        file["list_classes"] = CLASSES
        change(file)
    return path


def test_39_gigabytes_in_a_small_file_are_refused(tmp_path: Path) -> None:
    change = declare(200_000, chunks=(1, 256, 256, 3), compression="gzip")
    path = hostile(tmp_path / "a.h5", change)
    assert path.stat().st_size < 10_000_000
    assert "too much data" in refusal(path)


def test_declared_pictures_that_are_not_there_are_refused(tmp_path: Path) -> None:
    change = declare(2_000, chunks=(1, 256, 256, 3), compression="gzip")
    assert "would expand too much" in refusal(hostile(tmp_path / "a.h5", change))


def test_missing_pictures_are_not_black_pictures(tmp_path: Path) -> None:
    change = declare(3, chunks=(1, 256, 256, 3))
    assert "is incomplete" in refusal(hostile(tmp_path / "a.h5", change))


def test_huge_chunks_are_refused(tmp_path: Path) -> None:
    noise = np.random.RandomState(0).bytes(700 * 256 * 256 * 3 // 500)

    def change(file: h5py.File) -> None:
        pictures = file.create_dataset(
            "train_set_x", (700, 256, 256, 3), "u1", chunks=(700, 256, 256, 3), compression="gzip"
        )
        pictures.id.write_direct_chunk((0, 0, 0, 0), noise)
        file["train_set_y"] = np.ones(700, np.int64)

    assert "huge chunks" in refusal(hostile(tmp_path / "a.h5", change))


def test_a_million_tiny_chunks_are_refused(tmp_path: Path) -> None:
    def change(file: h5py.File) -> None:
        file.create_dataset("train_set_x", (40, 32, 32, 3), "u1", chunks=(1, 1, 1, 1))
        file["train_set_x"][:] = 1
        file["train_set_y"] = np.ones(40, np.int64)

    assert "too many chunks" in refusal(hostile(tmp_path / "a.h5", change))


@pytest.mark.parametrize(
    ("length", "said"),
    [(300_000_000, "over 768 bytes"), (100, "100 bytes"), (0, "0 bytes")],
)
def test_a_chunk_that_inflates_to_another_length_is_refused(
    tmp_path: Path, length: int, said: str
) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(
        packer.compress(bytes(min(2**20, length - at))) for at in range(0, length, 2**20)
    )
    bomb += packer.flush()

    def change(file: h5py.File) -> None:
        pictures = file.create_dataset(
            "train_set_x", data=PICTURES, chunks=(1, 16, 16, 3), compression="gzip"
        )
        pictures.id.write_direct_chunk((3, 0, 0, 0), bomb)

    path = course_file(tmp_path / "a.h5", change, without="train_set_x")
    assert f"a chunk of the wrong length: found {said}" in refusal(path)


def test_an_unfiltered_chunk_that_is_too_short_is_refused(tmp_path: Path) -> None:
    def change(file: h5py.File) -> None:
        pictures = file.create_dataset(
            "train_set_x", data=PICTURES, chunks=(1, 16, 16, 3), compression="gzip"
        )
        pictures.id.write_direct_chunk((3, 0, 0, 0), b"short", filter_mask=1)

    path = course_file(tmp_path / "a.h5", change, without="train_set_x")
    assert "a chunk of the wrong length: found 5 bytes" in refusal(path)


@pytest.mark.parametrize(
    ("storage", "said"),
    [
        ({"compression": "lzf"}, "number 32000"),
        ({"scaleoffset": 0}, "number 6"),
        ({"compression": "szip"}, "number 4"),
    ],
)
def test_unexpected_filters_are_refused(
    tmp_path: Path, storage: dict[str, object], said: str
) -> None:
    if storage.get("compression") == "szip" and not h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
        pytest.skip("this HDF5 library has no szip")
    path = course_file(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("train_set_x", data=PICTURES, **storage),
        without="train_set_x",
    )
    sentence = refusal(path)
    assert "unexpected filters" in sentence
    assert said in sentence


def test_a_file_over_the_limit_is_refused_unopened(tmp_path: Path) -> None:
    path = course_file(tmp_path / "a.h5")
    with path.open("r+b") as stream:
        stream.truncate(513 * 2**20)
    assert "too large" in refusal(path)


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = course_file(
        tmp_path / "a.h5",
        lambda f: f.create_dataset("train_set_x", data=PICTURES, chunks=True, fletcher32=True),
        without="train_set_x",
    )
    content = path.read_bytes()
    piece = PICTURES[0, 0].tobytes()
    assert content.count(piece) == 1
    path.write_bytes(content.replace(piece, piece[::-1]))
    assert "a damaged HDF5 file" in refusal(path)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_damaged_file_gives_a_sentence_or_good_pictures(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = course_file(tmp_path / "a.h5")
    content = bytearray(path.read_bytes())
    # The pictures themselves may hold anything: the damage goes where the structure is.
    places = st.integers(0, 3_000) | st.integers(0, len(content) - 1)
    for at, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        content[at] = byte
    length = data.draw(st.just(len(content)) | st.integers(0, len(content)))
    path.write_bytes(content[:length])
    with contextlib.suppress(DatasetError):
        found = read_picture_set(path, "train")
        assert found.pictures.shape[1:] in {(s, s, 3) for s in range(8, 257)}
        assert found.labels.shape == (1, len(found.pictures))
