"""Looks inside a network, through real workers: the engine's own numbers, asked for once."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest
from pool_driving import WAIT, complete
from test_rewinding import engine_step, filmed, moment_at

from dashboard.answers import Answers
from dashboard.questions import Example
from engine.errors import EngineError
from engine.gradient_check import THRESHOLD, check_gradient
from engine.histograms import history
from engine.journey import journey
from engine.preparation import prepare
from engine.snapshots import examples_of


@pytest.mark.parametrize("iteration", [0, 36, 200])
@pytest.mark.parametrize("part", ["train", "test"])
def test_a_journey_has_the_engines_own_numbers(pool, short, dataset, part, iteration):
    run = complete(pool, short, dataset)
    told = pool.ask.journey(run, moment_at(run, iteration), Example(part, 3)).result(WAIT)
    examples, step = examples_of(dataset, short), engine_step(short, dataset, iteration)
    X, Y = (examples.X, examples.Y) if part == "train" else (examples.X_test, examples.Y_test)
    own = journey(step.snapshot.parameters(dataset), ("tanh",), X[:, [3]], Y[:, [3]])
    assert told.loss == pytest.approx(own.loss, rel=1e-6)
    assert [stage.activation for stage in told.stages] == ["tanh", "sigmoid"]
    for stage, layer in zip(told.stages, own.layers, strict=True):
        for name, glance in stage.arrays.items():
            array = getattr(layer, name)
            rows, columns = glance.first.shape
            assert glance.shape == array.shape
            np.testing.assert_allclose(
                glance.first, array[:rows, :columns], rtol=1e-5, atol=1e-9, err_msg=name
            )
            assert glance.mean == pytest.approx(array.mean(), rel=1e-5, abs=1e-9)
    np.testing.assert_allclose(told.probabilities, own.layers[-1].A[:, 0], rtol=1e-6)
    assert told.pull is not None
    assert told.pull.shape == (64, 64, 3)


def test_a_photo_is_followed_with_the_class_the_person_gives(pool, short, dataset):
    h = short.with_changes(picture_size=16, scaling="standardized")
    run = complete(pool, h, dataset)
    photo = dataset.test_pictures[0]
    filmed(run)
    cat, other = (
        pool.ask.journey(run, run.moment, Example("photo", 0, photo, label)).result(WAIT)
        for label in (1, 0)
    )
    np.testing.assert_allclose(cat.X.first, prepare(dataset, h).read(photo[None])[:24])
    p = float(cat.probabilities[0])
    assert cat.loss == pytest.approx(-np.log(p))
    assert other.loss == pytest.approx(-np.log(1 - p))
    assert cat.X.shape == (16 * 16 * 3, 1)


def test_a_picture_that_is_not_there_is_told_in_a_sentence(pool, short, dataset):
    run = complete(pool, short, dataset)
    with pytest.raises(EngineError, match=r"no such picture.* 51"):
        pool.ask.journey(run, run.moment, Example("test", 50)).result(WAIT)


def test_the_gradient_check_of_each_layer(pool, short, dataset):
    h = short.with_changes(l2=0.5)
    run = complete(pool, h, dataset)
    examples = examples_of(dataset, h)
    moment = moment_at(run, 36)
    step = engine_step(h, dataset, 36)
    for layer in (1, 2):
        told = pool.ask.check_gradient(run, moment, layer).result(WAIT)
        assert [a.name for a in told.arrays] == [f"W{layer}", f"b{layer}"]
        assert told.difference < THRESHOLD
        own = check_gradient(
            step.snapshot.parameters(dataset), ("tanh",), examples.X, examples.Y, 0.5, [layer]
        )
        for mine, wanted in zip(told.arrays, own.arrays, strict=True):
            np.testing.assert_allclose(mine.gradient, wanted.gradient, rtol=1e-5, atol=1e-9)


def test_the_histograms_of_the_whole_film(pool, short, dataset):
    run = complete(pool, short, dataset)
    iterations = filmed(run)
    told = pool.ask.histograms(run, run.film).result(WAIT)
    assert list(told.iterations) == iterations
    own = history([moment.snapshot for moment in run.film], dataset)
    for mine, wanted in zip(told.layers, own.layers, strict=True):
        np.testing.assert_array_equal(mine.dW.shares, wanted.dW.shares)


def test_the_same_question_about_the_same_moment_is_asked_once(pool, short, dataset):
    run = complete(pool, short, dataset)
    early, late = moment_at(run, 36), moment_at(run, 200)
    asked = pool.ask.journey(run, early, Example("test", 1))
    assert pool.ask.journey(run, early, Example("test", 1)) is asked
    for other in (
        pool.ask.journey(run, late, Example("test", 1)),
        pool.ask.journey(run, early, Example("test", 2)),
        pool.ask.journey(run, early, Example("train", 1)),
        pool.ask.check_gradient(run, early, 1),
    ):
        assert other is not asked
    assert pool.ask.histograms(run, run.film) is pool.ask.histograms(run, run.film)


def test_what_failed_is_asked_again_and_little_is_kept():
    answers, made = Answers(most=2), []

    def ask():
        made.append(Future())
        return made[-1]

    first = answers.of("a", ask)
    first.set_exception(EngineError("No worker"))
    second = answers.of("a", ask)
    assert second is not first
    assert answers.of("a", ask) is second
    answers.of("b", ask)
    answers.of("c", ask)
    assert answers.of("a", ask) is not second
