"""Any moment of a run that was kept: its weights, its answers, and going on from there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Dataset, Hyperparameters, Step, fork, stacked, train
from engine.dataset import Examples, Floats
from engine.errors import HyperparameterError, ShapeError
from engine.optimizers import OPTIMIZERS
from engine.preparation import prepare
from engine.scaling import SCALINGS
from engine.snapshots import unscaled
from engine.solvers.first_layer import Solver
from engine.training import FIXED
from tests.engine import plain
from tests.engine.plain import made_up_dataset, made_up_examples, settings_of_a_run


def close(found: Floats, wanted: Floats) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max(initial=0))


def same_state(found: Step, wanted: Step) -> None:
    assert found.snapshot.state.keys() == wanted.snapshot.state.keys()
    for name, array in wanted.snapshot.state.items():
        np.testing.assert_array_equal(found.snapshot.state[name], array, err_msg=name)


def same_step(found: Step, wanted: Step) -> None:
    told = ("iteration", "cost", "test_cost", "train_accuracy", "test_accuracy", "status")
    told += ("best_iteration", "best_test_cost", "dead", "message")
    assert [getattr(found, name) for name in told] == [getattr(wanted, name) for name in told]
    np.testing.assert_array_equal(found.train_logits, wanted.train_logits)
    np.testing.assert_array_equal(found.test_logits, wanted.test_logits)
    same_state(found, wanted)


def taken(h: Hyperparameters, examples: Examples, iterations: int, **told: Any) -> Step:
    """The Step after so many iterations."""
    run = train(h, examples, **told)
    first = next(run)
    return run.send(iterations) if iterations else first


# Weights and answers


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("scaling", list(SCALINGS))
@pytest.mark.parametrize("solver", ["gram", "direct"])
@settings(max_examples=12)
@given(data=st.data())
def test_a_snapshots_weights_give_its_logits_by_a_plain_forward_pass(
    solver: Solver, scaling: str, classes: int, data: st.DataObject
) -> None:
    dataset = made_up_dataset(classes=classes)
    h = data.draw(settings_of_a_run(m=12, num_iterations=7)).with_changes(scaling=scaling)
    prepared = prepare(dataset, h)
    for step in train(h, dataset, solver=solver):
        parameters = step.snapshot.parameters(dataset)
        answers = step.snapshot.predict(dataset, dataset.test_pictures)
        for X, logits, p in (
            (prepared.examples.X, step.train_logits, None),
            (prepared.examples.X_test, step.test_logits, answers),
        ):
            Zs, As = plain.forward(parameters, X, h.activation_of_each_layer)
            close(logits, Zs[-1])
            if p is not None:
                close(p, As[-1])
        # The same network, told in weights for pixels divided by 255.
        X = dataset.examples.X_test
        Zs, _ = plain.forward(unscaled(parameters, prepared), X, h.activation_of_each_layer)
        np.testing.assert_allclose(Zs[-1], step.test_logits, rtol=1e-9, atol=1e-11)


def test_a_photo_of_another_size_is_read_as_the_runs_pictures_were() -> None:
    dataset = made_up_dataset(side=16)
    h = Hyperparameters(num_iterations=5, picture_size=8, scaling="standardized")
    *_, last = train(h, dataset)
    close(
        last.snapshot.predict(dataset, dataset.test_pictures), 1 / (1 + np.exp(-last.test_logits))
    )
    assert last.snapshot.predict(dataset, np.zeros((2, 30, 20, 3), np.uint8)).shape == (1, 2)


def test_a_snapshot_stays_what_it_was_while_the_run_goes_on() -> None:
    examples = made_up_examples(6, 10)
    for optimizer in OPTIMIZERS:
        h = Hyperparameters(hidden_layers=(4,), num_iterations=20, optimizer=optimizer)
        run = train(h, examples)
        early = next(run)
        kept = {name: array.copy() for name, array in early.snapshot.parameters(examples).items()}
        logits = early.train_logits.copy()
        for _ in run:
            pass
        for name, array in early.snapshot.parameters(examples).items():
            np.testing.assert_array_equal(array, kept[name])
        np.testing.assert_array_equal(early.train_logits, logits)


def test_a_snapshot_is_small_in_gram_space() -> None:
    """Hundreds of them are kept: they hold n_1 × m numbers of the first layer, not n_1 × n_x."""
    examples = made_up_examples(3000, 10)
    h = Hyperparameters(hidden_layers=(4, 3), num_iterations=100)
    snapshot = next(train(h, examples)).snapshot
    assert snapshot.solver == "gram"
    assert snapshot.nbytes == 8 * (4 * 10 + 3 * 5 + 1 * 4)


def test_the_whole_course_run_can_be_kept() -> None:
    """All 2,500 iterations in at most 100 MB, 250 of them in at most 12: with their logits."""
    examples = made_up_examples(12288, 209, 50)
    h = Hyperparameters()
    run = train(h, examples)
    steps = [next(run), run.send(1), run.send(1)]
    assert steps[0].snapshot.solver == "gram"
    for step in steps:
        arrays = [*step.snapshot.state.values(), step.train_logits, step.test_logits, step.costs]
        kept = sum(array.nbytes for array in arrays)
        assert all(array.base is None or array.base.nbytes == array.nbytes for array in arrays)
        assert 2501 * kept <= 100e6
        assert 251 * kept <= 12e6


def test_another_dataset_than_the_runs_is_refused() -> None:
    examples = made_up_examples(50, 8)
    for solver, other, told in (
        ("gram", made_up_examples(50, 9), "9 training pictures"),
        ("gram", made_up_examples(50, 8, classes=3), "3 outputs"),
        ("direct", made_up_examples(49, 8), "49 inputs"),
    ):
        step = taken(Hyperparameters(num_iterations=3), examples, 2, solver=solver)
        with pytest.raises(ShapeError, match=told):
            step.snapshot.parameters(other)
        with pytest.raises(ShapeError, match=told):
            next(fork(step, step.snapshot.hyperparameters, other))


# Going on


@settings(max_examples=100)
@given(
    h=settings_of_a_run(m=11, num_iterations=40, optimizers=tuple(OPTIMIZERS)),
    solver=st.sampled_from(["gram", "direct"]),
    stops=st.lists(st.integers(0, 39), min_size=1, max_size=3).map(sorted),
    classes=st.sampled_from([2, 3]),
)
def test_a_fork_with_nothing_changed_is_as_if_it_had_never_stopped(
    h: Hyperparameters, solver: Solver, stops: list[int], classes: int
) -> None:
    """Also a fork of a fork of a fork; bit by bit."""
    examples = made_up_examples(20, 11, classes=classes)
    if not OPTIMIZERS[h.optimizer].linear:
        solver = "direct"
    whole = list(train(h, examples, solver=solver))
    step = whole[stops[0]]
    for stop in stops:
        run = fork(step, h, examples)
        again = next(run)
        same_step(again, step)
        step = run.send(stop - step.iteration) if stop > step.iteration else again
    rest = list(fork(step, h, examples))
    for found, wanted in zip(rest, whole[step.iteration :], strict=True):
        same_step(found, wanted)


def test_a_run_that_was_shorter_goes_on_as_a_longer_one() -> None:
    examples = made_up_examples(20, 10)
    short = Hyperparameters(num_iterations=100, mini_batch=3)
    *_, end = train(short, examples)
    assert end.status == "finished"
    *_, last = fork(end, short.with_changes(num_iterations=300), examples)
    *_, wanted = train(short.with_changes(num_iterations=300), examples)
    same_state(last, wanted)


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"learning_rate": 0.02}),
    ({}, {"l2": 0.5}),
    ({"l2": 0.5}, {"l2": 0.0}),
    ({"l2": 0.5}, {"l2": 0.1, "optimizer": "momentum"}),
    ({}, {"optimizer": "momentum"}),
    ({"optimizer": "momentum"}, {"l2": 0.5}),
    ({"optimizer": "momentum", "l2": 0.5}, {"l2": 0.0}),
    ({"optimizer": "momentum"}, {"optimizer": "gradient descent"}),
    ({}, {"optimizer": "Adam"}),
    ({"l2": 0.5}, {"optimizer": "Adam"}),
    ({"optimizer": "momentum"}, {"optimizer": "RMSprop"}),
    ({"optimizer": "Adam"}, {"optimizer": "gradient descent", "l2": 0.3}),
    ({"optimizer": "Adam"}, {"optimizer": "RMSprop"}),
    ({"mini_batch": 4}, {"mini_batch": 0}),
    ({}, {"mini_batch": 4, "keep_probs": (0.5, 1, 1)}),
    ({}, {"decay": "1/t", "decay_rate": 0.1}),
    ({"optimizer": "momentum"}, {"beta1": 0.5}),
]


def explicit(
    before: dict[str, Any], after: dict[str, Any], examples: Examples, at: int
) -> tuple[list[float], plain.Parameters]:
    """The fork by a plain loop over whole batches: another optimizer starts anew, t from 1."""
    first, second = Hyperparameters(num_iterations=at, **before), Hyperparameters(**before)
    second = second.with_changes(**after)
    step = plain.stepper(first)
    parameters = next(iter(plain.train(first, examples)))[1]
    costs, since = [], 0
    for iteration in range(at + 10):
        h = first if iteration < at else second
        if iteration == at and second.optimizer != first.optimizer:
            step, since = plain.stepper(second), at
        grads = plain.gradients(
            parameters, examples.X, examples.Y, h.activation_of_each_layer, h.l2
        )
        rate = plain.decayed(h, iteration)
        parameters = {
            n: step(p, grads[n], n, rate, iteration - since + 1) for n, p in parameters.items()
        }
        AL = plain.forward(parameters, examples.X, h.activation_of_each_layer)[1][-1]
        costs.append(plain.cost(AL, examples.Y, parameters, h.l2))
    return costs[at:], parameters


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_fork_goes_on_from_the_same_weights_with_what_was_changed(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    examples = made_up_examples(40, 10)
    before = {"hidden_layers": (5, 4, 3), "learning_rate": 0.01, **before}
    h = Hyperparameters(num_iterations=30, **before)
    step = taken(h, examples, 20)
    linear = OPTIMIZERS[h.optimizer].linear
    assert step.snapshot.solver == ("gram" if linear else "direct")
    run = fork(step, h.with_changes(**after), examples)
    first = next(run)
    assert first.iteration == 20
    weights = step.snapshot.parameters(examples)
    for name, array in first.snapshot.parameters(examples).items():
        close(array, weights[name])
    close(first.train_logits, step.train_logits)
    last = run.send(10)
    assert last.iteration == 30
    assert not np.allclose(
        last.train_logits, taken(h, examples, 30).train_logits, rtol=1e-9, atol=0
    )
    if not {"mini_batch", "keep_probs", "beta1"} & (before.keys() | after.keys()):
        costs, parameters = explicit(before, after, examples, 20)
        close(last.costs, np.array(costs))
        for name, array in last.snapshot.parameters(examples).items():
            np.testing.assert_allclose(array, parameters[name], rtol=1e-7, atol=1e-10)


def test_a_fork_of_a_fork_keeps_its_optimizers_count() -> None:
    """Adam that began at 20 counts from there, also after another stop at 25."""
    examples = made_up_examples(40, 10)
    h = Hyperparameters(num_iterations=60)
    adam = h.with_changes(optimizer="Adam")
    step = taken(h, examples, 20)
    *_, wanted = fork(step, adam, examples)
    run = fork(step, adam, examples)
    next(run)
    *_, found = fork(run.send(5), adam, examples)
    same_step(found, wanted)
    assert found.snapshot.since == 20
    # Its weights are told from the run's own start.
    Zs, _ = plain.forward(found.snapshot.parameters(examples), examples.X, ("relu",) * 3)
    close(found.train_logits, Zs[-1])


@pytest.mark.parametrize("l2", [0.0, 0.5])
@pytest.mark.parametrize("hidden_layers", [(), (4, 3)])
@pytest.mark.parametrize("optimizer", ["gradient descent", "momentum"])
def test_a_stacked_run_goes_on_alone(
    optimizer: str, hidden_layers: tuple[int, ...], l2: float
) -> None:
    examples = made_up_examples(60, 10)
    h = Hyperparameters(hidden_layers=hidden_layers, num_iterations=500, optimizer=optimizer, l2=l2)
    runs = [h, h.with_changes(learning_rate=0.02)]
    steps = list(stacked(runs, examples))
    for k, one in enumerate(runs):
        middle, end = steps[100][k], steps[-1][k]
        close(next(fork(middle, one, examples)).train_logits, middle.train_logits)
        *_, last = fork(middle, one, examples)
        close(last.train_logits, end.train_logits)


REFUSED: dict[str, Any] = {
    "hidden_layers": (4,),
    "activation": "tanh",
    "activations": ("relu", "tanh", "relu"),
    "initialization": "He",
    "seed": 2,
    "precision": "float32",
    "training_pictures": 5,
    "picture_size": 8,
    "label_noise": 0.2,
    "scaling": "standardized",
}


@pytest.mark.parametrize("name", FIXED)
def test_what_a_run_cannot_change_on_its_way_is_refused_by_name(name: str) -> None:
    dataset: Dataset = made_up_dataset()
    h = Hyperparameters(num_iterations=10)
    step = next(train(h, dataset))
    with pytest.raises(HyperparameterError, match=f"^{name} cannot be .* in a run that goes on"):
        fork(step, h.with_changes(**{name: REFUSED[name]}), dataset)


def test_a_fork_cannot_end_before_it_begins() -> None:
    examples = made_up_examples(20, 10)
    h = Hyperparameters(num_iterations=100)
    step = taken(h, examples, 60)
    with pytest.raises(HyperparameterError, match=r"num_iterations cannot be 59.* at least 60"):
        fork(step, h.with_changes(num_iterations=59), examples)
    (only,) = fork(step, h.with_changes(num_iterations=60), examples)
    assert only.status == "finished"
    with pytest.raises(HyperparameterError, match="mini_batch cannot be 11: allowed is at most 10"):
        fork(step, h.with_changes(mini_batch=11), examples)
