"""What workers answered lately: the same question about the same moment of a run is asked once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any

MOST = 128  # of some kilobytes each, or of half a megabyte


class Answers:
    """The answers used last, those still to come included; one that failed is asked again."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def of(self, key: Hashable, ask: Callable[[], Future[Any]]) -> Future[Any]:
        known = self._kept.pop(key, None)
        if known is None or (known.done() and known.exception() is not None):
            known = ask()
        self._kept[key] = known
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return known
