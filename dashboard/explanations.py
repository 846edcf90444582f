"""Why a network says what it says of one picture: a worker's answer, small enough to travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard.predictions import Network
from engine.dataset import Floats, Pictures
from engine.errors import EngineError
from engine.evaluation import class_probabilities
from engine.flips import Flip, smallest_flips
from engine.models import network_logits
from engine.neighbours import Neighbours, far_from, nearest
from engine.occlusion import Occlusion, occlusion


@dataclass(frozen=True, eq=False)
class Explanation:
    """P: of each class, (classes,). far: the distance beyond which a picture is farther from all
    that the network has learned from than 99 of 100 test pictures are."""

    P: Floats
    neighbours: Neighbours
    far: float
    occlusion: Occlusion
    flips: Mapping[str, Flip | None]

    @property
    def answer(self) -> int:
        return int(self.P.argmax())

    @property
    def distance(self) -> float:
        """To the nearest training picture."""
        return float(self.neighbours.distances[0])

    @property
    def is_far(self) -> bool:
        return self.distance > self.far


def explain(network: Network, picture: Pictures, leave_out: int = -1) -> Explanation:
    """Of a picture (height, width, 3) uint8; `leave_out` is its column in the training set, if it is
    one of it. Raises `EngineError` for a network that diverged."""

    def judge(pictures: Pictures) -> Floats:
        X = network.prepared.read(pictures)
        return class_probabilities(network_logits(network.parameters, X, network.activations))

    P = judge(picture[np.newaxis])[:, 0]
    if not np.isfinite(P).all():
        raise EngineError("This network diverged: it has no answers any more")
    examples = network.prepared.examples
    return Explanation(
        P,
        nearest(examples, network.prepared.read(picture[np.newaxis]), leave_out=leave_out),
        far_from(examples),
        occlusion(network.parameters, network.activations, network.prepared, picture),
        smallest_flips(judge, picture),
    )
