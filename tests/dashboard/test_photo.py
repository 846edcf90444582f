"""A person's photo: kept small, shown the right way, and given to the network as it sees."""

from __future__ import annotations

import hashlib
from io import BytesIO

import numpy as np
import pytest
from page_driving import picture
from PIL import Image

from dashboard.photo import SAMPLES, SHOWN_SIDE, photo_from, sample_photo, seen_at
from engine.errors import PictureError
from engine.pictures import as_network_sees, decode_picture


def opened(photo):
    return Image.open(BytesIO(photo.shown))


def test_a_photo_is_seen_as_the_network_sees_pictures():
    data = picture(size=(300, 200))
    photo = photo_from("mine.png", data, 64)
    assert photo.seen.shape == (64, 64, 3)
    assert photo.seen.dtype == np.uint8
    np.testing.assert_array_equal(photo.seen, as_network_sees(decode_picture(data), 64))
    assert photo.digest == hashlib.sha256(data).hexdigest()


def test_a_large_photo_is_shown_small_with_its_own_proportions():
    photo = photo_from("large.png", picture(size=(2000, 1000)), 64)
    assert opened(photo).size == (SHOWN_SIDE, SHOWN_SIDE // 2)
    assert len(photo.shown) < 200_000


def test_a_small_photo_is_not_enlarged():
    assert opened(photo_from("small.png", picture(size=(30, 20)), 64)).size == (30, 20)


def test_a_photo_is_shown_upright():
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (40, 20), "red").save(buffer, "JPEG", exif=exif)
    assert opened(photo_from("turned.jpg", buffer.getvalue(), 64)).size == (20, 40)


def test_nothing_of_the_file_but_its_pixels_is_shown():
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "where I live"
    Image.new("RGB", (40, 20), "red").save(buffer, "JPEG", exif=exif)
    assert b"where I live" in buffer.getvalue()
    assert b"where I live" not in photo_from("mine.jpg", buffer.getvalue(), 64).shown


@pytest.mark.parametrize(
    "data", [b"", b"<html>", picture()[:100], b"\x89PNG\r\n\x1a\n" + bytes(99)]
)
def test_what_is_no_picture_is_refused_in_a_sentence(data):
    with pytest.raises(PictureError, match=r"^[A-Z].*\.$"):
        photo_from("x.png", data, 64)


def test_a_photo_can_be_seen_by_a_network_for_other_sizes():
    photo = photo_from("mine.png", picture(size=(300, 200)), 64)
    smaller = seen_at(photo, 16)
    assert smaller.seen.shape == (16, 16, 3)
    assert (smaller.name, smaller.shown) == (photo.name, photo.shown)
    assert seen_at(photo, 64) is photo


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_sample_is_in_neither_set(name, dataset):
    photo = sample_photo(name, 64)
    assert photo.name == f"{name}, drawn"
    for pictures in (dataset.train_pictures, dataset.test_pictures):
        difference = np.abs(pictures.astype(int) - photo.seen).mean(axis=(1, 2, 3))
        assert difference.min() > 8


def test_a_sample_is_the_same_every_time():
    name = next(iter(SAMPLES))
    assert sample_photo(name, 64).digest == sample_photo(name, 64).digest
