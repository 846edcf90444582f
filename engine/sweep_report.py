"""How a search from the command line is told: a live table and a bar, or lines of JSON."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Any

from engine.commands import progress_bar
from engine.comparison import counted
from engine.errors import shortened
from engine.evaluation import interval
from engine.hyperparameters import DECLARED
from engine.sweeps.results import ranked, trouble_text
from engine.sweeps.study import Asked, outcomes, value_of
from engine.sweeps.trials import Outcome

if TYPE_CHECKING:
    from optuna import Study
    from tqdm import tqdm

SHOWN = 5  # of the best
DRAW_SECONDS = 0.3


class Report:
    """On a terminal the bar and the best so far below it; at the end the best and what went wrong,
    or, with `events`, a line of JSON an outcome."""

    def __init__(self, study: Study, asked: Asked, total: int, m_test: int, events: bool) -> None:
        self._asked, self._m_test, self._events = asked, m_test, events
        self._outcomes = outcomes(study)
        self._before = len(self._outcomes)
        self._started = time.perf_counter()
        self._drawn = -math.inf
        if events:
            start = {"name": study.study_name, "total": total, "done": self._before}
            print(json.dumps(start), flush=True)
        else:
            before = f"{self._before:,} of them done before"
            print(f"{study.study_name}: {counted(total, 'trial')}, {before}", flush=True)
        self._bar = progress_bar(
            total=total,
            initial=self._before,
            unit=" trials",
            dynamic_ncols=True,
            disable=events or None,
        )
        self._lines: list[tqdm[Any]] = []

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        for bar in (*reversed(self._lines), self._bar):
            bar.close()
        if self._events:
            return
        best = self._best()
        print(table(best, self._asked, self._m_test) if best else NOTHING)
        if trouble := trouble_text([o for _, o in sorted(self._outcomes.items())]):
            print(trouble)
        seconds = time.perf_counter() - self._started
        done = len(self._outcomes) - self._before
        told = f"{counted(done, 'trial')} in {seconds:.1f} s"
        print(f"{told}, {done / max(seconds, 1e-9):.1f} a second")

    def told(self, number: int, outcome: Outcome) -> None:
        self._outcomes[number] = outcome
        if self._events:
            print(json.dumps({"number": number, **outcome.to_dict()}), flush=True)
        self._bar.n += 1

    def draw(self) -> None:
        """To be called again and again: now and then it draws the bar and, each line a bar of text
        alone and no wider than the terminal, the best so far."""
        now = time.perf_counter()
        if self._bar.disable or now - self._drawn < DRAW_SECONDS:
            return
        self._drawn = now
        if best := self._best():
            self._bar.set_postfix_str(f"best {value_text(best[0][1], self._asked)}", refresh=False)
        self._bar.refresh()
        width = self._bar.format_dict["ncols"] or 80
        lines = table(best, self._asked, self._m_test).splitlines() if best else []
        for i, line in enumerate(lines):
            if i == len(self._lines):
                text = progress_bar(position=i + 1, bar_format="{desc}", dynamic_ncols=True)
                self._lines.append(text)
            self._lines[i].set_description_str(line[:width])

    def _best(self) -> list[tuple[int, Outcome]]:
        return ranked(self._outcomes.items(), self._asked)[:SHOWN]


NOTHING = "No trial came to its end with numbers."


def value_text(outcome: Outcome, asked: Asked) -> str:
    value = value_of(outcome, asked)
    return f"{asked.objective} " + ("none" if value is None else f"{value:.4g}")


def table(best: list[tuple[int, Outcome]], asked: Asked, m_test: int) -> str:
    """The best trials: what was varied, and what came out with its interval."""
    fields = [DECLARED[axis.field] for axis in asked.space().axes]
    rows = [["trial", *(d.short for d in fields), "test accuracy", "test cost", "cost"]]
    for number, outcome in best:
        h = outcome.hyperparameters
        varied = [d.kind.format(getattr(h, d.name)) if d.needs(h) else "–" for d in fields]
        accuracy = outcome.test_accuracy
        low, high = interval(accuracy, m_test) if accuracy is not None else (math.nan, math.nan)
        told = "–" if accuracy is None else f"{accuracy:.3f} ({low:.2f} to {high:.2f})"
        costs = [cost_text(cost) for cost in (outcome.test_cost, outcome.cost)]
        rows.append([str(number), *(shortened(v, 24) for v in varied), told, *costs])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows
    )


def cost_text(cost: float | None) -> str:
    if cost is None:
        return "–"
    return f"{cost:.4f}" if cost < 10_000 else f"{cost:.3g}"
