from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dashboard.thinning import thin

numbers = st.floats(-1e9, 1e9)


@given(arrays(np.float64, st.integers(1, 3000), elements=numbers), st.integers(4, 600))
def test_few_points_in_order_with_ends_and_extremes(y, most):
    x = np.arange(len(y)) * 3
    thin_x, thin_y = thin(x, y, most)
    assert len(thin_x) == len(thin_y) <= most
    assert (np.diff(thin_x) > 0).all()
    assert thin_x[0] == x[0]
    assert thin_x[-1] == x[-1]
    assert thin_y.min() == y.min()
    assert thin_y.max() == y.max()
    np.testing.assert_array_equal(thin_y, y[thin_x // 3])


def test_a_single_spike_among_many_stays():
    y = np.zeros(20_000)
    y[12_345] = 7.0
    x, thinned = thin(np.arange(20_000), y)
    assert len(x) <= 500
    assert thinned[x == 12_345] == [7.0]


def test_what_is_not_a_number_hides_no_extreme():
    y = np.sin(np.arange(5000.0))
    y[::7] = np.nan
    _, thinned = thin(np.arange(5000), y)
    assert np.nanmax(thinned) == np.nanmax(y)
    assert np.nanmin(thinned) == np.nanmin(y)


def test_infinity_is_kept_as_the_greatest():
    y = np.zeros(2000)
    y[-5:] = np.inf
    assert np.isinf(thin(np.arange(2000), y)[1]).any()


def test_few_points_stay_as_they_are():
    x, y = thin([0, 1, 2], [3.0, 1.0, 2.0])
    assert x.tolist() == [0, 1, 2]
    assert y.tolist() == [3.0, 1.0, 2.0]


@pytest.mark.parametrize(("x", "y", "most"), [([1, 2], [1.0], 500), ([1], [1.0], 3)])
def test_impossible_requests_are_refused(x, y, most):
    with pytest.raises(ValueError, match="at most"):
        thin(x, y, most)
