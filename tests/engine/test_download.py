"""Downloading: every way a mirror can fail, over a real server on this machine."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import DownloadError
from engine.sources import download
from engine.sources.course_files import read_course_files
from engine.sources.download import (
    COURSE_FILES,
    MIRRORS,
    CourseFile,
    DownloadCancelledError,
    Mirror,
    Progress,
    download_course_files,
    downloaded_share,
)

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
TRAIN, TEST = "train_catvnoncat.h5", "test_catvnoncat.h5"


@dataclass
class Server:
    """A mirror whose folders each have a way of failing; `/good` has the files."""

    port: int
    asked: list[str] = field(default_factory=list)
    parts: list[str | None] = field(default_factory=list)
    """The range that each request asked for."""

    def mirror(self, answer: str) -> Mirror:
        return Mirror(answer, f"http://127.0.0.1:{self.port}/{answer}")


def send(
    handler: BaseHTTPRequestHandler, body: bytes, length: int | None = None, status: int = 200
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def part(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """As a server does that knows how to send the rest of a file."""
    asked = handler.headers["Range"]
    if asked is None:
        send(handler, body)
        return
    start = int(asked.removeprefix("bytes=").removesuffix("-"))
    if start >= len(body):
        send(handler, b"", status=416)
        return
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
    handler.send_header("Content-Length", str(len(body) - start))
    handler.end_headers()
    handler.wfile.write(body[start:])


def another_part(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes 10-{len(body) - 1}/{len(body)}")
    handler.end_headers()
    handler.wfile.write(body[10:])


def silence(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    time.sleep(1.5)


def half_then_silence(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    time.sleep(1.5)


def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for at in range(len(body)):
        handler.wfile.write(body[at : at + 1])
        time.sleep(0.01)


def slow(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for at in range(0, len(body), 1_000):
        handler.wfile.write(body[at : at + 1_000])
        handler.wfile.flush()
        time.sleep(0.02)


def endless(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(body)
    while True:
        handler.wfile.write(bytes(65_536))


def redirect(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", to.format(name=handler.path.rpartition("/")[2]))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def no_http(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(b"220 smtp ready\r\n")


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:fbe56ab6\nsize 2572022\n"
HTML = b"<!DOCTYPE html><html><body>Sign in to download</body></html>"

ANSWERS: dict[str, Answer] = {
    "good": send,
    "part": part,
    "another_part": lambda h, body: (another_part if h.headers["Range"] else send)(h, body),
    "shorter": lambda h, body: part(h, body[:3_000]),
    "broken": lambda h, body: part(h, body[: len(body) // 2]),
    "lfs": lambda h, body: send(h, LFS),
    "html": lambda h, body: send(h, HTML),
    "crlf": lambda h, body: send(h, body.replace(b"\r\n", b"\n")),
    "empty": lambda h, body: send(h, b""),
    "short": lambda h, body: send(h, body[:5_000]),
    "lying": lambda h, body: send(h, body[:5_000], length=len(body)),
    "long": lambda h, body: send(h, body + b"\n"),
    "endless": endless,
    "other": lambda h, body: send(h, body[:-1] + bytes([body[-1] ^ 1])),
    "404": lambda h, body: send(h, b"404: Not Found", status=404),
    "500": lambda h, body: send(h, b"oh", status=500),
    "silence": silence,
    "half": half_then_silence,
    "drip": drip,
    "slow": slow,
    "nohttp": no_http,
    "moved": redirect("/good/{name}"),
    "local": redirect("file:///etc/passwd"),
    "ftp": redirect("ftp://127.0.0.1/{name}"),
    "loop": redirect("/loop/{name}"),
}


@pytest.fixture
def server(small_course_folder: Path) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.parts.append(self.headers["Range"])
            _, answer, name = self.path.split("/")
            # Answers that never end are cut off by the client.
            try:
                ANSWERS[answer](self, (small_course_folder / name).read_bytes())
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class QuietServer(ThreadingHTTPServer):
        daemon_threads = True

    with QuietServer(("127.0.0.1", 0), Handler) as http_server:
        state = Server(http_server.server_address[1])
        thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        http_server.shutdown()
        thread.join()


@pytest.fixture
def files(small_course_folder: Path) -> tuple[CourseFile, ...]:
    def known(name: str) -> CourseFile:
        content = (small_course_folder / name).read_bytes()
        return CourseFile(name, len(content), hashlib.sha256(content).hexdigest())

    return known(TRAIN), known(TEST)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "new"


def nothing_left(folder: Path) -> bool:
    return not folder.exists() or not list(folder.iterdir())


def begun(folder: Path, name: str = TRAIN) -> Path:
    return folder / f"{name}.part"


def begin(folder: Path, content: bytes, name: str = TRAIN) -> None:
    """As a download leaves it that was cut short."""
    folder.mkdir(parents=True)
    begun(folder, name).write_bytes(content)


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
    "silence": "nothing (time-out: 0.3 seconds of silence) came from silence",
    "half": "bytes (time-out: 0.3 seconds of silence) came from half",
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
        download_course_files(folder, mirrors=[server.mirror(answer)], files=files, timeout=0.3)
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
    download_course_files(folder, mirrors=mirrors, files=files, timeout=0.3)
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


def test_a_failure_leaves_the_old_file_as_it_was(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / TRAIN).write_bytes(b"a person's own")
    with pytest.raises(DownloadError):
        download_course_files(folder, mirrors=[server.mirror("html")], files=files)
    assert (folder / TRAIN).read_bytes() == b"a person's own"
    assert len(list(folder.iterdir())) == 1


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


def test_what_cannot_be_kept_does_not_hide_why_the_download_failed(
    server: Server, files: tuple[CourseFile, ...], folder: Path
) -> None:
    begun(folder).mkdir(parents=True)  # where the beginning would be written
    with pytest.raises(DownloadError, match="a truncated copy"):
        download_course_files(folder, mirrors=[server.mirror("broken")], files=files)
    download_course_files(folder, mirrors=[server.mirror("good")], files=files)
    assert read_course_files(folder).m_train == 20


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
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


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
