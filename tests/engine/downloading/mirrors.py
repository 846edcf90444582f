"""Mirrors on this machine, each with its own way of failing, and what a download leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from engine.sources.download import Mirror

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


def nothing_left(folder: Path) -> bool:
    return not folder.exists() or not list(folder.iterdir())


def begun(folder: Path, name: str = TRAIN) -> Path:
    return folder / f"{name}.part"


def begin(folder: Path, content: bytes, name: str = TRAIN) -> None:
    """As a download leaves it that was cut short."""
    folder.mkdir(parents=True)
    begun(folder, name).write_bytes(content)
