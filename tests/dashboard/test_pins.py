"""A trial on its way to the page of runs."""

from __future__ import annotations

from dashboard.run_hash import run_hash
from dashboard.sweeping.pins import PINNED, Pins

WAIT = 60.0


def test_a_trial_is_trained_once_more_kept_named_and_pinned(services, short, dataset) -> None:
    services.dataset("drawn")
    pins = Pins(services.pool, services.keeper, services.store)
    assert pins.told(short, dataset.digest) == ""
    pins.pin(short, "drawn", dataset.digest, "Best of mine", WAIT)
    assert pins.told(short, dataset.digest) == PINNED
    kept = services.store().get(run_hash(short, dataset.digest))
    assert (kept.name, kept.pinned) == ("Best of mine", True)

    services.store().rename(kept.run_hash, "My own name")
    services.store().pin([kept.run_hash], False)
    pins.pin(short, "drawn", dataset.digest, "Best of another", WAIT)
    again = services.store().get(kept.run_hash)
    assert (again.name, again.pinned) == ("My own name", True)


def test_what_cannot_be_trained_is_told(services, short, dataset) -> None:
    pins = Pins(services.pool, services.keeper, services.store)
    too_many = short.with_changes(mini_batch=90_000)
    pins.pin(too_many, "drawn", dataset.digest, "Best", WAIT)
    assert "mini_batch" in pins.told(too_many, dataset.digest)
