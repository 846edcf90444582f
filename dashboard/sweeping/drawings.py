"""Optuna's figures as they are asked for, each made once, in a process of its own."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashboard.worker_process import ONE_THREAD, ROOT
from engine.sweeps.study import Asked

KEPT = 16
PATIENCE = 120.0  # seconds
AT_ONCE = 2
AGAIN_SECONDS = 10.0  # after a failure; whoever asks later lets it be tried again
FAILED = "Optuna's figures could not be drawn."

Drawn = dict[str, Any]


class Wanted(NamedTuple):
    """asked: with the name alone, a search that took the name of a deleted one would be shown its
    figures."""

    name: str
    asked: Asked
    done: int
    top: int


@dataclass
class Drawing:
    told: Drawn | None = None
    failed: float = math.inf  # when


class StudyDrawings:
    """`of` never waits: what is not there yet is being drawn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.Semaphore(AT_ONCE)
        self._drawn: OrderedDict[Wanted, Drawing] = OrderedDict()

    def of(self, name: str, asked: Asked, done: int, top: int) -> Drawn | None:
        """Of a search with `done` trials its "figures" by name, or the "problem" with them."""
        key = Wanted(name, asked, done, top)
        with self._lock:
            known = self._drawn.get(key)
            if known is None or time.monotonic() > known.failed + AGAIN_SECONDS:
                self._drawn[key] = known = Drawing()
                while len(self._drawn) > KEPT:
                    self._drawn.popitem(last=False)
                threading.Thread(target=self._draw, args=(key,), daemon=True).start()
            return known.told

    def _draw(self, key: Wanted) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        words = [sys.executable, "-P", "-m", "dashboard.sweeping.study_figures", key.name]
        with self._places:
            try:
                told = subprocess.run(
                    [*words, str(key.top)],
                    capture_output=True,
                    timeout=PATIENCE,
                    check=True,
                    stdin=subprocess.DEVNULL,
                    env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
                )
                drawn: Drawn = json.loads(told.stdout)
            except (OSError, subprocess.SubprocessError, ValueError):
                drawn = {"problem": FAILED}
        with self._lock:
            if known := self._drawn.get(key):
                known.told = drawn
                known.failed = time.monotonic() if "problem" in drawn else math.inf
