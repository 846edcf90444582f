"""What is asked about networks, of whichever worker has time: every question has a method here."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any

import numpy as np

from dashboard.answers import Answers
from dashboard.crew import Crew
from dashboard.explanations import Explanation
from dashboard.looks import Travelled
from dashboard.messages import DatasetKey, Moment
from dashboard.questions import (
    CheckGradient,
    Count,
    Example,
    Explain,
    Follow,
    Paint,
    Predict,
    Question,
    Recall,
)
from dashboard.run import Run
from engine.dataset import Floats, Pictures
from engine.gradient_check import GradientCheck
from engine.histograms import History
from engine.plane_maps import PlaneMaps
from engine.snapshots import Snapshot


class Inquiries:
    """Questions about one moment of a run, or about all of its film. Each is asked of a worker once.

    A future raises `EngineError` when there is no network yet, or what is asked does not fit it.
    """

    def __init__(self, lock: threading.RLock, crew: Crew) -> None:
        """lock: the pool's, under which a crew is spoken to."""
        self._lock = lock
        self._crew = crew
        self._answers = Answers()

    def predict(self, run: Run, pictures: Pictures, moment: Moment | None = None) -> Future[Floats]:
        """P(y = 1) of each picture, (k, height, width, 3) uint8, by the network of `run.moment`,
        or of another moment of the run."""
        seen = np.ascontiguousarray(pictures)
        key = "predict", hashlib.sha256(seen.tobytes()).digest()
        return self._ask(run, moment, lambda n, about: Predict(n, about, run.dataset, seen), key)

    def predict_by(
        self, snapshot: Snapshot, dataset: DatasetKey, pictures: Pictures
    ) -> Future[Floats]:
        """The same by a network of the store, which is no run of this pool."""
        seen = np.ascontiguousarray(pictures)
        with self._lock:
            return self._crew.ask(snapshot, lambda n, about: Predict(n, about, dataset, seen))

    def first_layer(self, run: Run, moment: Moment | None = None) -> Future[Pictures]:
        """The weights of each unit of the first layer as a picture, (n_1, side, side, 3) uint8."""
        return self._ask(run, moment, lambda n, about: Paint(n, about, run.dataset))

    def journey(self, run: Run, moment: Moment, example: Example) -> Future[Travelled]:
        """Every array of the course's formulas for one example, in few numbers."""
        return self._ask(
            run, moment, lambda n, about: Follow(n, about, run.dataset, example), example.key
        )

    def check_gradient(self, run: Run, moment: Moment, layer: int) -> Future[GradientCheck]:
        """One layer's gradient on the training set against central differences of the cost."""
        return self._ask(
            run, moment, lambda n, about: CheckGradient(n, about, run.dataset, layer), layer
        )

    def histograms(self, run: Run, film: tuple[Moment, ...]) -> Future[History]:
        """How the layers' activations and gradients are distributed over the moments of `film`."""
        return self._ask_of_film(
            run, film, lambda n, about: Count(n, about, run.dataset), "histograms"
        )

    def explain(
        self, run: Run, picture: Pictures, moment: Moment | None = None, leave_out: int = -1
    ) -> Future[Explanation]:
        """Why a network says what it says of a picture (height, width, 3) uint8; `leave_out` is its
        column in the training set, if it is one of it."""
        seen = np.ascontiguousarray(picture)
        key = "explain", hashlib.sha256(seen.tobytes()).digest(), leave_out
        return self._ask(
            run, moment, lambda n, about: Explain(n, about, run.dataset, seen, leave_out), key
        )

    def recall(self, run: Run, film: tuple[Moment, ...], pictures: Pictures) -> Future[Floats]:
        """P of each class of pictures (k, height, width, 3) uint8 at the moments of `film`:
        (moments, classes, k)."""
        seen = np.ascontiguousarray(pictures)
        key = "recall", hashlib.sha256(seen.tobytes()).digest()
        return self._ask_of_film(
            run, film, lambda n, about: Recall(n, about, run.dataset, seen), key
        )

    def survey(self, run: Run, moment: Moment | None = None) -> Future[PlaneMaps]:
        """What the network of the run as it is now, or of one of its moments, makes of the plane.

        The future raises `EngineError` also when the run came to its end meanwhile.
        """
        with self._lock:
            last = None if run.state == "running" else run.moment
            return self._crew.survey(run, moment or last)

    def _ask(
        self,
        run: Run,
        moment: Moment | None,
        question: Callable[[int, bytes], Question],
        what: Hashable = None,
    ) -> Future[Any]:
        """Asks about a moment of a run; once only, where `what` names the question."""
        with self._lock:
            seen = moment or run.moment
            about = seen.snapshot if seen else None
            if what is None or seen is None:
                return self._crew.ask(about, question)
            key = run.token, seen.iteration, what
            return self._answers.of(key, lambda: self._crew.ask(about, question))

    def _ask_of_film(
        self,
        run: Run,
        film: tuple[Moment, ...],
        question: Callable[[int, bytes], Question],
        what: Hashable,
    ) -> Future[Any]:
        about = tuple(moment.snapshot for moment in film)
        key = run.token, what, len(film), film[-1].iteration if film else -1
        with self._lock:
            return self._answers.of(key, lambda: self._crew.ask(about, question))
