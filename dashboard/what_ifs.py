"""What sessions would like to know of other settings than theirs, and what is known already.

Only the pool asks, under its lock. A wish is the newest list of a session; it is forgotten with the
session's next run, or when the browser no longer asks.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from dashboard.messages import FAILED, DatasetKey, Explore, Outcome
from dashboard.run_hash import run_hash
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.solvers.stacked import MAY_DIFFER, MOST_TOGETHER

MOST_KNOWN = 5000  # outcomes; each is a few hundred bytes
LEASE_SECONDS = 2.0  # a browser that waits asks several times a second


@dataclass
class Wish:
    dataset: DatasetKey
    wanted: list[Hyperparameters]
    renewed: float = field(default_factory=time.monotonic)


class WhatIfs:
    def __init__(self) -> None:
        self._known: OrderedDict[str, Outcome] = OrderedDict()
        self._wishes: OrderedDict[str, Wish] = OrderedDict()  # served least recently first
        self._under_way: dict[int, tuple[str, Explore]] = {}
        self._numbers = count(1)

    def known(self, hyperparameters: Hyperparameters, dataset: DatasetKey) -> Outcome | None:
        name = run_hash(hyperparameters, dataset.digest)
        if name in self._known:
            self._known.move_to_end(name)
        return self._known.get(name)

    def wish(self, session: str, dataset: DatasetKey, wanted: Sequence[Hyperparameters]) -> None:
        """The session's wish, instead of the one before; what is under way for it goes on."""
        place = self._wishes.setdefault(session, Wish(dataset, []))
        place.dataset, place.wanted, place.renewed = dataset, list(wanted), time.monotonic()

    def forget(self, session: str) -> list[int]:
        """The session wishes nothing any more; the numbers of what is to be broken off."""
        self._wishes.pop(session, None)
        return [number for number, (whose, _) in self._under_way.items() if whose == session]

    def forget_unasked(self) -> list[int]:
        """The same for all sessions whose browser has not asked for a while."""
        late = time.monotonic() - LEASE_SECONDS
        gone = [session for session, wish in self._wishes.items() if wish.renewed < late]
        return [number for session in gone for number in self.forget(session)]

    def next(self) -> Explore | None:
        """What to try next: of one session some runs that can be computed together."""
        busy = {(h, order.dataset) for _, order in self._under_way.values() for h in order.runs}
        for session, wish in self._wishes.items():
            left = [
                h
                for h in wish.wanted
                if (h, wish.dataset) not in busy and self.known(h, wish.dataset) is None
            ]
            if left:
                runs = [h for h in left if kin(h) == kin(left[0])][:MOST_TOGETHER]
                order = Explore(next(self._numbers), tuple(runs), wish.dataset)
                self._under_way[order.number] = session, order
                self._wishes.move_to_end(session)
                return order
        return None

    def learn(self, number: int, outcomes: Sequence[Outcome]) -> None:
        """What came of an order; nothing where it was broken off."""
        _, order = self._under_way.pop(number, ("", None))
        if order and outcomes:
            for h, outcome in zip(order.runs, outcomes, strict=True):
                self._known[run_hash(h, order.dataset.digest)] = outcome
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def fail(self, number: int) -> None:
        """A worker died over it: it is not tried again."""
        if number in self._under_way:
            self.learn(number, [FAILED] * len(self._under_way[number][1].runs))


def kin(h: Hyperparameters) -> tuple[object, ...]:
    """What runs have in common that can be stacked."""
    return tuple(getattr(h, name) for name in DECLARED if name not in MAY_DIFFER)
