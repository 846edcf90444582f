"""Every way a mirror or a disk can fail, over a real server on this machine."""

from __future__ import annotations

import errno
import os
import socket
import time
from pathlib import Path

import pytest

from engine.errors import DownloadError
from engine.sources.course_files import read_course_files
from engine.sources.download import CourseFile, Mirror, download_course_files
from tests.engine.downloading.mirrors import TEST, TRAIN, Server, begun, nothing_left

FAILURES = {
    "lfs": "a Git LFS pointer came from lfs",
    "html": "an HTML page came from html",
    "crlf": "a copy damaged by line-ending conversion came from crlf",
    "empty": "an empty file came from empty",
    "short": "a truncated copy, 5,000 of {size:,} bytes, came from short",
    "lying": "a truncated copy, 5,000 of {size:,} bytes, came from lying",
    "long": "more than the {size:,} bytes of the file came from long",
    "endless": "more than the {size:,} bytes of the file came from endless",
    "other": "other content (its SHA-256 differs) came from other",
    "404": "no file (HTTP status 404) came from 404",
    "500": "no file (HTTP status 500) came from 500",
    "silence": "nothing (time-out: 0.8 seconds of silence) came from silence",
    "half": "bytes (time-out: 0.8 seconds of silence) came from half",
    "nohttp": "nothing (no connection: 220 smtp ready) came from nohttp",
    "local": "a redirect that is not followed (HTTP status 302) came from local",
    "ftp": "a redirect that is not followed (HTTP status 302) came from ftp",
    "loop": "a redirect that is not followed (HTTP status 302) came from loop",
}


CUT_SHORT = {"short", "lying", "half"}
"""What may be the beginning of the file is kept: whether the rest fits shows in the end."""


@pytest.mark.parametrize("answer", FAILURES)
def test_what_came_instead_is_said_and_only_what_may_be_begun_is_left(
    server: Server,
    files: tuple[CourseFile, ...],
    folder: Path,
    small_course_folder: Path,
    answer: str,
) -> None:
    with pytest.raises(DownloadError) as caught:
        download_course_files(folder, mirrors=[server.mirror(answer)], files=files, timeout=0.8)
    sentence = str(caught.value)
    assert sentence.startswith(f"{TRAIN} could not be downloaded: ")
    assert FAILURES[answer].format(size=files[0].size) in sentence
    if answer in CUT_SHORT:
        assert list(folder.iterdir()) == [begun(folder)]
        whole = (small_course_folder / TRAIN).read_bytes()
        assert whole.startswith(begun(folder).read_bytes())
    else:
        assert nothing_left(folder)


@pytest.mark.parametrize("answer", FAILURES)
def test_the_next_mirror_is_tried(
    server: Server, files: tuple[CourseFile, ...], folder: Path, answer: str
) -> None:
    mirrors = [server.mirror(answer), server.mirror("good")]
    download_course_files(folder, mirrors=mirrors, files=files, timeout=0.8)
    assert read_course_files(folder).m_train == 20
    assert sorted(p.name for p in folder.iterdir()) == [TEST, TRAIN]


def test_a_server_that_drips_does_not_hold_one_for_ever(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    start = time.monotonic()
    with pytest.raises(DownloadError, match=r"bytes in 1 seconds came from drip"):
        download_course_files(folder, mirrors=[server.mirror("drip")], files=files, timeout=0.05)
    assert time.monotonic() - start < 10
    assert [p.name for p in folder.iterdir()] == [begun(folder).name]


def test_a_refused_connection_and_an_unknown_host_are_said(
    files: tuple[CourseFile, ...], folder: Path
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = Mirror("closed", f"http://127.0.0.1:{unused.getsockname()[1]}")
    unknown = Mirror("unknown", "http://host.invalid")
    with pytest.raises(DownloadError) as caught:
        download_course_files(folder, mirrors=[closed, unknown], files=files, timeout=5)
    sentence = str(caught.value)
    assert "nothing (no connection: Connection refused) came from closed" in sentence
    assert "came from unknown" in sentence
    assert nothing_left(folder)


@pytest.mark.parametrize("url", ["file:///etc", "ftp://127.0.0.1", "nonsense", "http://[", ""])
def test_only_http_and_https_are_asked(
    files: tuple[CourseFile, ...], folder: Path, url: str
) -> None:
    with pytest.raises(DownloadError, match="came from odd"):
        download_course_files(folder, mirrors=[Mirror("odd", url)], files=files, timeout=1)


def test_every_mirror_is_named_and_equal_answers_are_joined(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    again = Mirror("lfs again", server.mirror("lfs").folder_url)
    mirrors = [server.mirror("lfs"), server.mirror("404"), again]
    with pytest.raises(DownloadError) as caught:
        download_course_files(folder, mirrors=mirrors, files=files)
    assert str(caught.value) == (
        f"{TRAIN} could not be downloaded: a Git LFS pointer came from lfs and lfs again; "
        "no file (HTTP status 404) came from 404."
    )


def test_no_mirror_at_all_is_said(files: tuple[CourseFile, ...], folder: Path) -> None:
    with pytest.raises(DownloadError, match="no mirror"):
        download_course_files(folder, mirrors=[], files=files)


def test_a_failure_leaves_the_old_file_as_it_was(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / TRAIN).write_bytes(b"a person's own")
    with pytest.raises(DownloadError):
        download_course_files(folder, mirrors=[server.mirror("html")], files=files)
    assert (folder / TRAIN).read_bytes() == b"a person's own"
    assert len(list(folder.iterdir())) == 1


def test_what_cannot_be_kept_does_not_hide_why_the_download_failed(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    begun(folder).mkdir(parents=True)  # where the beginning would be written
    with pytest.raises(DownloadError, match="a truncated copy"):
        download_course_files(folder, mirrors=[server.mirror("broken")], files=files)
    download_course_files(folder, mirrors=[server.mirror("good")], files=files)
    assert read_course_files(folder).m_train == 20


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "writing there is not permitted")],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_refuses_is_said_and_nothing_is_left(
    server: Server,
    files: tuple[CourseFile, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    said: str,
    step: str,
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, refuse)
    mirrors = [server.mirror("good"), server.mirror("moved")]
    with pytest.raises(DownloadError) as caught:
        download_course_files(folder, mirrors=mirrors, files=files)
    assert str(caught.value) == f"{TRAIN} could not be saved in {folder}: {said}."
    assert server.asked == [f"/good/{TRAIN}"], "another mirror does not help against a full disk"
    assert nothing_left(folder)


def test_ctrl_c_while_saving_leaves_nothing(
    server: Server, files: tuple[CourseFile, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        download_course_files(folder, mirrors=[server.mirror("good")], files=files)
    assert nothing_left(folder)


def test_a_file_where_the_folder_should_be_is_said(
    server: Server, files: tuple[CourseFile, ...], tmp_path: Path
) -> None:
    place = tmp_path / "file"
    place.write_text("in the way")
    with pytest.raises(DownloadError, match=r"could not be saved .* that is not a folder"):
        download_course_files(place, mirrors=[server.mirror("good")], files=files)
    with pytest.raises(DownloadError, match="that is not a folder"):
        download_course_files(place / "below", mirrors=[server.mirror("good")], files=files)
