"""Points in the plane: drawn from a seed, named by what they are made from, learned by a network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Dataset, EngineError, Hyperparameters, load_dataset, train
from engine.__main__ import main
from engine.errors import DatasetError, HyperparameterError
from engine.hyperparameters import PLANE_PRESETS, PRESETS, presets_of
from engine.models import Model, load_model, save_model
from engine.preparation import prepare
from engine.sources.planar import Plane, planar_dataset
from engine.sources.planar_shapes import HALF, SHAPES

DIGESTS = {
    "flower": "dfaf1f5542ff",
    "spiral:classes=3": "eb776f503a80",
    "gaussians:noise=0.4,classes=5": "7cf8fc5bb9fd",
}


@st.composite
def planes(draw: st.DrawFn) -> Plane:
    shape = draw(st.sampled_from(list(SHAPES)))
    classes = draw(st.integers(2, 6)) if SHAPES[shape].many else 2
    place = st.floats(-HALF, HALF)
    points = st.tuples(place, place, st.integers(0, classes - 1))
    return Plane(
        shape=shape,
        points=draw(st.integers(20, 300)),
        noise=draw(st.floats(0, 2)),
        classes=classes,
        train_share=draw(st.floats(0.1, 0.9)),
        data_seed=draw(st.integers(0, 2**32 - 1)),
        added=tuple(draw(st.lists(points, max_size=5))),
    )


@given(planes())
@settings(max_examples=80)
def test_the_name_holds_all_that_the_points_are_made_from(plane: Plane) -> None:
    assert Plane.from_name(plane.name) == plane
    dataset, again = planar_dataset(plane), load_dataset(plane.name)
    assert again.digest == dataset.digest
    assert again.name == dataset.name == plane.name
    assert dataset.m_train + dataset.m_test == plane.points + len(plane.added)
    assert dataset.n_x == 2
    for places, labels in (
        (dataset.train_pictures, dataset.train_labels),
        (dataset.test_pictures, dataset.test_labels),
    ):
        assert np.abs(places).max() <= HALF
        assert set(labels[0]) == set(range(plane.classes))
    # As many of each class as can be; those that were added apart.
    own = dataset.train_labels[0, : dataset.m_train - len(plane.added)]
    counts = np.bincount(own)
    assert counts.max() - counts.min() <= 1
    for place, label, point in zip(
        dataset.train_pictures[::-1], dataset.train_labels[0, ::-1], plane.added[::-1], strict=False
    ):
        assert (*place, label) == point


@pytest.mark.parametrize("name", DIGESTS)
def test_the_points_are_the_same_on_every_machine(name: str) -> None:
    assert load_dataset(name).digest[:12] == DIGESTS[name]


def test_each_setting_changes_the_points() -> None:
    names = ["spiral", "spiral:points=300", "spiral:noise=0.3", "spiral:classes=3"]
    names += ["spiral:train_share=0.5", "spiral:data_seed=2", "spiral:added=1_1_0"]
    assert len({load_dataset(name).digest for name in names}) == len(names)


def test_more_noise_moves_the_same_points_further() -> None:
    places = [load_dataset(f"moons:noise={n}").train_pictures for n in (0.0, 0.1, 0.2)]
    np.testing.assert_allclose(places[2] - places[0], 2 * (places[1] - places[0]), atol=2e-3)


def by_class(name: str) -> list[np.ndarray]:
    dataset = load_dataset(name)
    return [dataset.train_pictures[dataset.train_labels[0] == c] for c in (0, 1)]


def test_the_shapes_without_noise_are_what_they_are_called() -> None:
    outer, inner = (np.hypot(*places.T) for places in by_class("circles:noise=0"))
    np.testing.assert_allclose(outer, 4.2, atol=1e-3)
    np.testing.assert_allclose(inner, 2.0, atol=1e-3)
    opposite, same = (places.prod(axis=1) for places in by_class("xor:noise=0"))
    assert (opposite < 0).all()
    assert (same > 0).all()
    for label, places in enumerate(by_class("flower:noise=0")):
        # |r| = 4 |sin 4θ|, whichever way r points; θ is measured from the x2 axis.
        angle = np.arctan2(places[:, 0], places[:, 1])
        np.testing.assert_allclose(
            np.hypot(*places.T), 4 * np.abs(np.sin(4 * angle)), atol=0.02, err_msg=str(label)
        )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("flower:noise=nan", "noise cannot be nan"),
        ("flower:noise=-1", "noise cannot be -1"),
        ("flower:points=1000000000", "points cannot be 1000000000"),
        ("flower:points=1e3", "points cannot be 1e3"),
        ("flower:train_share=1", "train_share cannot be 1"),
        ("flower:data_seed=-1", "data_seed cannot be -1"),
        ("flower:classes=3", "only with spiral and gaussians"),
        ("spiral:classes=7", "classes cannot be 7"),
        ("flower:colour=red", "A hyperparameter cannot be colour"),
        ("flower:noise", "noise cannot be"),
        ("flower:noise=0.1,noise=0.2", "given twice"),
        ("flower:added=6.01_0_0", "between -6 and 6"),
        ("flower:added=inf_0_0", "between -6 and 6"),
        ("flower:added=1_nan_0", "between -6 and 6"),
        ("flower:added=1_1", "between -6 and 6"),
        ("flower:added=1_1_0.5", "between -6 and 6"),
        ("flower:added=1_1_2", "points of class 0 to 1"),
        ("flower:added=" + "~".join(["1_1_0"] * 1_000_000), "up to 200 points"),
        ("flower:shape=xor", "given twice"),
        ("rose", "needed one of drawn, course, flower, circles"),
    ],
    ids=lambda text: text[:30],
)
def test_what_no_points_can_be_made_from_is_refused_in_one_sentence(
    name: str, sentence: str
) -> None:
    with pytest.raises(DatasetError) as caught:
        load_dataset(name)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 500


def test_values_of_a_wrong_kind_are_refused() -> None:
    for added in ("1_1_0", [(1, 2)], [None], [("1", 1, 0)], [(True, 1, 0)], 3):
        with pytest.raises(HyperparameterError, match="added cannot be"):
            Plane(added=added)  # type: ignore[arg-type]


# Learning


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("flower:noise=0.05", 0.95),
        ("circles", 0.98),
        ("moons", 0.98),
        ("spiral", 0.97),
        ("xor:noise=0.1", 0.97),
        ("gaussians", 0.98),
        ("spiral:classes=3", 0.97),
        ("gaussians:classes=6,noise=0", 0.98),
    ],
)
def test_the_usual_network_learns_every_shape(name: str, least: float) -> None:
    dataset = load_dataset(name)
    *_, last = train(next(iter(presets_of(dataset).values())), dataset)
    assert last.status == "finished"
    assert last.train_accuracy >= least
    assert last.test_accuracy >= least - 0.05


def test_the_flower_gives_the_courses_numbers() -> None:
    """About 47 % by logistic regression, 90 % with four hidden units."""
    dataset = load_dataset("flower")
    *_, straight = train(PLANE_PRESETS["Logistic regression"], dataset)
    *_, four = train(PLANE_PRESETS["4 hidden units"], dataset)
    assert 0.4 < straight.train_accuracy < 0.6
    assert 0.86 < four.train_accuracy < 0.94


def test_presets_suit_the_kind_of_data() -> None:
    assert presets_of(load_dataset("moons")) is PLANE_PRESETS
    assert presets_of(load_dataset("drawn")) is PRESETS


# What is made for pictures


def test_points_have_no_pixels() -> None:
    dataset = load_dataset("xor")
    with pytest.raises(HyperparameterError, match="0 for points: they have no pixels"):
        next(train(Hyperparameters(picture_size=8), dataset))
    with pytest.raises(HyperparameterError, match="at most 280, the training points used"):
        next(train(Hyperparameters(mini_batch=281), dataset))


def test_points_are_read_as_they_are_or_scaled() -> None:
    dataset = load_dataset("moons")
    np.testing.assert_array_equal(dataset.examples.X, dataset.train_pictures.T)
    prepared = prepare(dataset, Hyperparameters(scaling="standardized"))
    X = prepared.read(dataset.train_pictures)
    np.testing.assert_array_equal(X, prepared.examples.X)
    np.testing.assert_allclose(X.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=1), 1)


def test_a_dataset_of_points_is_checked() -> None:
    points, labels = np.zeros((4, 2)), np.array([[0, 1, 0, 1]])
    Dataset("own", points, labels, points, labels, ("a", "b"))
    for wrong in (np.full((4, 2), np.nan), np.zeros((4, 3)), np.zeros((4, 2), dtype=np.int64)):
        with pytest.raises(DatasetError, match="float64"):
            Dataset("own", wrong, labels, points, labels, ("a", "b"))


# At home and on the command line


def test_a_network_for_points_is_saved_and_read(tmp_path, capsys) -> None:
    path = tmp_path / "model.npz"
    words = ["train", "--data", "moons:points=100", "--iterations", "300", "--save", str(path)]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "moons:points=100: 70 training and 30 test points, layers_dims [2, 16, 8, 1]" in told
    model = load_model(path)
    assert model.planar
    dataset = load_dataset("moons:points=100")
    right = (model.predict(dataset.test_pictures) > 0.5) == dataset.test_labels[0]
    assert right.mean() > 0.9
    with pytest.raises(EngineError, match="The points do not fit the network"):
        model.predict(np.zeros((1, 8, 8, 3), dtype=np.uint8))
    save_model(Model(**vars(model)), path)
    assert main(["predict", str(path), "cat.png"]) == 1
    assert "reads points of the plane, not pictures" in capsys.readouterr().err


def test_hostile_points_on_the_command_line_get_a_sentence(capsys) -> None:
    assert main(["train", "--data", "flower:points=1000000000"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "points cannot be 1000000000" in error
