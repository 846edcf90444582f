"""Many runs at once: the numbers of single runs, in one go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Hyperparameters, Step, stacked, train
from engine.dataset import Dataset, Examples
from engine.errors import HyperparameterError
from engine.solvers import stacked as module
from engine.solvers.stacked import MAY_DIFFER, shares_iterations
from tests.engine.plain import made_up_dataset, made_up_examples, settings_of_a_run


def check(
    runs: list[Hyperparameters], dataset: Dataset | Examples, *, exact: bool = False
) -> list[tuple[Step, ...]]:
    """Every Step of every stacked run is that of the run alone, to rounding."""
    together = list(stacked(runs, dataset))
    for k, h in enumerate(runs):
        alone = list(train(h, dataset))
        mine = [steps[k] for steps in together]
        for found, wanted in zip(mine, alone, strict=False):
            assert (found.iteration, found.status) == (wanted.iteration, wanted.status)
            within: dict[str, Any] = {"rtol": 0 if exact else 1e-9}
            scale = np.abs(wanted.train_logits[np.isfinite(wanted.train_logits)]).max(initial=0)
            np.testing.assert_allclose(found.costs, wanted.costs, **within)
            if wanted.status != "diverged":
                within["atol"] = 0 if exact else 1e-9 * scale
                np.testing.assert_allclose(found.train_logits, wanted.train_logits, **within)
                np.testing.assert_allclose(found.test_logits, wanted.test_logits, **within)
                assert found.best_iteration == wanted.best_iteration or not exact
            assert found.message == wanted.message
        # One that has ended keeps its last Step.
        assert all(step is mine[len(alone) - 1] for step in mine[len(alone) :])
    return together


@settings(max_examples=15)
@given(
    h=settings_of_a_run(m=9, num_iterations=40),
    changes=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "learning_rate": st.sampled_from([0.001, 0.03]),
                "l2": st.sampled_from([0.0, 0.1, 2.0]),
                "seed": st.integers(0, 3),
                "initialization": st.sampled_from(["0.01", "He", "Xavier", "1/sqrt(n)"]),
            },
        ),
        max_size=4,
    ),
    classes=st.sampled_from([2, 3]),
)
def test_stacked_runs_have_the_numbers_of_single_ones(
    h: Hyperparameters, changes: list[dict[str, Any]], classes: int
) -> None:
    """Also where they cannot share an iteration: mini-batches, dropout."""
    h = h.with_changes(num_iterations=300)  # so that Gram space pays
    examples = made_up_examples(40, 9, classes=classes)
    check([h, *(h.with_changes(**change) for change in changes)], examples)


@pytest.mark.parametrize("hidden_layers", [(), (4,), (5, 3)])
@pytest.mark.parametrize("optimizer", ["gradient descent", "momentum"])
def test_each_with_its_own_decay(optimizer: str, hidden_layers: tuple[int, ...]) -> None:
    h = Hyperparameters(
        hidden_layers=hidden_layers, num_iterations=300, optimizer=optimizer, decay="exponential"
    )
    runs = [h.with_changes(decay_rate=rate) for rate in (0.001, 0.01, 0.3)]
    assert shares_iterations(runs, made_up_examples(60, 9))
    steps = check(runs, made_up_examples(60, 9))
    assert len({step.cost for step in steps[-1]}) == 3


def test_one_that_diverges_or_dies_leaves_the_others_alone() -> None:
    examples = made_up_examples(60, 12)
    h = Hyperparameters(
        hidden_layers=(30,) * 4,
        activation="leaky relu",
        initialization="He",
        num_iterations=500,
        learning_rate=0.001,
    )
    runs = [h, h.with_changes(learning_rate=10), h.with_changes(seed=2)]
    assert shares_iterations(runs, examples)
    last = check(runs, examples)[-1]
    assert [step.status for step in last] == ["finished", "diverged", "finished"]
    dies = Hyperparameters(hidden_layers=(4,), initialization="He", num_iterations=500)
    last = check([dies, dies.with_changes(learning_rate=10)], examples)[-1]
    assert [step.status for step in last] == ["finished", "dead"]


@pytest.mark.parametrize("hidden_layers", [(30,) * 4, (7, 7, 7)])
def test_without_the_cost_of_each_update_the_steps_are_the_same(
    hidden_layers: tuple[int, ...],
) -> None:
    """Also where a run diverges between two of them."""
    examples = made_up_examples(60, 12)
    h = Hyperparameters(
        hidden_layers=hidden_layers,
        activation="leaky relu",
        initialization="He",
        num_iterations=500,
        learning_rate=0.001,
    )
    runs = [h, *(h.with_changes(learning_rate=rate) for rate in (1, 2, 5, 10))]
    assert shares_iterations(runs, examples)
    wanted, found = (list(stacked(runs, examples, each=each)) for each in (True, False))
    assert {step.status for step in wanted[-1]} >= {"finished", "diverged"}
    alone = [[list(stacked([h], examples, each=each)) for h in runs] for each in (True, False)]
    of_each = [*zip(found, wanted, strict=True)]
    of_each += [
        pair for one, other in zip(*alone, strict=True) for pair in zip(one, other, strict=True)
    ]
    for some, others in of_each:
        for one, other in zip(some, others, strict=True):
            assert (one.iteration, one.status) == (other.iteration, other.status)
            assert (one.cost, one.message) == pytest.approx(
                (other.cost, other.message), nan_ok=True
            )
            assert one.test_accuracy == pytest.approx(other.test_accuracy, nan_ok=True)
            assert one.costs[-1] == pytest.approx(one.cost, nan_ok=True)


def test_all_diverging_end_the_run() -> None:
    h = Hyperparameters(
        hidden_layers=(30,) * 4, activation="leaky relu", initialization="He", learning_rate=10
    )
    *_, last = stacked([h, h.with_changes(seed=2)], made_up_examples(60, 12))
    assert [step.status for step in last] == ["diverged", "diverged"]
    assert all(step.iteration < 2500 for step in last)


APART: list[dict[str, Any]] = [
    {"optimizer": "Adam"},
    {"optimizer": "RMSprop", "l2": 0.1},
    {"mini_batch": 5},
    {"keep_probs": (0.8, 1.0)},
    {"patience": 3},
    {"training_pictures": 8},
    {"label_noise": 0.25},
]


@pytest.mark.parametrize("told", APART)
def test_where_they_cannot_share_an_iteration_they_go_side_by_side(told: dict[str, Any]) -> None:
    """To exactly the numbers of single runs."""
    dataset = made_up_dataset()
    h = Hyperparameters(hidden_layers=(4, 3), num_iterations=600, **told)
    runs = [h, h.with_changes(learning_rate=0.02), h.with_changes(seed=5)]
    assert not shares_iterations(runs, dataset.examples)
    check(runs, dataset, exact=True)


def test_runs_on_the_same_chosen_pictures_share_them() -> None:
    dataset = made_up_dataset()
    h = Hyperparameters(num_iterations=300, training_pictures=8, scaling="standardized")
    runs = [h, h.with_changes(learning_rate=0.02)]
    assert shares_iterations(runs, dataset.examples)
    check(runs, dataset)


def test_in_float32() -> None:
    h = Hyperparameters(num_iterations=300, precision="float32")
    examples = made_up_examples(60, 9)
    steps = list(stacked([h, h.with_changes(learning_rate=0.01)], examples))
    assert steps[-1][0].train_logits.dtype == np.float32
    *_, wanted = train(h.with_changes(precision="float64"), examples)
    np.testing.assert_allclose(steps[-1][0].train_logits, wanted.train_logits, rtol=1e-2, atol=1e-3)


def test_no_runs_are_no_steps() -> None:
    assert list(stacked([], made_up_examples(4, 4))) == []


DIFFERENT: dict[str, Any] = {
    "hidden_layers": (4, 4, 4),
    "num_iterations": 40,
    "activation": "tanh",
    "activations": ("relu", "tanh", "relu"),
    "optimizer": "momentum",
    "decay": "step",
    "mini_batch": 3,
    "patience": 5,
    "precision": "float32",
    "keep_probs": (0.5, 1.0, 1.0),
    "training_pictures": 5,
    "picture_size": 8,
    "label_noise": 0.2,
    "scaling": "zero-centred",
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_runs_that_differ_in_more_are_refused_by_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name not in MAY_DIFFER
    monkeypatch.setattr(module, "together", lambda *_: pytest.fail("it trained"))
    h = Hyperparameters(num_iterations=50)
    runs = [h, h.with_changes(**{name: DIFFERENT[name]})]
    with pytest.raises(HyperparameterError, match=f"^{name} cannot be .*one value in stacked runs"):
        next(stacked(runs, made_up_dataset()))


@pytest.mark.parametrize("changes", [{}, {"mini_batch": 8}])
def test_any_number_of_iterations_can_be_asked_for(changes: dict[str, Any]) -> None:
    examples = made_up_examples(60, 12)
    h = Hyperparameters(hidden_layers=(4,), num_iterations=600, activation="tanh", **changes)
    runs = [h, h.with_changes(learning_rate=0.02)]
    *_, whole = stacked(runs, examples)
    stepped = stacked(runs, examples)
    steps = next(stepped)
    seen = [steps[0].iteration]
    while steps[0].status == "running":
        steps = stepped.send(2 if len(seen) < 9 else 1000)
        seen.append(steps[0].iteration)
    assert seen[:6] == [0, 2, 3, 5, 6, 8]  # never beyond the next 250th
    assert seen[-1] == 600
    for one, other in zip(steps, whole, strict=True):
        np.testing.assert_allclose(one.cost, other.cost, rtol=1e-12)


@pytest.mark.parametrize(
    "changes",
    [
        [{"learning_rate": 0.02}, {"learning_rate": 0.1, "seed": 5}],
        [{"l2": 0.0}, {"l2": 0.5}, {"l2": 0.1, "seed": 3}],
        [{"optimizer": "momentum", "l2": 0.2}, {"optimizer": "momentum"}],
        [{"optimizer": "Adam"}, {"optimizer": "Adam", "learning_rate": 0.001}],
        [{"mini_batch": 4}, {"mini_batch": 4, "seed": 8}],
    ],
)
def test_stopped_in_the_middle_they_go_on_as_if_they_had_not_been(
    changes: list[dict[str, Any]],
) -> None:
    examples = made_up_examples(30, 12, seed=2)
    base = Hyperparameters(hidden_layers=(4, 3), num_iterations=40)
    runs = [base.with_changes(**change) for change in changes]
    *_, straight = stacked(runs, examples)
    for middle in stacked(runs, examples):
        if middle[0].iteration == 20:
            break
    # Of two only one goes on, too: the others were given up.
    for chosen in (slice(None), slice(0, 1)):
        *_, last = stacked(runs[chosen], examples, middle[chosen])
        for found, wanted in zip(last, straight[chosen], strict=True):
            assert (found.iteration, found.status) == (40, wanted.status)
            np.testing.assert_allclose(
                found.train_logits, wanted.train_logits, rtol=1e-9, atol=1e-12
            )
            np.testing.assert_allclose(found.test_cost, wanted.test_cost, rtol=1e-9)


def test_runs_that_began_alone_go_on_together() -> None:
    """One run alone is too short for Gram space, several of them together are not."""
    examples = made_up_examples(60, 100)
    base = Hyperparameters(hidden_layers=(4, 3), num_iterations=16)
    runs = [base.with_changes(learning_rate=rate) for rate in (0.005, 0.02, 0.1)]
    assert [shares_iterations(runs[:k], examples) for k in (1, 3)] == [False, True]
    begun = [next(s for s in train(h, examples) if s.iteration == 8) for h in runs]
    *_, last = stacked(runs, examples, begun)
    for found, h in zip(last, runs, strict=True):
        *_, wanted = train(h, examples)
        assert (found.iteration, found.status) == (16, wanted.status)
        np.testing.assert_allclose(found.train_logits, wanted.train_logits, rtol=1e-9)
