"""Finished runs in a database, SQLite and a real PostgreSQL: kept, found, changed, taken back."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from keeping import dataset, finished, with_result
from sqlalchemy import create_engine, text, update

from dashboard.run_points import CURVES
from dashboard.store import Store, results
from dashboard.store import store as store_module
from dashboard.store.schema import runs
from engine import database
from tests.postgres import running_postgres

LABELS = dataset().test_labels


@pytest.fixture(scope="module")
def postgres():
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """Where HYPERDIAL_STORE leads: to a new file, or to an emptied database."""
    if request.param == "sqlite":
        return str(tmp_path / "folder to be made" / "runs.sqlite")
    url = request.getfixturevalue("postgres")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def opened(address, monkeypatch):
    """Opens the store at the address, as often as asked, like one server after another."""
    monkeypatch.setenv(database.VARIABLE, address)
    stores = []

    def open_store():
        stores.append(Store(database.store_url()))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


def hashes(kept):
    return [run.run_hash for run in kept]


def same(a, b):
    """Whether two results are equal in all that is kept of them."""
    assert (a.state, a.message, a.findings) == (b.state, b.message, b.findings)
    assert a.seconds == pytest.approx(b.seconds)
    np.testing.assert_equal(vars(a.latest), vars(b.latest))
    for one, other in zip(a.records[0], b.records[0], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(a.moment.train_logits, b.moment.train_logits)
    np.testing.assert_array_equal(a.moment.test_logits, b.moment.test_logits)
    np.testing.assert_equal(dict(a.moment.snapshot.state), dict(b.moment.snapshot.state))
    for name, array in a.moment.snapshot.parameters(dataset()).items():
        np.testing.assert_array_equal(array, b.moment.snapshot.parameters(dataset())[name])


def test_a_run_is_the_same_after_the_server_began_anew(opened):
    run = finished()
    opened().save(run, LABELS)
    store = opened()
    same(store.find(run.run_hash), run.result)
    (listed,) = store.listed()
    assert listed.run_hash == run.run_hash
    assert listed.stages == run.stages
    assert listed.dataset == run.dataset
    assert (listed.m_train, listed.m_test) == (12, 8)
    assert listed.right.mean() == run.result.latest.test_accuracy
    assert abs(listed.created - time.time()) < 60
    assert store.datasets() == {dataset().digest: "few"}
    curves = store.curves([run.run_hash, "unknown"])
    assert list(curves) == [run.run_hash]
    for name, expected in zip(CURVES, run.result.records[0], strict=True):
        np.testing.assert_array_equal(np.column_stack(curves[run.run_hash][name]), expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_layers": (), "initialization": "zeros", "activation": "relu"},
        {"optimizer": "Adam", "beta1": 0.5},
        {"hidden_layers": (4, 3), "keep_probs": (0.5, 0.9), "mini_batch": 5},
        {"precision": "float32", "l2": 0.5},
        {"label_noise": 0.25, "training_pictures": 10},
    ],
)
def test_runs_of_every_kind_come_back(opened, changes):
    run = finished(**changes)
    store = opened()
    store.save(run, LABELS)
    same(store.find(run.run_hash), run.result)


def test_a_run_that_diverged_has_no_numbers_and_says_so_again(opened):
    run = finished(
        hidden_layers=(8, 8, 8), activation="leaky relu", initialization="He", learning_rate=10.0
    )
    assert run.result.state == "diverged"
    store = opened()
    store.save(run, LABELS)
    same(store.find(run.run_hash), run.result)
    (listed,) = store.listed()
    assert math.isnan(listed.summary.test_accuracy)
    assert listed.right is None


def test_a_cost_beyond_all_numbers_stays_so(opened):
    store = opened()
    store.save(with_result(finished(), cost=math.inf), LABELS)
    assert store.listed()[0].summary.cost == math.inf


def test_a_large_network_is_kept_without_its_weights(opened, monkeypatch):
    monkeypatch.setattr(results, "MOST_SNAPSHOT", 100)
    store = opened()
    store.save(finished(), LABELS)
    found = store.find(finished().run_hash)
    assert found.moment is None
    assert found.latest == finished().result.latest
    assert len(store.curves([finished().run_hash])) == 1


def test_what_was_never_kept_is_not_found(opened):
    assert opened().find("f" * 64) is None
    assert opened().listed() == []


def test_the_same_run_is_one_run_whoever_trains_it(opened):
    one, other = opened(), opened()
    one.save(finished(), LABELS)
    one.rename(finished().run_hash, "mine")
    created = one.listed()[0].created
    other.save(finished(), LABELS)
    (listed,) = one.listed()
    assert (listed.name, listed.created) == ("mine", created)


def test_names_and_pins_are_kept(opened):
    store = opened()
    run = finished().run_hash
    store.save(finished(), LABELS)
    store.rename(run, "  Größe\nund \x00 <b>mehr</b>  " + 100 * "x")
    store.pin([run])
    (listed,) = opened().listed()
    assert listed.name.startswith("Größe und ? <b>mehr</b> xxx")
    assert len(listed.name) == 60
    assert listed.pinned
    store.rename(run, " ")
    store.pin([run], False)
    (listed,) = opened().listed()
    assert (listed.name, listed.pinned) == ("", False)


def test_what_is_deleted_can_be_taken_back(opened):
    store = opened()
    first, second = finished(seed=1), finished(seed=2)
    for run in (first, second):
        store.save(run, LABELS)
    store.rename(first.run_hash, "first")
    store.delete([first.run_hash])
    assert hashes(store.listed()) == [second.run_hash]
    assert hashes(store.listed(deleted=True)) == [first.run_hash]
    assert store.find(first.run_hash) is None
    assert store.get(first.run_hash) is None
    opened().restore([first.run_hash])
    assert len(store.listed()) == 2
    assert store.get(first.run_hash).name == "first"


def test_training_it_again_takes_a_deleted_run_back(opened):
    store = opened()
    store.save(finished(), LABELS)
    store.delete([finished().run_hash])
    store.save(finished(), LABELS)
    assert len(store.listed()) == 1


def test_a_deleted_run_is_gone_after_a_week(opened, monkeypatch):
    store = opened()
    store.save(finished(), LABELS)
    store.delete([finished().run_hash])
    assert len(opened().listed(deleted=True)) == 1
    monkeypatch.setattr(store_module, "DELETED_SECONDS", -1.0)
    assert opened().listed(deleted=True) == []


def test_the_list_is_sorted_with_the_unknown_last(opened):
    store = opened()
    told = {"a": 0.5, "b": 0.75, "c": math.nan, "d": 0.25}
    for seed, (name, accuracy) in enumerate(told.items()):
        run = with_result(finished(seed=seed), test_accuracy=accuracy)
        store.save(run, LABELS)
        store.rename(run.run_hash, name)

    def names(*sort, **how):
        return "".join(run.name for run in store.listed(*sort, **how))

    assert names() == "dcba"
    assert names(descending=False) == "abcd"
    assert names("test_accuracy") == "badc"
    assert names("test_accuracy", descending=False) == "dabc"
    assert names("name", descending=False) == "abcd"
    assert names(pinned=True) == ""
    assert names(dataset=dataset().digest) == "dcba"
    assert names(dataset="0" * 64) == ""
    chosen = [finished(seed=s).run_hash for s in (2, 0)]
    assert [run.name for run in store.get_all(chosen)] == ["c", "a"]


def test_a_row_that_does_not_hold_together_is_passed_over(opened):
    store = opened()
    good, bad = finished(seed=1), finished(seed=2)
    for run in (good, bad):
        store.save(run, LABELS)
    change(store, bad, state="running")
    assert hashes(store.listed()) == [good.run_hash]
    assert store.unreadable == 1
    assert store.find(bad.run_hash) is None
    assert list(store.curves([good.run_hash, bad.run_hash])) == [good.run_hash]


def change(store, run, **columns):
    with store._ready().begin() as connection:
        connection.execute(update(runs).where(runs.c.run_hash == run.run_hash).values(columns))
