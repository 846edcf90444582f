"""The course's published numbers, to their last digit, on the course's own photos."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import (
    Dataset,
    Hyperparameters,
    L_layer_model,
    Step,
    load_data,
    predict,
    standardize,
    train,
    two_layer_model,
)
from engine.sources.course_files import read_course_files

PUBLISHED: dict[str, Any] = json.loads(
    Path(__file__).with_name("published_results.json").read_text(encoding="utf-8")
)
OBSERVED = PUBLISHED["observed"]
MODELS = ["two_layer_model", "L_layer_model"]


@pytest.fixture(scope="module")
def dataset(course_folder: Path) -> Dataset:
    return read_course_files(course_folder)


def settings_of(model: str) -> Hyperparameters:
    told = PUBLISHED[model]
    return Hyperparameters(
        hidden_layers=tuple(told["hidden_layers"]),
        initialization=told["initialization"],
        seed=told["seed"],
    )


@pytest.fixture(scope="module", params=MODELS)
def run(request: pytest.FixtureRequest, dataset: Dataset) -> tuple[str, list[Step]]:
    model = request.param
    return model, list(train(settings_of(model), dataset))


def test_costs_through_train(run: tuple[str, list[Step]]) -> None:
    model, steps = run
    costs = np.concatenate([s.costs for s in steps])
    assert len(costs) == 2501
    told = PUBLISHED[model]
    np.testing.assert_allclose(
        costs[:2500:100], told["costs"], rtol=0, atol=told["costs_hold_within"]
    )


def test_accuracies_through_train(run: tuple[str, list[Step]]) -> None:
    model, steps = run
    assert steps[-1].status == "finished"
    assert steps[-1].train_accuracy == pytest.approx(PUBLISHED[model]["train_accuracy"], abs=1e-12)
    assert steps[-1].test_accuracy == PUBLISHED[model]["test_accuracy"]


def test_accuracies_at_iteration_1500(run: tuple[str, list[Step]]) -> None:
    model, steps = run
    told = OBSERVED["accuracies_at_iteration_1500"][model]
    step = next(s for s in steps if s.iteration == 1500)
    assert step.train_accuracy == pytest.approx(told["train"], abs=5e-7)
    assert step.test_accuracy == told["test"]


@pytest.mark.parametrize("model", MODELS)
def test_as_the_notebook_does_it(
    model: str, course_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train_x_orig, train_y, test_x_orig, test_y, classes = load_data(course_folder)
    assert classes.tolist() == [b"non-cat", b"cat"]
    train_x = train_x_orig.reshape(train_x_orig.shape[0], -1).T / 255.0
    test_x = test_x_orig.reshape(test_x_orig.shape[0], -1).T / 255.0
    np.testing.assert_array_equal(train_x, standardize(train_x_orig))
    told = PUBLISHED[model]
    dims = [12288, *told["hidden_layers"], 1]
    function = two_layer_model if model == "two_layer_model" else L_layer_model
    parameters = function(train_x, train_y, dims, num_iterations=2500, print_cost=True)
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 25
    costs = [float(line.rpartition(": ")[2]) for line in printed]
    np.testing.assert_allclose(costs, told["costs"], rtol=0, atol=told["costs_hold_within"])
    for x, y, accuracy in (
        (train_x, train_y, told["train_accuracy"]),
        (test_x, test_y, told["test_accuracy"]),
    ):
        p = predict(x, y, parameters)
        assert np.mean(p == y) == pytest.approx(accuracy, abs=1e-12)
        shown = capsys.readouterr().out
        assert float(shown.removeprefix("Accuracy: ")) == pytest.approx(accuracy, abs=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_through_the_command_line(model: str, course_folder: Path, tmp_path: Path) -> None:
    told = PUBLISHED[model]
    output = tmp_path / "run.json"
    options = ["--data", str(course_folder), "--output", str(output)]
    if model == "two_layer_model":
        options += ["--preset", "2-layer-model"]
    subprocess.run([sys.executable, "-m", "engine", "train", *options], check=True)
    record = json.loads(output.read_text(encoding="utf-8"))
    assert record["train_accuracy"] == pytest.approx(told["train_accuracy"], abs=1e-12)
    assert record["test_accuracy"] == told["test_accuracy"]
    assert record["iterations"] == 2500


def test_the_exercises_own_start_stalls(dataset: Dataset) -> None:
    told = OBSERVED["exercise_start"]
    h = Hyperparameters(initialization=told["initialization"], seed=told["seed"])
    costs = np.concatenate([s.costs for s in train(h.with_changes(num_iterations=2001), dataset)])
    wanted = told["costs_every_500_iterations"]
    np.testing.assert_allclose(costs[:2001:500], wanted, rtol=0, atol=5e-7)


@pytest.mark.parametrize("learning_rate", OBSERVED["too_large"]["learning_rates"])
def test_a_learning_rate_too_large_ends_stuck_and_says_why(
    dataset: Dataset, learning_rate: float
) -> None:
    *_, last = train(Hyperparameters(learning_rate=learning_rate), dataset)
    assert last.cost == pytest.approx(OBSERVED["too_large"]["cost"], abs=5e-4)
    assert last.status == "dead"
    assert "Every unit of hidden layer" in last.message
