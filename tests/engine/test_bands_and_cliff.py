"""What chance does to a setting, and where learning breaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from engine import load_dataset
from engine.errors import EngineError
from engine.hyperparameters import PLANE_PRESETS, Hyperparameters
from engine.sweeps.bands import band, paired, spread
from engine.sweeps.cliff import find_cliff, gain, holds
from engine.sweeps.trials import Outcome, Work, train_together

COURSE = Hyperparameters()


def ended(accuracy: float | None, costs: tuple[float, ...] = (0.7, 0.5, 0.3)) -> Outcome:
    iterations = tuple(range(0, 10 * len(costs), 10))
    return Outcome("", "finished", test_accuracy=accuracy, curve=(iterations, costs))


def test_the_band_has_the_median_in_its_middle() -> None:
    runs = [ended(0.7, (0.7, x, x / 2)) for x in (0.2, 0.3, 0.4, 0.5, 0.9)]
    found = band([*runs, Outcome("", "diverged")])
    assert found.runs == 5
    assert list(found.iterations) == [0, 10, 20]
    assert found.median[1] == 0.4
    assert (found.lowest[1], found.highest[1]) == (0.2, 0.9)
    assert np.all(found.quarter <= found.median)
    assert np.all(found.median <= found.three_quarters)


def test_a_run_that_stopped_early_counts_as_long_as_it_ran() -> None:
    found = band([ended(0.7, (0.7, 0.5)), ended(0.7, (0.7, 0.6, 0.4))])
    assert found.highest[2] == found.lowest[2] == 0.4


def test_the_spread_says_the_median_and_what_failed() -> None:
    found = spread([ended(a) for a in (0.7, 0.72, 0.74, 0.8, 0.82)] + [Outcome("", "diverged")])
    told = found.sentence(50)
    assert "median 0.74" in told
    assert "between 0.70 and 0.82" in told
    assert "1 run diverged or failed" in told
    with pytest.raises(EngineError, match="at least one"):
        spread([Outcome("", "diverged")])


def test_two_settings_are_told_apart_only_by_more_than_chance() -> None:
    a = {seed: ended(0.70 + seed % 3 / 50) for seed in range(16)}
    better = {seed: ended(0.76 + seed % 3 / 50) for seed in range(16)}
    mixed = {seed: ended(0.70 + (seed + 1) % 3 / 50) for seed in range(16)}
    assert "B is better, by more than a tossed coin" in paired(a, better, 50)
    assert "A is better, by more than a tossed coin" in paired(better, a, 50)
    assert "The seeds do not tell them apart" in paired(a, mixed, 50)
    assert "The seeds do not tell them apart" in paired(a, a, 50)
    assert paired(a, {99: ended(0.7)}, 50) == "There are no two runs of the same seed to compare."


def breaks_at(edge: float):  # type: ignore[no-untyped-def]
    def train(texts):  # type: ignore[no-untyped-def]
        for text in texts:
            rate = Hyperparameters.from_text(text).learning_rate
            yield ended(0.7) if rate < edge else Outcome(text, "diverged", "The cost is no number.")

    return lambda texts: list(train(texts))


@pytest.mark.parametrize("edge", [2e-5, 0.003, 0.1, 9.0])
def test_the_cliff_is_found_within_a_hundredth(edge: float) -> None:
    done: list[tuple[int, int]] = []
    found = find_cliff(COURSE, breaks_at(edge), told=lambda *now: done.append(now))
    assert found.stable is not None
    assert found.broken is not None
    assert found.stable < edge <= found.broken < found.stable * 1.01
    assert "the cost is no number." in found.sentence()
    assert done[-1][0] == done[-1][1]


def test_where_nothing_breaks_or_nothing_holds_that_is_said() -> None:
    told = find_cliff(COURSE, breaks_at(99)).sentence()
    assert told.startswith("Every learning rate up to 10 holds with seed 1. Another seed's")
    assert (
        find_cliff(COURSE, breaks_at(0)).sentence().startswith("Not even a learning rate of 1e-05")
    )


def test_the_cliff_is_told_as_one_seeds_and_with_what_holds_beyond_it() -> None:
    def train(texts: Sequence[str]) -> list[Outcome]:
        rates = [Hyperparameters.from_text(text).learning_rate for text in texts]
        return [ended(0.7, (0.7, 0.69 if 0.2 < r < 0.5 or r > 2 else 0.1)) for r in rates]

    told = find_cliff(COURSE.with_changes(seed=3), train).sentence()
    assert "with seed 3. At 0.2" in told
    assert "higher rates tried" in told
    assert "hold all the same, the highest 1.58. Another seed's cliff may lie elsewhere." in told


def test_a_network_that_jumps_onto_the_plateau_does_not_hold() -> None:
    def train(texts: Sequence[str]) -> list[Outcome]:
        rates = [Hyperparameters.from_text(text).learning_rate for text in texts]
        ends = [0.644 if rate > 0.2 else 0.69 - min(0.6, 10 * rate) for rate in rates]
        return [ended(0.6, (0.693, end)) for end in ends]

    found = find_cliff(COURSE, train)
    assert found.stable is not None
    assert found.stable == pytest.approx(0.2, rel=0.01)
    assert found.what == "the cost stays at 0.644; a smaller rate gets it to 0.090."


def test_the_lowest_rate_holds_also_where_it_gains_less_than_a_millionth() -> None:
    base = PLANE_PRESETS["4 hidden units"].with_changes(num_iterations=100, learning_rate=1e-5)
    (outcome,) = train_together(load_dataset("circles"), Work((base.to_text(),)))
    assert 0 < gain(outcome) < 1e-6
    assert holds(outcome)


def test_the_cliff_of_a_real_network_parts_runs_that_learn_from_runs_that_do_not() -> None:
    dataset = load_dataset("drawn")
    base = Hyperparameters(hidden_layers=(5,), picture_size=8, num_iterations=60)
    found = find_cliff(base, lambda texts: train_together(dataset, Work(tuple(texts))))
    assert found.stable is not None
    assert found.broken is not None
    assert holds(found.tried[found.stable])
    gained = [gain(outcome) for rate, outcome in found.tried.items() if rate <= found.stable]
    assert not holds(found.tried[found.broken], max(gained))
