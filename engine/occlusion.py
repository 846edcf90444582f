"""Where a network looks: how its answer changes when a patch of a picture is hidden.

A patch of the picture's own mean colour slides over it, a pixel at a time (Zeiler and Fergus 2014).
The first layer is linear, so hiding a patch adds to Z1 what its pixels bring, and the sums over all
patches come from one integral image: the copies are never made, and all places are answered in one
pass of the small layers above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.dataset import Floats, Pictures
from engine.errors import ShapeError
from engine.evaluation import class_probabilities
from engine.models import logits_from
from engine.preparation import Prepared

PATCH = 5  # patches side by side across the picture


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What hiding a patch does to the probability of class `label`.

    P: of the whole picture. hidden: with the patch's upper left corner at each place, (rows,
    columns). patch: its side in pixels. change: (height, width), how much is lost by hiding a
    pixel, as the mean over all patches that cover it: above 0 it speaks for the class.
    """

    label: int
    P: float
    hidden: Floats
    patch: int
    change: Floats

    @property
    def lowest(self) -> tuple[int, int]:
        """Row and column of the patch without which the class is least probable."""
        row, column = np.unravel_index(np.argmin(self.hidden), self.hidden.shape)
        return int(row), int(column)

    @property
    def highest(self) -> tuple[int, int]:
        row, column = np.unravel_index(np.argmax(self.hidden), self.hidden.shape)
        return int(row), int(column)


def occlusion(
    parameters: Mapping[str, Floats],
    activations: Sequence[str],
    prepared: Prepared,
    picture: Pictures,
    label: int | None = None,
) -> Occlusion:
    """Of a picture (height, width, 3) uint8, for the class `label`, or for the one predicted.

    A picture is made as small as the network reads it. Raises `ShapeError` for what is no picture.
    """
    if len(prepared.shape) != 3 or picture.ndim != 3:
        raise ShapeError("Only of a picture can a part be hidden", picture.shape, "(h, w, 3)")
    height, width, _ = prepared.shape
    patch = max(1, round(min(height, width) / PATCH))
    x = prepared.read(picture[np.newaxis])
    mean = (x * prepared.spread + prepared.shift).reshape(-1, 3).mean(axis=0)
    hidden = (np.tile(mean, height * width)[:, np.newaxis] - prepared.shift) / prepared.spread
    W1 = parameters["W1"]
    Z1 = W1 @ x + parameters["b1"]
    brought = (W1 * (hidden - x).T).reshape(-1, height, width, 3).sum(axis=-1)
    sums = patch_sums(brought, patch)
    all_Z1 = np.hstack([Z1, Z1 + sums.reshape(len(Z1), -1)])
    P = class_probabilities(logits_from(all_Z1, parameters, activations))
    seen = int(P[:, 0].argmax()) if label is None else label
    places = P[seen, 1:].reshape(sums.shape[1:])
    lost = np.pad(P[seen, 0] - places, patch - 1)
    covering = np.pad(np.ones_like(places), patch - 1)
    change = patch_sums(lost, patch) / patch_sums(covering, patch)
    return Occlusion(seen, float(P[seen, 0]), places, patch, change)


def patch_sums(values: Floats, patch: int) -> Floats:
    """The sums of (…, height, width) over all squares of so many pixels a side that fit inside."""
    sums = np.zeros((*values.shape[:-2], values.shape[-2] + 1, values.shape[-1] + 1))
    sums[..., 1:, 1:] = values.cumsum(axis=-2).cumsum(axis=-1)
    upper, lower = sums[..., :-patch, :], sums[..., patch:, :]
    columns = lower - upper
    return np.asarray(columns[..., patch:] - columns[..., :-patch])
