"""A run whose hyperparameters change on its way, as one stream of Steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from engine.dataset import Dataset, Examples
from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.progress import REPORTS, Step
from engine.training import Run, check_change, fork, train

Stage = tuple[int, Hyperparameters]


def check_stages(stages: Sequence[Stage]) -> None:
    """Raises `EngineError` for stages out of order, and `HyperparameterError` for a change that
    would need another start, or an end before a stage begins."""
    begins = [begin for begin, _ in stages]
    if not stages or begins != sorted(set(begins)) or begins[0] != 0:
        raise EngineError("The stages of a run", begins, "iterations that grow from 0 on")
    for (_, before), (begin, after) in pairwise(stages):
        if begin > before.num_iterations:
            allowed = f"at most {before.num_iterations:,}, where the run ends"
            raise EngineError("A stage of a run", f"one from iteration {begin:,}", allowed)
        check_change(before, after, begin)


def train_in_stages(stages: Sequence[Stage], dataset: Dataset | Examples) -> Run:
    """Trains with each (iteration, hyperparameters) from that iteration on; the first is 0.

    Steps are as those of `train`, and of `fork` from there on, and as many iterations apart as is
    sent, but for the beginning of a stage, where there is always one. That is told once: its cost is
    the one with the new hyperparameters, the costs before it are those on the way there. Raises what
    `check_stages` does, and `EngineError` for a stage after the end that a run came to by itself.
    """
    check_stages(stages)
    begins = [begin for begin, _ in stages]
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
            asked = yield step
            if step.status != "running":
                if end is not None:
                    allowed = f"at most {step.iteration:,}, where the run ended"
                    raise EngineError("A stage of a run", f"one from iteration {end:,}", allowed)
                return
            steps = max(1, asked or stride - step.iteration % stride)
            step = run.send(steps if end is None else min(steps, end - step.iteration))
        run.close()
