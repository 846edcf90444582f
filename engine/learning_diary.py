"""When each test example was learned, and whether it stayed so: right or wrong over the iterations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Floats, Labels
from engine.errors import ShapeError
from engine.optimizers import Array
from engine.outputs import output_of

NEVER = -1


@dataclass(frozen=True, eq=False)
class LearningDiary:
    """The answers of one network on m examples at t iterations of its training, in their order.

    right: (m, t). true: (m, t), the probability of the true class; NaN of a network that diverged.
    learned: (m,), the first of the iterations from which an example stays right to the end.
    forgotten: (m,), the last one at which an example that is wrong at the end was right; the guess
    of the untrained network, the first of them, does not count. `NEVER` where there is none.
    """

    iterations: NDArray[np.int64]
    right: NDArray[np.bool_]
    true: Floats
    predicted: NDArray[np.int64]
    learned: NDArray[np.int64]
    forgotten: NDArray[np.int64]

    @property
    def m(self) -> int:
        return len(self.right)

    @property
    def order(self) -> NDArray[np.intp]:
        """Those learned for good, the earliest first; those forgotten, the latest first; the rest."""
        ended_wrong, gone = self.learned == NEVER, self.forgotten
        return np.lexsort((-self.right.sum(axis=1), -gone * ended_wrong, self.learned, ended_wrong))

    def sentence(self, noun: str = "example") -> str:
        """Such as `41 of 50 test pictures are learned for good, 12 of them right from the start, the
        last at iteration 1,900; 6 were learned and forgotten again; 3 were never right.`

        Where the untrained network guessed one of the last right: `never right once it trained`."""
        kept, lost = self.learned[self.learned != NEVER], int((self.forgotten != NEVER).sum())
        never = self.m - len(kept) - lost
        plural = "" if self.m == 1 else "s"
        told = f"{len(kept):,} of {self.m:,} test {noun}{plural} {are(len(kept))} learned for good"
        if from_the_start := int((kept == self.iterations[0]).sum()):
            told += f", {from_the_start:,} of them right from the start"
        if from_the_start < len(kept):
            told += f", the last at iteration {kept.max():,}"
        told += f"; {lost:,} {were(lost)} learned and forgotten again"
        rest = (self.learned == NEVER) & (self.forgotten == NEVER)
        since = " once it trained" if self.right[rest, 0].any() else ""
        return told + (f"; {never:,} {were(never)} never right{since}." if never else ".")


def learning_diary(
    iterations: Sequence[int], logits: Sequence[Array], labels: Labels
) -> LearningDiary:
    """From Z^[L] (n_y, m) at each of the iterations, which grow, and the labels (1, m).

    Raises `ShapeError` where these do not fit together, or where there is nothing.
    """
    shapes = {np.shape(Z) for Z in logits}
    if (
        not logits
        or len(logits) != len(iterations)
        or {s[1:] for s in shapes} != {labels.shape[1:]}
    ):
        found = f"{len(iterations)} iterations, logits {sorted(shapes)}, labels {labels.shape}"
        raise ShapeError(
            "The answers do not fit", found, "one (n_y, m) an iteration, (1, m) labels"
        )
    Z = np.stack([np.asarray(one, dtype=np.float64) for one in logits])  # (t, n_y, m)
    known = np.isfinite(Z).all(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        output = output_of(Z.shape[1])
        predicted, P = output.predictions(Z), output.probabilities(Z)
    if P.shape[1] == 1:
        P = np.concatenate([1 - P, P], axis=1)
    true = np.take_along_axis(P, np.broadcast_to(labels, (len(Z), *labels.shape)), axis=1)[:, 0]
    right = (known & (predicted == labels)).T
    at = np.asarray(iterations, dtype=np.int64)
    t, last = len(at), right[:, -1]
    # The last wrong answer, and the last right one after the first look.
    wrong_until = t - 1 - np.argmin(right[:, ::-1], axis=1)
    learned_at = np.where(right.all(axis=1), 0, wrong_until + 1)
    later = right[:, 1:]
    right_until = t - 1 - np.argmax(later[:, ::-1], axis=1) if t > 1 else np.zeros(len(right), int)
    return LearningDiary(
        at,
        right,
        np.where(known, true, np.nan).T,
        predicted.T,
        np.where(last, at[np.minimum(learned_at, t - 1)], NEVER),
        np.where(~last & later.any(axis=1), at[right_until], NEVER),
    )


def are(count: int) -> str:
    return "is" if count == 1 else "are"


def were(count: int) -> str:
    return "was" if count == 1 else "were"
