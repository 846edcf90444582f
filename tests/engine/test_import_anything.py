"""Archives, tables and files of anything at all, by the hundreds."""

from __future__ import annotations

import contextlib
import struct
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import DatasetError
from engine.sources.importing.building import build
from engine.sources.importing.library import Library
from engine.sources.importing.reading import read_pictures
from engine.sources.importing.survey import survey
from tests.engine.importing_examples import encoded, noise, photo, photos, zip_file, zipped
from tests.engine.importing_examples import table as csv_table
from tests.engine.refusing import tried

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
