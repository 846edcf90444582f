"""What a worker answers when a page asks something of a network: predictions, and looks inside."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.explanations import explain
from dashboard.predictions import Network, Networks
from dashboard.questions import (
    CheckGradient,
    Count,
    Example,
    Explain,
    Follow,
    Look,
    Paint,
    Predict,
    Recall,
)
from engine.dataset import Dataset, Floats, Pictures, columns
from engine.errors import ShapeError
from engine.gradient_check import check_gradient
from engine.histograms import history
from engine.journey import Glance, Journey, LayerJourney, glance, journey
from engine.over_time import probabilities_over
from engine.weight_pictures import weights_as_pictures


def look(question: Look, dataset: Dataset, networks: Networks) -> Any:
    """The answer, in a form small enough to travel. Raises `EngineError`."""
    if isinstance(question, Count):
        return history(pickle.loads(question.snapshots), dataset)
    if isinstance(question, Recall):
        return probabilities_over(pickle.loads(question.snapshots), dataset, question.pictures)
    network = networks.network(question.snapshot, dataset)
    match question:
        case Predict():
            return network.probabilities(question.pictures)
        case Paint():
            return weights_as_pictures(network.parameters["W1"])
        case Explain():
            return explain(network, question.picture, question.leave_out)
        case Follow():
            return travel(network, question.example)
        case CheckGradient():
            examples, h = network.prepared.examples, network.hyperparameters
            return check_gradient(
                network.parameters,
                network.activations,
                examples.X,
                examples.Y,
                h.l2,
                layers=[question.layer],
            )


@dataclass(frozen=True, eq=False)
class Stage:
    """A layer of a journey, its arrays in few numbers, by the names of `LayerJourney`.

    flat: how many units have a slope g'(z) under 0.01, None where g has no slope of its own.
    """

    layer: int
    activation: str
    arrays: dict[str, Glance]
    flat: int | None


@dataclass(frozen=True, eq=False)
class Travelled:
    """A journey in few numbers. y: (n_y,). probabilities: A^[L], (n_y,). pull: dA^[0] as a picture,
    or None where the inputs are none."""

    X: Glance
    y: Floats
    probabilities: Floats
    loss: float
    stages: tuple[Stage, ...]
    pull: Pictures | None


FLAT = 0.01
ARRAYS = ("W", "b", "Z", "A", "dA", "dZ", "dW", "db", "dA_prev")


def travel(network: Network, example: Example) -> Travelled:
    x, y = columns_of(network, example)
    told = journey(network.parameters, network.activations, x, y)
    stages = tuple(stage(layer) for layer in told.layers)
    return Travelled(
        glance(told.X), y[:, 0], told.layers[-1].A[:, 0], told.loss, stages, pull(told)
    )


def columns_of(network: Network, example: Example) -> tuple[Floats, Floats]:
    """x (n_x, 1) and y (n_y, 1) as the network reads them. Raises `ShapeError`."""
    examples = network.prepared.examples
    if example.picture is not None:
        n_y = len(examples.Y)
        label = np.array([[example.label]])
        return network.prepared.read(example.picture[None]), columns(label, max(2, n_y))
    X, Y = (
        (examples.X, examples.Y) if example.part == "train" else (examples.X_test, examples.Y_test)
    )
    if not 0 <= example.index < X.shape[1]:
        raise ShapeError("There is no such picture", example.index + 1, f"1 to {X.shape[1]}")
    return X[:, [example.index]], Y[:, [example.index]]


def stage(layer: LayerJourney) -> Stage:
    arrays = {name: getattr(layer, name) for name in ARRAYS}
    known = {name: glance(array) for name, array in arrays.items() if array is not None}
    flat = None if layer.slope is None else int((np.abs(layer.slope) < FLAT).sum())
    return Stage(layer.layer, layer.activation, known, flat)


def pull(told: Journey) -> Pictures | None:
    """How the loss changes with each pixel, as a picture: grey where it does not."""
    try:
        return np.asarray(weights_as_pictures(told.layers[0].dA_prev.T)[0])
    except ShapeError:
        return None
