"""Keeping moments of a run as it goes by, in bounded memory, so that it can be rewound."""

from __future__ import annotations

from dashboard.messages import Moment

MOST_BYTES = 12 << 20


class Filming:
    """Moments at even distances; when there are too many bytes of them, every second one goes.

    The first one that is kept stays, wherever it lies: a branch may begin anywhere.
    """

    def __init__(self, stride: int, most_bytes: int = MOST_BYTES) -> None:
        self._stride, self._most_bytes = stride, most_bytes
        self._moments: list[Moment] = []
        self._bytes = 0

    def wants(self, iteration: int) -> bool:
        return iteration % self._stride == 0

    def keep(self, moment: Moment) -> None:
        self._moments.append(moment)
        self._bytes += moment.nbytes
        while self._bytes > self._most_bytes and len(self._moments) > 2:
            self._stride *= 2
            first, *later = self._moments
            self._moments = [first, *(m for m in later if self.wants(m.iteration))]
            self._bytes = sum(m.nbytes for m in self._moments)

    def film(self, last: Moment) -> tuple[Moment, ...]:
        """All that was kept, and the run's last moment at the end."""
        return (*(m for m in self._moments if m.iteration < last.iteration), last)
