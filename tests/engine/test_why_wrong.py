"""Why a picture is mislabeled: which class it is taken for, what is near, where the network looks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine import Hyperparameters, load_dataset, train
from engine.confusion import confusion
from engine.dataset import Dataset
from engine.errors import ShapeError
from engine.evaluation import class_probabilities, probabilities
from engine.flips import KINDS, brightened, crop, shifted, smallest_flips
from engine.models import network_logits
from engine.neighbours import distances_of_test_set, far_from, nearest
from engine.occlusion import occlusion, patch_sums
from engine.over_time import probabilities_over
from engine.preparation import prepare
from engine.snapshots import Snapshot

SIDE = 12
random = np.random.RandomState(0)


def pictures_of(m: int, classes: int = 2, side: int = SIDE) -> Dataset:
    """Noise, lighter for each further class."""
    labels = np.arange(m) % classes
    pictures = (
        random.randint(0, 120, (m, side, side, 3)) + (120 // classes * labels)[:, None, None, None]
    )
    half = m // 2
    names = tuple(f"class {i}" for i in range(classes))
    parts = [
        (pictures[part].astype(np.uint8), labels[None, part])
        for part in (slice(half, None), slice(half))
    ]
    return Dataset("noise", *parts[0], *parts[1], names)


def trained(dataset: Dataset, **changed: object) -> list[Snapshot]:
    """The snapshots of a short run, every tenth iteration."""
    settings = {"hidden_layers": (4, 3), "num_iterations": 60, "activation": "tanh", **changed}
    h = Hyperparameters(**settings)  # type: ignore[arg-type]
    run = train(h, dataset)
    steps = [next(run)]
    while steps[-1].status == "running":
        steps.append(run.send(10))
    return [step.snapshot for step in steps]


def judge_of(snapshot: Snapshot, dataset: Dataset):
    parameters, prepared = snapshot.parameters(dataset), prepare(dataset, snapshot.hyperparameters)
    names = snapshot.hyperparameters.activation_of_each_layer
    return lambda P: class_probabilities(network_logits(parameters, prepared.read(P), names))


# --- which class is taken for which


def test_the_cells_count_every_example_once_and_know_which() -> None:
    Z = np.array([[2.0, -1.0, 3.0, -4.0, 0.5]])
    told = confusion(Z, np.array([[1, 1, 0, 0, 1]]))
    assert told.counts.tolist() == [[1, 1], [1, 2]]
    assert told.columns(0, 1).tolist() == [2]
    assert told.columns(1, 1).tolist() == [0, 4]
    assert told.columns(true=1).tolist() == [0, 1, 4]
    assert told.columns(predicted=0).tolist() == [1, 3]


def test_more_classes_have_a_row_each_also_those_that_no_example_shows() -> None:
    told = confusion(np.array([[5.0, 0, 0], [0, 5, 5], [1, 1, 1]]), np.array([[0, 1, 2]]), 3)
    assert told.counts.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0]]


@pytest.mark.parametrize(("Z", "classes"), [(np.zeros((1, 3)), 2), (np.zeros((3, 2)), 2)])
def test_answers_that_do_not_fit_the_labels_are_refused(Z, classes) -> None:
    with pytest.raises(ShapeError, match="answers do not fit"):
        confusion(Z, np.array([[0, 1]]), classes)


# --- what is near


@pytest.mark.parametrize("scaling", ["divide by 255", "standardized"])
def test_the_nearest_are_those_with_the_smallest_difference(scaling: str) -> None:
    dataset = pictures_of(40)
    examples = prepare(dataset, Hyperparameters(scaling=scaling)).examples
    x = examples.X_test[:, [3]]
    distances = np.linalg.norm(examples.X - x, axis=0)
    told = nearest(examples, x, 4)
    assert told.columns.tolist() == np.argsort(distances)[:4].tolist()
    np.testing.assert_allclose(told.distances, np.sort(distances)[:4], rtol=1e-9)


def test_a_training_picture_is_not_its_own_neighbour() -> None:
    examples = pictures_of(20).examples
    x = examples.X[:, [2]]
    assert nearest(examples, x, 1).distances[0] == pytest.approx(0, abs=1e-6)
    told = nearest(examples, x, 99, leave_out=2)
    assert 2 not in told.columns
    assert len(told.columns) == examples.m - 1


def test_far_is_farther_than_all_but_one_in_a_hundred_of_the_test_pictures() -> None:
    examples = pictures_of(40).examples
    distances = distances_of_test_set(examples)
    by_hand = [np.linalg.norm(examples.X - x[:, None], axis=0).min() for x in examples.X_test.T]
    np.testing.assert_allclose(distances, by_hand, rtol=1e-9)
    assert np.sort(distances)[-2] < far_from(examples) <= distances.max()
    black = np.zeros((examples.n_x, 1))
    assert nearest(examples, black).distances[0] > far_from(examples)


# --- where the network looks


@pytest.mark.parametrize(
    ("classes", "changed"),
    [(2, {}), (3, {}), (2, {"scaling": "standardized"}), (2, {"picture_size": 8})],
)
def test_every_place_is_answered_as_by_a_copy_with_that_patch_hidden(classes, changed) -> None:
    dataset = pictures_of(36, classes)
    snapshot = trained(dataset, **changed)[-1]
    h = snapshot.hyperparameters
    parameters, prepared = snapshot.parameters(dataset), prepare(dataset, h)
    picture = dataset.test_pictures[1]
    told = occlusion(parameters, h.activation_of_each_layer, prepared, picture)
    x = prepared.read(picture[None])
    raw = (x * prepared.spread + prepared.shift).reshape(prepared.shape)
    rows, columns = told.hidden.shape
    assert rows == columns == prepared.shape[0] - told.patch + 1
    for row, column in ((0, 0), (rows - 1, 2), (3, columns - 1)):
        copy = raw.copy()
        copy[row : row + told.patch, column : column + told.patch] = raw.mean(axis=(0, 1))
        X = (copy.reshape(-1, 1) - prepared.shift) / prepared.spread
        P = class_probabilities(network_logits(parameters, X, h.activation_of_each_layer))
        assert told.hidden[row, column] == pytest.approx(P[told.label, 0], abs=1e-9)
    whole = class_probabilities(network_logits(parameters, x, h.activation_of_each_layer))
    assert abs(told.P - whole[told.label, 0]) < 1e-9
    assert told.label == whole[:, 0].argmax()


def test_the_map_is_the_mean_over_the_patches_that_cover_a_pixel() -> None:
    dataset = pictures_of(20)
    snapshot = trained(dataset)[-1]
    names = snapshot.hyperparameters.activation_of_each_layer
    prepared = prepare(dataset, snapshot.hyperparameters)
    told = occlusion(snapshot.parameters(dataset), names, prepared, dataset.test_pictures[0], 1)
    assert told.label == 1
    lost = told.P - told.hidden
    assert told.change.shape == (SIDE, SIDE)
    assert told.change[0, 0] == pytest.approx(lost[0, 0])
    row = slice(max(0, 5 - told.patch + 1), 6)
    assert told.change[5, 5] == pytest.approx(lost[row, row].mean())
    assert told.hidden[told.lowest] == told.hidden.min()
    assert told.hidden[told.highest] == told.hidden.max()


def test_the_network_looks_where_its_weights_are() -> None:
    """A network that reads one corner alone changes its answer there, and nowhere else."""
    dataset = pictures_of(20)
    h = Hyperparameters(hidden_layers=())
    W1 = np.zeros((SIDE, SIDE, 3))
    W1[:3, :3] = 1.0
    parameters = {"W1": W1.reshape(1, -1), "b1": np.array([[-25.0]])}
    picture = np.full((SIDE, SIDE, 3), 40, np.uint8)
    picture[:3, :3] = 255
    told = occlusion(parameters, (), prepare(dataset, h), picture, 1)
    assert told.lowest[0] <= 2
    assert told.lowest[1] <= 2
    assert told.change[0, 0] > 0.3
    np.testing.assert_allclose(told.change[6:, 6:], 0.0, atol=1e-12)


def test_sums_over_squares() -> None:
    values = random.rand(2, 5, 6)
    told = patch_sums(values, 3)
    assert told.shape == (2, 3, 4)
    assert told[1, 2, 1] == pytest.approx(values[1, 2:5, 1:4].sum())


def test_of_a_point_nothing_can_be_hidden() -> None:
    dataset = load_dataset("moons")
    snapshot = trained(dataset)[-1]
    names = snapshot.hyperparameters.activation_of_each_layer
    with pytest.raises(ShapeError, match="Only of a picture"):
        occlusion(
            snapshot.parameters(dataset),
            names,
            prepare(dataset, snapshot.hyperparameters),
            dataset.test_pictures[0],
        )


# --- what would flip it


def brightness_judge(border: float):
    """Class 1 where the mean is over `border`."""

    def judge(pictures):
        p = (pictures.mean(axis=(1, 2, 3)) > border) * 0.8 + 0.1
        return np.stack([1 - p, p])

    return judge


def test_the_smallest_change_of_brightness_that_flips_is_found() -> None:
    picture = np.full((SIDE, SIDE, 3), 100, np.uint8)
    told = smallest_flips(brightness_judge(109.5), picture)
    flip = told["brightness"]
    assert flip is not None
    assert flip.change.words == "10 % brighter"
    assert (flip.label, flip.probability) == (1, pytest.approx(0.9))
    assert told["shift"] is told["crop"] is None


def test_the_smallest_shift_and_crop_are_found_in_their_direction() -> None:
    def judge(pictures):  # class 1 where the upper left pixel is white
        p = np.where(pictures[:, 0, 0, 0] > 200, 0.7, 0.2)
        return np.stack([1 - p, p])

    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    picture[0, 2:] = 255
    told = smallest_flips(judge, picture)
    assert told["shift"] is not None
    assert told["shift"].change.words == "moved 2 pixels left"
    assert told["crop"] is not None
    assert told["crop"].change.words.endswith("to the upper right")


def test_every_kind_of_change_grows() -> None:
    picture = random.randint(0, 255, (SIDE, SIDE, 3)).astype(np.uint8)
    for kind in KINDS.values():
        changes = list(kind.of(picture))
        assert all(a.amount <= b.amount for a, b in pairwise(changes))
        assert all(
            c.picture.shape == picture.shape and c.picture.dtype == np.uint8 for c in changes
        )
    assert list(crop(picture[:, :8])) == []


def test_a_shift_repeats_the_edge_and_brightness_ends_at_white() -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert shifted(picture, 0, 1).tolist() == [[[0, 1, 2]] * 2, [[6, 7, 8]] * 2]
    assert shifted(picture, -1, 0)[0].tolist() == picture[1].tolist()
    assert brightened(np.array([[[100, 200, 10]]], np.uint8), 50).tolist() == [[[150, 255, 15]]]


# --- over the iterations


@pytest.mark.parametrize(
    ("classes", "changed"),
    [
        (2, {}),
        (3, {}),
        (2, {"optimizer": "Adam"}),
        (2, {"l2": 0.1, "scaling": "zero-centred", "picture_size": 8}),
    ],
)
def test_what_a_network_said_all_along_is_what_each_moment_says(classes, changed) -> None:
    dataset = pictures_of(30, classes)
    moments = trained(dataset, **changed)
    told = probabilities_over(moments, dataset, dataset.test_pictures[:3])
    assert told.shape == (len(moments), classes, 3)
    for moment, P in zip(moments, told, strict=True):
        said = moment.predict(dataset, dataset.test_pictures[:3])
        np.testing.assert_allclose(P if classes > 2 else P[1:], said, atol=1e-9)


def test_two_classes_have_a_probability_each() -> None:
    Z = np.array([[-3.0, 0.0, 800.0]])
    P = class_probabilities(Z)
    np.testing.assert_array_equal(P[1:], probabilities(Z))
    np.testing.assert_allclose(P.sum(axis=0), 1.0)
