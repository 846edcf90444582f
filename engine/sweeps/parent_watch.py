"""A search that another program started ends with it, however that came to its end."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable

LAST_SECONDS = 15.0  # from the word to stop until the process ends by force; what is told is kept


def told_to_stop(stop: Callable[[], object]) -> None:
    """Calls `stop` when standard input is a pipe and is closed at its other end.

    A terminal, a file or nothing at all as standard input says nothing.
    """
    try:
        number = sys.stdin.fileno()
        if not stat.S_ISFIFO(os.fstat(number).st_mode):
            return
    except (AttributeError, OSError, ValueError):  # there is no standard input
        return

    def watch() -> None:
        while os.read(number, 1024):
            pass
        stop()
        last = threading.Timer(LAST_SECONDS, os._exit, (1,))
        last.daemon = True
        last.start()

    threading.Thread(target=watch, name="standard input", daemon=True).start()
