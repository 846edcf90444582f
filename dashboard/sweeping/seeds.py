"""A seed band: a search over nothing but the seed, known by the setting it is of."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.run_hash import run_hash
from dashboard.run_words import settings_words
from dashboard.sweeping.sweep import Progress
from engine.dataset import Dataset
from engine.errors import shortened
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.study import Asked
from engine.sweeps.trials import Outcome

COUNTS = (16, 64)
LONGEST = 60  # letters of the settings in a name


def without_seed(h: Hyperparameters) -> Hyperparameters:
    return h.with_changes(seed=DECLARED["seed"].default)


def band_asked(h: Hyperparameters, dataset: Dataset, seeds: int) -> Asked:
    """The search over the seeds 1 to `seeds` of that setting."""
    axes = (f"seed=1..{seeds}/{seeds}:linear",)
    return Asked(without_seed(h).to_text(), axes, dataset.name, dataset.digest, sampler="grid")


def band_name(h: Hyperparameters, dataset: Dataset, seeds: int) -> str:
    """The same for the same setting, dataset and number of seeds; unlike any other."""
    h = without_seed(h)
    words = shortened(settings_words(h), LONGEST)
    return f"{seeds} seeds · {words} · {run_hash(h, dataset.digest)[:10]}"


def by_seed(progress: Progress) -> Mapping[int, Outcome]:
    """Of the runs that are done, what came of each."""
    return {t.settings.seed: t.outcome for t in progress.trials if t.settings}
