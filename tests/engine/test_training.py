"""A run as the page and the command line see it: a generator of Steps with an honest end."""

from __future__ import annotations

import dataclasses
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Hyperparameters, Step, compute_cost, fork, train
from engine.activations import ACTIVATIONS
from engine.dataset import Dataset, Examples, Floats, standardize
from engine.errors import DatasetError, ShapeError
from engine.evaluation import (
    accuracy_of_logits,
    cost_of_logits,
    interval,
    mislabeled,
    probabilities,
)
from engine.optimizers import OPTIMIZERS
from tests.engine.plain import accepted, drawn_fields, made_up_examples

DIVERGES = Hyperparameters(
    hidden_layers=(30,) * 4,
    learning_rate=10,
    activation="leaky relu",
    initialization="He",
    num_iterations=500,
)
DIES = Hyperparameters(
    hidden_layers=(4,), learning_rate=10, initialization="He", num_iterations=500
)


@pytest.fixture
def examples() -> Examples:
    random = np.random.RandomState(0)
    X, Y = random.rand(20, 12), (random.rand(1, 12) < 0.5).astype(float)
    return Examples(X, Y, X[:, :4], Y[:, :4])


def small_dataset(**changes: Any) -> Dataset:
    random = np.random.RandomState(0)
    parts: dict[str, Any] = {
        "name": "small",
        "train_pictures": random.randint(0, 256, (6, 4, 4, 3)).astype(np.uint8),
        "train_labels": np.array([[0, 1] * 3]),
        "test_pictures": random.randint(0, 256, (3, 4, 4, 3)).astype(np.uint8),
        "test_labels": np.array([[0, 1, 1]]),
        "classes": ("non-cat", "cat"),
    }
    return Dataset(**{**parts, **changes})


# How it goes


@pytest.mark.parametrize("num_iterations", [1, 2, 249, 250, 251, 777])
def test_there_is_a_cost_for_every_iteration_and_one_for_the_start(
    examples: Examples, num_iterations: int
) -> None:
    steps = list(
        train(Hyperparameters(hidden_layers=(3,), num_iterations=num_iterations), examples)
    )
    assert sum(len(s.costs) for s in steps) == num_iterations + 1
    assert steps[0].iteration == 0
    assert steps[-1].iteration == num_iterations
    reached = np.cumsum([len(s.costs) for s in steps]) - 1
    assert reached.tolist() == [s.iteration for s in steps]
    assert all(s.cost == s.costs[-1] for s in steps)
    assert len(steps) <= 252


def test_only_the_last_step_is_final(examples: Examples) -> None:
    *before, last = train(Hyperparameters(num_iterations=30), examples)
    assert {(s.status, s.message) for s in before} == {("running", "")}
    assert (last.status, last.message) == ("finished", "")


def test_the_cost_falls_and_the_pictures_are_learned(examples: Examples) -> None:
    h = Hyperparameters(hidden_layers=(8,), learning_rate=0.5, num_iterations=2000)
    steps = list(train(h, examples))
    assert steps[-1].cost < 0.05 < steps[0].cost
    assert steps[-1].train_accuracy == 1.0
    assert steps[-1].test_accuracy == 1.0  # the test pictures are four of the training ones


def test_what_a_step_tells_agrees_with_its_logits(examples: Examples) -> None:
    for step in train(Hyperparameters(hidden_layers=(3,), num_iterations=40), examples):
        a = 1 / (1 + np.exp(-step.train_logits))
        assert step.cost == pytest.approx(float(compute_cost(a, examples.Y)), rel=1e-12)
        assert step.train_accuracy == np.mean((a > 0.5) == examples.Y)
        a = 1 / (1 + np.exp(-step.test_logits))
        assert step.test_cost == pytest.approx(float(compute_cost(a, examples.Y_test)), rel=1e-12)
        assert step.test_accuracy == np.mean((a > 0.5) == examples.Y_test)


def test_pausing_is_not_asking_and_stopping_is_closing(examples: Examples) -> None:
    run = train(Hyperparameters(num_iterations=100), examples)
    assert next(run).iteration == 0
    assert run.send(10).iteration == 10
    assert run.send(1).iteration == 11
    assert run.send(1_000_000).iteration == 100  # never beyond the end
    with pytest.raises(StopIteration):
        next(run)
    other = train(Hyperparameters(num_iterations=100), examples)
    next(other)
    other.close()
    with pytest.raises(StopIteration):
        next(other)


@pytest.mark.parametrize("asked", [0, -5, None])
def test_a_step_always_goes_on(examples: Examples, asked: int | None) -> None:
    run = train(Hyperparameters(num_iterations=100), examples)
    next(run)
    assert run.send(asked).iteration >= 1


def test_runs_side_by_side_do_not_disturb_each_other(examples: Examples) -> None:
    h = Hyperparameters(num_iterations=20)
    alone = np.concatenate([s.costs for s in train(h, examples)])
    both = zip(train(h, examples), train(h.with_changes(seed=2), examples), strict=True)
    np.testing.assert_array_equal(np.concatenate([s.costs for s, _ in both]), alone)


def test_a_step_is_frozen_and_travels_between_processes(examples: Examples) -> None:
    step = next(train(Hyperparameters(num_iterations=5), examples))
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.cost = 0.0  # type: ignore[misc]
    arrived = pickle.loads(pickle.dumps(step))
    wanted = step.snapshot.parameters(examples)
    for name, array in arrived.snapshot.parameters(examples).items():
        np.testing.assert_array_equal(array, wanted[name])


def test_a_dataset_or_its_examples_give_the_same_run() -> None:
    dataset = small_dataset()
    h = Hyperparameters(num_iterations=10)
    one, other = list(train(h, dataset)), list(train(h, dataset.examples))
    assert [s.cost for s in one] == [s.cost for s in other]


def test_without_a_test_set_its_numbers_are_nan(examples: Examples) -> None:
    alone = Examples(examples.X, examples.Y, examples.X[:, :0], examples.Y[:, :0])
    last = list(train(Hyperparameters(num_iterations=5), alone))[-1]
    assert math.isnan(last.test_cost)
    assert math.isnan(last.test_accuracy)
    assert last.status == "finished"


def test_the_global_random_state_stays_as_it_was(examples: Examples) -> None:
    np.random.seed(7)
    before = pickle.dumps(np.random.get_state())
    list(train(Hyperparameters(num_iterations=5), examples))
    assert pickle.dumps(np.random.get_state()) == before


# How it ends badly


@pytest.mark.parametrize("solver", ["gram", "direct"])
def test_a_run_that_diverges_says_so_and_stops(examples: Examples, solver: Any) -> None:
    steps = list(train(DIVERGES, examples, solver=solver))
    last = steps[-1]
    assert last.status == "diverged"
    assert last.iteration < DIVERGES.num_iterations
    assert last.message == (
        f"The cost is no longer a finite number at iteration {last.iteration}: "
        "the learning rate is too large for this network."
    )
    costs = np.concatenate([s.costs for s in steps])
    assert len(costs) == last.iteration + 1
    assert np.isfinite(costs[:-1]).all()
    assert not np.isfinite(costs[-1])
    assert all(s.status == "running" for s in steps[:-1])


@pytest.mark.parametrize("solver", ["gram", "direct"])
def test_a_diverged_networks_weights_can_be_asked_for(examples: Examples, solver: Any) -> None:
    *_, last = train(DIVERGES, examples, solver=solver)
    parameters = last.snapshot.parameters(examples)
    assert parameters["W1"].shape == (30, 20)


def test_where_it_diverges_does_not_depend_on_how_it_is_advanced(examples: Examples) -> None:
    *_, wanted = train(DIVERGES, examples)
    run = train(DIVERGES, examples)
    next(run)
    found = run.send(400)
    assert (found.status, found.iteration) == ("diverged", wanted.iteration)
    assert found.message == wanted.message


@pytest.mark.parametrize("solver", ["gram", "direct"])
def test_a_run_that_dies_goes_on_to_the_end_and_says_so(examples: Examples, solver: Any) -> None:
    steps = list(train(DIES, examples, solver=solver))
    last = steps[-1]
    assert last.status == "dead"
    assert last.iteration == DIES.num_iterations
    assert last.message.startswith("Every unit of hidden layer 1 was dead by iteration ")
    assert np.isfinite(np.concatenate([s.costs for s in steps])).all()
    weights = [s.snapshot.parameters(examples)["W1"] for s in steps[-100::99]]
    np.testing.assert_array_equal(*weights)  # it does not learn any more


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_from_zeros_no_hidden_unit_ever_differs_from_its_neighbour(
    examples: Examples, activation: str
) -> None:
    h = Hyperparameters(
        hidden_layers=(4, 3), activation=activation, initialization="zeros", num_iterations=50
    )
    first, *_, last = train(h, examples)
    assert first.cost == pytest.approx(math.log(2), rel=1e-12)
    assert last.status == ("dead" if activation == "relu" else "finished")
    W1 = last.snapshot.parameters(examples)["W1"]
    np.testing.assert_array_equal(W1, np.broadcast_to(W1[0], W1.shape))


def test_from_zeros_logistic_regression_learns(examples: Examples) -> None:
    h = Hyperparameters(
        hidden_layers=(), initialization="zeros", learning_rate=0.1, num_iterations=500
    )
    first, *_, last = train(h, examples)
    assert first.cost == pytest.approx(math.log(2), rel=1e-12)
    assert last.cost < 0.55
    assert last.status == "finished"


@settings(max_examples=80)
@given(
    values=drawn_fields(
        hidden_layers=st.lists(st.integers(1, 40), max_size=6).map(tuple),
        learning_rate=st.sampled_from([1e-5, 0.01, 0.5, 3.0, 10.0]),
        num_iterations=st.integers(1, 120),
        mini_batch=st.integers(0, 10),
        training_pictures=st.just(0),
        picture_size=st.just(0),
        label_noise=st.just(0.0),
        scaling=st.just("divide by 255"),
    ),
    solver=st.sampled_from(["gram", "direct"]),
    classes=st.sampled_from([2, 2, 4]),
)
def test_whatever_the_settings_no_warning_and_no_number_that_is_none(
    values: dict[str, Any], solver: Any, classes: int
) -> None:
    """A Step's numbers are finite, or it is the last one and says that the run diverged."""
    h = accepted(values)
    if not OPTIMIZERS[h.optimizer].linear:
        solver = "direct"
    steps: list[Step] = list(train(h, made_up_examples(8, 10, classes=classes), solver=solver))
    for step in steps:
        if step.status == "diverged":
            assert not math.isfinite(step.cost)
            assert "learning rate" in step.message
        else:
            numbers = (step.cost, step.test_cost, step.train_accuracy, step.test_accuracy)
            assert all(map(math.isfinite, numbers))
            assert np.isfinite(step.costs).all()
            assert 0 <= step.train_accuracy <= 1
    assert steps[-1].status in ("finished", "diverged", "dead")
    early = steps[-1].status == "finished" and steps[-1].iteration < h.num_iterations
    assert (steps[-1].message == "") == (steps[-1].status == "finished" and not early)
    assert h.patience or not early


# Measuring


@given(
    st.lists(st.tuples(st.floats(-10, 10), st.sampled_from([0.0, 1.0])), min_size=1, max_size=20)
)
def test_cost_of_logits_is_the_courses_cost(columns: list[tuple[float, float]]) -> None:
    Z, Y = (np.array([part]) for part in zip(*columns, strict=True))
    wanted = float(compute_cost(probabilities(Z), Y))
    assert cost_of_logits(Z, Y) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_cost_of_logits_is_finite_where_the_courses_is_not() -> None:
    Z, Y = np.array([[-1000.0, 1000.0]]), np.array([[1, 0]])
    assert compute_cost(probabilities(Z), Y) == np.inf
    assert cost_of_logits(Z, Y) == 1000.0
    assert cost_of_logits(-Z, Y) == 0.0


def test_cost_of_no_examples_is_no_number() -> None:
    assert math.isnan(cost_of_logits(np.empty((1, 0)), np.empty((1, 0))))


def test_accuracy_counts_a_probability_over_a_half_as_one() -> None:
    assert accuracy_of_logits(np.array([[0.0, 1e-300, -1.0]]), np.array([[0, 1, 1]])) == 2 / 3


@pytest.mark.parametrize(
    "Z", [np.array([[np.nan, 1.0]]), np.array([[np.inf, 1.0]]), np.empty((1, 0))]
)
def test_accuracy_of_no_numbers_is_no_number(Z: Floats) -> None:
    assert math.isnan(accuracy_of_logits(Z, np.ones_like(Z)))


def test_interval_against_published_values() -> None:
    """Wilson's interval for 0.80 of 50 and for all of 50."""
    assert interval(0.8, 50) == pytest.approx((0.6696, 0.8876), abs=5e-5)
    assert interval(1.0, 50) == pytest.approx((0.9287, 1.0), abs=5e-5)
    assert interval(0.0, 50) == pytest.approx((0.0, 0.0713), abs=5e-5)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_interval_holds_the_share(m: int, part: float) -> None:
    share = round(part * m) / m
    low, high = interval(share, m)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_mislabeled_are_the_wrong_ones_the_surest_first() -> None:
    Z, Y = np.array([[3.0, -0.5, 2.0, -4.0, 0.0]]), np.array([[0, 1, 1, 1, 0]])
    assert mislabeled(Z, Y).tolist() == [3, 0, 1]


# The data it is trained on


def test_standardized_pictures_are_the_courses_columns() -> None:
    pictures = np.random.RandomState(0).randint(0, 256, (5, 4, 4, 3)).astype(np.uint8)
    np.testing.assert_array_equal(standardize(pictures), pictures.reshape(5, -1).T / 255.0)
    assert standardize(pictures).shape == (48, 5)


def test_a_dataset_cannot_be_changed_by_accident() -> None:
    dataset = small_dataset()
    with pytest.raises(ValueError, match="read-only"):
        dataset.train_pictures[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"  # type: ignore[misc]


def changed(part: str) -> Callable[[Dataset], Any]:
    def change(dataset: Dataset) -> Any:
        array = getattr(dataset, part).copy()
        array.flat[0] = 1 - array.flat[0] if "labels" in part else array.flat[0] ^ 1
        return array

    return change


@pytest.mark.parametrize("part", ["train_pictures", "train_labels", "test_pictures", "test_labels"])
def test_the_digest_knows_every_number(part: str) -> None:
    dataset = small_dataset()
    other = small_dataset(**{part: changed(part)(dataset)})
    assert other.digest != dataset.digest
    assert small_dataset().digest == dataset.digest
    assert small_dataset(name="other").digest == dataset.digest
    assert small_dataset(classes=("dog", "cat")).digest != dataset.digest


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"train_pictures": np.zeros((6, 4, 4, 3))}, "train pictures do not fit"),
        ({"test_pictures": np.zeros((3, 4, 4), np.uint8)}, "test pictures do not fit"),
        ({"test_pictures": np.zeros((3, 5, 5, 3), np.uint8)}, "differ in size"),
        ({"train_pictures": np.zeros((0, 4, 4, 3), np.uint8)}, "train set is empty"),
        ({"train_pictures": np.zeros((6, 0, 4, 3), np.uint8)}, "train set is empty"),
        ({"train_labels": np.array([0, 1] * 3)}, "train labels do not fit"),
        ({"test_labels": np.array([[0, 1]])}, "test labels do not fit"),
        ({"test_labels": np.array([[0, 1, 2]])}, "test label is unknown"),
        ({"train_attributes": ({},)}, "train attributes do not fit"),
        ({"train_labels": np.array([[0, 1, 0, 1, 0, np.nan]])}, "train label is unknown"),
        ({"train_labels": np.array([[0, 1, 0, 1, 0, -1]])}, "train label is unknown"),
        ({"classes": ("cat",)}, "classes do not fit: found 1, needed 2 to 20 names"),
        ({"classes": tuple("abcdefghijklmnopqrstu")}, "classes do not fit: found 21"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        small_dataset(**changes)


def with_a(value: float) -> Floats:
    array = np.zeros((5, 4))
    array[2, 1] = value
    return array


ONE_OF_THREE = np.eye(3)[:, [0, 1, 2, 0]]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"X": with_a(math.nan)}, "X: found a value that is not finite"),
        ({"X": with_a(math.inf)}, "X: found a value that is not finite"),
        ({"X_test": with_a(-math.inf)}, "X_test: found a value that is not finite"),
        ({"Y": np.array([[0, 1, math.nan, 0]])}, "Y: found a value that is not finite"),
        ({"X": np.zeros((5, 4, 1))}, "X does not hold one example a column"),
        ({"X": np.zeros((5, 4), complex)}, "X does not hold one example a column"),
        ({"X": np.full((5, 4), "a")}, "X does not hold one example a column"),
        ({"Y": np.zeros(4)}, "Y does not hold one example a column"),
        ({"X": np.zeros((5, 0)), "Y": np.zeros((1, 0))}, "X and Y are empty"),
        ({"X": np.zeros((0, 4))}, "X and Y are empty"),
        ({"Y": np.zeros((1, 3))}, r"Y does not fit X: found \(1, 3\), needed \(1, 4\)"),
        ({"X_test": np.zeros((6, 4))}, r"X_test does not fit X: found \(6, 4\)"),
        ({"Y_test": np.zeros((1, 5))}, r"Y_test does not fit X: found \(1, 5\)"),
        ({"Y": ONE_OF_THREE}, r"Y_test does not fit X: found \(1, 4\), needed \(3, 4\)"),
        ({"Y": np.array([[0, 1, 2, 0]])}, "Y does not hold labels"),
        ({"Y_test": np.array([[0, 1, -1, 0]])}, "Y_test does not hold labels"),
        ({"Y": ONE_OF_THREE, "Y_test": ONE_OF_THREE * 0}, "Y_test does not hold labels"),
    ],
)
def test_examples_that_do_not_fit_are_refused_by_name(changes: dict[str, Any], told: str) -> None:
    parts: dict[str, Any] = {
        "X": np.zeros((5, 4)),
        "Y": np.array([[0, 1, 1, 0]]),
        "X_test": np.zeros((5, 4)),
        "Y_test": np.array([[0, 1, 1, 0]]),
    }
    assert Examples(**parts).m == 4
    with pytest.raises(ShapeError, match=told) as caught:
        Examples(**{**parts, **changes})
    assert str(caught.value).isprintable()


def test_a_dead_layer_that_wakes_up_is_not_called_dead() -> None:
    """L2 pulls the weights to zero, and where b > 0 the unit comes alive again."""
    X = np.ones((1, 4))
    examples = Examples(X, np.ones((1, 4)), X, np.ones((1, 4)))
    h = Hyperparameters(hidden_layers=(1,), learning_rate=1, l2=0.4, num_iterations=60)
    step = next(train(h, examples, solver="direct"))
    state = {"W": np.array([[-3.0, 0.5]]), "upper": np.array([0.1, 0.0])}
    asleep = dataclasses.replace(step, snapshot=dataclasses.replace(step.snapshot, state=state))
    steps = list(fork(asleep, h, examples))
    assert steps[1].dead.startswith("Every unit of hidden layer 1 was dead by iteration 0")
    assert (steps[-1].dead, steps[-1].status, steps[-1].message) == ("", "finished", "")
