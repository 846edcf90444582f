"""What is trained ahead: the notch after the one a person turned to."""

from __future__ import annotations

import time

import pytest
from page_driving import opened, run_of, settled, turn
from pool_driving import WAIT, begin, complete, paused, under_way, until

from dashboard.next_wishes import CALM_SECONDS, MOST_SECONDS
from dashboard.workers import Pool

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture
def alone():
    """A pool whose cores nobody else wants."""
    with Pool(workers=2) as pool:
        yield pool


@pytest.fixture
def page_of_a_short_run():
    page = opened()
    turn(page, "activation", "tanh")
    turn(page, "num_iterations", 200)
    settled(page)
    return page


def ahead_of(pool):
    return [run for run in pool._dispatcher.table if run.background]


def test_what_was_trained_ahead_is_there_at_once(alone, short, dataset):
    run = complete(alone, short, dataset)
    following = short.with_changes(seed=2)
    alone.train_ahead(run, [following])
    until(lambda: ahead_of(alone))
    assert ahead_of(alone)[0].wait(WAIT)
    asked = begin(alone, following, dataset)
    assert asked.state == "finished"
    assert asked.cached
    again = complete(alone, following, dataset, fresh=True)
    assert asked.points_since(0)["train"] == again.points_since(0)["train"]


def test_it_begins_by_itself_when_the_run_before_is_over(alone, short, dataset):
    until(lambda: alone._dispatcher.crew.idle_worker())
    run = begin(alone, short.with_changes(num_iterations=1000), dataset, paused=True)
    alone.train_ahead(run, [short])
    paused(run)
    assert not ahead_of(alone)
    alone.resume(run)
    assert run.wait(WAIT)
    until(lambda: ahead_of(alone))
    assert ahead_of(alone)[0].wait(WAIT)
    assert begin(alone, short, dataset).cached


def test_a_run_that_was_stopped_is_not_the_beginning_of_another(alone, short, long, dataset):
    run = begin(alone, long, dataset)
    under_way(run)
    alone.train_ahead(run, [short])
    alone.stop(run)
    assert run.wait(WAIT)
    complete(alone, short.with_changes(seed=5), dataset, session="another")
    assert not ahead_of(alone)
    assert not len(alone._dispatcher.next_wishes)


def test_what_is_just_being_trained_ahead_is_taken_over(alone, short, long, dataset):
    run = complete(alone, short, dataset)
    alone.train_ahead(run, [long])
    until(lambda: ahead_of(alone))
    ahead = ahead_of(alone)[0]
    under_way(ahead, beyond=100)
    asked = begin(alone, long, dataset)
    assert asked.token == ahead.token
    assert asked.iteration > 100
    assert not ahead_of(alone)
    complete(alone, short.with_changes(seed=4), dataset)  # a newer wish ends it as any other
    assert asked.wait(WAIT)
    assert asked.state == "stopped"


def test_to_ask_again_does_not_begin_it_again(short, long, dataset):
    with Pool(workers=4) as pool:
        run = complete(pool, short, dataset)
        pool.train_ahead(run, [long])
        until(lambda: ahead_of(pool))
        until(lambda: pool._dispatcher.crew.idle_worker())
        pool.train_ahead(run, [long])
        assert [ahead.state in ("queued", "running") for ahead in ahead_of(pool)] == [True]


def test_nothing_is_trained_ahead_where_somebody_waits(alone, short, long, dataset):
    run = complete(alone, short, dataset)
    for session in ("a", "b"):
        under_way(begin(alone, long, dataset, session))
    alone.train_ahead(run, [short.with_changes(seed=2)])
    time.sleep(2 * CALM_SECONDS)
    assert not ahead_of(alone)


def test_a_wish_does_not_wait_for_what_is_trained_ahead(alone, short, long, dataset):
    run = complete(alone, short, dataset)
    alone.train_ahead(run, [long])
    until(lambda: ahead_of(alone))
    under_way(ahead_of(alone)[0])
    others = [begin(alone, long.with_changes(seed=s), dataset, f"{s}") for s in (2, 3)]
    for other in others:
        under_way(other)
    # The next wish of the session itself ends it.
    complete(alone, short.with_changes(seed=4), dataset)
    assert ahead_of(alone)[0].wait(WAIT)
    assert ahead_of(alone)[0].state == "stopped"


def test_a_long_run_is_not_the_beginning_of_another(alone, short, dataset):
    run = complete(alone, short, dataset)
    run.seconds = MOST_SECONDS + 1
    alone.train_ahead(run, [short.with_changes(seed=2)])
    time.sleep(2 * CALM_SECONDS)
    assert not ahead_of(alone)


def test_whoever_turns_on_finds_the_next_notch_trained(page_of_a_short_run):
    page = page_of_a_short_run
    for value in (0.005, 0.003):
        turn(page, "learning_rate", value)
        settled(page)
    pool = page.session_state["_live_run"]._pool
    wait_for(page, pool, learning_rate=0.002)
    turn(page, "learning_rate", 0.002)
    assert run_of(page).cached
    assert run_of(page).hyperparameters.learning_rate == 0.002
    wait_for(page, pool, learning_rate=0.0015)


def test_before_a_slider_is_turned_again_both_its_notches_are_trained(page_of_a_short_run):
    page = page_of_a_short_run
    turn(page, "learning_rate", 0.005)
    settled(page)
    pool = page.session_state["_live_run"]._pool
    turn(page, "initialization", "He")
    settled(page)
    for rate in (0.003, 0.0075):
        wait_for(page, pool, learning_rate=rate, initialization="He")


def test_whoever_goes_back_to_the_slider_before_finds_its_notches_trained(page_of_a_short_run):
    page = page_of_a_short_run
    for key, value in (("learning_rate", 0.005), ("units_3", 6)):
        turn(page, key, value)
        settled(page)
    pool = page.session_state["_live_run"]._pool
    wait_for(page, pool, hidden_layers=(20, 7, 7))
    for rate in (0.003, 0.0075):
        wait_for(page, pool, learning_rate=rate, hidden_layers=(20, 7, 6))


def test_what_the_hand_comes_near_is_trained_first(alone, short, dataset):
    run = complete(alone, short, dataset)
    until(lambda: run.film and alone._dispatcher.crew.may_train_ahead())
    alone.train_ahead(run, [short.with_changes(seed=s, num_iterations=1000) for s in (2, 3)])
    alone.train_ahead(run, [short.with_changes(seed=4)])
    until(lambda: [ahead.hyperparameters.seed for ahead in ahead_of(alone)] == [4, 2, 3])


def wait_for(page, pool, **wanted):
    """Until settings with these values were trained ahead."""

    def there():
        page.run()
        return [
            ahead
            for ahead in ahead_of(pool)
            if all(getattr(ahead.hyperparameters, k) == v for k, v in wanted.items())
        ]

    until(there)
    assert there()[0].wait(WAIT)
