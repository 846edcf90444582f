"""Whether two accuracies on the same few pictures differ, or only seem to."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import ShapeError
from engine.evaluation import interval

# What chance brings about less often than this is called a difference (the usual 5 %).
CHANCE = 0.05


def compare(
    accuracy_a: float,
    accuracy_b: float,
    m: int,
    right: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    noun: str = "picture",
) -> str:
    """Says in a sentence whether two accuracies on the same m pictures are different.

    right: of each network which pictures it got right, (m,) booleans. With them only the pictures
    count that one network gets right and the other does not (McNemar's exact test), which finds
    smaller differences than the two accuracies alone can show. Raises `ShapeError` for other shapes.
    """
    if m < 1 or not (math.isfinite(accuracy_a) and math.isfinite(accuracy_b)):
        return "There are no two accuracies to compare."
    a, b = accuracy_text(accuracy_a, m), accuracy_text(accuracy_b, m)
    told = f"{a} against {b} on {counted(m, noun)}"
    if right is not None:
        return f"{told} {paired_verdict(*only_one_right(right, m), noun)}"
    if differ(accuracy_a, accuracy_b, m):
        low, high = sorted(abs(d) for d in difference_interval(accuracy_a, accuracy_b, m))
        between = f"{accuracy_text(low, m)} and {accuracy_text(high, m)}"
        return f"{told} is a difference: of somewhere between {between} (95 % interval)."
    (low_a, high_a), (low_b, high_b) = (interval(s, m) for s in (accuracy_a, accuracy_b))
    few = "with so few, " if m < 1000 else ""
    return (
        f"{told} is no difference: {few}{accuracy_text(low_a, m)} to {accuracy_text(high_a, m)} "
        f"and {accuracy_text(low_b, m)} to {accuracy_text(high_b, m)} are possible (95 % intervals)."
    )


def only_one_right(right: tuple[ArrayLike, ArrayLike], m: int) -> tuple[int, int]:
    """How many of the m pictures only the first network gets right, and how many only the second."""
    a, b = (np.asarray(r, dtype=bool) for r in right)
    if a.shape != (m,) or b.shape != (m,):
        raise ShapeError("Right and wrong do not fit", (a.shape, b.shape), f"({m},) each")
    return int((a & ~b).sum()), int((~a & b).sum())


def paired_verdict(only_a: int, only_b: int, noun: str) -> str:
    n = only_a + only_b
    if n == 0:
        return "is no difference: both get the very same ones right."
    split = (
        f"{counted(n, noun)} that only one of them gets right, {only_a} {'is' if only_a == 1 else 'are'} "
        f"the first's and {only_b} the second's"
    )
    p = mcnemar(only_a, only_b)
    if p >= CHANCE:
        return f"is no difference: of {split}, as a tossed coin might fall (p = {p:.2f})."
    size = f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
    return f"is a difference: of {split}, which is no tossed coin ({size})."


def mcnemar(only_a: int, only_b: int) -> float:
    """The exact two-sided p: how often n tosses of a fair coin fall at least as unevenly."""
    n, k = only_a + only_b, min(only_a, only_b)
    falls, term = 1, 1
    for i in range(k):
        term = term * (n - i) // (i + 1)
        falls += term
    return min(1.0, 2 * falls / (1 << n))


def differ(share_a: float, share_b: float, m: int) -> bool:
    """Whether 0 lies outside the difference's interval."""
    low, high = difference_interval(share_a, share_b, m)
    return low > 0 or high < 0


def difference_interval(
    share_a: float, share_b: float, m: int, m_b: int | None = None, chance: float = CHANCE
) -> tuple[float, float]:
    """The 95 % interval of share_b - share_a, from the two shares' own (Newcombe 1998, method 10).

    Of m pictures each, unless `m_b` says how many the second share is of. Taken as two separate
    samples; on the same pictures that is too careful rather than too bold.
    """
    (low_a, high_a), (low_b, high_b) = (
        interval(share_a, m, chance),
        interval(share_b, m_b or m, chance),
    )
    middle = share_b - share_a
    below = math.hypot(share_b - low_b, high_a - share_a)
    above = math.hypot(high_b - share_b, share_a - low_a)
    return middle - below, middle + above


def accuracy_text(share: float, m: int) -> str:
    """Two digits, three where more than 100 pictures give them a meaning; 1 only when all are right."""
    digits = 2 if m <= 100 else 3
    text = f"{share:.{digits}f}"
    return f"{1 - 10**-digits:.{digits}f}" if share < 1 and text == f"{1:.{digits}f}" else text


def counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
