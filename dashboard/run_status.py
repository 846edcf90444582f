"""A run's state in one line of words, for the page and for a reader who cannot see the chart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.messages import Summary
    from dashboard.run import Run

NAMES = {
    "queued": "Waiting for a free core",
    "running": "Training",
    "paused": "Paused",
    "finished": "Finished",
    "diverged": "Diverged",
    "dead": "Finished, but dead",
    "stopped": "Stopped",
    "failed": "Failed",
}


def status_text(run: Run) -> str:
    """Such as `Finished · 2,500 iterations · 0.27 s · cost 0.0884 · train 98.6 % · test 80.0 %`."""
    parts = [NAMES[run.state]]
    if run.state == "queued":
        parts += [f"{run.before:,} before you"] if run.before else []
    elif run.state == "diverged":
        parts = [f"Diverged at iteration {run.iteration:,}", f"{run.seconds:.2f} s"]
    elif run.latest is not None:
        if run.state in ("finished", "dead"):
            plural = "" if run.iteration == 1 else "s"
            parts += [f"{run.iteration:,} iteration{plural}", f"{run.seconds:.2f} s"]
        else:
            how_far = f"{run.iteration:,} of {run.num_iterations:,} iterations"
            parts += [how_far, f"{run.seconds:.1f} s"]
        if run.origin:
            parts.insert(1, f"branched at {run.begun_at:,}")
        parts += numbers(run.latest)
    if run.message:
        parts.append(run.message)
    if run.restarts and run.state != "failed":
        parts.append("started again after its worker died")
    return " · ".join(parts)


def result_text(run: Run) -> str:
    """What came of a run so far: `cost 0.0884 · train 98.6 % · test 80.0 %`."""
    known = [] if run.latest is None or run.state == "diverged" else numbers(run.latest)
    state = [] if run.state == "finished" else [NAMES[run.state]]
    return " · ".join(state + known)


def numbers(summary: Summary) -> list[str]:
    return [
        f"cost {cost_text(summary.cost)}",
        f"train {share_text(summary.train_accuracy)}",
        f"test {share_text(summary.test_accuracy)}",
    ]


def preview_text(run: Run) -> str:
    """How much of a run its preview shows, such as `preview: 600 of 2,500 iterations`."""
    if run.state == "diverged":
        return f"preview: diverged at iteration {run.iteration:,}"
    if run.iteration >= run.num_iterations:
        return f"preview: all {run.num_iterations:,} iterations"
    return f"preview: {run.iteration:,} of {run.num_iterations:,} iterations"


def cost_text(cost: float) -> str:
    if not math.isfinite(cost):
        return "not a number"
    plain = cost == 0 or 1e-3 <= abs(cost) < 1e4
    return f"{cost:.4f}" if plain else f"{cost:.2e}"


def share_text(share: float) -> str:
    return f"{100 * share:.1f} %" if math.isfinite(share) else "unknown"
