"""Branches from a pool with real workers, and the words for them."""

from __future__ import annotations

import os

import numpy as np
import pytest
from branch_driving import SMALL, branched, filmed, moment_at
from pool_driving import KILL, WAIT, begin, complete, paused, under_way

from dashboard.branches import Branch, branch_name, changes, fixed_sentence
from dashboard.run import Origin
from dashboard.workers import Pool
from engine.errors import HyperparameterError
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.stages import train_in_stages
from engine.training import FIXED


@pytest.fixture(scope="module")
def settings():
    return SMALL


@pytest.fixture
def trunk(pool, settings, dataset):
    return filmed(complete(pool, settings, dataset))


@pytest.mark.parametrize("more", [{}, {"optimizer": "Adam"}, {"mini_batch": 32, "l2": 0.1}])
@pytest.mark.parametrize("at", [2, 100, 248])
def test_a_branch_with_nothing_changed_is_the_run_as_if_it_had_never_stopped(
    pool, settings, dataset, more, at
):
    trunk = filmed(complete(pool, settings.with_changes(**more), dataset))
    branch = branched(pool, trunk, at, dataset)
    assert branch.iteration == 250
    assert [m.iteration for m in branch.path_film()] == [m.iteration for m in trunk.film]
    for found, wanted in zip(branch.path_film(), trunk.film, strict=True):
        np.testing.assert_array_equal(found.test_logits, wanted.test_logits)
        assert found.summary == wanted.summary
    for name, (x, y) in trunk.curves().items():
        own = dict(zip(*map(list, branch.path_curves()[name]), strict=True))
        known = dict(zip(x.tolist(), y.tolist(), strict=True))
        # With mini-batches the whole set's cost is known where a worker happened to look.
        common = known.keys() & own.keys()
        assert len(common) >= 125
        assert [own[i] for i in sorted(common)] == [known[i] for i in sorted(common)]


def test_a_branch_keeps_what_early_stopping_waited_for(pool, settings, dataset):
    trunk = filmed(complete(pool, settings.with_changes(patience=200, learning_rate=0.3), dataset))
    branch = branched(pool, trunk, 50, dataset)
    assert (branch.iteration, branch.message) == (trunk.iteration, trunk.message)


def test_a_branch_is_what_the_engine_computes_in_stages(pool, trunk, dataset):
    branch = branched(pool, trunk, 100, dataset, learning_rate=0.03)
    twig = branched(pool, branch, 150, dataset, optimizer="momentum")
    assert [begun for begun, _ in twig.stages()] == [0, 100, 150]
    *_, last = train_in_stages(twig.stages(), dataset)
    np.testing.assert_allclose(twig.moment.test_logits, last.test_logits, rtol=1e-9)
    assert twig.path_film()[0].iteration == 0
    assert list(twig.path_curves()["test"][0]) == list(trunk.curves()["test"][0])
    assert twig.owner_of(120) is branch
    assert twig.owner_of(150) is twig
    assert twig.owner_of(99) is trunk


def test_a_branch_begins_where_it_leaves_and_is_paused_there_after_a_reset(pool, trunk, dataset):
    branch = branched(pool, trunk, 100, dataset, learning_rate=0.03)
    assert branch.curves()["train"][0][0] == 100
    assert branch.film[0].iteration == 100
    assert branch.speed == pytest.approx(150 / branch.seconds)
    again = pool.reset(branch)
    assert again.wait(WAIT, {"paused"})
    assert again.iteration == 100
    pool.stop(again)


@pytest.mark.parametrize("more", [{}, {"optimizer": "Adam"}, {"mini_batch": 32, "patience": 90}])
def test_a_branch_whose_beginning_is_not_kept_computes_the_way_there(pool, settings, dataset, more):
    trunk = filmed(complete(pool, settings.with_changes(**more), dataset))
    known = branched(pool, trunk, 100, dataset, learning_rate=0.03)
    changed = known.hyperparameters
    # The trunk begins anew and stands at 0, with no moment to go on from.
    run = begin(pool, changed, dataset, "c", origin=Origin(pool.reset(trunk), 100), fresh=True)
    filmed(run)
    assert run.run_hash == known.run_hash
    assert not run.cached
    assert run.curves()["train"][0][0] == 100
    assert run.film[0].iteration == 100
    assert (run.iteration, run.message) == (known.iteration, known.message)
    for found, wanted in zip(run.film, known.film, strict=True):
        np.testing.assert_array_equal(found.test_logits, wanted.test_logits)
        assert (found.best_iteration, found.dead) == (wanted.best_iteration, wanted.dead)


def test_on_the_way_to_its_beginning_a_branch_can_be_paused_and_stopped(settings, dataset):
    long = settings.with_changes(num_iterations=20_000)
    with Pool(workers=1) as pool:
        trunk = begin(pool, long, dataset, "trunk", paused=True)
        run = begin(pool, long, dataset, origin=Origin(trunk, 3000), paused=True)
        paused(run)
        assert run.iteration == 3000
        assert run.moment.iteration == 3000
        pool.stop(run)
        other = begin(pool, long, dataset, origin=Origin(trunk, 19_999))
        assert other.wait_until(lambda: "19,999: at" in other.message, WAIT)
        pool.pause(other)
        paused(other)
        told = other.message
        assert (other.latest, other.seconds) == (None, 0)
        pool.step(other, 5)
        assert other.wait_until(lambda: other.state == "paused" and other.message != told, WAIT)
        pool.resume(other)
        assert other.wait_until(lambda: other.state == "running", WAIT)
        pool.stop(other)
        assert other.wait(WAIT)
        assert (other.state, other.moment) == ("stopped", None)


def test_branches_are_cached_by_trunk_iteration_and_changes(pool, trunk, dataset):
    def again(trunk, at, **changed):
        return branched(pool, trunk, at, dataset, **changed)

    first = again(trunk, 100, learning_rate=0.03)
    twin = again(trunk, 100, learning_rate=0.03)
    assert twin.cached
    assert twin.run_hash == first.run_hash
    others = [
        again(trunk, 102, learning_rate=0.03),
        again(trunk, 100, learning_rate=0.02),
        again(first, 150, learning_rate=0.03),
        complete(pool, trunk.hyperparameters.with_changes(learning_rate=0.03), dataset),
    ]
    assert len({first.run_hash, *(run.run_hash for run in others)}) == 5


def test_a_branch_whose_worker_dies_begins_again_where_it_left(settings, dataset):
    with Pool(workers=1) as pool:
        trunk = filmed(complete(pool, settings, dataset))
        long = trunk.hyperparameters.with_changes(num_iterations=20_000)
        origin = Origin(trunk, 100, moment_at(trunk, 100))
        run = begin(pool, long, dataset, origin=origin)
        under_way(run, beyond=150)
        os.kill(pool.worker_pids()[0], KILL)
        assert run.wait_until(lambda: run.restarts == 1, WAIT)
        under_way(run, beyond=100)
        assert run.curves()["train"][0][0] == 100
        pool.stop(run)


def test_what_cannot_change_on_the_way_fails_in_a_sentence(pool, trunk, dataset):
    origin = Origin(trunk, 100, moment_at(trunk, 100))
    seed = trunk.hyperparameters.with_changes(seed=2)
    run = begin(pool, seed, dataset, origin=origin)
    assert run.wait(WAIT)
    assert run.state == "failed"
    assert run.message.startswith("seed cannot be 2: allowed is 1 in a run that goes on")
    with pytest.raises(HyperparameterError):
        list(train_in_stages([(0, trunk.hyperparameters), (100, seed)], dataset))


# --- words


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {}, []),
        ({}, {"learning_rate": 0.02}, ["learning rate 0.0075 → 0.02"]),
        ({}, {"optimizer": "Adam"}, ["optimizer gradient descent → Adam"]),
        ({}, {"mini_batch": 32}, ["mini-batch size the whole set → 32"]),
        ({}, {"keep_probs": (0.5, 1, 1)}, ["dropout none → 0.5,1.0,1.0"]),
        ({"patience": 100}, {}, ["early stopping 100 → off"]),
        ({}, {"num_iterations": 5000, "l2": 1}, ["iterations 2,500 → 5,000", "L2 regularization 0 → 1"]),
    ],
)  # fmt: skip
def test_what_was_changed_in_words(before, after, told):
    assert changes(Hyperparameters(**before), Hyperparameters(**after)) == told


def test_names_never_run_out():
    names = [branch_name(i) for i in range(60)]
    assert names[:3] == ["A", "B", "C"]
    assert names[26] == "A2"
    assert len(set(names)) == 60


def test_the_sentence_names_all_that_cannot_change():
    for name in FIXED:
        assert DECLARED[name].label.lower() in fixed_sentence().lower()


def test_a_branch_with_nothing_changed_says_so(trunk, pool, dataset):
    branch = Branch("A", branched(pool, trunk, 100, dataset))
    assert branch.sentence == "from 100: nothing changed"
