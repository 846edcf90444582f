"""What is kept of a run as it goes by: even distances, few bytes, its first and its last moment."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard.filming import Filming
from dashboard.messages import Moment

BYTES = 1000  # of each moment below


def moment(iteration, nbytes=BYTES):
    snapshot = type("NoSnapshot", (), {"nbytes": nbytes - 40})()
    return Moment(iteration, np.zeros((1, 3)), np.zeros((1, 2)), snapshot)


def filmed(end, stride=10, most_bytes=50 * BYTES, looks=range(10**6), nbytes=BYTES):
    """The iterations of the film of a run that ends at `end` and was looked at at `looks`."""
    filming = Filming(stride, most_bytes)
    for iteration in itertools.takewhile(lambda i: i <= end, looks):
        if filming.wants(iteration):
            filming.keep(moment(iteration, nbytes))
    return [kept.iteration for kept in filming.film(moment(end, nbytes))]


def test_a_short_run_is_kept_at_every_stride():
    assert filmed(200) == list(range(0, 201, 10))


@pytest.mark.parametrize("end", [0, 1, 9, 10, 499, 500, 501, 12_345, 20_000])
def test_the_first_and_the_last_moment_are_always_there(end):
    film = filmed(end)
    assert film[0] == 0
    assert film[-1] == end
    assert film == sorted(set(film))


@pytest.mark.parametrize("end", [777, 5_000, 19_990])
def test_moments_lie_at_even_distances_up_to_the_last(end):
    film = filmed(end)
    (distance,) = {b - a for a, b in itertools.pairwise(film[:-1])}
    assert film[-1] - film[-2] <= distance


def test_the_bytes_are_bound_by_letting_every_second_moment_go():
    for end in range(0, 10_000, 370):
        assert len(filmed(end)) <= 51  # fifty, and the last one
    assert len(filmed(10_000)) > 20
    assert {b - a for a, b in itertools.pairwise(filmed(10_000)[:-1])} == {320}


def test_a_network_too_large_for_the_bound_still_has_a_beginning_and_an_end():
    film = filmed(5_000, nbytes=10**6)
    assert film[0] == 0
    assert film[-1] == 5_000
    assert len(film) <= 3


def test_a_run_that_is_stepped_through_is_kept_at_the_same_iterations():
    often = sorted({*range(0, 600, 10), *range(0, 600, 7)})
    assert filmed(600, looks=often) == filmed(600)


def test_a_run_that_ends_before_a_kept_moment_does_not_show_it():
    filming = Filming(10)
    for iteration in (0, 10, 20):
        filming.keep(moment(iteration))
    # One that diverges ends at the first cost that is no number, before where it was looked at.
    assert [kept.iteration for kept in filming.film(moment(17))] == [0, 10, 17]
