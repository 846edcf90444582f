"""The data's own settings: fewer pictures, smaller ones, wrong labels on purpose, scaling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Dataset, Hyperparameters, stacked, train
from engine.dataset import Examples, standardize
from engine.errors import HyperparameterError
from engine.pictures import as_network_sees
from engine.preparation import prepare
from engine.scaling import LEAST_SPREAD
from tests.engine.plain import made_up_dataset, made_up_examples


def examples_of(dataset: Dataset, **told: Any) -> Examples:
    return prepare(dataset, Hyperparameters(**told)).examples


def same(one: Examples, other: Examples) -> None:
    for name in ("X", "Y", "X_test", "Y_test"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_without_them_it_is_the_courses_data() -> None:
    dataset = made_up_dataset()
    assert examples_of(dataset) is dataset.examples
    np.testing.assert_array_equal(dataset.examples.X, standardize(dataset.train_pictures))


# Fewer pictures


def test_a_subset_is_some_of_the_pictures_with_their_own_labels() -> None:
    dataset = made_up_dataset(m=30)
    whole = dataset.examples
    examples = examples_of(dataset, training_pictures=11)
    assert examples.X.shape == (192, 11)
    places = [int(np.flatnonzero((x[:, None] == whole.X).all(axis=0))[0]) for x in examples.X.T]
    assert len(set(places)) == 11
    np.testing.assert_array_equal(examples.Y, whole.Y[:, places])
    np.testing.assert_array_equal(examples.X_test, whole.X_test)


def test_which_ones_is_the_seeds_and_more_hold_the_fewer() -> None:
    dataset = made_up_dataset(m=30)

    def chosen(m: int, seed: int) -> set[bytes]:
        examples = examples_of(dataset, training_pictures=m, seed=seed)
        return {x.tobytes() for x in examples.X.T}

    assert chosen(11, 1) == chosen(11, 1)
    assert chosen(11, 1) != chosen(11, 2)
    assert chosen(11, 1) < chosen(20, 1)
    same(examples_of(dataset, training_pictures=30), dataset.examples)


# Smaller pictures


def test_pictures_are_shrunk_as_a_photo_is() -> None:
    dataset = made_up_dataset(side=16)
    examples = examples_of(dataset, picture_size=8)
    assert examples.n_x == 8 * 8 * 3
    for X, pictures in (
        (examples.X, dataset.train_pictures),
        (examples.X_test, dataset.test_pictures),
    ):
        shrunk = np.stack([as_network_sees(picture, 8) for picture in pictures])
        np.testing.assert_array_equal(X, standardize(shrunk))
    same(examples_of(dataset, picture_size=16), dataset.examples)


def test_pictures_that_are_not_square_stay_so_unless_a_size_is_asked_for() -> None:
    random = np.random.RandomState(0)
    dataset = Dataset(
        name="wide",
        train_pictures=random.randint(0, 256, (6, 8, 12, 3)).astype(np.uint8),
        train_labels=np.array([[0, 1] * 3]),
        test_pictures=random.randint(0, 256, (2, 8, 12, 3)).astype(np.uint8),
        test_labels=np.array([[0, 1]]),
        classes=("non-cat", "cat"),
    )
    assert examples_of(dataset, training_pictures=4).n_x == 8 * 12 * 3
    assert examples_of(dataset, picture_size=8).n_x == 8 * 8 * 3


# Wrong labels


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("noise", [0.1, 0.25, 0.5])
def test_exactly_that_share_of_the_training_labels_is_wrong(noise: float, classes: int) -> None:
    dataset = made_up_dataset(m=40, classes=classes)
    noisy = examples_of(dataset, label_noise=noise)
    wrong = (noisy.Y != dataset.examples.Y).any(axis=0)
    assert wrong.sum() == round(noise * 40)
    if classes > 2:
        assert (noisy.Y.sum(axis=0) == 1).all()
    np.testing.assert_array_equal(noisy.Y_test, dataset.examples.Y_test)
    np.testing.assert_array_equal(noisy.X, dataset.examples.X)


def test_which_labels_is_the_seeds_and_the_share_is_of_the_pictures_used() -> None:
    dataset = made_up_dataset(m=40)
    one, other = (examples_of(dataset, label_noise=0.25, seed=seed) for seed in (1, 2))
    assert (one.Y != other.Y).any()
    right, wrong = (
        examples_of(dataset, training_pictures=20, label_noise=noise) for noise in (0.0, 0.25)
    )
    np.testing.assert_array_equal(right.X, wrong.X)
    assert (right.Y != wrong.Y).sum() == 5


# Scaling


def test_zero_centred_takes_off_each_inputs_mean() -> None:
    dataset = made_up_dataset()
    examples = examples_of(dataset, scaling="zero-centred")
    np.testing.assert_allclose(examples.X.mean(axis=1), 0, atol=1e-12)
    mean = dataset.examples.X.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(examples.X_test, dataset.examples.X_test - mean, atol=1e-12)


def test_standardized_divides_by_each_inputs_spread_too() -> None:
    dataset = made_up_dataset()
    examples = examples_of(dataset, scaling="standardized")
    np.testing.assert_allclose(examples.X.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(examples.X.std(axis=1), 1, rtol=1e-12)


def test_an_input_that_never_varies_is_not_blown_up() -> None:
    dataset = made_up_dataset()
    pictures = dataset.train_pictures.copy()
    pictures[:, 0, 0, 0] = 9
    dataset = Dataset(
        "same",
        pictures,
        dataset.train_labels,
        dataset.test_pictures,
        dataset.test_labels,
        ("a", "b"),
    )
    examples = examples_of(dataset, scaling="standardized")
    np.testing.assert_allclose(examples.X[0], 0, atol=1e-12)
    assert np.abs(examples.X_test[0]).max() <= 1 / LEAST_SPREAD


@pytest.mark.parametrize("scaling", ["zero-centred", "standardized"])
def test_nothing_is_learned_from_the_test_set(scaling: str) -> None:
    """Other test pictures change no number of the training."""
    one = made_up_dataset()
    other = Dataset(
        "other",
        one.train_pictures,
        one.train_labels,
        255 - one.test_pictures,
        one.test_labels,
        one.classes,
    )
    h = Hyperparameters(scaling=scaling, num_iterations=30)
    np.testing.assert_array_equal(prepare(one, h).examples.X, prepare(other, h).examples.X)
    for a, b in zip(train(h, one), train(h, other), strict=True):
        np.testing.assert_array_equal(a.costs, b.costs)
        assert not np.array_equal(a.test_logits, b.test_logits)


# What a dataset cannot give


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"training_pictures": 13}, "training_pictures cannot be 13: allowed is at most 12,"),
        ({"picture_size": 9}, "picture_size cannot be 9: allowed is at most 8, the pictures' own"),
        ({"mini_batch": 13}, "mini_batch cannot be 13: allowed is at most 12,"),
        (
            {"mini_batch": 6, "training_pictures": 5},
            "mini_batch cannot be 6: allowed is at most 5,",
        ),
        ({"label_noise": 0.01}, "label_noise cannot be 0.01: allowed is 0, or a share that makes"),
    ],
)
def test_is_refused_by_name_before_training(told: dict[str, Any], sentence: str) -> None:
    dataset = made_up_dataset()
    h = Hyperparameters(**told)
    for ask in (lambda: train(h, dataset), lambda: next(stacked([h, h], dataset))):
        with pytest.raises(HyperparameterError) as caught:
            ask()
        assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "told",
    [
        {"training_pictures": 5},
        {"picture_size": 8},
        {"label_noise": 0.2},
        {"scaling": "standardized"},
    ],
)
def test_examples_that_are_no_pictures_are_taken_as_they_are(told: dict[str, Any]) -> None:
    (name,) = told
    with pytest.raises(HyperparameterError, match=f"^{name} cannot be .* which are no pictures"):
        train(Hyperparameters(**told), made_up_examples(5, 20))


def test_early_stopping_needs_a_test_set() -> None:
    with pytest.raises(HyperparameterError, match=r"patience cannot be 5: .* no test set"):
        train(Hyperparameters(patience=5), made_up_examples(5, 20, 0))
