"""Which examples an iteration sees, and which units: mini-batches and dropout.

Both follow from the run's seed and the number of the epoch or the iteration alone, so a run that is
continued from a snapshot sees what it would have seen anyway.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.optimizers import Array

# One stream of random numbers for each use, so that none depends on another.
SHUFFLE, DROPOUT = 1, 2


def generator(use: int, seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, use], counter=[0, 0, 0, number]))


class Batches:
    """m examples, shuffled each epoch, in batches of `size`; the last short one is kept."""

    def __init__(self, m: int, size: int, seed: int) -> None:
        self._m, self._size, self._seed = m, size, seed
        self.per_epoch = -(-m // size)
        self._epoch = -1
        self._order: NDArray[np.intp] = np.empty(0, dtype=np.intp)

    def epoch(self, iteration: int) -> int:
        return iteration // self.per_epoch

    def at(self, iteration: int) -> NDArray[np.intp]:
        """The examples of that iteration, (k,)."""
        epoch, place = divmod(iteration, self.per_epoch)
        if epoch != self._epoch:
            self._epoch = epoch
            self._order = generator(SHUFFLE, self._seed, epoch).permutation(self._m)
        return self._order[place * self._size : (place + 1) * self._size]


def draw_masks(
    masks: list[Array], keep_probs: tuple[float, ...], seed: int, iteration: int
) -> None:
    """Writes inverted dropout's D / keep_prob for each hidden layer: a unit stays with keep_prob.

    The course's: D = rand < keep_prob, A *= D, A /= keep_prob.
    """
    random = generator(DROPOUT, seed, iteration)
    for mask, keep in zip(masks, keep_probs, strict=True):
        if keep < 1:
            np.divide(random.random(mask.shape) < keep, keep, out=mask)
