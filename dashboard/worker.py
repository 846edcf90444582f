"""The training process, `python -m dashboard.worker`: trains away from the web server.

Training inside the server would slow both several times over. A worker computes several runs at
once in short chunks, so that a command, a prediction or a short run never waits long. It lives
exactly as long as the pipe from its server.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from queue import SimpleQueue
from typing import BinaryIO

from dashboard.exploration import Exploration
from dashboard.job import REPORT_SECONDS, Job
from dashboard.loaded import keep
from dashboard.looks import look
from dashboard.messages import (
    Abandon,
    Advance,
    Answer,
    Command,
    DatasetKey,
    Explore,
    Explored,
    Failure,
    Hasten,
    News,
    Outcome,
    Pause,
    Prepare,
    Ready,
    Resume,
    Start,
    Stop,
)
from dashboard.pipes import receive, send
from dashboard.predictions import Networks
from dashboard.questions import Question, Survey
from engine.dataset import Dataset
from engine.errors import DatasetError, EngineError, shortened
from engine.plane_maps import PlaneMaps, map_plane
from engine.sources import load_dataset

MOST_PAST = 8  # runs that may wait for the look back; each holds some megabytes
MOST_OF_PICTURES = 4  # datasets; what was used least lately is loaded again when it is asked for


class Worker:
    """The runs in this process, and the commands that came for them."""

    def __init__(self, commands: SimpleQueue[Command], out: BinaryIO) -> None:
        self._commands = commands
        self._out = out
        self._jobs: dict[str, Job] = {}
        self._datasets: dict[str, Dataset] = {}
        self._networks = Networks()
        self._past: list[Job] = []  # to be looked back on when nobody waits, the newest first
        self._owed_to_eldest = 0.0  # seconds
        self._exploration: Exploration | None = None

    def work(self) -> None:
        self._say(Ready())
        while True:
            while not self._commands.empty() or self._idle:
                self._obey(self._commands.get())
            job = self._next_job()
            if job and len(self._past) <= MOST_PAST:
                self._compute(job)
            elif self._past:
                self._look_back_on(self._past.pop())
            elif self._exploration:
                self._explore(self._exploration)
            self._report_what_waits()

    @property
    def _idle(self) -> bool:
        return not (self._next_job() or self._past or self._exploration)

    def _say(self, news: News) -> None:
        try:
            send(self._out, news)
        except OSError:
            os._exit(0)  # nobody reads any more

    def _next_job(self) -> Job | None:
        """The run with the least work so far: short ones finish first, long ones share.

        A quarter of the time is the eldest's own: where new ones keep coming, it must end too.
        """
        ready = self._ready()
        if ready and self._owed_to_eldest > 0:
            return ready[0]
        return min(ready, key=lambda job: job.seconds, default=None)

    def _ready(self) -> list[Job]:
        """The runs that can go on, the eldest first; patient ones only while there is no other."""
        ready = [job for job in self._jobs.values() if not job.paused]
        return [job for job in ready if not job.patient] or ready

    def _compute(self, job: Job) -> None:
        eldest = self._ready()[0]
        before = job.seconds
        try:
            job.chunk()
        except Exception as error:
            if job.has_news:
                job.report()
            self._forget(job.token)
            self._say(Failure(job.token, sentence(error)))
        else:
            took = job.seconds - before
            self._owed_to_eldest += -took if job is eldest else took / 3
            if len(self._jobs) == 1:
                self._owed_to_eldest = 0.0
            if job.over:
                self._end(job)

    def _report_what_waits(self) -> None:
        """A run that shares the core may have news that no chunk of its own sends soon."""
        if len(self._jobs) > 1:
            late = time.perf_counter() - 2 * REPORT_SECONDS
            for job in self._jobs.values():
                if job.has_news and job.reported < late:
                    job.report()

    def _obey(self, command: Command) -> None:
        if isinstance(command, Start):
            try:
                dataset = self._dataset(command.dataset)
                self._jobs[command.token] = Job(command, dataset, self._say)
            except Exception as error:
                self._say(Failure(command.token, sentence(error)))
        elif isinstance(command, Prepare):
            with contextlib.suppress(EngineError):  # whoever needs the data is told
                _ = self._dataset(command.dataset).examples.products_and_ones
        elif isinstance(command, Question):
            self._answer(command)
        elif isinstance(command, Explore):
            self._exploration = Exploration(command, self._dataset)
        elif isinstance(command, Abandon):
            if self._exploration and self._exploration.number == command.number:
                self._exploration.close()
                self._explored(command.number)
        elif job := self._jobs.get(command.token):  # else it ended while the command travelled
            match command:
                case Hasten():
                    job.patient = False
                case Pause():
                    job.pause()
                case Resume():
                    job.resume()
                case Advance():
                    job.advance_by(command.iterations)
                case Stop():
                    job.report("stopped")
                    self._end(job)

    def _look_back_on(self, job: Job) -> None:
        """What is told of a run after its end. It is over, whatever goes wrong here."""
        try:
            job.show_film()
            job.diagnose()
        except Exception as error:
            traceback.print_exception(error)

    def _end(self, job: Job) -> None:
        if not job.preview:
            self._past.append(job)
        self._forget(job.token)

    def _forget(self, token: str) -> None:
        self._jobs.pop(token).close()

    def _explore(self, exploration: Exploration) -> None:
        exploration.chunk()
        if exploration.over:
            self._explored(exploration.number, exploration.outcomes)

    def _explored(self, number: int, outcomes: tuple[Outcome, ...] = ()) -> None:
        self._exploration = None
        self._say(Explored(number, outcomes))

    def _answer(self, question: Question) -> None:
        try:
            if isinstance(question, Survey):
                self._say(Answer(question.number, self._survey(question)))
                return
            dataset = self._dataset(question.dataset)
            self._say(Answer(question.number, look(question, dataset, self._networks)))
        except Exception as error:
            told = error if isinstance(error, EngineError) else EngineError(sentence(error))
            self._say(Answer(question.number, told))

    def _survey(self, question: Survey) -> PlaneMaps:
        if question.snapshot:
            return map_plane(pickle.loads(question.snapshot), self._dataset(question.dataset))
        if (job := self._jobs.get(question.token)) is None or job.iteration < 0:
            raise EngineError("This run has no network now")
        return job.survey()

    def _dataset(self, key: DatasetKey) -> Dataset:
        known = self._datasets.get(key.name)
        if known is None or known.digest != key.digest:
            known = load_dataset(key.name)
        keep(self._datasets, key.name, known, MOST_OF_PICTURES)
        if known.digest != key.digest:
            raise DatasetError(
                f"The dataset {shortened(key.name)} is no longer the same",
                f"digest {known.digest[:12]}",
                f"{shortened(key.digest, 12)}",
            )
        return known


def sentence(error: Exception) -> str:
    """What to show of an exception; one that nobody foresaw goes to the log in full."""
    if isinstance(error, EngineError):
        return str(error)
    traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"The training worker failed: {shortened(what, 200).rstrip('.')}."


def listen(pipe: BinaryIO, commands: SimpleQueue[Command]) -> None:
    """Takes commands until the server is gone, and then ends the process in whatever it does."""
    code = 1
    try:
        while True:
            commands.put(receive(pipe))
    except (EOFError, OSError):
        code = 0
    except Exception as error:  # a fault of this program: not to be lost without a word
        traceback.print_exception(error)
    finally:
        os._exit(code)


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two ends to the server, taken out of reach of everything that reads or prints.

    On Windows a thread that waits on handle 0 would also block whoever asks what kind it is.
    """
    commands, news = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return commands, news


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which closes the pipe
    pipe, out = private_pipes()
    commands: SimpleQueue[Command] = SimpleQueue()
    threading.Thread(target=listen, args=(pipe, commands), daemon=True).start()
    Worker(commands, out).work()


if __name__ == "__main__":
    main()
