"""Results of complete runs by their hash: the same settings again cost nothing."""

from __future__ import annotations

from collections import OrderedDict

from dashboard.run_result import Result


class RunCache:
    """The results used last, in at most `most_bytes` bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, run_hash: str) -> bool:
        return run_hash in self._kept

    def get(self, run_hash: str) -> Result | None:
        if run_hash in self._kept:
            self._kept.move_to_end(run_hash)
        return self._kept.get(run_hash)

    def put(self, run_hash: str, result: Result) -> None:
        if result.nbytes > self._most_bytes:
            return
        if known := self._kept.pop(run_hash, None):
            self.nbytes -= known.nbytes
        self._kept[run_hash] = result
        self.nbytes += result.nbytes
        while self.nbytes > self._most_bytes:
            _, dropped = self._kept.popitem(last=False)
            self.nbytes -= dropped.nbytes
