"""Branches of the run that a session watches: begun, opened, removed, looked for, controlled."""

from __future__ import annotations

import numpy as np
import pytest
from branch_driving import SMALL, filmed, moment_at
from pool_driving import WAIT, until

from dashboard.branches import MOST_BRANCHES, TRUNK
from dashboard.live_run import LiveRun
from dashboard.run_hash import path_hash
from engine.stages import train_in_stages


@pytest.fixture(scope="module")
def settings():
    return SMALL


@pytest.fixture
def live(pool, request, settings, dataset):
    live = LiveRun(pool, request.node.name)
    live.show(settings, dataset)
    filmed(live.trunk)
    yield live
    for run in live.tree.values():
        pool.stop(run)


def test_a_new_branch_is_what_the_session_looks_at(live):
    branch = live.branch(
        moment_at(live.trunk, 100), live.trunk.hyperparameters.with_changes(l2=0.5)
    )
    assert (branch.name, live.shown) == ("A", "A")
    assert live.current is branch.run is not live.trunk
    assert branch.sentence == "from 100: L2 regularization 0 → 0.5"
    live.open(TRUNK)
    assert live.current is live.trunk
    live.open("A")
    assert live.current is branch.run
    live.open("no such branch")
    assert live.current is live.trunk


def test_a_branch_of_a_branch_and_one_from_before_it(live):
    h = live.trunk.hyperparameters
    live.branch(moment_at(live.trunk, 100), h.with_changes(learning_rate=0.02))
    run = filmed(live.current)
    twig = live.branch(moment_at(run, 150), h.with_changes(learning_rate=0.02, l2=0.5))
    assert twig.sentence == "from 150 of A: L2 regularization 0 → 0.5"
    live.open("A")
    other = live.branch(moment_at(run, 50), h.with_changes(num_iterations=1500))
    assert other.sentence == "from 50: iterations 250 → 1,500"
    assert other.run.origin.trunk is live.trunk
    live.remove("A")
    assert [b.name for b in live.branches] == ["B", "C"]
    live.remove("C")
    assert live.shown == TRUNK
    # A name is not given twice.
    assert live.branch(moment_at(live.trunk, 50), h).name == "D"


def test_a_way_that_was_kept_is_followed_branch_by_branch(live, settings, dataset):
    first = settings.with_changes(learning_rate=0.02)
    second = first.with_changes(l2=0.5)
    way = ((0, settings), (101, first), (150, second))
    followed(live, way)
    assert [b.sentence for b in live.branches] == [
        "from 101: learning rate 0.0075 → 0.02",
        "from 150 of A: L2 regularization 0 → 0.5",
    ]
    assert live.shown == "B"
    assert live.current.run_hash == path_hash(way, dataset.digest)
    *_, last = train_in_stages(way, dataset)
    assert live.current.wait(WAIT)
    np.testing.assert_allclose(live.current.moment.test_logits, last.test_logits, rtol=1e-9)
    # Once more it is found, and nothing is begun; also what went out from a branch that is gone.
    live.remove("A")
    for wanted, name in ((way, "B"), (way[:1], TRUNK)):
        followed(live, wanted)
        assert (live.shown, len(live.branches)) == (name, 1)
    # Of another trunk there is nothing to wait for.
    followed(live, ((0, first), (101, second)))
    assert (live.shown, len(live.branches)) == (TRUNK, 1)


def followed(live, way):
    def done():
        live.follow()
        return not live.awaited

    live.look_for(way)
    until(done)


def test_a_way_is_followed_as_soon_as_its_trunk_is_over(live, settings, dataset):
    long = settings.with_changes(num_iterations=20_000)
    way = ((0, long), (100, long.with_changes(l2=0.5)))
    live.look_for(way)
    live.show(long, dataset)
    live.follow()
    assert (live.awaited, live.shown) == (way, TRUNK)
    # Halted by the person, it waits; halted before it was asked for, it goes on.
    live.pause()
    live.follow()
    assert (live.current.state, live.awaited) == ("paused", way)
    live.look_for(way)
    live.follow()
    assert live.current.wait(WAIT, {"running"})
    live.stop()
    assert live.current.wait(WAIT)
    live.follow()
    assert live.awaited == ()
    live.look_for(way)
    live.follow()
    assert live.current.wait(WAIT, {"queued", "running"})
    live.open(TRUNK)
    assert live.awaited == ()


def test_what_a_person_does_ends_the_looking_for_a_branch(live, settings, dataset):
    slow = settings.with_changes(num_iterations=20_000)
    way = ((0, settings), (100, slow), (200, slow.with_changes(l2=0.5)))
    for act in (lambda: live.open(TRUNK), lambda: live.remove("A")):
        live.look_for(way)
        live.follow()
        assert live.awaited == way
        act()
        assert live.awaited == ()
        live.follow()
        assert live.shown == TRUNK


def test_a_way_for_which_there_is_no_room_is_refused_in_a_sentence(live, settings, dataset):
    for i in range(MOST_BRANCHES):
        live.branch(moment_at(live.trunk, 2 * i + 2), settings.with_changes(l2=0.1))
    followed(live, ((0, settings), (101, settings.with_changes(l2=0.5))))
    assert live.refusal.startswith("There are 6 branches already")
    live.show(settings.with_changes(seed=2), dataset)
    assert live.refusal == ""


def test_the_same_branch_once_more_is_the_one_that_is_there(live, settings):
    first = live.branch(moment_at(live.trunk, 100), settings.with_changes(l2=0.5))
    live.open(TRUNK)
    assert live.branch(moment_at(live.trunk, 100), settings.with_changes(l2=0.5)) is first
    assert (live.shown, len(live.branches)) == ("A", 1)


def test_there_are_only_so_many(live):
    h = live.trunk.hyperparameters
    for i in range(MOST_BRANCHES):
        live.branch(moment_at(live.trunk, 2 * i + 2), h)
    assert live.branch(moment_at(live.trunk, 100), h) is None
    assert len(live.branches) == MOST_BRANCHES


def test_another_wish_puts_the_branches_away_and_the_old_one_brings_them_back(live, dataset):
    h = live.trunk.hyperparameters
    branch = live.branch(moment_at(live.trunk, 100), h.with_changes(num_iterations=20_000))
    live.show(h.with_changes(seed=2), dataset)
    assert live.branches == ()
    assert live.shown == TRUNK
    assert branch.run.wait(WAIT)
    assert branch.run.state == "stopped"
    live.show(h, dataset)
    assert live.branches == (branch,)
    assert live.current is live.trunk


def test_two_branches_can_go_on_at_once(live):
    longer = live.trunk.hyperparameters.with_changes(num_iterations=20_000)
    one = live.branch(moment_at(live.trunk, 100), longer)
    two = live.branch(moment_at(live.trunk, 50), longer)
    assert two.run.wait_until(lambda: two.run.iteration > 60, WAIT)
    assert one.run.wait_until(lambda: one.run.iteration > 110, WAIT)
    assert one.run.stopping is None


def test_the_controls_are_those_of_the_branch(live):
    longer = live.trunk.hyperparameters.with_changes(num_iterations=20_000)
    branch = live.branch(moment_at(live.trunk, 100), longer)
    assert branch.run.wait_until(lambda: branch.run.iteration > 110, WAIT)
    live.pause()
    assert branch.run.state == "paused"
    live.reset()
    assert live.current is not branch.run
    assert live.current.wait(WAIT, {"paused"})
    assert live.current.iteration == 100
    assert live.shown == "A"
    live.restart()
    assert live.current.origin is branch.run.origin
    live.stop()
    assert live.current.wait(WAIT)
    assert live.trunk.state == "finished"
