"""The bytes at an address: bounded, in limited time, by safe redirects, or words for what failed."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from http import HTTPStatus
from typing import Any

from engine.errors import shortened

_PIECE_BYTES = 65_536
# A server that sends a byte now and then never times out: an answer may take so many time-outs.
_PATIENCE = 20


class FetchError(Exception):
    """Nothing usable came from an address; the text says what came instead, as a noun."""


class NoPartError(FetchError):
    """The address does not send the part that was asked for; it may send the whole."""


def fetch(
    url: str, at_most: int, timeout: float, *, start: int = 0
) -> Generator[bytes, None, None]:
    """The pieces of what an http or https address sends from byte `start` on, `at_most` in all.

    `timeout` is in seconds without a byte. A connection that breaks midway ends the pieces early.
    Raises `FetchError` when no answer came, or another answer than content; `NoPartError` where
    all but the beginning is asked for and something else comes.
    """
    got = 0
    deadline = time.monotonic() + _PATIENCE * timeout
    try:
        # A range as in RFC 9110, section 14.2.
        part = {"Range": f"bytes={start}-"} if start else {}
        request = urllib.request.Request(url, headers=part)
        with _opener().open(request, timeout=timeout) as response:
            if start and not _is_part(response, start):
                raise NoPartError("the whole file where its end was asked for")
            while got < at_most and (piece := response.read1(min(_PIECE_BYTES, at_most - got))):
                got += len(piece)
                yield piece
                if time.monotonic() > deadline:
                    raise FetchError(f"only {got:,} bytes in {_PATIENCE * timeout:g} seconds")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise NoPartError(f"no part of a file (HTTP status {error.code})") from error
        kind = "a redirect that is not followed" if 300 <= error.code < 400 else "no file"
        raise FetchError(f"{kind} (HTTP status {error.code})") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            came = f"only {got:,} bytes" if got else "nothing"
            raise FetchError(f"{came} (time-out: {timeout:g} seconds of silence)") from error
        if not got:
            detail = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
            raise FetchError(f"nothing (no connection: {shortened(detail, 60)})") from error


def _is_part(response: Any, start: int) -> bool:
    came = str(response.headers.get("Content-Range", ""))
    return response.status == HTTPStatus.PARTIAL_CONTENT and came.startswith(f"bytes {start}-")


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to http or https, and never from https down to http."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        scheme = newurl.partition(":")[0].lower()
        if scheme not in ("http", "https") or (req.type == "https" and scheme != "https"):
            raise urllib.error.HTTPError(req.full_url, code, "redirect refused", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    # build_opener() would add ftp:, file: and data: addresses.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SafeRedirects(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", "hyperdial"), ("Accept-Encoding", "identity")]
    return opener
