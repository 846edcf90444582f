"""A search in words: how far it is, what it found, and how much of that may be luck."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.run_status import cost_text, share_text
from dashboard.run_words import value_words
from dashboard.sweeping.sweep import Progress, Trial
from engine.comparison import compare, counted, differ
from engine.evaluation import interval
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.study import Asked, value_of

STATES = {
    "queued": "Waiting",
    "running": "Searching",
    "paused": "Paused",
    "finished": "Done",
    "failed": "Stopped",
    "elsewhere": "Searching, started outside this page",
}


def settings_text(h: Hyperparameters | None, asked: Asked) -> str:
    """The settings that the search varies."""
    if h is None:
        return "settings that do not fit together"
    fields = [DECLARED[axis.field] for axis in asked.space().axes]
    told = [f"{d.label_inside} {value_text(d.name, h)}" for d in fields if d.needs(h)]
    return ", ".join(told)


def value_text(field: str, h: Hyperparameters) -> str:
    value = getattr(h, field)
    if isinstance(value, float):
        return f"{value:.4g}"
    text = value_words(DECLARED[field], value)
    return text if isinstance(value, int) else text.replace(",", ", ")


def objective_text(trial: Trial, asked: Asked) -> str:
    """The value that decides; of a run that has none, what became of it."""
    value = value_of(trial.outcome, asked)
    if value is None or not trial.outcome.trained:
        return trial.outcome.status
    return share_text(value) if asked.objective == "test accuracy" else cost_text(value)


def progress_text(progress: Progress, place: int, most: int) -> str:
    """How far it is, in one line."""
    done, total = len(progress.trials), progress.total
    told = [f"{STATES[progress.state]}", f"{done:,} of {counted(total, 'trial')}"]
    if progress.state == "queued":
        told[0] += f", number {place} in the queue" if place else ""
        told.append(f"{most} searches run at once")
    if progress.best:
        best = objective_text(progress.best[0], progress.asked)
        told.append(f"best {progress.asked.objective} {best}")
    if progress.speed:
        told.append(speed_text(progress.speed))
    if progress.state == "running" and (left := progress.seconds_left) is not None:
        told.append(f"about {time_text(left)} left")
    return " · ".join(told)


def speed_text(speed: float) -> str:
    return f"{speed:.1f} runs a second" if speed >= 0.95 else f"{60 * speed:.0f} runs a minute"


def time_text(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def map_summary(progress: Progress, names: Sequence[str]) -> str:
    """What the response map shows, in a sentence or two."""
    if not progress.trials:
        return "The map is empty: no trial has come to its end."
    asked, best = progress.asked, progress.best
    told = f"{counted(len(progress.trials), 'trial')} over {listed(names)}."
    if best:
        worst = objective_text(best[-1], asked)
        told += (
            f" The {asked.objective} goes from {worst} to {objective_text(best[0], asked)}, "
            f"the best (★) with {settings_text(best[0].settings, asked)}."
        )
    return told + trouble_text(progress)


def listed(names: Sequence[str]) -> str:
    """As a sentence lists them: a, b and c."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def trouble_text(progress: Progress) -> str:
    statuses = [trial.outcome.status for trial in progress.trials]
    told = ""
    if diverged := statuses.count("diverged"):
        told += f" {diverged:,} diverged (×)."
    if pruned := statuses.count("pruned"):
        told += f" {pruned:,} given up on the way (×)."
    if dead := statuses.count("dead"):
        told += f" In {dead:,} a layer died (○): it outputs 0 for every example."
        if progress.best[0].outcome.status == "dead":
            told += " The best is one of them."
    if failed := statuses.count("failed"):
        message = next(t.outcome.message for t in progress.trials if t.outcome.status == "failed")
        told += f" {failed:,} could not be trained: {message}"
    return told


def verdict(progress: Progress, m_test: int, noun: str) -> list[str]:
    """Whether the best is more than luck: against the next, against all, and that it was chosen."""
    best = [t for t in progress.best if t.outcome.test_accuracy is not None]
    if len(best) < 2 or m_test < 1:
        return []
    shares = [t.outcome.test_accuracy or 0.0 for t in best]
    told = [f"The best and the next: {compare(shares[0], shares[1], m_test, noun=noun)}"]
    alike = sum(not differ(shares[0], share, m_test) for share in shares[1:])
    if alike:
        told.append(
            f"Of the other {counted(len(shares) - 1, 'setting')}, {alike:,} cannot be told from the "
            f"best by {counted(m_test, noun)}."
        )
    if progress.asked.objective != "cost":
        told.append(
            f"The best of {len(progress.trials):,} tries was chosen on the same {m_test:,} test "
            f"{noun}s that it is judged on, which flatters it: other seeds or other {noun}s will "
            "mostly give less."
        )
    return told


def accuracy_text(share: float | None, m: int) -> tuple[str, str]:
    """A share of m examples, and its interval."""
    if share is None:
        return "–", ""
    if m < 1:
        return share_text(share), ""
    low, high = interval(share, m)
    return share_text(share), f"{100 * low:.0f} to {100 * high:.0f} %"
