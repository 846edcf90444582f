"""Asks the server's own routes as a browser would, without a server."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.routes import ROUTES, OwnHostOnly

APP = Starlette(routes=ROUTES, middleware=[Middleware(OwnHostOnly)])


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def ask(path, method="GET"):
    # In a thread of its own: the browser's driver keeps a loop going in the tests' own one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_ask(path, method))).result()


async def _ask(path, method):
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "server": ("127.0.0.1", 8501),
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1:8501")],
    }
    answer = Answer(0, {}, b"")

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    await APP(scope, receive, send)
    return answer
