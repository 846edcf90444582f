"""The course's functions that train, predict and show what is mislabeled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine import (
    L_layer_model,
    L_model_backward,
    L_model_forward,
    compute_cost,
    initialize_parameters,
    initialize_parameters_deep,
    predict,
    print_mislabeled_images,
    two_layer_model,
    update_parameters,
)
from engine.dataset import Floats
from tests.engine.course_examples import small_problem


def plain_loop(
    X: Floats, Y: Floats, parameters: dict[str, Floats], learning_rate: float, num_iterations: int
) -> tuple[dict[str, Floats], list[float]]:
    """The course's loop, by the course's functions: parameters, and the cost before each update."""
    costs = []
    for _ in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        costs.append(float(compute_cost(AL, Y)))
        parameters = update_parameters(parameters, L_model_backward(AL, Y, caches), learning_rate)
    return parameters, costs


def assert_same_parameters(found: dict[str, Floats], wanted: dict[str, Floats]) -> None:
    assert list(found) == list(wanted)
    for name, array in wanted.items():
        scale = np.abs(array).max()
        np.testing.assert_allclose(found[name], array, rtol=1e-9, atol=1e-9 * scale, err_msg=name)


# n_x above, at and below m; one picture; enough iterations that both ways of training are chosen
SIZES = [(40, 8), (8, 8), (5, 60), (3, 1)]


@pytest.mark.parametrize(("n_x", "m"), SIZES)
@pytest.mark.parametrize("hidden", [[], [4], [6, 4], [5, 4, 3]])
def test_L_layer_model_is_the_courses_loop(n_x: int, m: int, hidden: list[int]) -> None:  # noqa: N802
    X, Y = small_problem(n_x, max(m, 2))
    X, Y = X[:, :m], Y[:, :m]
    dims = [n_x, *hidden, 1]
    start = initialize_parameters_deep(dims, seed=1, initialization="1/sqrt(n)")
    wanted, _ = plain_loop(X, Y, start, 0.05, 205)
    assert_same_parameters(L_layer_model(X, Y, dims, 0.05, 205), wanted)


@pytest.mark.parametrize(("n_x", "m"), SIZES[:3])
def test_two_layer_model_is_the_courses_loop(n_x: int, m: int) -> None:
    X, Y = small_problem(n_x, m)
    wanted, _ = plain_loop(X, Y, initialize_parameters(n_x, 4, 1), 0.5, 205)
    assert_same_parameters(two_layer_model(X, Y, (n_x, 4, 1), 0.5, 205), wanted)


@pytest.mark.parametrize("model", [two_layer_model, L_layer_model])
def test_print_cost_prints_every_100_iterations(
    model: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    X, Y = small_problem()
    model(X, Y, [5, 3, 1], learning_rate=0.1, num_iterations=250, print_cost=True)
    lines = capsys.readouterr().out.splitlines()
    start = (
        initialize_parameters(5, 3, 1)
        if model is two_layer_model
        else initialize_parameters_deep([5, 3, 1], seed=1, initialization="1/sqrt(n)")
    )
    _, costs = plain_loop(X, Y, start, 0.1, 250)
    assert [line.rpartition(": ")[0] for line in lines] == [
        f"Cost after iteration {i}" for i in (0, 100, 200)
    ]
    for line, i in zip(lines, (0, 100, 200), strict=True):
        assert float(line.rpartition(": ")[2]) == pytest.approx(costs[i], rel=1e-12)


def test_print_cost_prints_nothing_after_the_last_update(
    capsys: pytest.CaptureFixture[str],
) -> None:
    X, Y = small_problem()
    L_layer_model(X, Y, [5, 3, 1], num_iterations=200, print_cost=True)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_without_print_cost_it_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    X, Y = small_problem()
    L_layer_model(X, Y, [5, 3, 1], num_iterations=150)
    two_layer_model(X, Y, [5, 3, 1], num_iterations=150)
    assert capsys.readouterr() == ("", "")


def test_no_iterations_is_the_start() -> None:
    X, Y = small_problem()
    start = initialize_parameters(5, 3, 1)
    assert_same_parameters(two_layer_model(X, Y, [5, 3, 1], num_iterations=0), start)


def test_integer_pictures_and_labels_do_as_well() -> None:
    X, Y = small_problem()
    X = np.round(X * 3)
    assert_same_parameters(
        L_layer_model(X.astype(int), Y.astype(int), [5, 3, 1], num_iterations=20),
        L_layer_model(X, Y, [5, 3, 1], num_iterations=20),
    )


def test_a_learning_rate_far_too_large_raises_no_warning() -> None:
    X, Y = small_problem()
    parameters = L_layer_model(X, Y, [5, 4, 3, 1], learning_rate=1e200, num_iterations=30)
    assert list(parameters) == ["W1", "b1", "W2", "b2", "W3", "b3"]


def test_predict(capsys: pytest.CaptureFixture[str]) -> None:
    parameters = {"W1": np.array([[2.0]]), "b1": np.array([[-1.0]])}
    X = np.array([[0.0, 0.5, 0.6, 1.0]])  # probability 0.5 is not over 0.5
    p = predict(X, np.array([[0, 1, 1, 1]]), parameters)
    np.testing.assert_array_equal(p, [[0, 0, 1, 1]])
    assert p.shape == (1, 4)
    assert capsys.readouterr().out == "Accuracy: 0.75\n"


def test_predict_takes_a_list_of_labels(capsys: pytest.CaptureFixture[str]) -> None:
    """As the notebook's last cell does, for one's own picture."""
    parameters = {"W1": np.array([[2.0]]), "b1": np.array([[-1.0]])}
    p = predict(np.array([[0.9]]), [1], parameters)  # type: ignore[arg-type]
    assert p.tolist() == [[1]]
    assert capsys.readouterr().out == "Accuracy: 1.0\n"


def test_print_mislabeled_images() -> None:
    random = np.random.RandomState(0)
    X = random.rand(4 * 4 * 3, 10)
    y = np.array([[0, 1] * 5])
    p = y.copy()
    p[0, [3, 6, 7]] = 1 - p[0, [3, 6, 7]]
    figure = print_mislabeled_images(np.array([b"non-cat", b"cat"]), X, y, p)
    assert len(figure.data) == 3
    for picture, i in zip(figure.data, (3, 6, 7), strict=True):
        shown = np.asarray(picture.z)
        np.testing.assert_array_equal(shown, (X[:, i] * 255).astype(np.uint8).reshape(4, 4, 3))
    titles = [note.text for note in figure.layout.annotations]
    assert titles == [
        "predicted non-cat<br>is cat",
        "predicted cat<br>is non-cat",
        "predicted non-cat<br>is cat",
    ]
    assert "3 mislabeled" in figure.layout.title.text


@pytest.mark.parametrize("mistakes", [0, 1, 6, 7, 50])
def test_any_number_of_mislabeled_images_fits_the_figure(mistakes: int) -> None:
    X, y = np.zeros((12, 50)), np.ones((1, 50))
    p = y.copy()
    p[0, :mistakes] = 0
    assert len(print_mislabeled_images(["a", "b"], X, y, p).data) == mistakes
