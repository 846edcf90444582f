"""Answers that leave at once.

Streamlit binds its socket in a way that asyncio does not recognise as TCP, so it leaves Nagle's
algorithm on: the body of an answer then waits up to 40 ms until the browser confirms its head.
"""

from __future__ import annotations

import gc
import socket
from contextlib import suppress


def send_at_once() -> None:
    """Turns the waiting off for every listening socket of this process; what it accepts inherits it."""
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.fileno() >= 0:
            with suppress(OSError):  # one that is no TCP socket
                if thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
