"""Optuna's tables, where a search need not read again what it has just written itself.

Optuna reads every trial that is not finished from the database again, whenever one is proposed: on
behalf of other processes at work on the same study. Here a study is one process's (`study.owned`),
and with 64 trials open that reading took longer than all else between two proposals.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Container, Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState


class OwnTrials(RDBStorage):
    """Keeps the running trials that were proposed through it; all others are read as ever.

    The methods are those that Optuna's cache over an `RDBStorage` calls, three of them not public.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._running: dict[int, FrozenTrial] = {}
        self._proposed: dict[int, set[int]] = defaultdict(set)  # by study, as far as not finished
        self._read: set[int] = set()

    def _create_new_trial(
        self, study_id: int, template_trial: FrozenTrial | None = None
    ) -> FrozenTrial:
        trial = super()._create_new_trial(study_id, template_trial)
        self._proposed[study_id].add(trial._trial_id)
        if template_trial is None:
            self._running[trial._trial_id] = copy.copy(trial)
        return trial

    def _get_trials(
        self,
        study_id: int,
        states: Container[TrialState] | None,
        included_trial_ids: set[int],
        trial_id_greater_than: int,
    ) -> list[FrozenTrial]:
        """Those of `included_trial_ids`, and all newer than `trial_id_greater_than`."""
        included, after = included_trial_ids, trial_id_greater_than
        if states is not None or study_id not in self._read:
            self._read.add(study_id)
            return super()._get_trials(study_id, states, included, after)
        proposed = {i for i in self._proposed[study_id] if i > after or i in included}
        self._proposed[study_id] = proposed
        kept = proposed & self._running.keys()
        others = (included | proposed) - kept
        found = super()._get_trials(study_id, None, others, max({after, *proposed}))
        found += [self.get_trial(i) for i in kept]
        return sorted(found, key=lambda trial: trial._trial_id)

    def get_trial(self, trial_id: int) -> FrozenTrial:
        trial = self._running.get(trial_id)
        return super().get_trial(trial_id) if trial is None else copy.copy(trial)

    def _set_trial_param(
        self,
        trial_id: int,
        param_name: str,
        param_value_internal: float,
        distribution: BaseDistribution,
        previous_distribution: BaseDistribution | None,
    ) -> None:
        super()._set_trial_param(
            trial_id, param_name, param_value_internal, distribution, previous_distribution
        )
        value = distribution.to_external_repr(param_value_internal)
        self._note(trial_id, "distributions", param_name, distribution)
        self._note(trial_id, "params", param_name, value)

    def set_trial_intermediate_value(
        self, trial_id: int, step: int, intermediate_value: float
    ) -> None:
        super().set_trial_intermediate_value(trial_id, step, intermediate_value)
        self._note(trial_id, "intermediate_values", step, intermediate_value)

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        super().set_trial_user_attr(trial_id, key, value)
        self._note(trial_id, "user_attrs", key, json.loads(json.dumps(value)))

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        super().set_trial_system_attr(trial_id, key, value)
        self._note(trial_id, "system_attrs", key, json.loads(json.dumps(value)))

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        changed = super().set_trial_state_values(trial_id, state, values)
        self._running.pop(trial_id, None)
        return changed

    def _note(self, trial_id: int, part: str, key: str | int, value: object) -> None:
        trial = self._running.get(trial_id)
        if trial is not None:
            changed = copy.copy(trial)
            setattr(changed, part, {**getattr(trial, part), key: value})
            self._running[trial_id] = changed
