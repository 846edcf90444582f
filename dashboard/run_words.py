"""What to call a run: its name, or what is special about its settings (no Streamlit inside)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from dashboard.branches import stage_words
from dashboard.run_status import NAMES
from dashboard.store.kept_run import KeptRun
from engine.declaration import Declared
from engine.hyperparameters import DECLARED, PRESETS, Hyperparameters
from engine.stages import Stage

USUAL = next(iter(PRESETS))


@lru_cache(maxsize=20_000)
def settings_words(hyperparameters: Hyperparameters) -> str:
    """A preset's name, or what differs from the course's 4-layer model."""
    for name, preset in PRESETS.items():
        if hyperparameters == preset:
            return name
    return " · ".join(
        f"{declared.label} {value_words(declared, value)}"
        for name, declared in DECLARED.items()
        if (value := getattr(hyperparameters, name)) != declared.default
    )


def way_words(stages: Sequence[Stage]) -> str:
    """The settings of a run; of a branch also what was changed on its way, and where."""
    return " · ".join([settings_words(stages[0][1]), *branch_words(stages)])


def branch_words(stages: Sequence[Stage]) -> list[str]:
    """Such as `from 1,300: learning rate 0.0075 → 0.02` of each."""
    return [stage_words(begin, before, after) for (_, before), (begin, after) in pairwise(stages)]


def value_words(declared: Declared, value: object) -> str:
    """As the page writes it: a size with commas at the thousands, which a seed, a name, has not."""
    if isinstance(value, int) and declared.name != "seed":
        return f"{value:,}"
    return declared.kind.format(value)


def title(run: KeptRun) -> str:
    return run.name or way_words(run.stages)


def note(run: KeptRun) -> str:
    """What is to be said of a run that did not simply finish."""
    if run.state == "diverged":
        return f"Diverged at iteration {run.summary.iteration:,}"
    return NAMES[run.state] if run.state != "finished" else ""


def when(seconds: float, now: float | None = None) -> str:
    """A moment as a person says it: "14:05" today, "3 May" this year, else with the year."""
    then, today = time.localtime(seconds), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    day = f"{then.tm_mday} {time.strftime('%b', then)}"
    return day if then.tm_year == today.tm_year else f"{day} {then.tm_year}"


def found(run: KeptRun, words: str) -> bool:
    """Whether all of the words are in what the list says of the run."""
    said = " ".join(
        (run.name, way_words(run.stages), run.dataset.name, note(run), run.state)
    ).casefold()
    said += " " + said.replace(",", "")  # a person may leave out what stands at the thousands
    return all(word in said for word in words.casefold().split())
