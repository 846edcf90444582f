"""What came of a file whose download was cut short, kept beside its place so the next goes on there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from engine.files import write_atomically


class BegunFile:
    """The first bytes of a file of `size` bytes that begins with `signature`.

    They are a guess until the whole is checked: nothing here vouches for them. That they cannot be
    kept or read is no failure: the download then begins anew.
    """

    def __init__(self, whole: Path, size: int, signature: bytes) -> None:
        self.path = whole.with_name(f"{whole.name}.part")
        self._size = size
        self._signature = signature

    @property
    def count(self) -> int:
        """How many bytes are kept."""
        try:
            count = self.path.stat().st_size
        except (OSError, ValueError):
            return 0
        return count if count < self._size else 0

    def read(self) -> bytes:
        if not self.count:
            return b""
        try:
            with self.path.open("rb") as stream:
                content = stream.read(self._size)
        except OSError:
            return b""
        if self._is_begun(content):
            return content
        self.forget()  # or it would be counted, and stand in the way of what is better
        return b""

    def keep(self, content: bytes | bytearray) -> None:
        """Keeps `content` where it is more than what is kept, and may be the file's beginning.

        Of a whole file the last byte is left out: its end is asked for again, and then it is checked.
        """
        content = content[: self._size - 1]
        if self._is_begun(content) and len(content) > self.count:
            with suppress(OSError, ValueError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self.path, bytes(content))

    def forget(self) -> None:
        with suppress(OSError, ValueError):
            self.path.unlink(missing_ok=True)

    def _is_begun(self, content: bytes | bytearray) -> bool:
        return len(content) < self._size and content.startswith(self._signature)
