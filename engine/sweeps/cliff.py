"""The cliff: the largest learning rate from which this network still learns, as one seed starts it.

Rates are tried many at a time, evenly on the log scale, since runs of one architecture train
stacked: first from the lowest to the highest, then between the last that held and the first that
broke, and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.fields import Real
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.trials import MOST_TOGETHER, Outcome

ROUNDS = 3
SOME = 0.25  # of what a smaller rate gained: who gains less no longer learns as it did


@dataclass(frozen=True)
class Cliff:
    """stable: the largest rate tried that held, none where not even the lowest did. broken: the
    smallest above it that did not, none where the highest held too. what: how it broke. seed: whose
    start it is, as another one's cliff may lie three times as high.
    """

    stable: float | None
    broken: float | None
    what: str
    tried: dict[float, Outcome]
    seed: int

    def sentence(self) -> str:
        if self.stable is None:
            told = f"Not even a learning rate of {self.broken:.3g} holds with seed {self.seed}: {self.what}"
        elif self.broken is None:
            told = f"Every learning rate up to {self.stable:.3g} holds with seed {self.seed}."
        else:
            told = (
                f"The largest stable learning rate is about {self.stable:.3g} with seed {self.seed}. "
                f"At {self.broken:.3g}: {self.what}"
            )
        return f"{told}{self._beyond()} Another seed's cliff may lie elsewhere."

    def _beyond(self) -> str:
        beyond = [rate for rate in self.tried if self.broken is not None and rate > self.broken]
        again = held(self.tried) & set(beyond)
        if not again:
            return ""
        few = "one holds" if len(again) == 1 else f"{len(again)} hold"
        return f" Of {len(beyond)} higher rates tried {few} all the same, the highest {max(again):.3g}."


def find_cliff(
    base: Hyperparameters,
    train: Callable[[Sequence[str]], Sequence[Outcome]],
    *,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Cliff:
    """train: what trains settings given as text, such as `train_together` with its dataset.

    told: is called with how many of how many runs are done.
    """
    kind = DECLARED["learning_rate"].kind
    assert isinstance(kind, Real)
    tried: dict[float, Outcome] = {}
    low, high = kind.low, kind.high
    total = ROUNDS * MOST_TOGETHER
    rates = np.geomspace(low, high, MOST_TOGETHER)
    for done in range(1, ROUNDS + 1):
        texts = [base.with_changes(learning_rate=float(rate)).to_text() for rate in rates]
        tried |= dict(zip(map(float, rates), train(texts), strict=True))
        told(done * MOST_TOGETHER, total)
        stable, broken = edge(tried)
        if stable is None or broken is None:
            break
        rates = np.geomspace(stable, broken, MOST_TOGETHER + 2)[1:-1]
    told(total, total)
    what = what_broke(tried, broken) if broken else ""
    return Cliff(stable, broken, what, tried, base.seed)


def edge(tried: dict[float, Outcome]) -> tuple[float | None, float | None]:
    """The last rate that held before the first that broke, and that one.

    Beyond the edge a rate may hold again; what a person wants to know is from where on none is safe.
    """
    stable, good = None, held(tried)
    for rate in sorted(tried):
        if rate not in good:
            return stable, rate
        stable = rate
    return stable, None


def held(tried: Mapping[float, Outcome]) -> set[float]:
    """The rates that hold, each beside what the best of the smaller ones that do gained."""
    found: set[float] = set()
    most = 0.0
    for rate in sorted(tried):
        if holds(tried[rate], most):
            found.add(rate)
            most = max(most, gain(tried[rate]))
    return found


def holds(outcome: Outcome, most: float = 0.0) -> bool:
    """Whether the run learned: it came to its end alive, with a lower cost than it began with.

    most: what the best of the smaller rates gained. A network that jumped off and sits on the
    plateau, where it says the same of everything, has gained a little too.
    """
    return outcome.status == "finished" and gain(outcome) > SOME * most


def gain(outcome: Outcome) -> float:
    """By how much the cost ends lower than it began."""
    costs = outcome.curve[1]
    return costs[0] - costs[-1] if costs else 0.0


def what_broke(tried: dict[float, Outcome], rate: float) -> str:
    """In a sentence how the run of that rate went wrong."""
    outcome = tried[rate]
    if outcome.message:
        return outcome.message[0].lower() + outcome.message[1:]
    if gain(outcome) <= 0:
        return "the cost ends no lower than it began."
    best = min(other.curve[1][-1] for r, other in tried.items() if r < rate and other.curve[1])
    return f"the cost stays at {outcome.curve[1][-1]:.3f}; a smaller rate gets it to {best:.3f}."
