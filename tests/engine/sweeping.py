"""Searches without networks: outcomes made up from the settings, on threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from optuna import Study

from engine.hyperparameters import Hyperparameters
from engine.sweeps.places import OnExecutor
from engine.sweeps.search import Search
from engine.sweeps.study import Asked, open_storage, open_study
from engine.sweeps.trials import Outcome, Work

BASE = Hyperparameters(num_iterations=10)


def asked(*axes: str, **how: object) -> Asked:
    return Asked(BASE.to_text(), axes, "drawn", "digest", **how)  # type: ignore[arg-type]


def made_up(text: str) -> Outcome:
    """Best at a learning rate of 0.01, and at many units; one of 10 diverges."""
    h = Hyperparameters.from_text(text)
    if h.learning_rate == 10:
        return Outcome(text, "diverged", "The cost is no longer a finite number.")
    cost = abs(h.learning_rate - 0.01) + 1 / (1 + sum(h.hidden_layers))
    return Outcome(
        text, "finished", "", 10, cost, cost, 1 - cost, 1 - cost, 0.0, ((0, 10), (1.0, cost))
    )


def make_up(data: object, work: Work) -> list[Outcome]:
    if work.part == 1:
        return [made_up(text) for text in work.settings]
    iterations = max(1, int(10 * work.part))
    return [replace(made_up(t), status="running", iterations=iterations) for t in work.settings]


def study_at(folder: Path, about: Asked, name: str = "a search") -> Study:
    return open_study(open_storage(f"sqlite:///{folder / 'sweeps.db'}"), name, about)


def searched(
    study: Study,
    about: Asked,
    workers: int = 2,
    *,
    train: Callable[[object, Work], list[Outcome]] = make_up,
    stop_after: int | None = None,
) -> list[tuple[int, Outcome]]:
    """What was told, in its order."""
    told: list[tuple[int, Outcome]] = []

    def enough() -> bool:
        return stop_after is not None and len(told) >= stop_after

    with ThreadPoolExecutor(workers) as threads:
        place = OnExecutor(threads, workers, None, train)
        Search(study, about, place, lambda n, o: told.append((n, o)), enough).run()
    return told
