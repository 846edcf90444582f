"""How the first page begins: Plotly's code at once, and nothing packed where there is no network."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from dashboard.first_load import FirstLoad

PAGE = "<html><head><title>Page</title></head><body>é</body></html>"
LONG = "points " * 1000
SCRIPT = '<script async src="/plotly.js" onerror="this.dataset.failed=1"></script>'

app = FirstLoad(
    Starlette(
        routes=[
            Route("/", lambda request: HTMLResponse(PAGE)),
            Route("/long.html", lambda request: HTMLResponse(PAGE + LONG)),
            Route("/points", lambda request: PlainTextResponse(LONG)),
        ],
        middleware=[Middleware(GZipMiddleware)],
    ),
    "/under/",
    "/plotly.js",
)


def asked(path, client="192.168.0.7", **headers):
    """The headers and the body of the answer to a browser at that address."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    given = {"accept": "*/*", "accept-encoding": "gzip"} | headers
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in given.items()],
        "client": (client, 50000),
    }
    # In a thread of its own: the browser's driver keeps a loop going in the tests' own one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return told, b"".join(m.get("body", b"") for m in sent[1:])


@pytest.mark.parametrize("path", ["/", "/long.html"])
def test_a_page_has_plotlys_script_in_its_head(path):
    headers, body = asked(path, accept="text/html,application/xhtml+xml")
    text = body.decode()
    first, _, rest = text.partition("<title>Page</title>")
    assert first.startswith("<html><head><script>")
    assert 'BACKEND_BASE_URL: new URL("/under/", location)' in first
    assert rest.startswith(f"{SCRIPT}</head>")
    assert text.count(SCRIPT) == 1
    assert int(headers["content-length"]) == len(body)


def test_what_is_fetched_is_left_as_it_is():
    headers, body = asked("/points")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body).decode() == LONG
    assert asked("/")[1].decode() == PAGE  # by a script, not as a page


@pytest.mark.parametrize("client", ["127.0.0.1", "::1"])
def test_nothing_is_compressed_for_the_machine_itself(client):
    headers, body = asked("/points", client)
    assert "content-encoding" not in headers
    assert body.decode() == LONG


def test_behind_a_proxy_it_is_compressed_again():
    headers, _ = asked("/points", "127.0.0.1", x_forwarded_for="203.0.113.5")
    assert headers["content-encoding"] == "gzip"
