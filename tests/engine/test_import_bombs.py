"""Archives and tables made to harm, or of another kind than they say."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engine.errors import DatasetError
from engine.sources.importing import archive, folder, material, table
from engine.sources.importing.reading import read_material, read_pictures
from tests.engine.importing_examples import folder_of, photo, photos, zip_file, zipped
from tests.engine.importing_examples import table as csv_table
from tests.engine.refusing import refusal, tried


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


def test_the_limits_are_those_of_the_documentation() -> None:
    assert (archive.MAX_ARCHIVE_BYTES, archive.MAX_ENTRIES) == (2**30, 25_000)
