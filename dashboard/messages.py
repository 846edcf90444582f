"""What the server and its workers say to each other; what is asked about a network is in questions.py."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.questions import Question
from engine.dataset import Floats
from engine.findings import Finding
from engine.hyperparameters import Hyperparameters
from engine.snapshots import Snapshot
from engine.stages import Stage

Curves = dict[str, tuple[Floats, Floats]]  # by name: iterations (n,) and values (n,)


@dataclass(frozen=True)
class DatasetKey:
    """Which data: the name it is loaded by, and the digest it must then have."""

    name: str
    digest: str


# --- to a worker


@dataclass(frozen=True)
class Start:
    """Begin a run; it pauses by itself at iteration `pause_at`, if given.

    stages: its hyperparameters; of a branch all those of its way. It goes on from the moment
    `begin` of another run, whose curves to there are `history`; without a moment the way to there
    is computed once more, and not told.
    A preview is computed only while no other run can be, and is not looked back on. One in the
    background waits as a preview does.
    """

    token: str
    stages: tuple[Stage, ...]
    dataset: DatasetKey
    pause_at: int | None
    begin: Moment | None = None
    history: Curves | None = None
    preview: bool = False
    background: bool = False


@dataclass(frozen=True)
class Prepare:
    """Load these data, which a run may soon need."""

    dataset: DatasetKey


@dataclass(frozen=True)
class Hasten:
    """Somebody waits for what was begun in the background."""

    token: str


@dataclass(frozen=True)
class Pause:
    token: str


@dataclass(frozen=True)
class Resume:
    token: str


@dataclass(frozen=True)
class Advance:
    """Of a paused run: compute so many iterations and pause again."""

    token: str
    iterations: int


@dataclass(frozen=True)
class Stop:
    token: str


@dataclass(frozen=True)
class Explore:
    """Try runs that may be stacked, when there is nothing else to do, and tell how they end."""

    number: int
    runs: tuple[Hyperparameters, ...]
    dataset: DatasetKey


@dataclass(frozen=True)
class Abandon:
    """Break an exploration off."""

    number: int


Command = Prepare | Start | Hasten | Pause | Resume | Advance | Stop | Question | Explore | Abandon


# --- from a worker


@dataclass(frozen=True)
class Ready:
    """The worker has imported everything and listens."""


@dataclass(frozen=True)
class Summary:
    """The numbers of one Step, without its arrays."""

    iteration: int
    cost: float
    test_cost: float
    train_accuracy: float
    test_accuracy: float


@dataclass(frozen=True, eq=False)
class Moment:
    """What the pages show of one iteration: Z^[L] of both sets, (n_y, m), and the network.

    What follows the summary is what a run needs to go on from here as if it had not stopped.
    """

    iteration: int
    train_logits: Floats
    test_logits: Floats
    snapshot: Snapshot
    summary: Summary | None = None
    best_iteration: int = 0
    best_test_cost: float = math.inf
    dead: str = ""

    @cached_property
    def nbytes(self) -> int:
        return self.train_logits.nbytes + self.test_logits.nbytes + self.snapshot.nbytes


@dataclass(frozen=True, eq=False)
class Report:
    """News of a run since its last report.

    `train` holds (iteration, cost) at the extremes of each stretch, `steps` a row for each Step,
    `seconds` the time spent computing so far. A moment comes when the run halts. The last report
    is `whole`: it tells the curves again from the start, the same for the same run however fast
    its machine was, and takes the place of all before.
    """

    token: str
    state: str
    message: str
    train: tuple[tuple[int, float], ...]
    steps: tuple[Summary, ...]
    seconds: float
    moment: Moment | None
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Film:
    """The kept moments of a run that is over, in their order, so that it can be rewound."""

    token: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What a run that is over shows, the most useful first."""

    token: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Failure:
    """A run ended by an exception, told in one sentence."""

    token: str
    message: str


@dataclass(frozen=True, eq=False)
class Answer:
    """To the question of the same number: what looks.py says, or what went wrong."""

    number: int
    result: Any


@dataclass(frozen=True)
class Outcome:
    """How a run ended that nobody watched; right: which of the test pictures it got right."""

    state: str
    iteration: int
    cost: float
    test_accuracy: float
    right: tuple[bool, ...]


FAILED = Outcome("failed", 0, math.nan, math.nan, ())


@dataclass(frozen=True)
class Explored:
    """The outcomes of the exploration of the same number; none when it was broken off."""

    number: int
    outcomes: tuple[Outcome, ...]


News = Ready | Report | Film | Diagnosis | Failure | Answer | Explored
