"""Which pictures train and which test: by a seed, every class in both, duplicates on one side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError

LEAST_SHARE, MOST_SHARE = 0.05, 0.5


def split(
    labels: NDArray[np.int64], group: NDArray[np.int64], share: float, seed: int
) -> NDArray[np.bool_]:
    """(m,) whether each picture is in the test set; of each class about `share` is.

    `labels` (m,) are the classes, `group` (m,) is equal for pictures that must not be parted. The
    same arguments give the same split. A class whose pictures may not be parted is all in the test
    set. Raises `DatasetError` for a share or seed that is out of range.
    """
    if not LEAST_SHARE <= share <= MOST_SHARE:
        needed = f"{LEAST_SHARE:.0%} to {MOST_SHARE:.0%}".replace("%", " %")
        raise DatasetError("The share of test pictures does not fit", share, needed)
    if seed < 0:
        raise DatasetError("The seed does not fit", seed, "a whole number from 0")
    classes, labels = np.unique(labels, return_inverse=True)
    numbers, group = np.unique(group, return_inverse=True)
    # counts[g, c]: pictures of class c in group g
    counts = np.zeros((len(numbers), len(classes)), np.int64)
    np.add.at(counts, (group, labels), 1)
    sizes = counts.sum(axis=0)
    wanted = np.maximum(1, np.rint(share * sizes).astype(np.int64))
    random = np.random.default_rng([seed, *b"split"])
    order = random.permutation(len(numbers))
    testing = np.zeros(len(numbers), bool)
    taken = np.zeros(len(classes), np.int64)
    for g in order:
        # A large group goes where it does not fill the test set beyond what was asked for.
        if counts[g].any() and (taken + counts[g] <= wanted)[counts[g] > 0].all():
            testing[g] = True
            taken += counts[g]
    for c in range(len(classes)):
        if taken[c]:
            continue  # also by a group that came in for the sake of another class
        holding = np.flatnonzero(counts[:, c])
        g = holding[np.argmin(counts[holding].sum(axis=1))]
        testing[g] = True
        taken += counts[g]
    return np.asarray(testing[group])
