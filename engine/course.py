"""The course's functions by the course's names: the readable reference.

One example a column: X is (n_x, m), Y (1, m), W^[l] (n^[l], n^[l-1]), b^[l] (n^[l], 1).
The formulas are those of the course's week-4 exercises; `two_layer_model` and `L_layer_model`
train with the fast solvers, which give the same numbers (a test holds them together).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.dataset import Examples, Floats
from engine.errors import EngineError, ShapeError
from engine.initialization import initial_parameters
from engine.outputs import sigmoid_probabilities
from engine.solvers.descent import Descent
from engine.solvers.first_layer import cheaper_solver
from engine.solvers.settings import Settings

if TYPE_CHECKING:
    import plotly.graph_objects as go

Parameters = dict[str, Floats]
LinearCache = tuple[Floats, Floats, Floats]
LayerCache = tuple[LinearCache, Floats]


def sigmoid(Z: Floats) -> tuple[Floats, Floats]:
    """A = 1 / (1 + e^-Z), and Z as the cache."""
    return sigmoid_probabilities(Z), Z


def relu(Z: Floats) -> tuple[Floats, Floats]:
    """A = max(0, Z), and Z as the cache."""
    return np.maximum(0, Z), Z


def sigmoid_backward(dA: Floats, cache: Floats) -> Floats:
    """dZ = dA · a (1 - a)."""
    a = sigmoid_probabilities(cache)
    return np.asarray(dA * a * (1 - a))


def relu_backward(dA: Floats, cache: Floats) -> Floats:
    """dZ = dA where Z > 0, else 0."""
    return np.where(cache > 0, dA, 0.0)


FORWARD = {"sigmoid": sigmoid, "relu": relu}
BACKWARD = {"sigmoid": sigmoid_backward, "relu": relu_backward}


def initialize_parameters(n_x: int, n_h: int, n_y: int) -> Parameters:
    """W1 (n_h, n_x), b1, W2 (n_y, n_h), b2: randn · 0.01 and zeros, seed 1."""
    return initialize_parameters_deep([n_x, n_h, n_y], seed=1)


def initialize_parameters_deep(
    layer_dims: Sequence[int], *, seed: int = 3, initialization: str = "0.01"
) -> Parameters:
    """W1, b1, …, WL, bL. The exercise's start; the published results need `1/sqrt(n)` and seed 1."""
    start = initial_parameters(layer_dims, initialization, seed)
    return {name: array.copy() for name, array in start.items()}


def linear_forward(A: Floats, W: Floats, b: Floats) -> tuple[Floats, LinearCache]:
    """Z = W A + b. Raises `ShapeError` when the three do not fit."""
    check_layer("The layer", A, W, b)
    return W @ A + b, (A, W, b)


def linear_activation_forward(
    A_prev: Floats, W: Floats, b: Floats, activation: str
) -> tuple[Floats, LayerCache]:
    """A = g(W A_prev + b), with g "relu" or "sigmoid"."""
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = chosen(FORWARD, activation)(Z)
    return A, (linear_cache, activation_cache)


def L_model_forward(X: Floats, parameters: Mapping[str, Floats]) -> tuple[Floats, list[LayerCache]]:  # noqa: N802
    """AL (n_y, m) and a cache a layer: L-1 layers of relu, then one of sigmoid."""
    A, caches, L = X, [], len(parameters) // 2
    for layer in range(1, L + 1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        check_layer(f"Layer {layer}", A, W, b)
        A, cache = linear_activation_forward(A, W, b, "sigmoid" if layer == L else "relu")
        caches.append(cache)
    return A, caches


def compute_cost(AL: Floats, Y: Floats) -> Floats:
    """-1/m Σ (y log a + (1-y) log(1-a)), of shape (). A term with weight 0 counts 0, also at log 0."""
    check_same_shape("AL", AL, "Y", Y)
    with np.errstate(divide="ignore", invalid="ignore"):
        cats = np.where(Y == 0, 0.0, Y * np.log(AL))
        others = np.where(Y == 1, 0.0, (1 - Y) * np.log(1 - AL))
    return np.asarray(-np.sum(cats + others) / Y.shape[1])


def linear_backward(dZ: Floats, cache: LinearCache) -> tuple[Floats, Floats, Floats]:
    """dA_prev = Wᵀ dZ, dW = dZ A_prevᵀ / m, db = Σ dZ / m as a column."""
    A_prev, W, _ = cache
    needed = (len(W), A_prev.shape[1])
    if dZ.shape != needed:
        raise ShapeError("dZ does not fit the layer's W and A_prev", dZ.shape, str(needed))
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m


def linear_activation_backward(
    dA: Floats, cache: LayerCache, activation: str
) -> tuple[Floats, Floats, Floats]:
    """dA_prev, dW, db of a layer, from dA of its output."""
    linear_cache, activation_cache = cache
    check_same_shape("dA", dA, "Z", activation_cache)
    return linear_backward(chosen(BACKWARD, activation)(dA, activation_cache), linear_cache)


def L_model_backward(AL: Floats, Y: Floats, caches: Sequence[LayerCache]) -> dict[str, Floats]:  # noqa: N802
    """`dW1 db1 … dWL dbL`, and `dA0 … dA(L-1)`: dA(l-1) is what layer l passes back."""
    Y, grads, dA = labels_like(AL, Y), {}, AL
    for layer in range(len(caches), 0, -1):
        linear_cache, Z = caches[layer - 1]
        check_same_shape(f"Layer {layer}: dA", dA, "Z", Z)
        dZ = output_dZ(AL, Y, Z) if layer == len(caches) else relu_backward(dA, Z)
        dA, dW, db = linear_backward(dZ, linear_cache)
        grads[f"dA{layer - 1}"], grads[f"dW{layer}"], grads[f"db{layer}"] = dA, dW, db
    return grads


def output_dZ(AL: Floats, Y: Floats, Z: Floats) -> Floats:  # noqa: N802
    """dZ = dA · a (1 - a) with dA = -(y / a - (1-y) / (1-a)).

    Where a has rounded to 0 or 1 that is 0 · ∞; there its limit a - y stands.
    """
    rounded = (AL == 0) | (AL == 1)
    a = np.where(rounded, 0.5, AL)
    dA = -(Y / a - (1 - Y) / (1 - a))
    return np.where(rounded, AL - Y, sigmoid_backward(dA, Z))


def update_parameters(
    parameters: Mapping[str, Floats], grads: Mapping[str, Floats], learning_rate: float
) -> Parameters:
    """New parameters after θ = θ - α dθ; the given ones stay as they were."""
    for name, value in parameters.items():
        check_same_shape(f"d{name}", grads[f"d{name}"], name, value)
    return {name: value - learning_rate * grads[f"d{name}"] for name, value in parameters.items()}


def two_layer_model(
    X: Floats,
    Y: Floats,
    layers_dims: Sequence[int],
    learning_rate: float = 0.0075,
    num_iterations: int = 3000,
    print_cost: bool = False,
) -> Parameters:
    """Trained W1, b1, W2, b2 of linear → relu → linear → sigmoid, from `initialize_parameters`."""
    if len(layers_dims) != 3:
        raise ShapeError("layers_dims of a two-layer model", tuple(layers_dims), "(n_x, n_h, n_y)")
    parameters = initialize_parameters(*layers_dims)
    return descend(X, Y, parameters, learning_rate, num_iterations, print_cost)


def L_layer_model(  # noqa: N802
    X: Floats,
    Y: Floats,
    layers_dims: Sequence[int],
    learning_rate: float = 0.0075,
    num_iterations: int = 3000,
    print_cost: bool = False,
) -> Parameters:
    """Trained W1, b1, …, WL, bL of (linear → relu) × (L-1) → linear → sigmoid.

    Starts from randn / sqrt(n_prev) with seed 1, which gives the course's published costs.
    """
    parameters = initialize_parameters_deep(layers_dims, seed=1, initialization="1/sqrt(n)")
    return descend(X, Y, parameters, learning_rate, num_iterations, print_cost)


def descend(
    X: Floats,
    Y: Floats,
    parameters: Parameters,
    learning_rate: float,
    num_iterations: int,
    print_cost: bool,
) -> Parameters:
    """Gradient descent from `parameters` by the fast solvers, telling the cost every 100 iterations."""
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    for layer in range(1, len(parameters) // 2 + 1):
        A_shape = X if layer == 1 else parameters[f"b{layer - 1}"]
        check_layer(f"Layer {layer}", A_shape, parameters[f"W{layer}"], parameters[f"b{layer}"])
    n_y, m = len(parameters[f"b{len(parameters) // 2}"]), X.shape[1]
    if n_y != 1:
        raise ShapeError("The output layer does not tell two classes apart", n_y, "1 unit")
    if m == 0 or Y.shape != (1, m):
        raise ShapeError("Y does not fit X", Y.shape, f"(1, m), X being {X.shape}")
    if not (np.isfinite(X).all() and np.isfinite(Y).all()):
        raise EngineError("X and Y", "a value that is not finite", "numbers")
    examples = Examples(X, Y, X[:, :0], Y[:, :0])
    settings = Settings(learning_rate, ("relu",) * (len(parameters) // 2 - 1))
    n_1, n_x = parameters["W1"].shape
    solver = cheaper_solver(settings, n_x, n_1, m, num_iterations)
    network = Descent([settings], [parameters], examples, solver)
    for iteration in range(0, num_iterations, 100):
        if print_cost:
            print(f"Cost after iteration {iteration}: {network.costs()}")
        network.advance(min(100, num_iterations - iteration), each=False)
    return network.parameters(parameters, examples)


def predict(X: Floats, y: Floats, parameters: Mapping[str, Floats]) -> Floats:
    """(1, m) of 0 and 1: a probability over 0.5 is 1. Prints the accuracy against `y`."""
    AL, _ = L_model_forward(X, parameters)
    p = (AL > 0.5).astype(np.float64)
    print(f"Accuracy: {np.sum((p == labels_like(AL, y)) / X.shape[1])}")
    return p


def print_mislabeled_images(classes: Sequence[Any], X: Floats, y: Floats, p: Floats) -> go.Figure:
    """The pictures of X (n_x, m) where p differs from y, as a Plotly figure (square, RGB)."""
    from engine.mislabeled_figure import mislabeled_figure

    return mislabeled_figure(classes, X, y, p)


def check_layer(name: str, A: Floats, W: Floats, b: Floats) -> None:
    if A.ndim != 2:
        raise ShapeError(f"{name}: its input does not hold one example a column", A.shape, "(n, m)")
    if W.ndim != 2 or W.shape[1] != A.shape[0]:
        raise ShapeError(f"{name}: W does not fit its input", W.shape, f"(n, {A.shape[0]})")
    if b.shape != (W.shape[0], 1):
        raise ShapeError(f"{name}: b does not fit W", b.shape, f"({W.shape[0]}, 1)")


def check_same_shape(name: str, array: Floats, other_name: str, other: Floats) -> None:
    if array.shape != other.shape:
        raise ShapeError(f"{name} does not fit {other_name}", array.shape, str(other.shape))


def labels_like(AL: Floats, Y: Floats | Sequence[int]) -> Floats:
    """Y in the shape of AL: a notebook gives the labels as (m,) or as a list too."""
    if np.size(Y) != AL.size:
        raise ShapeError("The labels do not fit the output layer", np.shape(Y), str(AL.shape))
    return np.reshape(np.asarray(Y), AL.shape)


def chosen(table: Mapping[str, Any], activation: str) -> Any:
    if activation not in table:
        raise EngineError("The activation", activation, " or ".join(table))
    return table[activation]
