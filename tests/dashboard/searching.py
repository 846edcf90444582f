"""Searches without networks, for the tests of the page: outcomes made up, and processes that talk."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence

from dashboard.sweeping.sweep import Progress, State, Sweep, Trial
from engine.hyperparameters import Hyperparameters
from engine.sweeps.study import Asked
from engine.sweeps.trials import Outcome

BASE = Hyperparameters(num_iterations=10, hidden_layers=(4,))
WAIT = 60  # seconds nothing here takes; only a failure waits so long


def asked(*axes: str, base: Hyperparameters = BASE, **how: object) -> Asked:
    return Asked(base.to_text(), axes, "drawn", "digest", **how)  # type: ignore[arg-type]


def outcome(h: Hyperparameters, accuracy: float | None = 0.8, status: str = "finished") -> Outcome:
    cost = None if accuracy is None else 1 - accuracy
    curve = ((0, 10), (0.7, cost)) if cost is not None else ((), ())
    return Outcome(h.to_text(), status, "", 10, cost, cost, accuracy, accuracy, 0.1, curve)


def progress(
    about: Asked,
    runs: Sequence[tuple[Hyperparameters, float | None, str]],
    state: State = "running",
) -> Progress:
    trials = tuple(Trial(n, outcome(*run)) for n, run in enumerate(runs))
    return Progress(state, about.wanted(), trials, about, 2.0)


def event(number: int, told: Outcome) -> str:
    return json.dumps({"number": number, **told.to_dict()})


def start_line(total: int, done: int = 0) -> str:
    return json.dumps({"name": "a search", "total": total, "done": done})


def saying(*lines: str, then: str = "") -> list[str]:
    """A process that says these lines and then does `then`."""
    program = f"import sys\nfor line in {list(lines)!r}: print(line, flush=True)\n{then}"
    return [sys.executable, "-c", program]


UNTIL_STOPPED = "sys.stdin.read(); sys.exit(1)"


def wait_until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < limit, "it did not come to that"
        time.sleep(0.02)


def wait_for_state(sweep: Sweep, state: State) -> None:
    wait_until(lambda: sweep.state == state and (state in ("queued", "running") or not sweep.child))
