"""Optuna's figures as they are asked for, each made once, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from typing import Any

from dashboard.worker_process import ONE_THREAD, ROOT

KEPT = 16
PATIENCE = 120.0  # seconds
AT_ONCE = 2
FAILED = "Optuna's figures could not be drawn."

Drawn = dict[str, Any]


class StudyDrawings:
    """`of` never waits: what is not there yet is being drawn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.Semaphore(AT_ONCE)
        self._drawn: OrderedDict[tuple[str, int, int], Drawn | None] = OrderedDict()

    def of(self, name: str, done: int, top: int) -> Drawn | None:
        """Of a search with `done` trials its "figures" by name, or the "problem" with them."""
        key = name, done, top
        with self._lock:
            if key not in self._drawn:
                self._drawn[key] = None
                while len(self._drawn) > KEPT:
                    self._drawn.popitem(last=False)
                threading.Thread(target=self._draw, args=(key,), daemon=True).start()
            return self._drawn[key]

    def _draw(self, key: tuple[str, int, int]) -> None:
        name, _, top = key
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        words = [sys.executable, "-P", "-m", "dashboard.sweeping.study_figures", name, str(top)]
        with self._places:
            try:
                told = subprocess.run(
                    words,
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
            if key in self._drawn:
                self._drawn[key] = drawn
