"""A server with every mirror, and the two files that it has."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine.sources.download import CourseFile
from tests.engine.downloading.mirrors import ANSWERS, TEST, TRAIN, Server


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
