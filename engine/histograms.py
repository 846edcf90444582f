"""How activations and gradients are distributed, layer by layer, as a run goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.dataset import Dataset, Examples, Floats
from engine.initialization import initial_parameters
from engine.journey import output_name
from engine.optimizers import Array
from engine.propagation import propagate, propagate_back
from engine.snapshots import Snapshot, examples_of
from engine.solvers.descent import FIRST_LAYERS

MOST_EXAMPLES = 512
MOST_INPUTS = 1024  # of which dW^[1] is looked at
BINS = 48
TAILS = 0.25  # percent of the values at either end that the outermost bins may take in


@dataclass(frozen=True, eq=False)
class Histograms:
    """The values of one array at each of k moments.

    edges: (bins + 1,), the same at all moments; the outermost bins also hold what lies beyond.
    shares: (bins, k), of the values that are finite and not 0. zeros: (k,), the share of all values
    that are exactly 0. median: (k,), of the values that are counted, NaN where there are none.
    """

    edges: Floats
    shares: Floats
    zeros: Floats
    median: Floats


@dataclass(frozen=True, eq=False)
class LayerHistory:
    """Z and A of the training examples by value, dW by size: log10 |dW|."""

    layer: int
    units: int
    activation: str
    Z: Histograms
    A: Histograms
    dW: Histograms


@dataclass(frozen=True, eq=False)
class History:
    """Of k moments. iterations: (k,). m of all_m training examples and inputs of all_inputs inputs
    (columns of dW^[1]) were looked at."""

    iterations: tuple[int, ...]
    layers: tuple[LayerHistory, ...]
    m: int
    all_m: int
    inputs: int
    all_inputs: int


def history(moments: Sequence[Snapshot], dataset: Dataset | Examples) -> History:
    """Looks at each of one run's `moments`; `dataset` is the one it was trained on.

    No unit is dropped out. Of more than 512 training examples the first 512 are looked at, and of
    more than 1,024 inputs a sample, the same each time: with 126 moments, W1 and dW1 as a whole
    would take most of the time.
    """
    h = moments[0].hyperparameters
    look = Look(moments[0], examples_of(dataset, h))
    seen = [look.at(moment) for moment in moments]
    activations = (*h.activation_of_each_layer, output_name(moments[0].n_y))
    layers = []
    for i, activation in enumerate(activations):
        Z, A, dW = ([of_layers[i][what] for of_layers in seen] for what in range(3))
        sizes = [np.log10(np.abs(values[values != 0])) for values in dW]
        layers.append(
            LayerHistory(
                i + 1,
                len(Z[0]),
                activation,
                histograms([values[values != 0] for values in Z], zeros_in(Z)),
                histograms([values[values != 0] for values in A], zeros_in(A)),
                histograms(sizes, zeros_in(dW)),
            )
        )
    return History(
        tuple(moment.iteration for moment in moments),
        tuple(layers),
        look.m,
        look.examples.m,
        len(look.inputs),
        look.examples.n_x,
    )


class Look:
    """What all moments of a run share: the examples, and the random start it began from."""

    def __init__(self, moment: Snapshot, examples: Examples) -> None:
        self.examples = examples
        self.m = min(MOST_EXAMPLES, examples.m)
        self._X, self._Y = examples.X[:, : self.m], examples.Y[:, : self.m]
        dims = moment.hyperparameters.layers_dims(examples.n_x, moment.n_y)[:2]
        start = initial_parameters(dims, moment.start.initialization, moment.start.seed)
        self._b1, self._W1X = start["b1"], start["W1"] @ self._X
        n_x = examples.n_x
        self.inputs = np.arange(n_x)
        if n_x > MOST_INPUTS:
            self.inputs = np.sort(np.random.default_rng(0).permutation(n_x)[:MOST_INPUTS])
        self._W1 = start["W1"][:, self.inputs]
        no_test = examples.X_test[self.inputs, :0], examples.Y_test[:, :0]
        self._few_inputs = Examples(examples.X[self.inputs], examples.Y, *no_test)

    def at(self, moment: Snapshot) -> list[tuple[Array, ...]]:
        """Z (n_l, m), A (n_l, m) and dW (n_l, n_prev) of each layer at `moment`, in float32."""
        first, l2 = FIRST_LAYERS[moment.solver], moment.hyperparameters.l2
        Z1 = first.on_others(moment.state, self._W1X, self._b1, self._X, self._K(moment))
        parameters = moment.upper_layers()
        with np.errstate(all="ignore"):
            passed = propagate(
                parameters, self._X, moment.hyperparameters.activation_of_each_layer, Z1
            )
            dZ = propagate_back(parameters, passed, self._Y)
            arrays = []
            for i, Z in enumerate(passed.Z):
                A_prev = passed.A[i] if i else self._X[self.inputs]
                dW = dZ[i] @ A_prev.T / self.m
                if l2:
                    W = parameters[f"W{i + 1}"] if i else self._first_weights(moment)
                    dW += l2 / self.examples.m * W
                arrays.append(tuple(a.astype(np.float32) for a in (Z, passed.A[i + 1], dW)))
        return arrays

    def _K(self, moment: Snapshot) -> Floats:  # noqa: N802
        """The products of all examples with those looked at, where the solver has them."""
        if moment.solver == "direct":
            return np.empty((0, 0))
        return self.examples.products[0][:, : self.m]

    def _first_weights(self, moment: Snapshot) -> Floats:
        """W1 at the inputs looked at."""
        weights = FIRST_LAYERS[moment.solver].weights
        W1, _ = weights(moment.state, self._W1, self._b1, self._few_inputs)
        return (
            W1 if W1.shape == self._W1.shape else W1[:, self.inputs]
        )  # the latter of a direct one


def zeros_in(arrays: Sequence[Array]) -> Floats:
    return np.array([np.mean(array == 0) for array in arrays])


def histograms(values: Sequence[Array], zeros: Floats) -> Histograms:
    """Of `values` (n,) at each moment; those that are not finite, of a run that diverged, are none."""
    finite = [v[np.isfinite(v)].astype(np.float64) for v in values]
    together = np.concatenate(finite)
    low, high = np.percentile(together, (TAILS, 100 - TAILS)) if together.size else (0.0, 1.0)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    shares = np.zeros((BINS, len(finite)))
    for i, v in enumerate(finite):
        if v.size:
            shares[:, i] = np.histogram(np.clip(v, low, high), edges)[0] / v.size
    median = np.array([np.median(v) if v.size else np.nan for v in finite])
    return Histograms(edges, shares, zeros, median)
