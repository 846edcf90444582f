"""Training, one iteration after another: the calls of passes.py and of the optimizer, in a loop.

Where every iteration sees the whole training set and the whole network, the forward pass that ends
an iteration also begins the next one, and the cost after every update is known for nothing. With
mini-batches or dropout the cost of the whole set takes a pass of its own, made once a report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS
from engine.dataset import Examples, Floats
from engine.optimizers import OPTIMIZERS, Array, Call, Trained
from engine.outputs import output_of
from engine.solvers import blas
from engine.solvers.batches import Batches, draw_masks
from engine.solvers.buffers import Buffers
from engine.solvers.direct import DirectLayer
from engine.solvers.first_layer import FirstLayer, Solver, State
from engine.solvers.gram import GramLayer
from engine.solvers.pace import Pace
from engine.solvers.passes import Passes, forward_above
from engine.solvers.settings import Settings
from engine.solvers.upper_layers import UpperLayers

FIRST_LAYERS: Mapping[Solver, type[GramLayer | DirectLayer]] = {
    "gram": GramLayer,
    "direct": DirectLayer,
}


class Descent:
    """A network being trained, or K of one architecture at once (`stacked`, in Gram space).

    runs, starts: settings and W1, b1, …, WL, bL of each. Arrays of stacked runs have an axis of K
    before the shapes given here. apart: in Gram space, keeps s and b1 apart from C also without L2,
    to go on from a state that has them.
    """

    def __init__(
        self,
        runs: Sequence[Settings],
        starts: Sequence[Mapping[str, Floats]],
        examples: Examples,
        solver: Solver,
        *,
        stacked: bool = False,
        apart: bool = False,
    ) -> None:
        self._settings = runs[0]
        self._stochastic = self._settings.stochastic
        self._lead = lead = (len(runs),) if stacked else ()
        dtype = self._settings.dtype
        self._Y = examples.Y.astype(dtype)
        self._activations = [ACTIVATIONS[name] for name in self._settings.activations]
        self._output = output_of(len(self._Y))
        layers = range(1, len(starts[0]) // 2 + 1)

        def start(name: str) -> Floats:
            return np.stack([s[name] for s in starts]) if stacked else starts[0][name]

        upper = [np.concatenate([start(f"W{i}"), start(f"b{i}")], axis=-1) for i in layers if i > 1]
        self._upper = UpperLayers(upper, lead, dtype)
        self._units = [starts[0][f"b{i}"].shape[0] for i in layers]
        self._m = examples.m
        self._pace = Pace(runs, lead)
        self._buffers = Buffers(self._units, self._m, lead, dtype)
        self.first: FirstLayer = FIRST_LAYERS[solver](
            [s["W1"] for s in starts],
            [s["b1"] for s in starts],
            examples,
            self._buffers.dZ1,
            apart=apart or self._pace.pulls,
        )
        self._trained: dict[str, Trained] = {**self.first.trained, "upper": self._upper.trained}
        rule = OPTIMIZERS[self._settings.optimizer].rule
        self._update = [c for t in self._trained.values() for c in rule(t, self._pace)]
        self._batches = Batches(self._m, self._settings.batch_of(self._m), self._settings.seed)
        self._programs: dict[int, tuple[NDArray[np.intp] | None, list[Array], list[Call]]] = {}
        self._seen_whole: tuple[int, tuple[Array, list[Array], Array]] | None = None
        self.iteration = self._since = 0
        self._multiplications = max(self._units) * self._m * max(*self._units, self._m)
        self._passes = self._passes_on(self._buffers)
        m_test = examples.X_test.shape[1]
        self._test_buffers = Buffers(self._units, m_test, lead, dtype)
        test_passes = self._passes_on(self._test_buffers)
        self._test_calls = [*test_passes.forward_on_test()] if m_test else []
        self._refresh()
        self._iteration = (
            []
            if self._stochastic
            else [*self._passes.backward(), *self._update, *self._passes.forward()]
        )

    def _passes_on(
        self,
        buffers: Buffers,
        batch: NDArray[np.intp] | None = None,
        masks: Sequence[Array] = (),
    ) -> Passes:
        return Passes(
            buffers,
            self.first,
            self._upper,
            self._activations,
            self._output,
            self._Y,
            self._pace.scale,
            batch=batch,
            masks=masks,
        )

    def _refresh(self) -> None:
        """A forward pass of the whole set, after the parameters were set."""
        if not self._stochastic:
            with np.errstate(all="ignore"):
                for call in self._passes.forward():
                    call()

    def _program(self, k: int) -> tuple[NDArray[np.intp] | None, list[Array], list[Call]]:
        """For batches of k examples: the index to fill, the masks to draw, and the calls to make."""
        if k not in self._programs:
            whole = not self._settings.mini_batch
            dtype = self._settings.dtype
            index = None if whole else np.zeros(k, dtype=np.intp)
            masks = (
                [np.ones((n, k), dtype) for n in self._units[:-1]] if self._settings.drops else []
            )
            # Not the run's own buffers: C's gradient lies there, of the whole set.
            buffers = self._buffers if whole else Buffers(self._units, k, self._lead, dtype)
            passes = self._passes_on(buffers, index, masks)
            self._programs[k] = index, masks, [*passes.forward(), *passes.backward(), *self._update]
        return self._programs[k]

    def advance(self, iterations: int, *, each: bool = True) -> Array:
        """Takes so many steps; the training cost after each: (iterations,).

        The last alone, (1,), where an iteration does not see the whole set; and where not each is
        wanted, as long as all are finite numbers and without L2.
        """
        # A diverging run is told by its costs, not by NumPy's warnings.
        with blas.threads_for(self._multiplications), np.errstate(all="ignore"):
            if self._stochastic:
                for _ in range(iterations):
                    self._stochastic_iteration()
                return self.costs()[np.newaxis]
            Z = self._buffers.Z[-1]
            logits = np.empty((iterations, *Z.shape), Z.dtype)
            penalties = np.zeros((iterations, *self._lead))
            diverged = ~np.isfinite(Z).all(axis=(-2, -1))
            for i in range(iterations):
                self._whole_iteration()
                logits[i] = Z
                if self._pace.pulls:
                    penalties[i] = self._penalty(self._buffers.Z1)
            if not each and not self._pace.pulls:
                finite = np.isfinite(logits).all(axis=(-2, -1))
                if (finite | diverged).all():
                    logits, penalties = logits[-1:], penalties[-1:]
            return self._output.costs(logits, self._Y) + penalties

    def _whole_iteration(self) -> None:
        self._pace.set(self.iteration - self._since, self.iteration, self._m)
        for call in self._iteration:
            call()
        self.iteration += 1

    def _stochastic_iteration(self) -> None:
        settings, batch = self._settings, None
        if settings.mini_batch:
            batch = self._batches.at(self.iteration)
        k = self._m if batch is None else len(batch)
        index, masks, calls = self._program(k)
        if index is not None and batch is not None:
            index[...] = batch
        if masks:
            draw_masks(masks, settings.keep_probs, settings.seed, self.iteration)
        self._pace.set(self.iteration - self._since, self._batches.epoch(self.iteration), k)
        for call in calls:
            call()
        self.iteration += 1

    def _penalty(self, Z1: Array) -> Array:
        norms = self.first.squared_norm(Z1) + self._upper.squared_norm()
        return self._pace.penalty(norms, self._m)

    def _whole(self) -> tuple[Array, list[Array], Array]:
        """Z1, A of every hidden layer and Z^[L] on the whole training set now."""
        if not self._stochastic:
            b = self._buffers
            return b.Z1, b.A, b.Z[-1]
        if self._seen_whole is None or self._seen_whole[0] != self.iteration:
            Z1 = self.first.on_train()
            hidden, Z = forward_above(Z1, self._upper, self._activations)
            self._seen_whole = self.iteration, (Z1, hidden, Z)
        return self._seen_whole[1]

    def costs(self) -> Array:
        """The training cost now, with its L2 term: of shape ()."""
        with np.errstate(all="ignore"):
            Z1, _, Z = self._whole()
            costs = self._output.costs(Z, self._Y)
            return np.asarray(costs + (self._penalty(Z1) if self._pace.pulls else 0.0))

    @property
    def stochastic(self) -> bool:
        return self._stochastic

    @property
    def logits(self) -> Array:
        """Z^[L] on the training set now, (n_y, m)."""
        with np.errstate(all="ignore"):
            return self._whole()[2].copy()

    def test_logits(self) -> Array:
        """Z^[L] on the test set now, (n_y, m_test)."""
        with np.errstate(all="ignore"):
            for call in self._test_calls:
                call()
        return self._test_buffers.Z[-1].copy()

    def dead_layers(self) -> list[int | None]:
        """Of each run the first hidden layer (from 1) whose units all output 0 for every training
        example, if there is one."""
        found: list[int | None] = [None] * max(1, *self._lead, 1)
        for layer, g in reversed(list(enumerate(self._activations, 1))):
            if g.dies:
                alive = self._whole()[1][layer - 1].any(axis=(-2, -1)).reshape(-1)
                found = [f if up else layer for f, up in zip(found, alive, strict=True)]
        return found

    def state(self) -> dict[str, Array]:
        """Copies of all that a step changes, by name."""
        arrays: dict[str, Array] = {}
        for name, trained in self._trained.items():
            arrays |= trained.state(name)
        return arrays

    def load(self, state: State, iteration: int, since: int) -> None:
        """Goes on from a `state` at `iteration`; V and S that it lacks start at zero.

        since: the iteration from which the optimizer counts its steps.
        """
        for name, trained in self._trained.items():
            trained.load(name, state)
        self.iteration, self._since, self._seen_whole = iteration, since, None
        self._refresh()

    def parameters(self, start: Mapping[str, Floats], examples: Examples) -> dict[str, Floats]:
        """`{"W1": …, "b1": …, …}` now; `start` holds the W1 and b1 this descent began with."""
        W1, b1 = self.first.weights(self.state(), start["W1"], start["b1"], examples)
        return {"W1": W1, "b1": b1, **split_upper(self._upper.matrices)}


def split_upper(upper: Sequence[Array]) -> dict[str, Floats]:
    """[W b] of layers 2, 3, … as `{"W2": …, "b2": …}`."""
    parameters = {}
    for layer, W in enumerate(upper, 2):
        parameters[f"W{layer}"] = W[:, :-1].astype(np.float64)
        parameters[f"b{layer}"] = W[:, -1:].astype(np.float64)
    return parameters
