"""Many runs of one architecture at once: one product with G, and NumPy's calls paid once for all.

What may differ between them is what the numbers of a step are made of: the learning rate, λ, the
decay's rate, and the start. Runs that cannot share an iteration (mini-batches, dropout, early
stopping, an optimizer that needs the weights, data of their own) go side by side instead, to the
same numbers.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from itertools import chain

import numpy as np

from engine.dataset import Dataset, Examples
from engine.errors import HyperparameterError
from engine.evaluation import scores_of
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.initialization import initial_parameters
from engine.optimizers import Array
from engine.progress import REPORTS, Progress, Step
from engine.snapshots import Snapshot, examples_of
from engine.solvers.descent import Descent
from engine.solvers.first_layer import cheaper_solver
from engine.solvers.settings import Settings
from engine.training import Run, check_trainable, fork, train

# More runs at once would only push each other's numbers out of the processor's cache.
MOST_TOGETHER = 16

Stack = Generator[tuple[Step, ...], int | None, None]

MAY_DIFFER = frozenset({"learning_rate", "l2", "decay_rate", "seed", "initialization"})


def stacked(
    runs: Sequence[Hyperparameters],
    dataset: Dataset | Examples,
    begun: Sequence[Step] = (),
    *,
    each: bool = True,
) -> Stack:
    """Trains all of `runs`; at every 250th of the way a Step of each, in their order.

    As with a single run, `send(k)` asks for k iterations instead, but here goes no further than to
    the next 250th.

    The numbers are those of single runs, to rounding. A run that diverged keeps its last Step while
    the others go on. begun: Steps at one iteration to go on from, of runs with these settings.
    each: whether the cost after every update is wanted, or the Steps' own will do.
    Raises `HyperparameterError` for runs that differ in more than `MAY_DIFFER`.
    """
    if not runs:
        return
    for name in DECLARED:
        values = {getattr(h, name) for h in runs}
        if len(values) > 1 and name not in MAY_DIFFER:
            raise HyperparameterError(name, sorted(map(str, values)), "one value in stacked runs")
    examples = examples_of(dataset, runs[0])
    check_trainable(runs[0], examples, None)
    groups: list[Stack]
    # What began directly, alone or among fewer, has weights that are no combination of pictures.
    in_gram_space = all(b.snapshot.solver == "gram" for b in begun)
    # A single run is quicker without an axis of its own.
    if len(runs) > 1 and in_gram_space and shares_iterations(runs, examples):
        starts = range(0, len(runs), MOST_TOGETHER)
        groups = [
            together(runs[i : i + MOST_TOGETHER], examples, begun[i : i + MOST_TOGETHER], each)
            for i in starts
        ]
    elif begun:
        alone = [fork(b, h, dataset, each=each) for b, h in zip(begun, runs, strict=True)]
        groups = [by_itself(run) for run in alone]
    else:
        groups = [by_itself(train(h, dataset, each=each)) for h in runs]
    yield from in_step(groups)


def shares_iterations(runs: Sequence[Hyperparameters], examples: Examples) -> bool:
    h = runs[0]
    settings, n_1 = Settings.of(h), h.layers_dims(examples.n_x)[1]
    own_data = bool(h.training_pictures or h.label_noise) and len({r.seed for r in runs}) > 1
    solver = cheaper_solver(settings, examples.n_x, n_1, examples.m, h.num_iterations * len(runs))
    return solver == "gram" and not (settings.stochastic or h.patience or own_data)


def by_itself(run: Run) -> Stack:
    step = next(run)
    stride = -(-step.snapshot.hyperparameters.num_iterations // REPORTS)
    while True:
        asked = yield (step,)
        to_next = stride - step.iteration % stride
        step = run.send(min(asked or to_next, to_next))


def in_step(groups: Sequence[Stack]) -> Stack:
    """The Steps of all groups side by side; a group that is over keeps its last ones."""
    steps = [next(group) for group in groups]
    asked = yield tuple(chain.from_iterable(steps))
    while any(step.status == "running" for last in steps for step in last):
        steps = [
            group.send(asked) if any(step.status == "running" for step in last) else last
            for group, last in zip(groups, steps, strict=True)
        ]
        asked = yield tuple(chain.from_iterable(steps))


def together(
    runs: Sequence[Hyperparameters], examples: Examples, begun: Sequence[Step], each: bool
) -> Stack:
    h, dims = runs[0], runs[0].layers_dims(examples.n_x, len(examples.Y))
    starts = {
        key: initial_parameters(dims, *key) for key in {(r.initialization, r.seed) for r in runs}
    }
    network = Descent(
        [Settings.of(r) for r in runs],
        [starts[r.initialization, r.seed] for r in runs],
        examples,
        "gram",
        stacked=True,
        apart=any("s" in b.snapshot.state for b in begun),
    )
    starts.clear()
    progress = [Progress(r, examples) for r in runs]
    if begun:
        states = [b.snapshot.state for b in begun]
        if "s" in network.state():
            states = [b.snapshot.state_for("gram", h.optimizer, examples) for b in begun]
        network.load(states_as_one(states, network.state()), begun[0].iteration, 0)
        for p, b in zip(progress, begun, strict=True):
            p.best, p.dead = (b.best_test_cost, b.best_iteration), b.dead
    steps: list[Step] = []
    costs = network.costs()[np.newaxis]
    stride = -(-h.num_iterations // REPORTS)
    while True:
        logits, test_logits, state = network.logits, network.test_logits(), network.state()
        dead, scores = network.dead_layers(), scores_of(logits, test_logits, examples)
        steps = [
            steps[k]
            if steps and steps[k].status != "running"
            else progress[k].step(
                costs[:, k] if each or not np.isfinite(costs[:, k]).all() else costs[-1:, k],
                network.iteration,
                logits[k],
                test_logits[k],
                scores[k],
                dead[k],
                Snapshot(r, r, "gram", dims[-1], network.iteration, 0, state_of(state, k)),
            )
            for k, r in enumerate(runs)
        ]
        asked = yield tuple(steps)
        if all(step.status != "running" for step in steps):
            return
        to_next = min(stride - network.iteration % stride, h.num_iterations - network.iteration)
        costs = network.advance(min(asked or to_next, to_next), each=each)


def state_of(state: dict[str, Array], k: int) -> dict[str, Array]:
    """The state of run k alone, as that of a single run."""
    shapes: dict[str, tuple[int, ...]] = {"s": (), "upper": (-1,)}
    alone = {}
    for name, array in state.items():
        of_run = array[k] if array.size else array
        what = name.partition(".")[0]
        alone[name] = of_run.reshape(shapes[what]) if what in shapes else of_run
    return alone


def states_as_one(
    states: Sequence[Mapping[str, Array]], like: Mapping[str, Array]
) -> dict[str, Array]:
    """The opposite of `state_of`, in arrays of the shapes of `like`."""
    one = {name: np.zeros_like(array) for name, array in like.items()}
    for name, array in one.items():
        for k, state in enumerate(states):
            array[k] = state[name]
    return one
