"""A run's figures in words."""

from __future__ import annotations

import math
import threading

import pytest

from dashboard.figures import accuracy, figures
from dashboard.messages import DatasetKey, Report, Summary
from dashboard.run import Run
from engine.hyperparameters import Hyperparameters


@pytest.fixture
def run(dataset):
    lock = threading.RLock()
    lock.acquire()  # this test is the pool
    return Run("s", Hyperparameters(), DatasetKey("drawn", dataset.digest), lock)


def told(run, dataset):
    return {figure["name"]: (figure["value"], figure["note"]) for figure in figures(run, dataset)}


def halt(run, *numbers):
    run.take(Report(run.token, "finished", "", (), (Summary(2500, *numbers),), 0.5, None))


def test_before_a_run_has_begun_dashes_stand_for_its_numbers(run, dataset):
    shown = told(run, dataset)
    assert shown["Training cost"] == ("–", "")
    assert shown["Training accuracy"] == ("–", "")
    assert shown["Test accuracy"] == ("–", "")
    assert shown["Speed"][0] == "–"
    assert shown["Parameters"] == ("245,973", "4 layers with weights")


def test_the_figures_of_a_finished_run(run, dataset):
    halt(run, 0.0884, 0.5312, 0.985, 0.8)
    shown = told(run, dataset)
    assert shown["Training cost"] == ("0.0884", "test 0.5312")
    assert shown["Training accuracy"] == (
        "98.5 %",
        "96 to 99 % (95 % interval, 209 pictures)",
    )
    assert shown["Test accuracy"] == ("80.0 %", "67 to 89 % (95 % interval, 50 pictures)")
    assert shown["Speed"] == ("5,000", "iterations a second")


def test_the_figures_of_a_run_that_diverged(run, dataset):
    halt(run, math.nan, math.nan, math.nan, math.nan)
    shown = told(run, dataset)
    assert shown["Training cost"] == ("not a number", "test not a number")
    assert shown["Training accuracy"] == ("–", "")
    assert shown["Test accuracy"] == ("–", "")
    assert "nan" not in str(shown)


def test_logistic_regression_has_one_layer(dataset, run):
    run.hyperparameters = Hyperparameters(hidden_layers=())
    assert told(run, dataset)["Parameters"] == ("12,289", "1 layer with weights")


@pytest.mark.parametrize(
    ("share", "interval"), [(1.0, "93 to 100 %"), (0.0, "0 to 7 %"), (0.5, "37 to 63 %")]
)
def test_an_accuracy_on_few_pictures_says_how_uncertain_it_is(share, interval):
    assert accuracy("Test accuracy", share, 50, "picture")["note"].startswith(interval)
