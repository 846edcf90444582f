"""What another setting would have come to: tried when nobody waits, told in a few signs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pool_driving import WAIT, begin, complete, paused, under_way, until

from dashboard.exploration import Exploration
from dashboard.messages import FAILED, DatasetKey, Explore, Outcome
from dashboard.notches import Slider
from dashboard.what_if_words import answer
from dashboard.what_ifs import WhatIfs
from dashboard.workers import Pool
from engine.evaluation import right
from engine.hyperparameters import Hyperparameters
from engine.sources import load_dataset
from engine.training import train

KEY = DatasetKey("drawn", "digest")


# --- a notch


@pytest.mark.parametrize(
    ("value", "down", "up"), [(1, None, 1), (2, 0, 2), (3, 1, None), (2.5, 1, 2), (0, None, 0)]
)
def test_a_notch_is_the_next_stop(value, down, up):
    slider = Slider("key", "label", (1, 2, 3), value, str)
    assert (slider.notch("down"), slider.notch("up")) == (down, up)


# --- whose turn it is


def test_runs_that_can_be_stacked_are_tried_together_and_others_alone():
    what_ifs, h = WhatIfs(), Hyperparameters()
    wanted = [h.with_changes(learning_rate=a) for a in (0.005, 0.01)]
    wanted.insert(1, h.with_changes(hidden_layers=(20, 7)))
    what_ifs.wish("me", KEY, wanted)
    assert what_ifs.next().runs == (wanted[0], wanted[2])
    assert what_ifs.next().runs == (wanted[1],)
    assert what_ifs.next() is None  # all is under way


def test_sessions_take_turns():
    what_ifs, h = WhatIfs(), Hyperparameters()
    for session in ("a", "b"):
        units = (3, 4) if session == "a" else (5, 6)
        what_ifs.wish(session, KEY, [h.with_changes(hidden_layers=(n,)) for n in units])
    orders = [what_ifs.next().runs[0].hidden_layers[0] for _ in range(4)]
    assert orders == [3, 5, 4, 6]


def test_what_is_known_or_broken_off_or_forgotten():
    what_ifs, h = WhatIfs(), Hyperparameters()
    what_ifs.wish("me", KEY, [h])
    order = what_ifs.next()
    assert what_ifs.forget("me") == [order.number]
    what_ifs.learn(order.number, ())  # broken off
    assert what_ifs.known(h, KEY) is None
    assert what_ifs.next() is None
    what_ifs.wish("me", KEY, [h])
    outcome = Outcome("finished", 2500, 0.1, 0.8, ())
    what_ifs.learn(what_ifs.next().number, [outcome])
    assert what_ifs.known(h, KEY) is outcome
    assert what_ifs.known(h, DatasetKey("other", "other")) is None
    assert what_ifs.next() is None


def test_what_nobody_asks_for_any_more_is_forgotten(monkeypatch):
    monkeypatch.setattr("dashboard.what_ifs.LEASE_SECONDS", -1.0)
    what_ifs = WhatIfs()
    what_ifs.wish("me", KEY, [Hyperparameters()])
    order = what_ifs.next()
    assert what_ifs.forget_unasked() == [order.number]


def test_what_a_worker_died_over_is_not_tried_again():
    what_ifs = WhatIfs()
    what_ifs.wish("me", KEY, [Hyperparameters()])
    what_ifs.fail(what_ifs.next().number)
    assert what_ifs.known(Hyperparameters(), KEY) is FAILED
    assert what_ifs.next() is None


# --- computing


def explored(runs, dataset):
    exploration = Exploration(Explore(1, tuple(runs), KEY), lambda key: dataset)
    while not exploration.over:
        exploration.chunk()
    exploration.close()
    return exploration.outcomes


@pytest.mark.parametrize("extra", [{}, {"mini_batch": 64}])
def test_outcomes_are_those_of_the_runs(short, dataset, extra):
    runs = [short.with_changes(learning_rate=a, **extra) for a in (0.005, 0.01)]
    for h, outcome in zip(runs, explored(runs, dataset), strict=True):
        *_, last = train(h, dataset)
        assert (outcome.state, outcome.iteration) == (last.status, 200)
        assert outcome.cost == pytest.approx(last.cost, rel=1e-9)
        assert outcome.test_accuracy == last.test_accuracy == np.mean(outcome.right)


def test_what_cannot_be_trained_is_told_so(short, dataset):
    assert explored([short.with_changes(mini_batch=100_000)], dataset) == (FAILED,)


# --- in the pool


def arrows(h):
    return [h.with_changes(learning_rate=0.005), h.with_changes(hidden_layers=(5,))]


def test_the_pool_finds_out_when_it_has_nothing_else_to_do(pool, short, dataset):
    run = complete(pool, short, dataset, "curious")
    until(lambda: all(pool.what_if(run, arrows(short))))
    for h, outcome in zip(arrows(short), pool.what_if(run, arrows(short)), strict=True):
        same = complete(pool, h, dataset, "you")
        assert not same.cached  # a run has a film, which an outcome has not
        assert outcome.cost == pytest.approx(same.latest.cost, rel=1e-9)
        assert list(outcome.right) == list(right(same.test_logits, dataset.test_labels))


def test_nothing_is_tried_before_the_run_is_over(pool, short, dataset):
    run = begin(pool, short.with_changes(seed=31), dataset, "early", paused=True)
    paused(run)
    wanted = arrows(short.with_changes(seed=31))
    assert pool.what_if(run, wanted) == [None, None]
    assert all(worker.exploring is None for worker in pool._dispatcher.crew.workers)
    pool.stop(run)
    assert run.wait(WAIT)


def test_a_what_if_never_delays_a_run_and_ends_with_the_sessions_next_one(long, short, dataset):
    with Pool(workers=1) as pool:
        run = complete(pool, short, dataset, "me")
        wanted = [long.with_changes(hidden_layers=(64, 64), seed=seed) for seed in (2, 3)]
        (worker,) = pool._dispatcher.crew.workers
        assert pool.what_if(run, wanted) == [None, None]
        first = worker.exploring
        assert first is not None
        yours = complete(pool, short.with_changes(seed=2), dataset, "you")  # on the only core
        assert yours.state == "finished"
        assert pool.what_if(run, wanted) == [None, None]
        assert worker.exploring == first  # it goes on where it was
        mine = begin(pool, long, dataset, "me")
        under_way(mine)
        until(lambda: worker.exploring is None)
        assert pool.what_if(run, []) == []
        pool.stop(mine)
        assert mine.wait(WAIT)


def test_a_what_if_that_nobody_asks_for_ends(long, short, dataset):
    with Pool(workers=1) as pool:
        run = complete(pool, short, dataset, "me")
        pool.what_if(run, [long.with_changes(hidden_layers=(64, 64))])
        (worker,) = pool._dispatcher.crew.workers
        until(lambda: worker.exploring is None)
        assert pool.what_if(run, [long.with_changes(hidden_layers=(64, 64))]) == [None]


def test_one_core_is_left_free(long, short, dataset):
    with Pool(workers=2) as pool:
        run = complete(pool, short, dataset, "me")
        until(lambda: all(worker.ready for worker in pool._dispatcher.crew.workers))
        pool.what_if(run, [long, long.with_changes(hidden_layers=(9,))])
        assert sum(worker.exploring is not None for worker in pool._dispatcher.crew.workers) == 1


# --- words


@pytest.fixture(scope="module")
def base(pool, dataset):
    h = Hyperparameters(hidden_layers=(4,), num_iterations=200, activation="tanh")
    return complete(pool, h, dataset)


def outcome(base, dataset, flipped, cost=0.1234, state="finished"):
    """Of a run that answers other than `base` on so many pictures that `base` got right."""
    own = right(base.test_logits, dataset.test_labels)
    which = own.copy()
    which[np.flatnonzero(own)[:flipped]] = False
    return Outcome(state, 200, cost, float(which.mean()), tuple(which.tolist()))


def test_a_small_difference_is_marked_as_chance_and_a_large_one_is_not(base, dataset):
    before = base.latest.test_accuracy
    few = answer(outcome(base, dataset, 2), base, dataset)
    assert few["short"] == f"{before - 0.04:.2f} (−0.04) ≈"
    assert not few["sure"]
    assert few["below"] == "cost 0.1234"
    assert few["told"] == (
        f"Test accuracy {before - 0.04:.2f} instead of {before:.2f}: on 50 pictures that may be "
        f"chance. Final cost 0.1234 instead of {base.latest.cost:.4f}."
    )
    many = answer(outcome(base, dataset, 10), base, dataset)
    assert many["short"] == f"{before - 0.2:.2f} (−0.20)"
    assert many["sure"]
    assert "more than chance" in many["told"]


def test_points_are_called_points(pool):
    points = load_dataset("moons")
    h = Hyperparameters(hidden_layers=(4,), num_iterations=200, activation="tanh")
    run = complete(pool, h, points)
    told = answer(outcome(run, points, 2), run, points)["told"]
    assert f"on {points.m_test} points that may be chance" in told


def test_no_difference_is_no_difference(base, dataset):
    same = answer(outcome(base, dataset, 0), base, dataset)
    assert same["short"] == f"{base.latest.test_accuracy:.2f} (±0)"
    assert "as now" in same["told"]


def test_ends_that_are_none(base, dataset):
    wild = Outcome("diverged", 40, math.nan, math.nan, (False,) * 50)
    assert answer(wild, base, dataset)["short"] == "diverges"
    assert "iteration 40" in answer(wild, base, dataset)["told"]
    assert answer(FAILED, base, dataset)["short"] == "cannot be"
    assert "die" in answer(outcome(base, dataset, 1, state="dead"), base, dataset)["told"]
