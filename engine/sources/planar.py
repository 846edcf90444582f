"""Points in the plane to learn from: declared like the hyperparameters, drawn from a seed.

A dataset's name holds all that it is made from, `flower:noise=0.3,points=200`, so that whoever has
the name has the points: another process, a link, an exported program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.dataset import Dataset, Floats
from engine.declaration import Declaration, declare, declared
from engine.errors import DatasetError, HyperparameterError
from engine.fields import Choice, Point, Points, Real, Whole
from engine.sources.planar_shapes import HALF, SHAPES

CLASSES = ("orange", "blue", "green", "purple", "yellow", "grey")
"""Points mean nothing else than how they are drawn."""

ADDED = Points(200, HALF, len(CLASSES))
"""What may be added by hand."""

DIGITS = 4
"""Decimals of a coordinate: another machine's sine may differ in the last digit it has."""

GROUP = "Points"


@dataclass(frozen=True)
class Plane(Declaration):
    """What a dataset of points is made from. Raises `HyperparameterError` as hyperparameters do."""

    shape: str = declare(
        "flower",
        Choice(tuple(SHAPES)),
        "Shape",
        symbol="shape",
        group=GROUP,
        help="How the classes lie.",
    )
    points: int = declare(
        400,
        Whole(20, 2000, scale="log"),
        "Number of points",
        symbol="points",
        group=GROUP,
        help="Of all classes, of the training set and the test set together.",
    )
    noise: float = declare(
        0.2,
        Real(0.0, 2.0),
        "Noise",
        symbol="noise",
        group=GROUP,
        help="How far the points are from where the shape would have them, as a standard deviation.",
    )
    classes: int = declare(
        2,
        Whole(2, len(CLASSES)),
        "Classes",
        symbol="classes",
        group=GROUP,
        help="More than two are told apart by a softmax.",
        needs=lambda plane: SHAPES[plane.shape].many,
        only="only with " + " and ".join(name for name, shape in SHAPES.items() if shape.many),
    )
    train_share: float = declare(
        0.7,
        Real(0.1, 0.9),
        "Training share",
        symbol="train_share",
        group=GROUP,
        help="How much of each class the network learns from; it is tested on the rest.",
    )
    data_seed: int = declare(
        1,
        Whole(0, 2**32 - 1),
        "Seed of the points",
        symbol="data_seed",
        group=GROUP,
        help="Chooses where the points lie, and which of them are for training.",
    )
    added: tuple[Point, ...] = declare(
        (),
        ADDED,
        "Added points",
        symbol="added",
        group=GROUP,
        help="Points of one's own for the training set.",
    )

    def __post_init__(self) -> None:
        self.check_fields()
        for point in self.added:
            if point[2] >= self.classes:
                allowed = f"points of class 0 to {self.classes - 1}"
                raise HyperparameterError("added", point, allowed)

    @property
    def name(self) -> str:
        """As in `python -m engine train --data flower:noise=0.3,points=200`."""
        told = [
            f"{name}={d.kind.format(getattr(self, name))}"
            for name, d in declared(Plane).items()
            if name != "shape" and getattr(self, name) != d.default
        ]
        return self.shape + (":" + ",".join(told) if told else "")

    @classmethod
    def from_name(cls, name: str) -> Plane:
        """The opposite of `name`. Raises `HyperparameterError`."""
        shape, _, told = name.partition(":")
        return cls.from_text("&".join([f"shape={shape}", *filter(None, told.split(","))]))


def is_planar(name: str) -> bool:
    """Whether a dataset of that name is points in the plane."""
    return name.partition(":")[0] in SHAPES


def planar_dataset(plane: Plane) -> Dataset:
    """The points: as many of each class as can be, in both sets, in a random order."""
    random = np.random.RandomState(plane.data_seed)
    each, more = divmod(plane.points, plane.classes)
    sizes = [each + (label < more) for label in range(plane.classes)]
    train, test = [], []
    for label, drawn in enumerate(SHAPES[plane.shape].draw(random, sizes, plane.noise)):
        kept = np.clip(drawn, -HALF, HALF)[random.permutation(len(drawn))]
        rows = np.column_stack([kept, np.full(len(kept), float(label))])
        m = min(max(round(plane.train_share * len(rows)), 1), len(rows) - 1)
        train.append(rows[:m])
        test.append(rows[m:])
    train_rows, test_rows = (random.permutation(np.concatenate(part)) for part in (train, test))
    if plane.added:
        train_rows = np.concatenate([train_rows, np.array(plane.added)])
    return Dataset(
        name=plane.name,
        train_pictures=places(train_rows),
        train_labels=labels(train_rows),
        test_pictures=places(test_rows),
        test_labels=labels(test_rows),
        classes=CLASSES[: plane.classes],
    )


def load_planar(name: str) -> Dataset:
    """The points of that name. Raises `DatasetError`."""
    try:
        return planar_dataset(Plane.from_name(name))
    except HyperparameterError as error:
        raise DatasetError(f"The points {name[:80]}: {str(error).rstrip('.')}") from None


def places(rows: Floats) -> Floats:
    return rows[:, :2].round(DIGITS) + 0.0  # no -0.0, which has other bytes


def labels(rows: Floats) -> np.ndarray:
    return rows[:, 2].astype(np.int64)[np.newaxis]
