"""Networks kept in a worker to judge pictures: probabilities from a snapshot, quickly again."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from engine.dataset import Dataset, Floats, Pictures
from engine.errors import ShapeError
from engine.evaluation import probabilities
from engine.hyperparameters import Hyperparameters
from engine.models import network_logits
from engine.preparation import Prepared, prepare
from engine.snapshots import Snapshot

AT_ONCE = 256  # pictures: their float64 form is 8 times as large


@dataclass(frozen=True, eq=False)
class Network:
    """Weights by name ("W1", "b1", …), the settings of its run, and how pictures are read.

    shape: of the pictures of its dataset, (height, width, 3).
    """

    parameters: dict[str, Floats]
    hyperparameters: Hyperparameters
    prepared: Prepared
    shape: tuple[int, ...]

    @property
    def activations(self) -> tuple[str, ...]:
        return self.hyperparameters.activation_of_each_layer

    def probabilities(self, pictures: Pictures) -> Floats:
        """(k, height, width, 3) uint8 → P of class 1, (k,); of more than two that of each, (classes, k).

        Raises `ShapeError` for pictures that are not of the dataset's shape.
        """
        if pictures.dtype != np.uint8 or pictures.shape[1:] != self.shape:
            found = f"{pictures.dtype} {pictures.shape}"
            raise ShapeError(
                "The pictures do not fit the network", found, f"uint8 (k, {self.shape})"
            )
        pieces = [self._of(pictures[i : i + AT_ONCE]) for i in range(0, len(pictures), AT_ONCE)]
        return np.concatenate(pieces, axis=-1) if pieces else np.empty(0)

    def _of(self, pictures: Pictures) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):  # of a network that diverged
            X = self.prepared.read(pictures)
            P = probabilities(network_logits(self.parameters, X, self.activations))
        return P if len(P) > 1 else np.asarray(P[0])


class Networks:
    """The few networks used last, by the hash of their pickled snapshot."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Network] = OrderedDict()

    def network(self, snapshot: bytes, dataset: Dataset) -> Network:
        """`dataset` is the one the snapshot's run was trained on."""
        key = hashlib.sha256(snapshot).digest()
        if key not in self._kept:
            told: Snapshot = pickle.loads(snapshot)
            h = told.hyperparameters
            self._kept[key] = Network(
                told.parameters(dataset),
                h,
                prepare(dataset, h),
                dataset.train_pictures.shape[1:],
            )
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[key]
