"""On which kinds of pictures a network is weaker: its accuracy by attribute, with intervals."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.comparison import CHANCE, difference_interval
from engine.errors import ShapeError
from engine.evaluation import interval

# What a picture shows is its class over again, and its description in words is its own alone.
NO_KINDS = frozenset({"subject", "description", "file"})

FEWEST = 5  # pictures of a kind, below which nothing is said of it


@dataclass(frozen=True)
class Group:
    """The pictures that share an attribute's value: how many, and how many of them are right;
    `others` are those of the same attribute with another value."""

    attribute: str
    value: str
    right: int
    m: int
    others_right: int
    others: int

    @property
    def accuracy(self) -> float:
        return self.right / self.m

    @property
    def others_accuracy(self) -> float:
        return self.others_right / self.others if self.others else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy."""
        return interval(self.accuracy, self.m)

    def behind(self, chance: float = CHANCE) -> float:
        """How much more accurate the others are at least, but for one time in 1 / `chance`."""
        if not self.others:
            return -math.inf
        return difference_interval(
            self.accuracy, self.others_accuracy, self.m, self.others, chance
        )[0]


def weak_spots(
    right: ArrayLike,
    attributes: Sequence[Mapping[str, str]],
    leave_out: Collection[str] = NO_KINDS,
) -> list[Group]:
    """A group for each value of each attribute, in the order of the attributes, the largest first.

    right: of each picture whether the network is right, (m,); attributes: a mapping a picture.
    Attributes with one value are left out: there is nothing to compare. Raises `ShapeError` where
    the two do not fit together.
    """
    judged = np.asarray(right, dtype=bool)
    if judged.shape != (len(attributes),):
        raise ShapeError("Right and wrong do not fit", judged.shape, f"({len(attributes)},)")
    groups = []
    for name in dict.fromkeys(name for known in attributes for name in known):
        if name in leave_out:
            continue
        values = np.array([known.get(name, "") for known in attributes])
        known = values != ""
        m, all_right = int(known.sum()), int(judged[known].sum())
        found = []
        for value in np.unique(values[known]):
            mine = values == value
            of_mine, n = int(judged[mine].sum()), int(mine.sum())
            found.append(Group(name, str(value), of_mine, n, all_right - of_mine, m - n))
        if len(found) > 1:
            groups += sorted(found, key=lambda group: -group.m)
    return groups


def weakest(groups: Sequence[Group]) -> tuple[Group, bool] | None:
    """The group farthest behind its others, and whether that is more than chance.

    Where many groups are compared, one of them looks weak by chance: the 5 % are shared among all
    of them (Bonferroni). None where no group is behind.
    """
    behind = [
        group
        for group in groups
        if min(group.m, group.others) >= FEWEST and group.accuracy < group.others_accuracy
    ]
    if not behind:
        return None
    chance = CHANCE / len(groups)
    surest = max(behind, key=lambda group: group.behind(chance))
    return surest, surest.behind(chance) > 0
