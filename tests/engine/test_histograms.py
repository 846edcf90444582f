"""Histograms of a run's layers, against the values counted the plain way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine.histograms as counting
from engine import Hyperparameters, Snapshot, fork, inspect, train
from engine.dataset import Dataset, Floats
from engine.histograms import BINS, Histograms, histograms, history, zeros_in
from engine.optimizers import OPTIMIZERS
from engine.snapshots import examples_of
from tests.engine import plain
from tests.engine.plain import made_up_dataset, made_up_examples


def counted(found: Histograms, k: int, values: Floats) -> None:
    """That the k-th column of `found` holds the shares of `values`."""
    kept = values[np.isfinite(values) & (values != 0)].astype(np.float32).astype(np.float64)
    low, high = found.edges[[0, -1]]
    assert found.zeros[k] == pytest.approx(np.mean(values == 0))
    if not len(kept):  # of a layer that died
        assert found.shares[:, k].sum() == 0
        return
    assert found.median[k] == pytest.approx(np.median(kept), rel=1e-5)
    # An edge may pass between two roundings of the same value.
    shares = np.histogram(np.clip(kept, low, high), found.edges)[0] / len(kept)
    assert np.abs(np.cumsum(found.shares[:, k]) - np.cumsum(shares)).max() <= 2 / len(kept)


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize("classes", [2, 3])
def test_they_count_the_networks_own_values(optimizer: str, classes: int) -> None:
    """In Gram space or not, with L2 or without, forked or not; dropout is left out."""
    dataset: Dataset = made_up_dataset(classes=classes)
    told: dict[str, Any] = {"mini_batch": 5, "keep_probs": (0.5, 0.8), "l2": 0.3}
    h = Hyperparameters(hidden_layers=(5, 4), num_iterations=9, optimizer=optimizer, **told)
    steps = list(train(h, dataset))
    for run in (steps, list(fork(steps[4], h.with_changes(l2=0.0), dataset))):
        moments = [step.snapshot for step in run]
        seen = history(moments, dataset)
        assert seen.iterations == tuple(step.iteration for step in run)
        assert [layer.units for layer in seen.layers] == [5, 4, 1 if classes == 2 else 3]
        for k in (0, len(moments) - 1):
            known = inspect(moments[k], dataset)
            X = examples_of(dataset, h).X
            Zs, As = plain.forward(known.parameters, X, ("relu", "relu"))
            for i, layer in enumerate(seen.layers):
                counted(layer.Z, k, Zs[i])
                counted(layer.A, k, As[i + 1])
                dW = known.gradients[f"dW{i + 1}"]
                assert layer.dW.zeros[k] == pytest.approx(np.mean(dW == 0))
                if dW.any():
                    sizes = np.log10(np.abs(dW[dW != 0]))
                    assert layer.dW.median[k] == pytest.approx(np.median(sizes), abs=1e-4)


def test_of_many_inputs_and_examples_some_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = made_up_examples(50, 20)
    h = Hyperparameters(hidden_layers=(3,), num_iterations=5, activation="tanh")
    moments = [step.snapshot for step in train(h, examples)]
    whole = history(moments, examples)
    assert (whole.m, whole.all_m, whole.inputs, whole.all_inputs) == (20, 20, 50, 50)
    monkeypatch.setattr(counting, "MOST_EXAMPLES", 8)
    monkeypatch.setattr(counting, "MOST_INPUTS", 10)
    some = history(moments, examples)
    assert (some.m, some.all_m, some.inputs, some.all_inputs) == (8, 20, 10, 50)
    for snapshot, k in ((moments[0], 0), (moments[-1], -1)):
        Zs, _ = plain.forward(snapshot.parameters(examples), examples.X[:, :8], ("tanh",))
        for layer, Z in zip(some.layers, Zs, strict=True):
            assert layer.Z.median[k] == pytest.approx(np.median(Z), rel=1e-5)


def test_every_share_is_there_and_the_tails_are_in_the_outermost_bins() -> None:
    random = np.random.RandomState(0)
    values = [random.randn(5000), 5 * random.randn(5000)]
    found = histograms(values, zeros_in(values))
    assert found.shares.shape == (BINS, 2)
    np.testing.assert_allclose(found.shares.sum(axis=0), 1)
    assert found.edges[-1] < max(values[1])
    assert found.shares[-1, 1] > 0


def test_a_dead_layer_has_zeros_and_nothing_else() -> None:
    nothing = np.zeros((3, 4))
    found = histograms([nothing[nothing != 0]], zeros_in([nothing]))
    assert found.zeros[0] == 1
    assert found.shares.sum() == 0
    assert np.isnan(found.median[0])


def test_a_run_that_diverged_is_counted_as_far_as_it_is_numbers() -> None:
    h = Hyperparameters(
        hidden_layers=(30,) * 4, activation="leaky relu", initialization="He", learning_rate=10
    )
    examples = made_up_examples(60, 12)
    moments: list[Snapshot] = [step.snapshot for step in train(h, examples)]
    seen = history(moments, examples)
    for layer in seen.layers:
        assert np.isfinite(layer.Z.edges).all()
        assert np.isfinite(layer.Z.median[0])


def test_one_value_alone_has_a_range_to_stand_in() -> None:
    found = histograms([np.full(9, 2.0)], np.zeros(1))
    assert found.edges[0] < 2 < found.edges[-1]
    assert found.shares.sum() == 1
