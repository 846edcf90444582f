"""Hostile names, and what is no file: links, devices, pipes."""

from __future__ import annotations

import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.sources.importing import folder
from tests.engine.importing_examples import folder_of, photo, photos, zip_file, zipped
from tests.engine.refusing import refusal, tried

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
