"""One search being carried out: the process `python -m engine … --events`, and what it says.

The process ends when the pipe to it is closed, so also when the server is killed; what it has told
is in the database by then.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from typing import Any, cast

from dashboard.worker_process import ONE_THREAD, ROOT
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.study import Asked

log = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds a process has to end by itself
DIED = "The search's process ended unexpectedly. {}"
BROKEN = "The search's process said something that cannot be read. {}"
GO_ON = "What was finished is kept: Start again goes on."

Event = dict[str, Any]

# -P: a file beside where the server was started must not pass for a module.
ENGINE = (sys.executable, "-P", "-m", "engine")


def sweep_command(name: str, asked: Asked) -> list[str]:
    """The words that carry out, or go on with, what was asked for under that name."""
    return [
        *ENGINE,
        *("sweep", "--events"),
        f"--name={name}",
        f"--data={asked.dataset}",
        f"--sampler={asked.sampler}",
        f"--objective={asked.objective}",
        f"--trials={asked.trials}",
        f"--search-seed={asked.seed}",
        f"--batch={asked.batch}",
        f"--pruner={asked.pruner}",
        *flags(Hyperparameters.from_text(asked.base)),
        "--",
        *asked.axes,
    ]


def cliff_command(base: Hyperparameters, dataset: str) -> list[str]:
    """The words that look for the largest stable learning rate."""
    return [*ENGINE, "cliff", "--events", f"--data={dataset}", *flags(base)]


def flags(h: Hyperparameters) -> list[str]:
    """The settings as the command line takes them."""
    return sorted(
        f"--{d.short.replace('_', '-')}={d.kind.format(getattr(h, d.name))}"
        for d in DECLARED.values()
    )


class Child:
    """`on_event` is called with each line, `on_end` once with a sentence, which is empty when all
    was done or the process was stopped; both in a thread of this child.

    then: how a sentence on a process that broke down ends.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_event: Callable[[Event], None],
        on_end: Callable[[str], None],
        then: str = GO_ON,
    ) -> None:
        self._on_event, self._on_end, self._then = on_event, on_end, then
        self._stopped = self._broken = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the reading thread)
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
                start_new_session=True,  # Ctrl-C in the terminal is for the server alone
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError:
            self._errors.close()
            raise
        self._thread = threading.Thread(target=self._read, name=f"sweep {self.pid}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Asks it to end; it is killed when it does not."""
        self._stopped = True
        with contextlib.suppress(OSError):
            cast(Any, self._process.stdin).close()
        killer = threading.Timer(PATIENCE, self._process.kill)
        killer.daemon = True
        killer.start()

    def wait(self, timeout: float) -> None:
        """Until it is gone; after `timeout` seconds it is killed."""
        self._thread.join(timeout)
        self._process.kill()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _read(self) -> None:
        with cast(Any, self._process.stdout) as lines:
            for line in lines:
                try:
                    event = json.loads(line)
                    if not isinstance(event, dict):
                        raise ValueError("a line that is no object")
                    self._on_event(event)
                except (ValueError, KeyError, TypeError):
                    log.exception("A line of a search could not be read: %r", line[:200])
                    self._broken = True
        code = self._process.wait()
        with contextlib.suppress(OSError):
            cast(Any, self._process.stdin).close()
        with self._errors as errors:
            errors.seek(0)
            told = errors.read(100_000).decode("utf-8", "replace")
        self._on_end(self._sentence(code, told))

    def _sentence(self, code: int, told: str) -> str:
        if self._stopped:
            return ""
        if code == 0:
            return BROKEN.format(self._then) if self._broken else ""
        lines = told.strip().splitlines()
        if lines and code in (1, 2) and "Traceback" not in told:
            # The command's own sentence; after one on its words there is where to read on.
            said = lines[-1] if code == 1 else lines[0]
            return re.sub(r"^python -m engine \w+: ", "", said)
        log.error("A search's process ended with code %d: %s", code, told)
        return DIED.format(self._then)
