"""A run whose hyperparameters change on its way, as one stream of Steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.dataset import Dataset, Examples
from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.progress import REPORTS, Step
from engine.training import fork, train

Stage = tuple[int, Hyperparameters]


def train_in_stages(stages: Sequence[Stage], dataset: Dataset | Examples) -> Iterator[Step]:
    """Trains with each (iteration, hyperparameters) from that iteration on; the first is 0.

    Steps are as those of `train`, and of `fork` from there on. One at which the hyperparameters
    change is told once: its cost is the one with the new ones, the costs before it are those on
    the way there. Raises `EngineError` for stages out of order or after the end of the run, and
    `HyperparameterError` for a change that would need another start.
    """
    begins = [begin for begin, _ in stages]
    if not stages or begins != sorted(set(begins)) or begins[0] != 0:
        raise EngineError("The stages of a run", begins, "iterations that grow from 0 on")
    step: Step | None = None
    for (_, h), end in zip(stages, [*begins[1:], None], strict=True):
        if step is None:
            run = train(h, dataset)
            step = next(run)
        else:
            run = fork(step, h, dataset)
            first = next(run)
            step = replace(first, costs=np.append(step.costs[:-1], first.costs))
        stride = -(-h.num_iterations // REPORTS)
        while end is None or step.iteration < end:
            yield step
            if step.status != "running":
                if end is not None:
                    allowed = f"at most {step.iteration:,}, where the run ended"
                    raise EngineError("A stage of a run", f"one from iteration {end:,}", allowed)
                return
            steps = stride - step.iteration % stride
            step = run.send(steps if end is None else min(steps, end - step.iteration))
        run.close()
