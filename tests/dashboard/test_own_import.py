"""One session's import at the server's end: taken in, read by a process of its own, kept or gone."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.own_import import (
    EMPTY,
    INTERRUPTED,
    KEPT,
    READ,
    READING,
    Given,
    OwnImport,
)
from dashboard.panels.look_over import telling_apart
from dashboard.survey_html import balance_html, broken_html, groups_html
from engine.sources.importing.building import ALL_CLASSES, Choices
from engine.sources.importing.library import Library
from tests.engine.importing_examples import encoded, noise, photo, photos, zipped

WAIT = 60

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the data folder is named by XDG_DATA_HOME"
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The person's library, for this process and for those it starts."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return Library()


@pytest.fixture
def own(library: Library) -> Iterator[OwnImport]:
    own = OwnImport()
    yield own
    own.forget()
    assert arriving(library) == []


def arriving(library: Library) -> list[str]:
    """What lies in the library's folder and is no dataset yet."""
    if not library.folder.exists():
        return []
    return [n for n in os.listdir(library.folder) if n.startswith(".") and n != ".lock"]


def until(told: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def given(name: str, content: bytes, label: str | None = None) -> Given:
    return Given(name, io.BytesIO(content), label)


def read(own: OwnImport, *files: Given, side: int | None = 16) -> None:
    own.read(files, side)
    until(lambda: not own.busy)


def test_a_zip_is_looked_over_kept_and_gone_from_the_private_folder(
    own: OwnImport, library: Library
) -> None:
    files = photos(8, 8) | {"cats/same.png": photo(0), "others/x.txt": b"x"}
    read(own, given("My photos.zip", zipped(files)))
    assert (own.state, own.problem) == (READ, "")
    preview = own.preview
    assert preview is not None
    assert preview.counts == {"cats": 9, "others": 8}
    assert [broken.name for broken in preview.broken] == ["others/x.txt"]
    assert [group.exact for group in preview.groups] == [True]
    assert arriving(library) != []

    own.keep("mine", Choices())
    until(lambda: not own.busy)
    assert own.state == READ
    assert "must be left out" in own.problem
    own.keep("mine", Choices(leave_out=True))
    until(lambda: own.state == KEPT)
    assert own.kept == library.get("mine")
    assert own.kept.source == "My photos.zip"
    assert arriving(library) == []


def test_another_size_reads_the_same_files_again(own: OwnImport) -> None:
    read(own, given("a.zip", zipped(photos())))
    own.read_again(32)
    until(lambda: not own.busy)
    assert own.preview is not None
    assert own.preview.side == 32


def test_single_pictures_come_with_their_classes(own: OwnImport) -> None:
    files = [given("a.png", photo(i), label) for i, label in enumerate(["cats", "dogs"] * 3)]
    read(own, *files)
    assert own.preview is not None
    assert own.preview.counts == {"cats": 3, "dogs": 3}
    assert own.source == "cats and dogs"


@pytest.mark.parametrize(
    "name", ["../../evil.zip", "/etc/x.zip", "\0", "", "a" * 500, ".", "é🐱.zip"]
)
def test_names_from_the_browser_are_never_paths(
    own: OwnImport, library: Library, tmp_path: Path, name: str
) -> None:
    read(own, given(name, zipped(photos())))
    assert own.state == READ
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["hyperdial"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"label,1\n", zipped({"../a/b.png": b""})])
def test_what_cannot_be_used_is_one_sentence_and_leaves_nothing(
    own: OwnImport, library: Library, content: bytes
) -> None:
    read(own, given("a.zip", content))
    assert own.state == EMPTY
    assert own.problem.endswith(".")
    assert arriving(library) == []


def slow(own: OwnImport) -> None:
    """Begins to read what takes seconds."""
    large = encoded(noise(1, 1500), "PNG", compress_level=1)
    own.read([given(f"{i}.png", large, "ab"[i % 2]) for i in range(60)], 16)
    until(lambda: own.progress is not None and own.progress.done > 0)
    assert own.state == READING
    assert 0 < own.share < 1


def test_cancelling_ends_the_process_and_leaves_nothing(own: OwnImport, library: Library) -> None:
    slow(own)
    process = own._belongings.process
    assert process is not None
    own.cancel()
    assert process.returncode is not None
    assert (own.state, own.problem) == (EMPTY, "")
    assert arriving(library) == []
    read(own, given("a.zip", zipped(photos())))
    assert own.state == READ


def test_a_process_that_dies_is_told(own: OwnImport, library: Library) -> None:
    slow(own)
    process = own._belongings.process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not own.busy)
    assert (own.state, own.problem) == (EMPTY, INTERRUPTED)
    assert arriving(library) == []


def test_a_session_that_goes_takes_everything_with_it(library: Library) -> None:
    own = OwnImport()
    read(own, given("a.zip", zipped(photos())))
    process = own._belongings.process
    assert process is not None
    del own
    gc.collect()
    until(lambda: process.returncode is not None)
    assert arriving(library) == []


def test_two_sessions_see_nothing_of_each_other(own: OwnImport, library: Library) -> None:
    other = OwnImport()
    read(own, given("a.zip", zipped(photos(5, 5))))
    read(other, given("a.zip", zipped(photos(7, 7))))
    assert own.preview is not None
    assert other.preview is not None
    assert own.preview.counts == {"cats": 5, "others": 5}
    assert other.preview.counts == {"cats": 7, "others": 7}
    assert library.kept() == []
    assert len(arriving(library)) == 4
    other.forget()


def test_hostile_names_are_text_on_the_page(own: OwnImport) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    files = {f"{evil}/a.png": photo(1), f"{evil}/b.png": photo(1), f"b/{evil}.txt": b"x"}
    read(own, given("a.zip", zipped(files)))
    preview = own.preview
    assert preview is not None
    for page in (balance_html(preview), groups_html(preview.groups), broken_html(preview)):
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_the_ways_to_tell_classes_apart(own: OwnImport) -> None:
    read(own, given("a.zip", zipped(photos())))
    assert own.preview is not None
    assert telling_apart(own.preview) == {
        "cats (1) or others (0)": "cats",
        "others (1) or cats (0)": "others",
    }
    read(own, given("a.zip", zipped(photos() | {"dogs/a.png": photo(7)})))
    assert own.preview is not None
    ways = telling_apart(own.preview)
    assert list(ways.values()) == [ALL_CLASSES, "cats", "dogs", "others"]
    assert "dogs (1) or non-dogs (0)" in ways
