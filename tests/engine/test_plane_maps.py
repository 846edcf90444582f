"""What a network makes of the plane, held against the course's own forward propagation."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Hyperparameters, Step, load_dataset, train
from engine.course import L_model_forward
from engine.plane_maps import MOST, MOST_UNITS, SIDE, UNIT_SIDE, grid, map_plane
from engine.sources.planar_shapes import HALF
from tests.engine.plain import forward


def trained(name: str, **changes: object) -> Step:
    settings = {"hidden_layers": (6, 4), "learning_rate": 0.1, "num_iterations": 200, **changes}
    *_, last = train(Hyperparameters(**settings), load_dataset(name))  # type: ignore[arg-type]
    return last


def as_levels(A: np.ndarray) -> np.ndarray:
    """Activations (n, SIDE²) as the maps have them, 127 levels up and down from 128."""
    few = A.reshape(len(A), SIDE, SIDE)[:, ::2, ::2]
    greatest = np.abs(few).max(axis=(1, 2), keepdims=True)
    return 128 + 127 * few / np.maximum(greatest, 1e-300)


def test_the_grid_fills_the_plane_row_by_row_from_the_top() -> None:
    points = grid()
    assert points.shape == (SIDE**2, 2)
    step = 2 * HALF / SIDE
    assert points[0] == pytest.approx([-HALF + step / 2, HALF - step / 2])
    assert points[1] - points[0] == pytest.approx([step, 0])
    assert points[SIDE] - points[0] == pytest.approx([0, -step])
    assert points[-1] == pytest.approx([HALF - step / 2, -HALF + step / 2])


def test_maps_are_the_answers_of_the_courses_functions() -> None:
    dataset, step = load_dataset("circles"), trained("circles")
    maps = map_plane(step.snapshot, dataset)
    AL, caches = L_model_forward(grid().T, step.snapshot.parameters(dataset))
    np.testing.assert_allclose(maps.P.reshape(1, -1) / MOST, AL, atol=0.5 / MOST + 1e-9)
    for layer, units in enumerate(maps.units):
        # The next layer's cache holds this one's activations.
        ((A, _, _), _) = caches[layer + 1]
        np.testing.assert_allclose(units, as_levels(A), atol=0.51)
    assert maps.iteration == 200
    assert maps.train_right.mean() == pytest.approx(step.train_accuracy)
    assert maps.test_right.mean() == pytest.approx(step.test_accuracy)


@pytest.mark.parametrize("scaling", ["divide by 255", "standardized"])
def test_maps_of_several_classes_and_of_scaled_points(scaling: str) -> None:
    dataset = load_dataset("gaussians:classes=4")
    step = trained("gaussians:classes=4", activation="tanh", scaling=scaling)
    maps = map_plane(step.snapshot, dataset)
    X, X_grid = dataset.examples.X, grid().T
    if scaling == "standardized":
        X_grid = (X_grid - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    _, As = forward(step.snapshot.parameters(dataset), X_grid, ["tanh", "tanh"])
    np.testing.assert_allclose(maps.P.reshape(4, -1) / MOST, As[-1], atol=0.5 / MOST + 1e-9)
    np.testing.assert_allclose(maps.units[1], as_levels(As[2]), atol=0.51)
    assert maps.train_right.mean() == pytest.approx(step.train_accuracy)


def test_many_units_are_not_all_mapped_and_silent_ones_are_counted() -> None:
    dataset = load_dataset("moons")
    step = trained("moons", hidden_layers=(40,), initialization="zeros", activation="relu")
    maps = map_plane(step.snapshot, dataset)
    assert [units.shape for units in maps.units] == [(MOST_UNITS, UNIT_SIDE, UNIT_SIDE)]
    assert maps.silent == (MOST_UNITS,)
    assert (maps.units[0] == 128).all()


def test_without_hidden_layers_there_is_the_answer_alone() -> None:
    maps = map_plane(trained("xor", hidden_layers=()).snapshot, load_dataset("xor"))
    assert maps.units == ()
    assert maps.finite


def test_a_network_that_diverged_has_no_answers() -> None:
    step = trained("moons", learning_rate=10.0, l2=100.0, activation="leaky relu")
    assert step.status == "diverged"
    maps = map_plane(step.snapshot, load_dataset("moons"))
    assert not maps.finite
