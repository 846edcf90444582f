"""A download that was cut short goes on where it stopped, and what was begun is never trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import DownloadError
from engine.sources import download
from engine.sources.course_files import read_course_files
from engine.sources.download import (
    CourseFile,
    DownloadCancelledError,
    Progress,
    download_course_files,
    downloaded_share,
)
from tests.engine.downloading.mirrors import TEST, TRAIN, Server, begin, begun


def interrupted(
    server: Server, files: tuple[CourseFile, ...], folder: Path, error: BaseException
) -> None:
    """A download that ends by `error` when half of the first file is there."""

    def interrupt(progress: Progress) -> None:
        if progress.done >= files[0].size // 2:
            raise error

    with pytest.raises(type(error)):
        download_course_files(
            folder, mirrors=[server.mirror("half")], files=files, progress=interrupt
        )


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OSError(), DownloadCancelledError("enough")]
)
def test_an_interrupted_download_goes_on_where_it_stopped(
    server: Server,
    files: tuple[CourseFile, ...],
    folder: Path,
    small_course_folder: Path,
    error: BaseException,
) -> None:
    interrupted(server, files, folder, error)
    half = files[0].size // 2
    assert [p.name for p in folder.iterdir()] == [begun(folder).name]
    assert begun(folder).stat().st_size == half

    told: list[Progress] = []
    server.parts.clear()
    download_course_files(
        folder, mirrors=[server.mirror("part")], files=files, progress=told.append
    )
    assert server.parts == [f"bytes={half}-", None]
    assert told[0].done == half, "the person sees at once what was there"
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]
    assert (folder / TRAIN).read_bytes() == (small_course_folder / TRAIN).read_bytes()


def test_a_connection_that_breaks_is_taken_up_by_the_next_mirror(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    mirrors = [server.mirror("broken"), server.mirror("part")]
    download_course_files(folder, mirrors=mirrors, files=files)
    half = files[0].size // 2
    assert server.asked[:2] == [f"/broken/{TRAIN}", f"/part/{TRAIN}"]
    assert server.parts[:2] == [None, f"bytes={half}-"]
    assert read_course_files(folder).m_train == 20
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]


@pytest.mark.parametrize("answer", ["good", "another_part"])
def test_a_mirror_that_does_not_send_the_part_is_asked_for_the_whole(
    server: Server, files: tuple[CourseFile, ...], folder: Path, answer: str
) -> None:
    interrupted(server, files, folder, KeyboardInterrupt())
    server.asked.clear()
    download_course_files(folder, mirrors=[server.mirror(answer)], files=files)
    assert server.asked == [f"/{answer}/{TRAIN}"] * 2 + [f"/{answer}/{TEST}"]
    assert read_course_files(folder).m_train == 20
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]


SIGNATURE = b"\x89HDF\r\n\x1a\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SIGNATURE + bytes(4_000), id="of another HDF5 file"),
        pytest.param(b"an HTML page", id="of no HDF5 file"),
        pytest.param(b"", id="empty"),
        pytest.param(SIGNATURE + bytes(10_000_000), id="longer than the file"),
    ],
)
def test_what_is_begun_is_never_trusted(
    server: Server,
    files: tuple[CourseFile, ...],
    folder: Path,
    small_course_folder: Path,
    content: bytes,
) -> None:
    begin(folder, content)
    download_course_files(folder, mirrors=[server.mirror("part")], files=files)
    assert (folder / TRAIN).read_bytes() == (small_course_folder / TRAIN).read_bytes()
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]


def test_a_mirror_whose_file_ends_before_the_begun_part_is_named(
    server: Server, files: tuple[CourseFile, ...], folder: Path, small_course_folder: Path
) -> None:
    begin(folder, (small_course_folder / TRAIN).read_bytes()[:4_000])
    with pytest.raises(DownloadError, match="a truncated copy, 3,000 of"):
        download_course_files(folder, mirrors=[server.mirror("shorter")], files=files)
    assert begun(folder).stat().st_size == 4_000, "the more that came before is kept"


def test_what_comes_is_kept_on_the_way_so_that_a_kill_loses_little(
    server: Server, files: tuple[CourseFile, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_KEEP_EVERY", 2_000)
    lacking: list[int] = []  # of what had come before the newest piece
    before = 0

    def look(progress: Progress) -> None:
        nonlocal before
        if progress.file == TRAIN and begun(folder).exists():
            lacking.append(before - begun(folder).stat().st_size)
        before = progress.done

    download_course_files(folder, mirrors=[server.mirror("slow")], files=files, progress=look)
    assert lacking
    assert max(lacking) < 2_000
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]


def test_how_much_is_there_is_told_before_it_begins(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    assert downloaded_share(folder, files) == 0
    interrupted(server, files, folder, KeyboardInterrupt())
    total = sum(file.size for file in files)
    assert downloaded_share(folder, files) == (files[0].size // 2) / total
    download_course_files(folder, mirrors=[server.mirror("part")], files=files)
    assert downloaded_share(folder, files) == 1
    (folder / TEST).unlink()
    assert downloaded_share(folder, files) == files[0].size / total
