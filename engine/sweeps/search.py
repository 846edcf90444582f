"""The search itself: ask Optuna, train what it proposes in batches, tell Optuna what came out.

A sampler that learns proposes `batch` trials at a time and hears of all of them in their order, so
that the same seed gives the same trials with one worker and with a hundred; the others go on
proposing all the while. Trials whose settings come to the same, as those of a grid over optimizer and
β1 do where there is no momentum, are trained once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.sweeps.batches import Batch, Batches
from engine.sweeps.places import Place
from engine.sweeps.pruners import make_pruner, parts_of
from engine.sweeps.samplers import SAMPLERS
from engine.sweeps.study import AGAIN, OUTCOME, Asked, outcome_of, outcomes, owned, value_of
from engine.sweeps.trials import Outcome

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial, Trial

AHEAD = 64  # proposed trials that may wait for company of their own architecture
WAIT_SECONDS = 0.2


@dataclass
class Search:
    """told: is called with each outcome and its trial's number. stop: whether to come to an end."""

    study: Study
    asked: Asked
    place: Place
    told: Callable[[int, Outcome], None] = lambda number, outcome: None
    stop: Callable[[], bool] = lambda: False
    _generation: dict[int, tuple[Trial, Outcome]] = field(default_factory=dict)
    _twins: dict[str, list[Trial]] = field(default_factory=dict)  # of what is being trained
    _known: dict[str, Outcome] = field(default_factory=dict)

    def run(self) -> None:
        """Until all trials are told, or `stop`; then what was begun is there to be begun again."""
        self._batches = Batches(self.place)
        self._space = self.asked.space()
        self._distributions = self._space.distributions()
        self._learns = SAMPLERS[self.asked.sampler].learns
        self.study.pruner = make_pruner(self.asked.pruner, self._space.base.num_iterations)
        with owned(self.study) as say_so:
            self._resume()
            try:
                while not self.stop() and (self._may_ask() or self._batches):
                    say_so()
                    self._turn()
            finally:
                for trial in self._open():
                    self._give_back(trial.number, trial.params)

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
        told = outcomes(self.study).values()
        self._left = self.asked.wanted() - len(told)
        for outcome in told:
            self._learn(outcome)

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
        untold = [t for t, _ in self._generation.values()]
        twins = [trial for group in self._twins.values() for trial in group]
        return sorted([*self._batches.trials(), *untold, *twins], key=lambda t: t.number)

    def _turn(self) -> None:
        """One thing, the most urgent first: idle workers, what has arrived, the next proposal."""
        batches = self._batches
        if batches.may_send():
            batches.send()
        elif back := batches.back():
            self._take(*back)
        elif self._may_ask():
            self._ask()
        elif back := batches.back(WAIT_SECONDS):
            self._take(*back)

    def _may_ask(self) -> bool:
        open_trials = len(self._open())
        if self._left <= open_trials:
            return False
        if not self._learns:
            return open_trials < AHEAD + self._batches.in_training()
        # A batch is told as a whole before the next is proposed, also when the search was killed
        # while it was told: what is left of it is made up first, and nothing new beside it.
        return bool(self._given_back or not open_trials or self._asked_new % self.asked.batch)

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
        settings = h.to_text()
        if known := self._known.get(settings):
            self._tell([trial], [known])
        elif settings in self._twins:
            self._twins[settings].append(trial)
        else:
            self._twins[settings] = []
            self._batches.add(trial, settings, parts_of(self.asked.pruner)[0])

    def _take(self, batch: Batch, results: Sequence[Outcome]) -> None:
        # The worker first, then the words.
        if self._batches.may_send():
            self._batches.send()
        self._tell(*self._over(batch, results))

    def _over(self, batch: Batch, results: Sequence[Outcome]) -> tuple[list[Trial], list[Outcome]]:
        """Of a batch what is at its end; the others wait to go on, unless they are given up."""
        trials, ended = [], []
        for trial, outcome in zip(batch.trials, results, strict=True):
            if outcome.status == "running" and not self._given_up(trial, outcome):
                part = next(p for p in parts_of(self.asked.pruner) if p > batch.work.part)
                self._batches.add(trial, outcome.settings, part, outcome)
            else:
                given_up = outcome.status == "running"
                outcome = replace(outcome, status="pruned") if given_up else outcome
                self._learn(outcome)
                twins = self._twins.pop(outcome.settings, [])
                trials += [trial, *twins]
                ended += [outcome, *(replace(outcome, seconds=0.0) for _ in twins)]
        return trials, ended

    def _learn(self, outcome: Outcome) -> None:
        """For others of the same settings: what is a matter of these alone."""
        if outcome.trained or outcome.status == "diverged":
            self._known[outcome.settings] = replace(outcome, seconds=0.0)

    def _given_up(self, trial: Trial, outcome: Outcome) -> bool:
        value = value_of(outcome, self.asked)
        if value is None:
            return True
        trial.report(value, outcome.iterations)
        return trial.should_prune()

    def _tell(self, trials: Sequence[Trial], results: Sequence[Outcome]) -> None:
        pairs = zip(trials, results, strict=True)
        self._generation |= {trial.number: (trial, outcome) for trial, outcome in pairs}
        if not self._learns or not (self._batches or self._may_ask()):
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
