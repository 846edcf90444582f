"""What the pages ask about a network, which a worker answers: looks.py all but `Survey`.

A network comes as a pickled snapshot: pickled once, it is known by its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.dataset import Pictures

if TYPE_CHECKING:
    from dashboard.messages import DatasetKey


@dataclass(frozen=True)
class Predict:
    """Probabilities of `pictures` by the network in `snapshot` (pickled once, known by its hash)."""

    number: int
    snapshot: bytes
    dataset: DatasetKey
    pictures: Pictures


@dataclass(frozen=True)
class Paint:
    """The first layer's weights of the network in `snapshot` as pictures (see inspection.py)."""

    number: int
    snapshot: bytes
    dataset: DatasetKey


@dataclass(frozen=True)
class Survey:
    """What the network in `snapshot` makes of the plane (engine/plane_maps.py); without a snapshot
    that of the run `token` as it is now."""

    number: int
    snapshot: bytes
    dataset: DatasetKey
    token: str = ""


@dataclass(frozen=True)
class Example:
    """Column `index` of the "train" or "test" set as a run reads it; or `picture`, (height, width,
    3) uint8, of which the person says that its class is `label`."""

    part: str
    index: int = 0
    picture: Pictures | None = None
    label: int = 0

    @property
    def key(self) -> Hashable:
        """Names the example among those of a dataset."""
        pixels = b"" if self.picture is None else hashlib.sha256(self.picture.tobytes()).digest()
        return self.part, self.index, pixels, self.label


@dataclass(frozen=True)
class Follow:
    """An example's journey through the network in `snapshot` (looks.py)."""

    number: int
    snapshot: bytes
    dataset: DatasetKey
    example: Example


@dataclass(frozen=True)
class CheckGradient:
    """The gradient of one layer of the network in `snapshot` against central differences."""

    number: int
    snapshot: bytes
    dataset: DatasetKey
    layer: int


@dataclass(frozen=True)
class Count:
    """Histograms of the layers of a run at the moments in `snapshots`, pickled as a tuple."""

    number: int
    snapshots: bytes
    dataset: DatasetKey


@dataclass(frozen=True)
class Explain:
    """Why the network in `snapshot` says what it says of a picture (explanations.py)."""

    number: int
    snapshot: bytes
    dataset: DatasetKey
    picture: Pictures
    leave_out: int = -1


@dataclass(frozen=True)
class Recall:
    """What the network said of pictures at each of the moments in `snapshots`, pickled as a tuple."""

    number: int
    snapshots: bytes
    dataset: DatasetKey
    pictures: Pictures


Look = Predict | Paint | Follow | CheckGradient | Count | Explain | Recall  # looks.py answers them
Question = Look | Survey
