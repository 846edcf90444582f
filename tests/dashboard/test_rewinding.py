"""The film of a run, from a pool with real workers: it comes, and it holds the run's own networks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from pool_driving import WAIT, begin, complete, under_way

from dashboard.job import MOMENTS
from dashboard.workers import Pool
from engine.evaluation import probabilities
from engine.training import train
from engine.weight_pictures import weights_as_pictures


def filmed(run):
    """The iterations of a run's film, once it has come."""
    assert run.wait_until(lambda: len(run.film) > 0, WAIT)
    return [moment.iteration for moment in run.film]


def moment_at(run, iteration):
    place = filmed(run).index(iteration)
    return run.film[place]


def engine_step(hyperparameters, dataset, iteration):
    return next(s for s in train(hyperparameters, dataset) if s.iteration == iteration)


def test_a_finished_run_has_its_film_shortly_after_its_end(pool, short, dataset):
    run = complete(pool, short.with_changes(num_iterations=2500), dataset)
    assert run.wait_until(lambda: len(run.film) > 0, 2)
    assert filmed(run) == list(range(0, 2501, 2500 // MOMENTS))
    assert run.film[-1].summary == run.latest


def test_a_long_run_is_kept_in_bounded_memory_at_even_distances(pool, dataset, short):
    wide = short.with_changes(hidden_layers=(256,), num_iterations=1000)
    run = complete(pool, wide, dataset)
    iterations = filmed(run)
    assert iterations[0] == 0
    assert iterations[-1] == 1000
    assert len({b - a for a, b in itertools.pairwise(iterations[:-1])}) == 1
    assert sum(moment.nbytes for moment in run.film) < 14 << 20


def test_a_run_from_the_cache_has_its_film_at_once(pool, short, dataset):
    first = complete(pool, short.with_changes(seed=21), dataset)
    iterations = filmed(first)
    again = begin(pool, short.with_changes(seed=21), dataset, "you")
    assert again.cached
    assert [moment.iteration for moment in again.film] == iterations


def test_equal_runs_that_were_answered_together_all_get_the_film(long, short, dataset):
    with Pool(workers=1) as pool:
        blocker = begin(pool, long, dataset, "blocker")
        twins = [begin(pool, short, dataset, f"pupil {i}") for i in range(3)]
        pool.stop(blocker)
        for twin in twins:
            assert twin.wait(WAIT)
            assert filmed(twin)[-1] == 200


def test_a_stopped_run_has_a_film_up_to_where_it_was_stopped(pool, long, dataset):
    run = begin(pool, long, dataset)
    under_way(run, beyond=200)
    pool.stop(run)
    assert run.wait(WAIT)
    iterations = filmed(run)
    assert iterations[0] == 0
    assert len(iterations) > 2
    assert iterations[-1] == run.iteration
    assert run.film[-1].summary == run.latest


def test_a_run_that_was_stepped_through_has_the_film_of_one_in_one_go(pool, short, dataset):
    whole = filmed(complete(pool, short.with_changes(seed=22), dataset))
    run = begin(pool, short.with_changes(seed=22), dataset, paused=True)
    assert run.wait(WAIT, {"paused"})
    for steps in (1, 3, 7):
        goal = run.iteration + steps
        pool.step(run, steps)
        assert run.wait_until(lambda goal=goal: run.iteration == goal, WAIT)
    pool.resume(run)
    assert run.wait(WAIT)
    assert filmed(run) == whole


@pytest.mark.parametrize("iteration", [0, 36, 200])
def test_an_earlier_moment_is_the_engines_own(pool, short, dataset, iteration):
    run = complete(pool, short, dataset)
    moment, step = moment_at(run, iteration), engine_step(short, dataset, iteration)
    assert moment.summary.train_accuracy == step.train_accuracy
    np.testing.assert_allclose(moment.summary.cost, step.cost, rtol=1e-9)
    np.testing.assert_allclose(moment.test_logits, step.test_logits, rtol=1e-6, atol=1e-9)

    said = pool.ask.predict(run, dataset.test_pictures, moment).result(WAIT)
    own = step.snapshot.predict(dataset, dataset.test_pictures)[0]
    np.testing.assert_allclose(said, own, rtol=1e-6, atol=1e-9)
    # The same answer as the gallery's, which is made from the moment's own outputs.
    np.testing.assert_allclose(said, probabilities(moment.test_logits)[0], rtol=1e-6, atol=1e-9)

    pictures = pool.ask.first_layer(run, moment).result(WAIT)
    expected = weights_as_pictures(step.snapshot.parameters(dataset)["W1"])
    assert pictures.shape == (4, 64, 64, 3)
    # A weight at the edge between two shades may fall to either.
    assert np.abs(pictures.astype(int) - expected).max() <= 1


def test_without_a_moment_the_end_of_the_run_answers(pool, short, dataset):
    run = complete(pool, short, dataset)
    for ask in (
        pool.ask.first_layer,
        lambda *a: pool.ask.predict(a[0], dataset.test_pictures, *a[1:]),
    ):
        last, first = ask(run, moment_at(run, 200)), ask(run, moment_at(run, 0))
        at_the_end = ask(run).result(WAIT)
        np.testing.assert_array_equal(at_the_end, last.result(WAIT))
        assert not np.array_equal(at_the_end, first.result(WAIT))


def test_the_cache_counts_the_film_among_its_bytes(short, dataset):
    with Pool(workers=1, cache_bytes=2_000_000) as pool:
        for seed in range(6):
            run = complete(pool, short.with_changes(seed=seed), dataset)
            filmed(run)
            film = sum(moment.nbytes for moment in run.film)
            assert run.nbytes >= film
            assert film > 500_000
            assert film <= pool.statistics()["cached_bytes"] <= 2_000_000
        assert 0 < pool.statistics()["cached_results"] < 6
