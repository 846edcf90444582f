"""The course's formulas as a plain loop, one line each: what the fast solvers are held against.

Nothing here is shared with the solvers but the activation functions, the random start, and which
examples and units an iteration sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine import DECLARED, Hyperparameters
from engine.activations import ACTIVATIONS
from engine.dataset import Dataset, Examples, Floats
from engine.errors import HyperparameterError
from engine.fields import Choice, Kind, LayerSizes, PerLayer, Real, Whole
from engine.initialization import initial_parameters
from engine.solvers.batches import Batches, draw_masks

Parameters = dict[str, Floats]


def forward(
    parameters: Mapping[str, Floats],
    X: Floats,
    activations: Sequence[str],
    masks: Sequence[Floats] = (),
) -> tuple[list[Floats], list[Floats]]:
    """Z and A of every layer, A beginning with X and ending with the outputs."""
    Zs, As = [], [X]
    for layer in range(1, len(activations) + 2):
        Z = parameters[f"W{layer}"] @ As[-1] + parameters[f"b{layer}"]
        A = np.empty_like(Z)
        if layer <= len(activations):
            ACTIVATIONS[activations[layer - 1]].forward(Z, A)
            if masks:
                A *= masks[layer - 1]
        elif len(Z) == 1:
            A = 1 / (1 + np.exp(-Z))
        else:
            A = np.exp(Z) / np.exp(Z).sum(axis=0)
        Zs.append(Z)
        As.append(A)
    return Zs, As


def cost(AL: Floats, Y: Floats, parameters: Mapping[str, Floats], l2: float) -> float:
    m = Y.shape[1]
    losses = -Y * np.log(AL) if len(Y) > 1 else -Y * np.log(AL) - (1 - Y) * np.log(1 - AL)
    squares = sum(np.sum(W**2) for name, W in parameters.items() if name[0] == "W")
    return float(losses.sum() / m + l2 / (2 * m) * squares)


def gradients(
    parameters: Mapping[str, Floats],
    X: Floats,
    Y: Floats,
    activations: Sequence[str],
    l2: float = 0.0,
    masks: Sequence[Floats] = (),
) -> Parameters:
    """dW1, db1, … under the names W1, b1, …"""
    m = X.shape[1]
    Zs, As = forward(parameters, X, activations, masks)
    found: Parameters = {}
    dZ = As[-1] - Y
    for layer in range(len(Zs), 0, -1):
        W = parameters[f"W{layer}"]
        found[f"W{layer}"] = dZ @ As[layer - 1].T / m + l2 / m * W
        found[f"b{layer}"] = dZ.sum(axis=1, keepdims=True) / m
        if layer > 1:
            Z = Zs[layer - 2]
            g = ACTIVATIONS[activations[layer - 2]]
            A, slopes = np.empty_like(Z), np.empty_like(Z)
            g.forward(Z, A)
            g.derivative(Z, A, slopes)
            dZ = W.T @ dZ * slopes
            if masks:
                dZ *= masks[layer - 2]
    return found


def decayed(h: Hyperparameters, epoch: int) -> float:
    match h.decay:
        case "1/t":
            return h.learning_rate / (1 + h.decay_rate * epoch)
        case "exponential":
            return h.learning_rate * math.exp(-h.decay_rate * epoch)
        case "step":
            return h.learning_rate / 2 ** math.floor(h.decay_rate * epoch)
        case _:
            return h.learning_rate


def stepper(h: Hyperparameters) -> Callable[[Floats, Floats, str, float, int], Floats]:
    """θ after one step, from θ, its gradient, its name, α, and the number of the step from 1."""
    V: Parameters = {}
    S: Parameters = {}

    def step(theta: Floats, g: Floats, name: str, rate: float, t: int) -> Floats:
        V[name] = h.beta1 * V.get(name, np.zeros(())) + (1 - h.beta1) * g
        S[name] = h.beta2 * S.get(name, np.zeros(())) + (1 - h.beta2) * g**2
        match h.optimizer:
            case "momentum":
                return theta - rate * V[name]
            case "RMSprop":
                return theta - rate * g / (np.sqrt(S[name]) + h.epsilon)
            case "Adam":
                V_corrected = V[name] / (1 - h.beta1**t)
                S_corrected = S[name] / (1 - h.beta2**t)
                return theta - rate * V_corrected / (np.sqrt(S_corrected) + h.epsilon)
            case _:
                return theta - rate * g

    return step


def train(h: Hyperparameters, examples: Examples) -> Iterator[tuple[float, Parameters]]:
    """The cost on the whole training set and the parameters, at iteration 0, 1, …"""
    X, Y, m = examples.X, examples.Y, examples.m
    parameters = initial_parameters(h.layers_dims(examples.n_x, len(Y)), h.initialization, h.seed)
    activations = h.activation_of_each_layer
    batches = Batches(m, h.mini_batch or m, h.seed)
    step = stepper(h)
    for iteration in range(h.num_iterations + 1):
        yield cost(forward(parameters, X, activations)[1][-1], Y, parameters, h.l2), parameters
        batch = batches.at(iteration) if h.mini_batch else np.arange(m)
        masks = [np.ones((n, len(batch))) for n in h.hidden_layers] if h.keep_probs else []
        draw_masks(masks, h.keep_probs, h.seed, iteration)
        grads = gradients(parameters, X[:, batch], Y[:, batch], activations, h.l2, masks)
        rate = decayed(h, iteration // -(-m // (h.mini_batch or m)))
        parameters = {
            name: step(theta, grads[name], name, rate, iteration + 1)
            for name, theta in parameters.items()
        }


# Random examples, pictures and settings


def made_up_examples(
    n_x: int, m: int, m_test: int = 6, classes: int = 2, seed: int = 0
) -> Examples:
    random = np.random.RandomState(seed)
    X = random.rand(n_x, m + m_test)
    labels = random.randint(0, classes, (1, m + m_test))
    Y = labels.astype(float) if classes == 2 else (np.arange(classes)[:, None] == labels) * 1.0
    return Examples(X[:, :m], Y[:, :m], X[:, m:], Y[:, m:])


def made_up_dataset(
    m: int = 12, m_test: int = 5, side: int = 8, classes: int = 2, seed: int = 0
) -> Dataset:
    """Noise of side × side pixels, lighter for higher classes; every class in both sets."""
    random = np.random.RandomState(seed)
    labels = [np.arange(k)[np.newaxis] % classes for k in (m, m_test)]
    pictures = [
        (random.randint(0, 150, (k, side, side, 3)) + (of[0] * 100 // classes)[:, None, None, None])
        for k, of in zip((m, m_test), labels, strict=True)
    ]
    return Dataset(
        name="made up",
        train_pictures=pictures[0].astype(np.uint8),
        train_labels=labels[0],
        test_pictures=pictures[1].astype(np.uint8),
        test_labels=labels[1],
        classes=("non-cat", "cat") if classes == 2 else tuple(f"class {i}" for i in range(classes)),
    )


LINEAR = ("gradient descent", "momentum")


@st.composite
def settings_of_a_run(
    draw: st.DrawFn,
    *,
    m: int,
    num_iterations: int,
    most: float = 0.05,
    optimizers: Sequence[str] = LINEAR,
) -> Hyperparameters:
    """Everything a run on m examples can be told, with learning rates up to `most`."""
    hidden = draw(st.lists(st.integers(1, 7), max_size=3))
    optimizer = draw(st.sampled_from(optimizers))
    decay = draw(st.sampled_from(["none", "1/t", "exponential", "step"]))
    each = st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=len(hidden), max_size=len(hidden))
    keeps = st.lists(st.sampled_from([0.5, 0.8, 1.0]), min_size=len(hidden), max_size=len(hidden))
    told: dict[str, object] = {
        "hidden_layers": tuple(hidden),
        "learning_rate": draw(st.floats(1e-4, most)),
        "num_iterations": num_iterations,
        "activations": tuple(draw(each)),
        "initialization": draw(st.sampled_from(["0.01", "1/sqrt(n)", "He", "Xavier"])),
        "seed": draw(st.integers(0, 1000)),
        "optimizer": optimizer,
        "decay": decay,
        "mini_batch": draw(st.sampled_from([0, 0, *sorted({1, min(2, m), -(-m // 3), m})])),
        "l2": draw(st.sampled_from([0.0, 0.0, 0.1, 1.0])),
        "keep_probs": tuple(draw(st.one_of(st.just([]), keeps))),
    }
    if optimizer in ("momentum", "Adam"):
        told["beta1"] = draw(st.sampled_from([0.0, 0.5, 0.9]))
    if optimizer in ("RMSprop", "Adam"):
        told["beta2"] = draw(st.sampled_from([0.9, 0.999]))
        # With a tiny ε the first steps have the size of α wherever a gradient is rounding noise.
        told["epsilon"] = draw(st.sampled_from([1e-2, 1e-3]))
    if decay != "none":
        told["decay_rate"] = draw(st.sampled_from([0.01, 0.3]))
    return Hyperparameters(**told)  # type: ignore[arg-type]


# Any values at all, from the declaration: a field added later is drawn by itself


def values_of(kind: Kind) -> st.SearchStrategy[Any]:
    match kind:
        case Real(low, high):
            return st.floats(low, high)
        case Whole(low, high, zero=zero):
            return st.integers(low, high) | st.just(0) if zero else st.integers(low, high)
        case Choice(names):
            return st.sampled_from(names)
        case LayerSizes(most, units):
            return st.lists(values_of(units), max_size=most).map(tuple)
        case PerLayer(each):
            # Three or none, so that they fit the default's three hidden layers.
            return st.lists(values_of(each), max_size=3).map(
                lambda values: tuple(values) if len(values) == 3 else ()
            )


def drawn_fields(**narrower: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Values for those of `narrower` and for some of the others, each in its range; together they
    may be refused."""
    others = {name: values_of(d.kind) for name, d in DECLARED.items() if name not in narrower}
    return st.fixed_dictionaries(narrower, optional=others)


def accepted(values: Mapping[str, Any]) -> Hyperparameters:
    """Hyperparameters of `values`, without those that are refused beside the others."""
    left = dict(values)
    while True:
        try:
            return Hyperparameters(**left)
        except HyperparameterError as error:
            del left[error.what]  # a KeyError here: something was refused that was never given
