"""What a network said of a picture all along its training, from the kept moments of the run.

In Gram space W1 = s W1(0) + C Xᵀ, so for a picture x only W1(0) x and Xᵀ x are needed, once: the
weights of the hundred moments are never made.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.dataset import Dataset, Floats, Pictures
from engine.evaluation import class_probabilities
from engine.initialization import initial_parameters
from engine.models import logits_from
from engine.preparation import prepare
from engine.snapshots import Snapshot
from engine.solvers.descent import FIRST_LAYERS


def probabilities_over(moments: Sequence[Snapshot], dataset: Dataset, pictures: Pictures) -> Floats:
    """P of each class, (moments, classes, k), of pictures (k, height, width, 3) uint8.

    `moments` are of one run, or of one and what branched from it; `dataset` is the one it was
    trained on. NaN where the network has diverged.
    """
    first = moments[0]
    prepared = prepare(dataset, first.hyperparameters)
    X = prepared.read(pictures)
    dims = first.hyperparameters.layers_dims(len(X), first.n_y)[:2]
    start = initial_parameters(dims, first.start.initialization, first.start.seed)
    W1X, K = start["W1"] @ X, prepared.examples.X.T @ X
    told = []
    for moment in moments:
        Z1 = FIRST_LAYERS[moment.solver].on_others(moment.state, W1X, start["b1"], X, K)
        activations = moment.hyperparameters.activation_of_each_layer
        with np.errstate(all="ignore"):
            told.append(class_probabilities(logits_from(Z1, moment.upper_layers(), activations)))
    return np.stack(told)
