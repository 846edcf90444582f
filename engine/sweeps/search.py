"""The search itself: ask Optuna, train what it proposes in batches, tell Optuna what came out.

Runs of one architecture that are proposed together are trained stacked. A sampler that learns
proposes `batch` trials at a time and hears of all of them in their order, so that the same seed
gives the same trials with one worker and with a hundred; the others go on proposing all the while.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.sweeps.errors import SweepError
from engine.sweeps.places import Future, Place
from engine.sweeps.pruners import make_pruner, parts_of
from engine.sweeps.samplers import SAMPLERS
from engine.sweeps.study import AGAIN, OUTCOME, Asked, outcome_of, outcomes, owned, value_of
from engine.sweeps.trials import MOST_TOGETHER, Outcome, Work, shape_of

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial, Trial

AHEAD = 64  # proposed trials that may wait for company of their own architecture
ATTEMPTS = 3  # of runs whose worker is lost each time: so many in company, then as many alone
WAIT_SECONDS = 0.2


@dataclass
class Batch:
    """Trials that are being trained together."""

    trials: list[Trial]
    work: Work
    attempt: int = 1
    alone: bool = False  # nothing else is trained meanwhile: a lost worker is this run's doing
    renewals: int = 0  # of the place, before it was sent


Waiting = tuple["Trial", str, Outcome | None]
"""A trial, its settings, and what came out so far, if it was trained a part of the way."""


@dataclass
class Search:
    """told: is called with each outcome and its trial's number. stop: whether to come to an end."""

    study: Study
    asked: Asked
    place: Place
    told: Callable[[int, Outcome], None] = lambda number, outcome: None
    stop: Callable[[], bool] = lambda: False
    _waiting: dict[tuple[Hyperparameters, float], list[Waiting]] = field(default_factory=dict)
    _suspects: list[Batch] = field(default_factory=list)
    _running: dict[Future, Batch] = field(default_factory=dict)
    _arrived: queue.SimpleQueue[Future] = field(default_factory=queue.SimpleQueue)
    _renewals: int = 0
    _generation: dict[int, tuple[Trial, Outcome]] = field(default_factory=dict)

    def run(self) -> None:
        """Until all trials are told, or `stop`; then what was begun is there to be begun again."""
        self._space = self.asked.space()
        self._distributions = self._space.distributions()
        self._learns = SAMPLERS[self.asked.sampler].learns
        self.study.pruner = make_pruner(self.asked.pruner, self._space.base.num_iterations)
        with owned(self.study) as say_so:
            self._resume()
            try:
                while not self.stop() and (self._may_ask() or self._begun):
                    say_so()
                    self._turn()
            finally:
                for trial in self._open():
                    self._give_back(trial.number, trial.params)

    @property
    def _begun(self) -> bool:
        return bool(self._waiting or self._suspects or self._running)

    def _resume(self) -> None:
        """Trials that a killed search had begun are proposed once more; what is told stays told."""
        from optuna.trial import TrialState

        trials = self.study.get_trials(deepcopy=False)
        already = {t.user_attrs.get(AGAIN) for t in trials}
        for trial in trials:
            if trial.state != TrialState.RUNNING:
                continue
            if outcome := outcome_of(trial):  # which was kept, and Optuna not told any more
                self._tell_optuna(trial.number, outcome)
            else:
                params = {} if trial.number in already else self._proposed(trial)
                self._give_back(trial.number, params)
        # What was killed before it had all its parameters leaves its place to the next proposal.
        whole = (t for t in trials if len(t.params) == len(self._distributions))
        self._asked_new = sum(AGAIN not in t.user_attrs for t in whole)
        self._given_back = len(self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,)))
        self._left = self.asked.wanted() - len(outcomes(self.study))

    def _proposed(self, trial: FrozenTrial) -> dict[str, Any]:
        """The trial's parameters, or none where the search was killed before they were kept. To
        Optuna a point of a grid is spent with the trial's first line, so it is read from there."""
        params = {**trial.system_attrs.get("fixed_params", {}), **trial.params}
        if params.keys() == self._distributions.keys():
            return params
        if "grid_id" not in trial.system_attrs:
            return {}
        grid = SAMPLERS["grid"].make(self._space, self.asked.seed, 0)
        return {
            name: grid.sample_independent(self.study, trial, name, distribution)
            for name, distribution in self._distributions.items()
        }

    def _give_back(self, number: int, params: dict[str, Any]) -> None:
        """Asks for `params`, if there are any, once more. First that: a search killed in between
        has the trial twice and sees it, else it would have lost it."""
        from optuna.trial import TrialState

        if params:
            self.study.enqueue_trial(params, user_attrs={AGAIN: number})
        self.study.tell(number, state=TrialState.FAIL)

    def _open(self) -> list[Trial]:
        batches = [*self._running.values(), *self._suspects]
        running = [t for batch in batches for t in batch.trials]
        waiting = [t for group in self._waiting.values() for t, *_ in group]
        untold = [t for t, _ in self._generation.values()]
        return sorted([*running, *waiting, *untold], key=lambda t: t.number)

    def _turn(self) -> None:
        """One thing, the most urgent first: idle workers, what has arrived, the next proposal."""
        if self._may_submit():
            self._submit()
        elif not self._arrived.empty():
            self._take(self._arrived.get())
        elif self._may_ask():
            self._ask()
        else:
            try:
                self._take(self._arrived.get(timeout=WAIT_SECONDS))
            except queue.Empty:
                return

    def _may_ask(self) -> bool:
        open_trials = len(self._open())
        if self._left <= open_trials:
            return False
        if not self._learns:
            return open_trials < AHEAD + self._in_training()
        # A batch is told as a whole before the next is proposed, also when the search was killed
        # while it was told: what is left of it is made up first, and nothing new beside it.
        return bool(self._given_back or not open_trials or self._asked_new % self.asked.batch)

    def _in_training(self) -> int:
        return sum(len(batch.trials) for batch in self._running.values())

    def _ask(self) -> None:
        # A new sampler for each proposal: what it proposes is then a matter of the seed, of the
        # trial's place and of what was told before, also when the search was interrupted.
        make = SAMPLERS[self.asked.sampler].make
        self.study.sampler = make(self._space, self.asked.seed, self._asked_new)
        trial = self.study.ask(self._distributions)
        if AGAIN in trial.user_attrs:
            self._given_back -= 1
        else:
            self._asked_new += 1
        try:
            h = self._space.hyperparameters(trial.params)
        except EngineError as error:
            self._tell([trial], [Outcome("", "failed", str(error))])
            return
        self._wait(trial, h.to_text(), None, parts_of(self.asked.pruner)[0])

    def _wait(self, trial: Trial, text: str, begun: Outcome | None, part: float) -> None:
        key = shape_of(Hyperparameters.from_text(text)), part
        self._waiting.setdefault(key, []).append((trial, text, begun))

    def _may_submit(self) -> bool:
        if self._suspects or any(batch.alone for batch in self._running.values()):
            return bool(self._suspects) and not self._running
        return bool(self._waiting) and len(self._running) < self.place.workers

    def _submit(self) -> None:
        """A suspect, or the largest group, shared out among the workers when little is left."""
        if self._suspects:
            self._send(self._suspects.pop(0))
            return
        key = max(self._waiting, key=lambda k: len(self._waiting[k]))
        group = self._waiting.pop(key)
        total = len(group) + sum(map(len, self._waiting.values()))
        share = -(-total // max(1, self.place.workers))
        size = min(MOST_TOGETHER, max(1, share))
        if group[size:]:
            self._waiting[key] = group[size:]
        trials, settings, begun = zip(*group[:size], strict=True)
        before = tuple(outcome for outcome in begun if outcome)
        self._send(Batch(list(trials), Work(settings, key[1], before)))

    def _send(self, batch: Batch) -> None:
        try:
            future = self.place.submit(batch.work)
        except self.place.lost:
            self._renew()
            future = self.place.submit(batch.work)
        batch.renewals = self._renewals
        self._running[future] = batch
        future.add_done_callback(self._arrived.put)

    def _take(self, future: Future) -> None:
        batch = self._running.pop(future, None)
        if batch is None:  # sent again meanwhile
            return
        try:
            results = future.result()
        except self.place.lost:
            self._lost(batch)
        except EngineError as error:  # of the worker itself: the data is gone, say
            self._running[future] = batch  # to be given back with the others
            raise SweepError(str(error)) from None
        else:
            # The worker first, then the words.
            if self._may_submit():
                self._submit()
            self._tell(*self._over(batch, results))

    def _over(self, batch: Batch, results: Sequence[Outcome]) -> tuple[list[Trial], list[Outcome]]:
        """Of a batch what is at its end; the others wait to go on, unless they are given up."""
        trials, ended = [], []
        for trial, outcome in zip(batch.trials, results, strict=True):
            if outcome.status == "running" and not self._given_up(trial, outcome):
                part = next(p for p in parts_of(self.asked.pruner) if p > batch.work.part)
                self._wait(trial, outcome.settings, outcome, part)
            else:
                given_up = outcome.status == "running"
                trials.append(trial)
                ended.append(replace(outcome, status="pruned") if given_up else outcome)
        return trials, ended

    def _given_up(self, trial: Trial, outcome: Outcome) -> bool:
        value = value_of(outcome, self.asked)
        if value is None:
            return True
        trial.report(value, outcome.iterations)
        return trial.should_prune()

    def _lost(self, batch: Batch) -> None:
        """A worker died, and all batches of its pool with it: they are sent again. Where that was in
        vain, each run is tried alone, as it may have been another's doing."""
        if batch.renewals == self._renewals:
            self._renew()
        if batch.attempt < ATTEMPTS:
            self._send(replace(batch, attempt=batch.attempt + 1))
        elif not batch.alone:
            for trial, work in zip(batch.trials, batch.work.one_by_one(), strict=True):
                self._suspects.append(Batch([trial], work, alone=True))
        else:
            message = f"The worker was lost {ATTEMPTS} times in this run."
            self._tell(batch.trials, [Outcome(batch.work.settings[0], "failed", message)])

    def _renew(self) -> None:
        self.place.renew()
        self._renewals += 1

    def _tell(self, trials: Sequence[Trial], results: Sequence[Outcome]) -> None:
        pairs = zip(trials, results, strict=True)
        self._generation |= {trial.number: (trial, outcome) for trial, outcome in pairs}
        if not self._learns or not (self._begun or self._may_ask()):
            for number in sorted(self._generation):
                self._record(*self._generation.pop(number))

    def _record(self, trial: Trial, outcome: Outcome) -> None:
        trial.set_user_attr(OUTCOME, outcome.to_dict())
        self._tell_optuna(trial.number, outcome)
        self._left -= 1
        self.told(trial.number, outcome)

    def _tell_optuna(self, number: int, outcome: Outcome) -> None:
        from optuna.trial import TrialState

        value = value_of(outcome, self.asked)
        if outcome.trained and value is not None:
            self.study.tell(number, value)
        else:
            # To a sampler that learns, a pruned trial is one to keep away from.
            state = TrialState.FAIL if outcome.status == "failed" else TrialState.PRUNED
            self.study.tell(number, state=state)
