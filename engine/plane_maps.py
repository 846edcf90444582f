"""What a network makes of the plane: its answers and its hidden units', on a grid of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset, Floats
from engine.models import layer_outputs
from engine.outputs import output_of
from engine.preparation import prepare
from engine.snapshots import Snapshot
from engine.sources.planar_shapes import HALF

SIDE = 64
UNIT_SIDE = 32
MOST_UNITS = 16  # of a layer that are mapped; more would be too small to see

MOST = 65_535  # stands for a probability of 1

Map = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PlaneMaps:
    """A network at an iteration, seen from the plane. Rows run from the top, x2 = HALF, down.

    P: (n_y, SIDE, SIDE) uint16, a probability from 0 (0) to 1 (65,535), as the boundary of a young
    network lies between probabilities that hardly differ: of class 1, or of each of more than two
    classes. units: of each hidden layer (shown, UNIT_SIDE, UNIT_SIDE), an activation from minus
    (1) to plus (255) the unit's own greatest, 128 being 0. silent: of each hidden layer, how many of
    those shown are 0 all over. train_right, test_right: (m,) whether each point is on its side.
    finite: whether the network has answers; one that diverged has none.
    """

    iteration: int
    P: NDArray[np.uint16]
    units: tuple[Map, ...]
    silent: tuple[int, ...]
    train_right: NDArray[np.bool_]
    test_right: NDArray[np.bool_]
    finite: bool


@cache
def grid(side: int = SIDE) -> Floats:
    """The middles of side × side squares that fill the plane, (side², 2), row by row from the top."""
    middles = (np.arange(side) + 0.5) * (2 * HALF / side) - HALF
    x1, x2 = np.meshgrid(middles, middles[::-1])
    points = np.column_stack([x1.ravel(), x2.ravel()])
    points.flags.writeable = False
    return points


def map_plane(snapshot: Snapshot, dataset: Dataset) -> PlaneMaps:
    """`dataset`: of points, the one that the snapshot's run was trained on."""
    prepared = prepare(dataset, snapshot.hyperparameters)
    return maps_of(
        snapshot.iteration,
        snapshot.parameters(dataset),
        snapshot.hyperparameters.activation_of_each_layer,
        prepared.read(grid()),
        (prepared.examples.X, prepared.examples.Y),
        (prepared.examples.X_test, prepared.examples.Y_test),
    )


def maps_of(
    iteration: int,
    parameters: Mapping[str, Floats],
    activations: Sequence[str],
    X_grid: Floats,
    train: tuple[Floats, Floats],
    test: tuple[Floats, Floats],
) -> PlaneMaps:
    *hidden, Z = layer_outputs(parameters, X_grid, activations)
    with np.errstate(over="ignore", invalid="ignore"):
        P = output_of(len(Z)).probabilities(Z)
    shown = [np.nan_to_num(A[:MOST_UNITS], posinf=0.0, neginf=0.0) for A in hidden]
    return PlaneMaps(
        iteration=iteration,
        P=np.asarray((np.nan_to_num(P, nan=0.5) * MOST).round(), dtype=np.uint16).reshape(
            len(P), SIDE, SIDE
        ),
        units=tuple(unit_maps(A) for A in shown),
        silent=tuple(int((~A.any(axis=1)).sum()) for A in shown),
        train_right=right(parameters, activations, *train),
        test_right=right(parameters, activations, *test),
        finite=bool(np.isfinite(Z).all()),
    )


def unit_maps(A: Floats) -> Map:
    """Activations (n, SIDE²) as maps (n, UNIT_SIDE, UNIT_SIDE): every second point both ways."""
    step = SIDE // UNIT_SIDE
    few = A.reshape(len(A), SIDE, SIDE)[:, ::step, ::step].reshape(len(A), -1)
    greatest = np.abs(few).max(axis=1, keepdims=True)
    levels = 128.0 + 127.0 * few / np.where(greatest > 0, greatest, 1.0)
    return np.asarray(levels.round(), dtype=np.uint8).reshape(len(A), UNIT_SIDE, UNIT_SIDE)


def right(
    parameters: Mapping[str, Floats], activations: Sequence[str], X: Floats, Y: Floats
) -> NDArray[np.bool_]:
    *_, Z = layer_outputs(parameters, X, activations)
    true = Y[0] if len(Y) == 1 else Y.argmax(axis=0)
    return np.asarray(output_of(len(Z)).predictions(Z) == true)
