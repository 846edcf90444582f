"""The server's end of one training process: starts it, talks to it, notices its death."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO, cast

from dashboard.messages import Command, DatasetKey, News
from dashboard.pipes import receive, send
from dashboard.questions import Question
from dashboard.run import Run

ROOT = Path(__file__).resolve().parents[1]

# The products are small: one thread is faster than several, and every core has its own worker.
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}


@dataclass(eq=False)
class Prediction:
    """Asked and not answered yet."""

    command: Question
    future: Future[Any]
    attempts: int = 0


class WorkerProcess:
    """One child, and what it is busy with.

    `on_news` is called with each message, `on_death` once at the end, both in a thread of this
    worker. Commands are written by a second thread, so that `send` never waits for the child.
    """

    def __init__(
        self,
        on_news: Callable[[WorkerProcess, News], None],
        on_death: Callable[[WorkerProcess], None],
    ) -> None:
        self.runs: dict[str, Run] = {}
        self.predictions: dict[int, Prediction] = {}
        self.exploring: int | None = None  # the number of what it tries in between
        self.ready = False
        self.prepared: set[DatasetKey] = set()  # what it was told to load ahead
        self._on_news = on_news
        self._on_death = on_death
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._process = start_process()
        self._threads = [
            threading.Thread(target=task, name=f"worker {self.pid} {name}", daemon=True)
            for name, task in (("news", self._read), ("commands", self._write))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; negative is a signal, None as long as it lives."""
        return self._process.returncode

    def send(self, command: Command) -> None:
        self._commands.put(command)

    def predict(self, prediction: Prediction) -> None:
        prediction.attempts += 1
        self.predictions[prediction.command.number] = prediction
        self.send(prediction.command)

    def _write(self) -> None:
        pipe = cast(BinaryIO, self._process.stdin)
        # A broken pipe is a dead child, which the reading thread notices and tells.
        with contextlib.suppress(OSError):
            while (command := self._commands.get()) is not None:
                send(pipe, command)
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        pipe = cast(BinaryIO, self._process.stdout)
        try:
            with pipe, contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
                while True:
                    self._on_news(self, receive(pipe))
        finally:
            self._process.kill()
            self._process.wait()
            self._commands.put(None)
            self._on_death(self)

    def end(self) -> None:
        """Asks the child to end: closes its pipe, on which it exits, and sends it a signal."""
        self._commands.put(None)
        self._process.terminate()

    def wait(self, timeout: float) -> None:
        """Until it is gone; after `timeout` seconds it is killed."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()


def start_process(module: str = "dashboard.worker") -> subprocess.Popen[bytes]:
    """A child that runs `module`, with a pipe to it and one from it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        # -P: a file beside where the server was started must not pass for a module.
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
        # Ctrl-C in the terminal is for the server alone, also while the child still starts.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
