"""A mirror of the course's files on this machine: good, broken, or slow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HTML = b"<!DOCTYPE html><html><body>Sign in to download</body></html>"


class Mirror(ThreadingHTTPServer):
    """Sends the files of `folder`, whole or from a byte on, or an HTML page without one.

    `sent` counts the bytes of answers that were not cut off.
    On `hold()` it sends the first third of a file and waits until it is `let_go`.
    """

    daemon_threads = True

    def __init__(self, folder: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.asked: list[str] = []
        self.sent = 0
        self.let_go = threading.Event()
        self.let_go.set()
        self.address = f"http://127.0.0.1:{self.server_port}/files"

    def hold(self) -> None:
        """From now on only the first third of a file comes, until `let_go` is set."""
        self.let_go.clear()


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        folder = self.server.folder
        body = HTML if folder is None else (folder / self.path.rpartition("/")[2]).read_bytes()
        start = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        try:
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            held = start if self.server.let_go.is_set() else max(start, len(body) // 3)
            self.wfile.write(body[start:held])
            self.server.let_go.wait(30)
            self.wfile.write(body[held:])
            self.server.sent += len(body) - start
        except (BrokenPipeError, ConnectionResetError):  # the other end did not want more
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def mirror(folder: Path | None) -> Iterator[Mirror]:
    server = Mirror(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()
