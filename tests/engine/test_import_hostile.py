"""Archives, folders and tables made to harm: a sentence each, nothing written, nothing left behind."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import sys
import tempfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import DatasetError, EngineError
from engine.sources.importing import archive, folder, material, table
from engine.sources.importing.building import Choices, build
from engine.sources.importing.library import Library
from engine.sources.importing.reading import read_material, read_pictures
from engine.sources.importing.survey import Survey, survey
from tests.engine.importing_examples import (
    encoded,
    folder_of,
    noise,
    photo,
    photos,
    zip_file,
    zipped,
)
from tests.engine.importing_examples import table as csv_table


def everything_under(*folders: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for place in folders:
        for path in place.rglob("*"):
            with contextlib.suppress(OSError):
                status = path.lstat()
                found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


@contextlib.contextmanager
def nothing_is_left(tmp_path: Path) -> Iterator[None]:
    """Neither beside the file, nor above it, nor among the temporary files, nor open."""
    temporary = tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    kept, tempfile.tempdir = tempfile.tempdir, str(temporary)
    before, descriptors = everything_under(tmp_path), open_files()
    try:
        yield
        assert everything_under(tmp_path) == before
        assert open_files() == descriptors
    finally:
        tempfile.tempdir = kept


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0


def refusal(path: Path) -> str:
    """The one sentence for what cannot be used at all; it comes soon and without taking memory."""
    start = time.monotonic()
    tracemalloc.start()
    try:
        with nothing_is_left(path.parent), pytest.raises(DatasetError) as caught:
            build(survey(read_material([path], side=16)), "mine")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < 30
    assert peak < 300 * 2**20
    return one_sentence(caught.value)


def one_sentence(error: EngineError) -> str:
    sentence = str(error)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 500
    return sentence


def tried(path: Path) -> Survey | None:
    """What is read of anything at all; None where it is refused. Nothing else ever happens."""
    with nothing_is_left(path.parent):
        try:
            found = survey(read_material([path], side=16))
            for broken in found.broken:
                assert broken.name.isprintable()
                assert broken.reason.isprintable()
            for sentence in found.sentences():
                assert sentence.isprintable()
            build(found, "mine", Choices(leave_out=True))
        except EngineError as error:
            one_sentence(error)
            return None
    return found


# names

LEADING_OUT = [
    "../evil.png", "cats/../../evil.png", "/etc/evil.png", "\\evil.png", "C:/evil.png", "c:evil.png",
    "..\\..\\evil.png", "cats\\..\\evil.png", "//host/share/evil.png", "\\\\host\\share\\evil.png",
    "cats/..", "..", "cats/a.png\0.txt", "./../evil.png", "Z:\\evil.png",
]  # fmt: skip


@pytest.mark.parametrize("name", LEADING_OUT)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    placeholder = "x" * len(name.encode())
    data = zipped(photos() | {placeholder: photo(99)})
    path = tmp_path / "a.zip"
    path.write_bytes(data.replace(placeholder.encode(), name.encode()))
    sentence = refusal(path)
    assert "leads out of it" in sentence or "zero byte" in sentence


@pytest.mark.parametrize(
    "name",
    ["\x1b[31mred", "a\nb", "\u202egnp", "x" * 61, "é" * 31, " ", "\x7f", "\u200b", "\ud7ff\ufffe"],
)
def test_a_class_of_an_unusable_name_is_refused(tmp_path: Path, name: str) -> None:
    files = photos() | {f"{name}/a.png": photo(99)}
    assert "The name of a class cannot be used" in refusal(zip_file(tmp_path / "a.zip", files))


def test_classes_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    files = photos() | {"Cats/a.png": photo(99)}
    assert "Cats and cats" in refusal(zip_file(tmp_path / "a.zip", files)).replace(
        "cats and Cats", "Cats and cats"
    )


@pytest.mark.parametrize(
    "name", ["![](http://x)", "<b>", "a" * 60_000, "\x1b[2J", "a\u202eb", "🐱", "CON", "a:b", "*?"]
)
def test_a_file_of_any_other_name_is_read(tmp_path: Path, name: str) -> None:
    found = tried(zip_file(tmp_path / "a.zip", photos() | {f"cats/{name}.png": photo(99)}))
    assert found is not None
    assert found.counts["cats"] == 7


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", [b"\xff\xfe.png", b"a\nb.png", b"\x1b[2J.png", b"\\..\\a.png"])
def test_a_folder_may_hold_files_of_any_name(tmp_path: Path, name: bytes) -> None:
    place = folder_of(tmp_path / "a", photos())
    with open(os.path.join(os.fsencode(place), b"cats", name), "wb") as file:
        file.write(photo(99))
    found = tried(place)
    assert found is not None
    assert found.counts["cats"] == 7


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_class_folder_of_no_text_is_refused(tmp_path: Path) -> None:
    place = folder_of(tmp_path / "a", photos())
    os.mkdir(os.path.join(os.fsencode(place), b"\xff"))
    with open(os.path.join(os.fsencode(place), b"\xff", b"a.png"), "wb") as file:
        file.write(photo(99))
    assert "The name of a class cannot be used" in refusal(place)


# what is no file


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_in_an_archive_are_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in photos().items():
            file.writestr(name, data)
        info = zipfile.ZipInfo("cats/link.png")
        info.create_system, info.external_attr = 3, (mode | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    assert "holds what is no file" in refusal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="making links takes rights there")
def test_links_and_pipes_in_a_folder_are_told_and_not_followed(tmp_path: Path) -> None:
    secret = folder_of(tmp_path / "secret", {"s.png": photo(77)})
    place = folder_of(tmp_path / "a", photos())
    (place / "cats" / "link.png").symlink_to(secret / "s.png")
    (place / "more").symlink_to(secret)
    (place / "cats" / "self").symlink_to(place)
    (place / "cats" / "dangling.png").symlink_to("nowhere")
    os.mkfifo(place / "cats" / "pipe.png")
    found = tried(place)
    assert found is not None
    assert found.counts == {"cats": 6, "others": 6}
    reasons = {broken.name: broken.reason for broken in found.broken}
    assert sorted(reasons) == [
        "cats/dangling.png",
        "cats/link.png",
        "cats/pipe.png",
        "cats/self",
        "more",
    ]
    assert "a link" in reasons["more"]
    assert "a pipe" in reasons["cats/pipe.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes of this kind")
def test_what_became_a_link_or_a_pipe_since_is_neither_followed_nor_waited_for(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link", "nowhere", "."):
        with pytest.raises(EngineError):
            folder.read_file(tmp_path / name)
    assert "a device or a pipe" in refusal(tmp_path / "pipe")


# bombs


def test_a_bomb_of_zeros_is_refused(tmp_path: Path) -> None:
    zeros = b"\0" * (19 * 2**20)
    path = zip_file(tmp_path / "a.zip", photos() | {f"cats/z{i}.bmp": zeros for i in range(8)})
    assert "would expand too much" in refusal(path)


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    files = photos() | {"cats/large.bmp": b"BM" + bytes(material.MAX_BYTES)}
    found = tried(zip_file(tmp_path / "a.zip", files))
    assert found is not None
    assert [broken.name for broken in found.broken] == ["cats/large.bmp"]
    assert "too large" in found.broken[0].reason
    found = tried(folder_of(tmp_path / "a", files))
    assert found is not None
    assert "too large" in found.broken[0].reason


def test_entries_that_overlap_are_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(photos()))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 1)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # the place of its data
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert "overlap" in refusal(path)


def test_a_quoted_overlap_is_refused(tmp_path: Path) -> None:
    """The bomb without recursion: each entry claims the next ones' headers as its own data."""
    data = bytearray(zipped(photos(), zipfile.ZIP_STORED))
    at = data.find(b"PK\x01\x02")
    size = struct.unpack_from("<I", data, at + 20)[0] + 400
    struct.pack_into("<II", data, at + 20, size, size)
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert "overlap" in refusal(path)


def test_a_size_that_is_a_lie_is_found_out(tmp_path: Path) -> None:
    data = bytearray(zipped(photos() | {"cats/lie.png": bytes(10_000_000)}))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"cats/lie.png"))
    struct.pack_into("<I", data, at + 24, 100)
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    found = tried(path)
    assert found is not None
    assert "a damaged entry" in found.broken[0].reason


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 99])
def test_methods_that_unpack_without_a_limit_are_not_used(tmp_path: Path, method: int) -> None:
    usable = method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    data = bytearray(zipped(photos(), method if usable else zipfile.ZIP_STORED))
    if not usable:
        at = -1
        while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
            struct.pack_into("<H", data, at + 10, method)
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    found = read_material([path])
    assert len(found.broken) == 12
    assert "not by deflate" in found.broken[0].reason


@pytest.mark.parametrize(("entries", "said"), [(30_000, "found 30,000"), (200_000, "too long")])
def test_a_multitude_of_entries_is_refused(tmp_path: Path, entries: int, said: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a", b"")
    one = buffer.getvalue()
    directory = one.find(b"PK\x01\x02")
    end = one.find(b"PK\x05\x06")
    data = one[:directory] + one[directory:end] * entries
    data += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65_535, 65_535, (end - directory) * entries,
                        directory, 0)  # fmt: skip
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    sentence = refusal(path)
    assert said in sentence


def test_too_many_pictures_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "MAX_PICTURES", 11)
    said = "found 12 pictures, needed at most 11"
    assert said in refusal(zip_file(tmp_path / "a.zip", photos()))
    assert said in refusal(folder_of(tmp_path / "a", photos()))
    (tmp_path / "a.csv").write_text(csv_table(rows=12))
    assert said in refusal(tmp_path / "a.csv")
    monkeypatch.setattr(folder, "MAX_FILES", 5)
    assert "holds too much" in refusal(tmp_path / "a")


def test_too_many_pixels_in_all_are_refused(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "a.zip", {f"cats/{i}.png": b"" for i in range(2000)})
    with pytest.raises(DatasetError, match="needed at most 1,365, or a smaller size"):
        read_material([path], side=256)


@pytest.mark.parametrize("side", [7, 257, 0x7FFFFFFF, -1])
def test_a_size_out_of_range_is_refused(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.csv").write_text(csv_table())
    for path in (zip_file(tmp_path / "a.zip", photos()), tmp_path / "a.csv"):
        with pytest.raises(DatasetError, match="8 to 256 pixels"):
            read_material([path], side=side)


def test_too_many_classes_are_refused(tmp_path: Path) -> None:
    files = {f"class {i}/a.png": b"" for i in range(201)}
    assert "at most 200 class folders" in refusal(zip_file(tmp_path / "a.zip", files))


@pytest.mark.skipif(sys.platform == "win32", reason="sparse files are made differently there")
@pytest.mark.parametrize("head", [b"PK\x03\x04", b"label,1\n", b"\x89HDF\r\n\x1a\n"])
def test_two_gigabytes_are_refused_at_once(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(2 * 2**30)
    sentence = refusal(path)
    assert "too large" in sentence or "cannot be read" in sentence


def test_a_picture_bomb_is_told(tmp_path: Path) -> None:
    data = bytearray(photo(1))
    struct.pack_into(">II", data, 16, 50_000, 50_000)
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    found = tried(zip_file(tmp_path / "a.zip", photos() | {"cats/bomb.png": bytes(data)}))
    assert found is not None
    assert "megapixels" in found.broken[0].reason


# other archives


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(photos()))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert "encrypted" in refusal(path)


def test_an_archive_in_the_archive_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(photos())
    found = tried(zip_file(tmp_path / "a.zip", photos() | {"cats/inner.zip": inner}))
    assert found is not None
    assert "a ZIP archive" in found.broken[0].reason
    assert "cannot be used" in refusal(zip_file(tmp_path / "b.zip", {"a/inner.zip": inner}))


@pytest.mark.parametrize("keep", [0, 3, 4, 21, 22, 100, -1, -22, -23, -200])
def test_a_cut_archive_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(photos())[:keep])
    assert "cannot be" in refusal(path) or keep < 4


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 1000, b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"%PDF-1.7",
     b"PK\x05\x06" + bytes(18), b"<!doctype html><html>", b"\x89HDF\r\n\x1a\n", b"<svg></svg>"],
)  # fmt: skip
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    refusal(path)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    for name in ("nowhere.zip", "a\0b", "x" * 5000):
        with pytest.raises(DatasetError, match="cannot be opened"):
            read_material([tmp_path / name])
    (tmp_path / "empty").mkdir()
    assert "nothing to tell apart" in refusal(tmp_path / "empty")


# tables

TABLES: Mapping[str, Callable[[], bytes]] = {
    "one column": lambda: b"label\na\nb\n",
    "no square": lambda: b"a," + b",".join([b"0"] * 65) + b"\n",
    "tiny": lambda: b"a,1,2,3,4\n",
    "UTF-16": lambda: csv_table().encode("utf-16"),
    "zeros": lambda: csv_table().encode() + b"\0" * 5000,
    "Latin-1": lambda: csv_table().encode() + b"caf\xe9,1\n",
    "one endless line": lambda: b"a," * 3_000_000,
    "an open quote": lambda: b'"' + csv_table(rows=500).encode(),
    "a header alone": lambda: csv_table(rows=0).encode(),
    "old Mac lines": lambda: csv_table().replace("\n", "\r").encode(),
    "a huge number": lambda: b"a," + b"9" * 100_000 + b"\n",
    "only bad rows": lambda: b"".join(b"a," + b",".join([b"-1"] * 64) + b"\n" for _ in range(50)),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_foreign_table_is_refused(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLES[case]())
    refusal(path)


def test_a_table_of_nothing_but_bad_rows_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MAX_PICTURES", 20)
    path = tmp_path / "a.csv"
    path.write_bytes(TABLES["only bad rows"]())
    assert "too many rows that are no pictures" in refusal(path)


def test_single_pictures_of_hostile_names(tmp_path: Path) -> None:
    found = read_pictures([("cats", "../../\x1b\0" + "x" * 9999, photo(1)), ("dogs", "", b"")])
    assert found.names[0].isprintable()
    assert len(found.broken) == 1
    with pytest.raises(DatasetError, match="The name of a class"):
        read_pictures([("../\0", "a.png", photo(1))])


# generated by the hundreds

ANY = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HOSTILE_NAME = st.text(
    st.sampled_from("ab/\\.: \0\n\x1b\u202eé🐱C") | st.characters(codec="utf-8"), max_size=20
)
CONTENT = st.binary(max_size=60) | st.sampled_from([photo(1), photo(2), photo(1)[:300]])


@given(st.lists(st.tuples(HOSTILE_NAME, CONTENT, st.integers(0, 2**32 - 1)), max_size=8))
@ANY
def test_archives_of_any_names_and_contents(
    tmp_path: Path, entries: list[tuple[str, bytes, int]]
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, data, attributes in entries:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = attributes if attributes % 3 == 0 else 0
            with contextlib.suppress(UserWarning):
                file.writestr(info, data)
    tried(path)


def mutated(data: st.DataObject, good: bytes) -> bytes:
    """`good` with a few bytes changed, cut out, doubled or put in."""
    content = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        match data.draw(st.sampled_from(["byte", "word", "cut", "double", "insert", "end"])):
            case "byte":
                content[at : at + 1] = data.draw(st.binary(min_size=1, max_size=1))
            case "word":
                word = st.sampled_from([0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000])
                content[at : at + 4] = struct.pack("<I", data.draw(word))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 50))]
            case "double":
                content[at:at] = content[at : at + data.draw(st.integers(1, 200))]
            case "insert":
                content[at:at] = data.draw(st.binary(max_size=20))
            case "end":
                del content[at:]
    return bytes(content)


SMALL_ZIP = zipped(photos(2, 2))
SMALL_TABLE = csv_table(rows=4).encode()
SMALL_PHOTOS = {
    kind: encoded(noise(1), kind)
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
}  # fmt: skip


@given(st.data())
@ANY
def test_mutated_archives(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(mutated(data, SMALL_ZIP))
    tried(path)


@given(st.data())
@ANY
def test_archives_with_mutated_directories(tmp_path: Path, data: st.DataObject) -> None:
    directory = SMALL_ZIP.find(b"PK\x01\x02")
    path = tmp_path / "a.zip"
    path.write_bytes(SMALL_ZIP[:directory] + mutated(data, SMALL_ZIP[directory:]))
    tried(path)


@given(st.data())
@ANY
def test_mutated_tables(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(mutated(data, SMALL_TABLE))
    tried(path)


@given(
    st.text(st.sampled_from("0123456789.,;\t\n\r\"'-eEnaif \ufeff") | st.characters(codec="utf-8"))
)
@ANY
def test_tables_of_anything(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    tried(path)


@given(st.data())
@ANY
def test_archives_of_mutated_pictures(tmp_path: Path, data: st.DataObject) -> None:
    files = photos(2, 2)
    for kind, good in SMALL_PHOTOS.items():
        files[f"cats/{kind}"] = mutated(data, good)
    path = zip_file(tmp_path / "a.zip", files, zipfile.ZIP_STORED)
    found = tried(path)
    assert found is not None
    assert len(found.material.labels) + len(found.broken) == 4 + len(SMALL_PHOTOS)


@given(st.binary(max_size=400))
@ANY
def test_files_of_any_bytes(tmp_path: Path, content: bytes) -> None:
    for name in ("a.zip", "a.csv", "a.h5"):
        path = tmp_path / name
        path.write_bytes(content)
        tried(path)
        path.unlink()


@given(HOSTILE_NAME | st.text(max_size=200))
@settings(ANY, max_examples=50)
def test_a_dataset_of_any_name_stays_in_the_library(tmp_path: Path, name: str) -> None:
    place = tmp_path / "library"
    found = survey(read_pictures([(n.split("/")[0], n, d) for n, d in photos().items()], side=16))
    library = Library(place)
    free = library.free_name(name)
    kept = library.keep(build(found, free))
    with contextlib.suppress(DatasetError):
        kept = library.rename(kept, name)
    assert library.kept() == [kept]
    assert {path.name for path in tmp_path.iterdir()} <= {"library", "temporary"}
    assert {path.name for path in place.iterdir()} == {".lock", kept.folder_name}
    library.delete(kept, for_good=True)
    assert [path.name for path in place.iterdir()] == [".lock"]


def test_the_limits_are_those_of_the_documentation() -> None:
    assert (archive.MAX_ARCHIVE_BYTES, archive.MAX_ENTRIES) == (2**30, 25_000)
