"""A lock between processes that ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from types import TracebackType


class ProcessLock:
    """A lock on a file, which is made when needed. Also held against other locks of this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def try_to_hold(self) -> bool:
        """Whether it is held now; never waits. Raises OSError when the file cannot be made."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):  # another holds it (the second on Windows)
            os.close(file)
            return False
        except BaseException:
            os.close(file)
            raise
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)  # which ends the lock too
            self._file = None

    def __enter__(self) -> ProcessLock:
        while not self.try_to_hold():
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.release()


def remove_lock(lock: ProcessLock) -> None:
    lock.release()
    with contextlib.suppress(OSError):
        lock.path.unlink()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
