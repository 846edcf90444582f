"""The import of one session, at the server's end (no Streamlit inside).

What a person gives lies in a private folder that goes with the session, and is read by a process of
its own. Nothing of it is seen by another session until it is kept.
"""

from __future__ import annotations

import contextlib
import pickle
import re
import shutil
import subprocess
import threading
import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from dashboard.import_messages import Done, Failed, GivenFile, Keep, Preview, Read
from dashboard.pipes import receive, send
from dashboard.worker_process import start_process
from engine.errors import DatasetError
from engine.files import why_not_written
from engine.sources.importing.arrivals import arriving
from engine.sources.importing.building import Choices
from engine.sources.importing.kept import Kept
from engine.sources.importing.library import Library
from engine.sources.importing.material import Progress

AT_ONCE = 2
_turns = threading.BoundedSemaphore(AT_ONCE)
WAITING = Progress("Waiting for another import", 0, 1)
INTERRUPTED = "The import was interrupted; nothing was kept. Choose the pictures once more."

EMPTY, READING, READ, KEEPING, KEPT = "empty", "reading", "read", "keeping", "kept"


@dataclass(frozen=True)
class Given:
    """A file from the browser: what it is called there, its content, the class of a picture."""

    name: str
    content: BinaryIO
    label: str | None = None


class _Belongings:
    """The process and the folder of an import; both go, whatever becomes of it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.stack = ExitStack()
        self.lock = threading.Lock()

    def give_up(self) -> None:
        with self.lock:
            process, self.process = self.process, None
            stack, self.stack = self.stack, ExitStack()
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                # What is still in the buffer was for a process that is gone.
                with contextlib.suppress(OSError):
                    cast(BinaryIO, pipe).close()
        stack.close()


class OwnImport:
    """`state` says how far it is; `progress`, `preview`, `kept` and `problem` what there is to show."""

    def __init__(self) -> None:
        self.state = EMPTY
        self.progress: Progress | None = None
        self.preview: Preview | None = None
        self.kept: Kept | None = None
        self.problem = ""
        self.source = ""
        self.side: int | None = None
        self._files: tuple[GivenFile, ...] = ()
        self._belongings = _Belongings()
        self._attempt = 0
        self._lock = threading.RLock()
        weakref.finalize(self, self._belongings.give_up)

    @property
    def busy(self) -> bool:
        with self._lock:  # so that what came of it is there as soon as it is over
            return self.state in (READING, KEEPING)

    @property
    def share(self) -> float:
        """Of the step that is going on, from 0 to 1."""
        progress = self.progress
        return min(1.0, progress.done / max(1, progress.total)) if progress else 0.0

    def read(self, given: Sequence[Given], side: int | None) -> None:
        """Takes the files over and begins to read them; what was there before goes."""
        self.forget()
        try:
            folder = self._belongings.stack.enter_context(arriving(Library().folder))
            self._files = tuple(_saved(folder, i, file) for i, file in enumerate(given))
        except OSError as error:
            self.forget()
            self.problem = f"The pictures could not be taken in: {why_not_written(error)}."
            return
        labels = list(dict.fromkeys(file.label for file in given if file.label is not None))
        self.source = " and ".join(labels) or (given[0].name if given else "")
        self._begin_reading(side)

    def read_again(self, side: int | None) -> None:
        """The same files in another size."""
        if not self.busy and self._files:
            self._begin_reading(side)

    def keep(self, name: str, choices: Choices) -> None:
        """Begins to make and keep the dataset."""
        with self._lock:
            if self.state == READ:
                self.state = KEEPING
                self._start(Keep(name, choices, self.source))

    def cancel(self) -> None:
        """Ends what is going on; nothing of it is left."""
        self.forget()
        Library().sweep()

    def forget(self) -> None:
        """Back to the beginning."""
        with self._lock:
            self._attempt += 1
            self.state, self.problem, self._files = EMPTY, "", ()
            self.progress = self.preview = self.kept = None
            self._belongings.give_up()

    def _begin_reading(self, side: int | None) -> None:
        with self._lock:
            self.state, self.side = READING, side
            self.preview = None
            self._start(Read(self._files, side))

    def _start(self, command: Read | Keep) -> None:
        self.problem, self.progress = "", WAITING
        self._attempt += 1
        args = (command, self._attempt)
        threading.Thread(target=self._work, args=args, name="import", daemon=True).start()

    def _work(self, command: Read | Keep, attempt: int) -> None:
        with _turns:
            try:
                process = self._process(attempt)
                if process is None:
                    return
                send(cast(BinaryIO, process.stdin), command)
                while isinstance(news := receive(cast(BinaryIO, process.stdout)), Progress):
                    if self._attempt == attempt:
                        self.progress = news
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):
                news = Failed(INTERRUPTED)
        with self._lock:
            if self._attempt == attempt:
                self._take(news)

    def _process(self, attempt: int) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._attempt != attempt:
                return None
            with self._belongings.lock:
                if self._belongings.process is None:
                    self._belongings.process = start_process("dashboard.importer")
                return self._belongings.process

    def _take(self, news: Preview | Done | Failed) -> None:
        match news:
            case Preview():
                self.state, self.preview = READ, news
            case Done():
                kept = news.kept
                self.forget()
                self.state, self.kept = KEPT, kept
            case Failed():
                if self.preview is not None and news.sentence != INTERRUPTED:
                    self.state = READ  # another choice may do
                else:
                    self.forget()
                self.problem = news.sentence


def _saved(folder: Path, number: int, given: Given) -> GivenFile:
    # Its own folder, so that equal names do not meet; its name is the person's for the sentences.
    place = folder / str(number)
    place.mkdir()
    name = re.sub(r"[^\w .()+-]", "_", given.name)[-80:].lstrip(". ") or "file"
    with (place / name).open("xb") as file:
        given.content.seek(0)
        shutil.copyfileobj(given.content, file, 2**20)
    return GivenFile(str(place / name), given.name, given.label)


def kept_with_name(name: str) -> Kept | None:
    """The kept dataset of that name; None also where the library cannot be read."""
    try:
        return Library().find(name)
    except DatasetError:
        return None
