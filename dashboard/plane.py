"""A dataset of points and what a network makes of the plane, for the browser (no Streamlit)."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from engine.comparison import counted
from engine.dataset import Dataset, Floats, Labels
from engine.hyperparameters import Hyperparameters
from engine.plane_maps import MOST, MOST_UNITS, SIDE, UNIT_SIDE, PlaneMaps
from engine.preparation import told_labels
from engine.sources.planar_shapes import HALF

MARKS = "■●▲◆✚▼"
"""Of each class, so that it can be told without its colour."""


def points_json(dataset: Dataset, h: Hyperparameters) -> dict[str, Any]:
    """The points a run learns from, with the labels it is told for them, and those of the test."""
    chosen, labels = told_labels(dataset, h)
    return {
        "half": HALF,
        "classes": list(dataset.classes),
        "marks": MARKS[: len(dataset.classes)],
        "train": part_json(dataset.train_pictures[chosen], labels),
        "test": part_json(dataset.test_pictures, dataset.test_labels),
    }


def part_json(places: Floats, labels: Labels) -> dict[str, list[Any]]:
    return {"x1": places[:, 0].tolist(), "x2": places[:, 1].tolist(), "label": labels[0].tolist()}


def maps_json(maps: PlaneMaps, dataset: Dataset, h: Hyperparameters) -> dict[str, Any]:
    """Maps as base64 of their bytes, those of P little-endian pairs, and in words."""
    return {
        "iteration": maps.iteration,
        "finite": maps.finite,
        "side": SIDE,
        "unit_side": UNIT_SIDE,
        "P": [as_text(P.astype("<u2")) for P in maps.P],
        "layers": [
            {"maps": [as_text(unit) for unit in units], "says": says}
            for units, says in zip(maps.units, layer_sentences(maps, h), strict=True)
        ],
        "wrong": {
            "train": np.flatnonzero(maps.finite & ~maps.train_right).tolist(),
            "test": np.flatnonzero(maps.finite & ~maps.test_right).tolist(),
        },
        "says": plane_sentence(maps, dataset),
    }


def as_text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def plane_sentence(maps: PlaneMaps, dataset: Dataset) -> str:
    """What the plane shows, for who cannot see it."""
    after = f"after {counted(maps.iteration, 'iteration')}"
    if not maps.finite:
        return f"This network diverged: it has no answers any more, {after}."
    shares = areas(maps)
    taken = [f"{share:.0%}".replace("%", " %") for share in shares]
    told = ", ".join(f"{t} {name}" for t, name in zip(taken, dataset.classes, strict=True))
    wrong, wrong_test = (int((~r).sum()) for r in (maps.train_right, maps.test_right))
    return (
        f"The network takes the plane for {told}. On the wrong side {after}: "
        f"{wrong} of {counted(len(maps.train_right), 'training point')} and "
        f"{wrong_test} of {counted(len(maps.test_right), 'test point')}."
    )


def areas(maps: PlaneMaps) -> list[float]:
    """The share of the plane that is taken for each class."""
    if len(maps.P) == 1:
        positive = float(np.mean(maps.P[0] > MOST / 2))
        return [1 - positive, positive]
    answers = maps.P.argmax(axis=0)
    return [float(np.mean(answers == label)) for label in range(len(maps.P))]


def layer_sentences(maps: PlaneMaps, h: Hyperparameters) -> list[str]:
    told = []
    activations = h.activation_of_each_layer
    for layer, (n, name) in enumerate(zip(h.hidden_layers, activations, strict=True), 1):
        words = f"Hidden layer {layer}: {counted(n, 'unit')}, {name}"
        if n > MOST_UNITS:
            words += f", the first {MOST_UNITS} shown"
        if (silent := maps.silent[layer - 1]) and maps.finite:
            words += f", {silent} silent all over the plane"
        told.append(words)
    return told
