"""Downloading the course's files: from where, to where, and what is told on the way."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DownloadError
from engine.sources.course_files import read_course_files
from engine.sources.download import (
    COURSE_FILES,
    MIRRORS,
    CourseFile,
    DownloadCancelledError,
    Progress,
    download_course_files,
)
from tests.engine.downloading.mirrors import TEST, TRAIN, Server, nothing_left


def test_both_files_arrive_whole(
    server: Server, files: tuple[CourseFile, ...], folder: Path, small_course_folder: Path
) -> None:
    assert download_course_files(folder, mirrors=[server.mirror("good")], files=files) == folder
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]
    for name in (TRAIN, TEST):
        assert (folder / name).read_bytes() == (small_course_folder / name).read_bytes()
    assert read_course_files(folder).m_train == 20


def test_a_redirect_is_followed(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    download_course_files(folder, mirrors=[server.mirror("moved")], files=files)
    assert read_course_files(folder).m_test == 8


def test_what_is_there_already_is_not_fetched_again(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    mirrors = [server.mirror("good")]
    download_course_files(folder, mirrors=mirrors, files=files)
    (folder / TEST).write_bytes(b"damaged since")
    server.asked.clear()
    download_course_files(folder, mirrors=mirrors, files=files)
    assert server.asked == [f"/good/{TEST}"]
    server.asked.clear()
    download_course_files(folder, mirrors=mirrors, files=files)
    assert not server.asked


def test_progress_rises_to_the_whole(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    told: list[Progress] = []
    mirrors = [server.mirror("good")]
    download_course_files(folder, mirrors=mirrors, files=files, progress=told.append)
    total = sum(file.size for file in files)
    done = [p.done for p in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, total)
    assert {p.total for p in told} == {total}
    assert {(p.file, p.mirror) for p in told} == {(TRAIN, "good"), (TEST, "good")}


def test_progress_names_the_mirror_that_is_tried(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    told: list[Progress] = []
    mirrors = [server.mirror("endless"), server.mirror("good")]
    download_course_files(folder, mirrors=mirrors, files=files, progress=told.append)
    assert {p.mirror for p in told} == {"endless", "good"}
    assert all(0 <= p.done <= p.total for p in told)


def test_cancelling_stops_and_asks_no_other_mirror(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    seen: list[Progress] = []
    with pytest.raises(DownloadCancelledError, match="cancelled"):
        download_course_files(
            folder,
            mirrors=[server.mirror("drip"), server.mirror("good")],
            files=files,
            progress=seen.append,
            cancelled=lambda: len(seen) > 3,
        )
    assert {p.mirror for p in seen} == {"drip"}


def test_cancelled_before_anything_came_leaves_nothing(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    with pytest.raises(DownloadCancelledError):
        download_course_files(
            folder, mirrors=[server.mirror("good")], files=files, cancelled=lambda: True
        )
    assert nothing_left(folder)


def test_two_downloads_at_once_do_not_disturb_each_other(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    mirrors = [server.mirror("good")]
    threads = [
        threading.Thread(
            target=download_course_files,
            args=(folder,),
            kwargs={"mirrors": mirrors, "files": files},
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]
    assert read_course_files(folder).m_train == 20


def test_without_a_folder_it_is_the_one_of_the_environment(
    server: Server,
    files: tuple[CourseFile, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HYPERDIAL_DATA", str(folder))
    assert download_course_files(mirrors=[server.mirror("good")], files=files) == folder
    assert read_course_files().m_train == 20


def test_a_mirror_of_ones_own_takes_the_place_of_all_others(
    server: Server,
    files: tuple[CourseFile, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HYPERDIAL_MIRROR", server.mirror("html").folder_url + "/")
    with pytest.raises(DownloadError) as failure:
        download_course_files(folder, files=files)
    assert str(failure.value).count("came from") == 1
    assert server.asked == ["/html/train_catvnoncat.h5"]
    monkeypatch.setenv("HYPERDIAL_MIRROR", server.mirror("good").folder_url)
    download_course_files(folder, files=files)
    assert read_course_files(folder).m_train == 20


def test_importing_asks_nobody() -> None:
    program = (
        "import socket\n"
        "def refuse(*a, **k): raise SystemExit('asked the network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import engine.sources.download\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])


def test_the_known_mirrors_are_pinned_to_a_commit_and_encrypted() -> None:
    assert len(MIRRORS) == 3
    for mirror in MIRRORS:
        assert mirror.folder_url.startswith(f"https://raw.githubusercontent.com/{mirror.name}/")
        commit = mirror.folder_url.removeprefix(
            f"https://raw.githubusercontent.com/{mirror.name}/"
        ).split("/")[0]
        assert len(commit) == 40
        assert int(commit, 16)


def test_the_known_facts_are_those_of_the_courses_files(course_folder: Path) -> None:
    for file in COURSE_FILES:
        content = (course_folder / file.name).read_bytes()
        assert len(content) == file.size
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert np.all(np.isin(read_course_files(course_folder).test_labels, (0, 1)))
