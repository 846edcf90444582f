"""What every page begins with: a word on its address (address.js), and Plotly's code, so that the
first chart comes sooner; and nothing is packed in vain."""

from __future__ import annotations

import json
from ipaddress import ip_address
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIRST = Path(__file__).with_name("components") / "address.js"


class FirstLoad:
    """Adds address.js and the script at `plotly` to every page, which all live under `base`, and
    compresses nothing for this machine itself.

    Plotly's code takes most of a second to begin, in which the browser otherwise waits for
    Streamlit's own scripts; these take longer to compress than to send where there is no network.
    """

    def __init__(self, app: ASGIApp, base: str, plotly: str) -> None:
        self.app = app
        # Marked where it fails: a chart that asks for it later (plotly.js) would wait for ever.
        failed = "this.dataset.failed=1"
        self._script = f'<script async src="{plotly}" onerror="{failed}"></script></head>'.encode()
        first = FIRST.read_text("utf-8").replace('"$base"', json.dumps(base))
        self._first = f"<head><script>{first}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page = scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
        if page or is_of_this_machine(scope):
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        await self.app(scope, receive, self._with_script(send) if page else send)

    def _with_script(self, send: Send) -> Send:
        start: Message = {}
        parts: list[bytes] = []

        async def later(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    start.update(message)
                    return
            elif start and message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                body = b"".join(parts).replace(b"<head>", self._first, 1)
                body = body.replace(b"</head>", self._script, 1)
                if "content-length" in (headers := MutableHeaders(raw=start["headers"])):
                    headers["content-length"] = str(len(body))
                await send(start)
                message = {**message, "body": body}
            await send(message)

        return later


def is_of_this_machine(scope: Scope) -> bool:
    """Whether the browser runs on it too, and no proxy stands between."""
    client = scope.get("client")
    if not client or any(name.startswith(b"x-forwarded") for name, _ in scope["headers"]):
        return False
    try:
        return ip_address(client[0]).is_loopback
    except ValueError:
        return False
