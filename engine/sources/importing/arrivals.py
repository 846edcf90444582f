"""Folders for what is still on its way into the library, and what is swept up after a kill.

Beside each such folder lies a lock that its process holds: when nobody holds it, nobody comes back.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.locks import ProcessLock, remove_lock

ARRIVING, DELETED = ".arriving-", ".deleted-"
FORGET_AFTER = 3600
"""Seconds after which what was deleted cannot come back."""


def library_lock(library: Path) -> ProcessLock:
    return ProcessLock(library / ".lock")


@contextmanager
def arriving(library: Path) -> Iterator[Path]:
    """A private folder inside `library` that goes with the block, or with the next `sweep`.

    Raises OSError where it cannot be made.
    """
    folder = library / f"{ARRIVING}{secrets.token_hex(8)}"
    lock = ProcessLock(folder.with_suffix(".lock"))
    library.mkdir(parents=True, exist_ok=True)
    try:
        with library_lock(library):
            lock.try_to_hold()
            folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        remove_lock(lock)


def sweep(library: Path) -> None:
    """Removes what killed imports left in `library`, and what was deleted long ago."""
    if not library.is_dir():
        return
    with contextlib.suppress(OSError), library_lock(library):
        for name in sorted(os.listdir(library)):
            path = library / name
            if name.startswith(ARRIVING) and name.endswith(".lock"):
                lock = ProcessLock(path)
                if lock.try_to_hold():
                    shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                    remove_lock(lock)
            elif _is_forgotten(path):
                shutil.rmtree(path, ignore_errors=True)
            elif not name.startswith(".") and path.is_dir():
                for half_written in path.glob(".*"):
                    half_written.unlink()


def _is_forgotten(path: Path) -> bool:
    if path.name.startswith(ARRIVING):
        return not path.with_suffix(".lock").exists()
    return path.name.startswith(DELETED) and time.time() - path.stat().st_mtime > FORGET_AFTER
