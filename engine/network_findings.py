"""What is wrong inside a network at the end of its run, seen in its own numbers.

Each function looks for one thing and gives its finding, or None.
"""

from __future__ import annotations

import numpy as np

from engine.findings import LEARNED, Cell, Evidence, Finding, number
from engine.vital_signs import LayerSigns, VitalSigns

# Less than 3 in 100 of the output's error arrives at layer 1: the course's 0.01 start on four layers
# passes on two millionths and four sigmoid layers 1 to 2 in 100, networks that learn 5 or more.
LEAST_ERROR = 0.03
# A cost within 5 % of that of the class shares: nothing about any single picture is known.
NEAR_SHARES = 1.05
# Weights that moved by less than 3 % of their size are still the random start: at the course's
# learning rate they have moved 10 to 70 % when the training set is learned.
HARDLY_MOVED = 0.03
# Half of a layer or more.
MOST = 0.5


def layers_table(layers: tuple[LayerSigns, ...]) -> Evidence:
    return Evidence(
        (
            "layer",
            "units",
            "dead units",
            "error that arrives, ‖dZ‖",
            "gradient, ‖dW‖",
            "W moved by",
        ),
        tuple(
            (
                layer.name,
                layer.units,
                "–" if layer.dead is None else layer.dead,
                told(layer.error),
                told(layer.gradient),
                f"{number(100 * layer.moved)} %" if np.isfinite(layer.moved) else "start was 0",
            )
            for layer in layers
        ),
    )


def told(value: float) -> Cell:
    """Three digits, or the word for what has overflowed."""
    return float(f"{value:.3g}") if np.isfinite(value) else number(value)


def and_answers(signs: VitalSigns) -> str:
    return f", and the network {signs.one_answer}" if signs.one_answer else ""


def symmetric(signs: VitalSigns) -> Finding | None:
    """Weights that started at zero, all units of the first layer still alike to a millionth."""
    h, start = signs.hyperparameters, signs.end.snapshot.start
    if start.initialization != "zeros" or not any(n > 1 for n in h.hidden_layers):
        return None
    W1 = signs.looked_into.parameters["W1"]
    if np.ptp(W1, axis=0).max() > 1e-6 * max(np.abs(W1).max(), 1.0):
        return None
    return Finding(
        "symmetric",
        "bad",
        "The units of a layer are all alike, because every weight started at 0 and each unit gets "
        f"the same gradient{and_answers(signs)}: start from random weights.",
        layers_table(signs.layers),
    )


def dead_layer(signs: VitalSigns) -> Finding | None:
    """Whatever happens before it, a layer of zeros tells the next one nothing, and passes no gradient on."""
    gone = [layer for layer in signs.layers if layer.dead == layer.units]
    if not gone:
        return None
    first = gone[0]
    units = "its only unit outputs" if first.units == 1 else f"all its {first.units} units output"
    before = "" if first.layer == 1 else " and the layers before it"
    return Finding(
        "dead layer",
        "bad",
        f"Hidden layer {first.layer} is dead: {units} 0 for every training {signs.noun}, so it"
        f"{before} can learn no more{and_answers(signs)}; smaller steps (the learning rate) or another "
        "start keep ReLUs alive.",
        layers_table(signs.layers),
    )


def vanishing(signs: VitalSigns) -> Finding | None:
    first, last = signs.layers[0], signs.layers[-1]
    stalled = signs.one_answer and signs.train_cost <= NEAR_SHARES * signs.cost_of_shares
    if len(signs.layers) < 2 or not stalled or first.error >= LEAST_ERROR * last.error:
        return None
    arrives = first.error / last.error
    how_little = f"1 part in {number_of_parts(1 / arrives)}" if arrives > 1e-9 else "nothing"
    return Finding(
        "vanishing",
        "bad",
        f"Vanishing gradients: of the error at the output {how_little} arrives at layer 1, so "
        f"it {signs.one_answer}, and its cost stalls at {number(signs.train_cost)} (knowing only how "
        f"frequent each class is costs {number(signs.cost_of_shares)}); {way_out(signs)}.",
        layers_table(signs.layers),
    )


def number_of_parts(parts: float) -> str:
    return f"{float(f'{parts:.1g}'):,.0f}"


def way_out(signs: VitalSigns) -> str:
    """The most likely cause, told as what to do about it."""
    h = signs.hyperparameters
    if h.l2 >= 10:
        return "so much L2 pulls the weights to 0"
    for layer in signs.layers[:-1]:
        if (layer.dead or 0) >= MOST * layer.units:
            dead = f"{layer.dead} of {layer.units} ReLUs in hidden layer {layer.layer}"
            return f"{dead} are dead, and smaller steps keep them alive"
    if signs.end.snapshot.start.initialization == "0.01":
        return "weights of 0.01 are too small a start for so many layers, 1/sqrt(n) is not"
    if "sigmoid" in h.activation_of_each_layer:
        return "each sigmoid passes on a quarter at most, ReLU or tanh up to all of it"
    return "larger starting weights, or fewer layers, let more of it through"


def farthest_moved(signs: VitalSigns) -> float:
    """Of the layer that moved most; infinite where a start at zero gives nothing to compare with."""
    moved = [layer.moved for layer in signs.layers if np.isfinite(layer.moved)]
    return max(moved, default=np.inf)


def slow(signs: VitalSigns) -> Finding | None:
    """No layer is far from its random start, and the training set is not learned."""
    moved = farthest_moved(signs)
    if moved >= HARDLY_MOVED or signs.accuracy("train") >= LEARNED:
        return None
    _, costs = signs.points("train")
    fall = (
        f": the cost went from {number(costs[0])} to {number(costs[-1])}" if len(costs) > 1 else ""
    )
    return Finding(
        "slow",
        "warning",
        f"Training has hardly begun{fall}, and no layer's weights have moved by more than "
        f"{number(100 * moved)} %; a larger learning rate, or more iterations, takes it further.",
        layers_table(signs.layers),
    )


def dead_units(signs: VitalSigns) -> Finding | None:
    """Some dead units are usual; they matter once half a layer is gone and the rest learns no more."""
    some = [layer for layer in signs.layers if layer.dead]
    if not some:
        return None
    told = ", ".join(
        f"{layer.dead} of {layer.units} in hidden layer {layer.layer}" for layer in some
    )
    half = any((layer.dead or 0) >= MOST * layer.units for layer in some)
    learned = signs.accuracy("train") >= LEARNED
    begun = farthest_moved(signs) >= HARDLY_MOVED
    missed = half and begun and not learned and not signs.falling("train")
    verdict = (
        "the others make up for it"
        if learned
        else "the others may be too few"
        if missed
        else "they add nothing to the answer"
    )
    return Finding(
        "dead units",
        "warning" if missed else "note",
        f"Dead ReLUs: {told} output 0 for every training {signs.noun}; {verdict}.",
        layers_table(signs.layers),
    )
