"""A photo cut, mirrored, moved and lit in other ways."""

from __future__ import annotations

import numpy as np

from engine.photo_views import centre_crop, cuts, letterbox, views
from engine.pictures import as_network_sees

wide = np.zeros((30, 90, 3), np.uint8)
wide[:, 30:60] = (255, 0, 0)  # a red square in the middle


def test_the_middle_square_leaves_the_sides_out() -> None:
    assert (centre_crop(wide, 16) == (255, 0, 0)).all()


def test_the_letterbox_keeps_everything_in_its_proportions() -> None:
    boxed = letterbox(np.full((30, 90, 3), 200, np.uint8), 18)
    assert (boxed[:5] < 20).all()
    assert (boxed[-5:] < 20).all()
    assert (boxed[8:10] > 195).all()
    # A canvas as large as the longer side squared would take gigabytes.
    assert letterbox(np.full((20, 2000, 3), 200, np.uint8), 64).max() == 200
    tall = letterbox(np.full((90, 30, 3), 200, np.uint8), 18)
    assert (tall[:, :5] < 20).all()


def test_the_first_view_is_the_one_the_network_gets() -> None:
    pixels = np.random.RandomState(0).randint(0, 255, (50, 80, 3)).astype(np.uint8)
    told = views(cuts(pixels, 32))
    assert (told[0].picture == as_network_sees(pixels, 32)).all()
    assert [view.kind for view in told].count("cut") == 3
    assert {view.kind for view in told} == {"cut", "mirrored", "moved", "brightness"}
    assert len({view.picture.tobytes() for view in told}) == len(told)
    assert all(v.picture.shape == (32, 32, 3) and v.picture.dtype == np.uint8 for v in told)


def test_a_square_photo_is_the_same_however_it_is_cut() -> None:
    pixels = np.random.RandomState(0).randint(0, 255, (50, 50, 3)).astype(np.uint8)
    stretched, middle, boxed = (view.picture for view in views(cuts(pixels, 32))[:3])
    assert (stretched == middle).all()
    assert (stretched == boxed).all()
