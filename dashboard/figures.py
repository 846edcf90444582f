"""A run's figures in words: cost, accuracies with their intervals, speed, size (no Streamlit)."""

from __future__ import annotations

import math
from typing import TypedDict

from dashboard.messages import Moment
from dashboard.run import Run
from dashboard.run_status import cost_text, share_text
from engine.dataset import Dataset
from engine.evaluation import interval
from engine.inspection import dimensions
from engine.preparation import sizes


class Figure(TypedDict):
    name: str
    value: str
    note: str


def figures(run: Run, dataset: Dataset, moment: Moment | None = None) -> list[Figure]:
    """What is known now, or was at an earlier moment; a dash stands for what is not."""
    latest = moment.summary if moment else run.latest
    n_x, n_y, m = sizes(dataset, run.hyperparameters)
    layers = dimensions(run.hyperparameters.layers_dims(n_x, n_y), m)
    return [
        Figure(
            name="Training cost",
            value=cost_text(latest.cost) if latest else "–",
            note=f"test {cost_text(latest.test_cost)}" if latest else "",
        ),
        accuracy("Training accuracy", latest.train_accuracy if latest else None, m, dataset.noun),
        accuracy(
            "Test accuracy",
            latest.test_accuracy if latest else None,
            dataset.m_test,
            dataset.noun,
        ),
        Figure(
            name="Speed",
            value=f"{run.speed:,.0f}" if run.speed else "–",
            note="iterations a second",
        ),
        Figure(
            name="Parameters",
            value=f"{sum(layer.parameters for layer in layers):,}",
            note=f"{len(layers)} layers with weights"
            if len(layers) > 1
            else "1 layer with weights",
        ),
    ]


def accuracy(name: str, share: float | None, m: int, noun: str) -> Figure:
    """A share of m examples, with the interval that so few of them leave it in."""
    if share is None or not math.isfinite(share):
        return Figure(name=name, value="–", note="")
    low, high = interval(share, m)
    note = f"{100 * low:.0f} to {100 * high:.0f} % (95 % interval, {m} {noun}s)"
    return Figure(name=name, value=share_text(share), note=note)
