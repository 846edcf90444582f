"""Writing a file at once or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Puts `data` at `path`; a crash, a full disk or Ctrl-C leaves what was there, and nothing else.

    A link is followed. What is there and no file (`/dev/stdout`, a pipe) is written to, not replaced.
    Raises OSError when the folder is missing or not writable, or the disk is full.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
