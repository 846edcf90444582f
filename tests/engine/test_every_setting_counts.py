"""Every combination of settings works or is refused in a sentence, and none is silently ignored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import DECLARED, Hyperparameters, Step, train
from engine.decays import DECAYS
from engine.errors import HyperparameterError
from tests.engine.plain import accepted, drawn_fields, made_up_dataset

DATASETS = {classes: made_up_dataset(m=14, side=10, classes=classes) for classes in (2, 3)}


@settings(max_examples=100)
@given(
    values=drawn_fields(
        hidden_layers=st.lists(st.integers(1, 12), max_size=4).map(tuple),
        mini_batch=st.integers(0, 20),
        training_pictures=st.integers(2, 20) | st.just(0),
        picture_size=st.integers(8, 12) | st.just(0),
    ),
    classes=st.sampled_from([2, 3]),
)
def test_any_combination_trains_or_is_refused(values: dict[str, Any], classes: int) -> None:
    dataset = DATASETS[classes]
    try:
        run = train(Hyperparameters(**values), dataset)
    except HyperparameterError as error:
        assert error.what in values  # noqa: PT017
        assert str(error).startswith(f"{error.what} cannot be ")  # noqa: PT017
        # Without what was refused, it is the same question again.
        try:
            run = train(accepted(values), dataset)
        except HyperparameterError as second:
            assert second.what in ("mini_batch", "training_pictures", "picture_size", "label_noise")  # noqa: PT017
            return
    step = next(run)
    while step.status == "running" and step.iteration < 3:
        step = run.send(1)
    assert step.status != "running" or step.iteration == 3


# Values in which a difference can show: not 1e-300 of L2, not a network that is dead from the start.
SPEAKING: dict[str, st.SearchStrategy[Any]] = {
    "hidden_layers": st.lists(st.integers(7, 9), max_size=2).map(tuple),
    "learning_rate": st.sampled_from([0.002, 0.05]),
    "num_iterations": st.integers(8, 30),
    "activation": st.sampled_from(["tanh", "sigmoid", "leaky relu"]),
    "activations": st.sampled_from([("tanh", "relu"), ("relu", "leaky relu")]),
    "initialization": st.sampled_from(["He", "Xavier"]),
    "seed": st.integers(2, 99),
    "optimizer": st.sampled_from(["momentum", "RMSprop", "Adam"]),
    "beta1": st.sampled_from([0.5, 0.99]),
    "beta2": st.sampled_from([0.5, 0.9]),
    "epsilon": st.sampled_from([1e-3, 0.1]),
    "decay": st.sampled_from(["1/t", "exponential", "step"]),
    "decay_rate": st.sampled_from([0.05, 0.5, 3.0]),
    "mini_batch": st.integers(1, 7),
    "patience": st.integers(1, 9),
    "precision": st.just("float32"),
    "l2": st.sampled_from([0.1, 3.0]),
    "keep_probs": st.sampled_from([(0.5, 1.0), (0.9, 0.5)]),
    "training_pictures": st.sampled_from([8, 13]),
    "picture_size": st.sampled_from([8, 9]),
    "label_noise": st.just(0.2),
    "scaling": st.sampled_from(["zero-centred", "standardized"]),
}
# What a setting needs beside it to be accepted.
BESIDE: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "activation": {"hidden_layers": st.just((8, 7))},
    "activations": {"hidden_layers": st.just((8, 7))},
    "keep_probs": {"hidden_layers": st.just((8, 7))},
    "beta1": {"optimizer": st.sampled_from(["momentum", "Adam"])},
    "beta2": {"optimizer": st.sampled_from(["RMSprop", "Adam"])},
    "epsilon": {"optimizer": st.sampled_from(["RMSprop", "Adam"])},
    "decay_rate": {"decay": SPEAKING["decay"]},
}


def numbers(steps: list[Step]) -> list[Any]:
    """All that a run tells, its end included."""
    return [
        (s.iteration, s.cost, s.test_cost, s.train_logits.tobytes(), s.test_logits.tobytes())
        for s in steps
    ]


def shares(h: Hyperparameters, iterations: int) -> list[float]:
    """What decay leaves of the learning rate at each iteration."""
    m = h.training_pictures or 14
    per_epoch = -(-m // (h.mini_batch or m))
    return [DECAYS[h.decay](h.decay_rate, i // per_epoch) for i in range(iterations)]


@pytest.mark.parametrize("name", list(DECLARED))
@settings(max_examples=15)
@given(data=st.data(), classes=st.sampled_from([2, 3]))
def test_a_setting_put_back_to_its_default_changes_the_run(
    name: str, data: st.DataObject, classes: int
) -> None:
    few = {"num_iterations": SPEAKING["num_iterations"]}
    needed = {**few, name: SPEAKING[name], **BESIDE.get(name, {})}
    others = {other: values for other, values in SPEAKING.items() if other not in needed}
    if name == "activation":
        del others["activations"]
    h = accepted(data.draw(st.fixed_dictionaries(needed, optional=others)))
    assert getattr(h, name) != DECLARED[name].default
    try:
        usual = h.with_changes(**{name: DECLARED[name].default})
    except HyperparameterError:
        return  # another setting needs it: it cannot be ignored
    one, other = (list(train(run, DATASETS[classes])) for run in (h, usual))
    if not all(steps[-1].status == "finished" for steps in (one, other)):
        return  # a dead layer hides what lies before it
    if name == "patience" and one[-1].iteration == h.num_iterations:
        return  # the test cost never rose for so long
    end = one[-1].iteration
    if "decay" in name and shares(h, end) == shares(usual, end):
        return  # halved only after the run's last epoch
    assert numbers(one) != numbers(other)
