"""Networks kept in a worker to judge pictures: probabilities from a snapshot, quickly again."""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from engine.activations import ACTIVATIONS, sigmoid_forward
from engine.dataset import Dataset, Floats, Pictures, standardize
from engine.errors import ShapeError
from engine.training import Snapshot

AT_ONCE = 256  # pictures: their float64 form is 8 times as large


@dataclass(frozen=True, eq=False)
class Network:
    """Weights by name ("W1", "b1", …) and the name of the hidden layers' activation."""

    parameters: dict[str, Floats]
    activation: str

    def probabilities(self, pictures: Pictures) -> Floats:
        """(k, height, width, 3) uint8 → P(y = 1), (k,). Raises `ShapeError`."""
        n_x = self.parameters["W1"].shape[1]
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures[:1].size not in (0, n_x):
            found = f"{pictures.dtype} {pictures.shape}"
            raise ShapeError(
                "The pictures do not fit the network", found, f"uint8 with {n_x} numbers each"
            )
        pieces = [
            self._forward(standardize(pictures[i : i + AT_ONCE]))
            for i in range(0, len(pictures), AT_ONCE)
        ]
        return np.concatenate(pieces) if pieces else np.empty(0)

    def _forward(self, A: Floats) -> Floats:
        layers = len(self.parameters) // 2
        hidden = ACTIVATIONS[self.activation].forward
        with np.errstate(over="ignore", invalid="ignore"):  # of a network that diverged
            for layer in range(1, layers + 1):
                Z = self.parameters[f"W{layer}"] @ A + self.parameters[f"b{layer}"]
                A = np.empty_like(Z)
                (hidden if layer < layers else sigmoid_forward)(Z, A)
        probabilities: Floats = A[0]
        return probabilities


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
            activation = told.hyperparameters.activation
            self._kept[key] = Network(told.parameters(dataset), activation)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[key]
