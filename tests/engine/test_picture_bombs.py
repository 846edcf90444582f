"""Bytes that are no picture, or one made to harm: each is refused in a sentence, soon and small."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import warnings
import zlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import PictureError
from engine.pictures import decode_picture


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    stream = BytesIO()
    if format == "HEIF":
        pytest.importorskip("pillow_heif").from_pillow(image).save(stream)
    else:
        image.save(stream, format, **options)
    return stream.getvalue()


def refusal(data: bytes) -> str:
    """The one sentence a person is shown for these bytes; it comes within a few seconds."""
    start = time.monotonic()
    with pytest.raises(PictureError) as caught:
        decode_picture(data)
    assert time.monotonic() - start < 5
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def png(width: int, height: int, *more: tuple[bytes, bytes], rows: int | None = None) -> bytes:
    """A black grey PNG; `more` chunks come before its pixels, of which there are `rows` rows."""
    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    pixels = b"".join(packer.compress(row) for _ in range(height if rows is None else rows))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        *more,
        (b"IDAT", pixels + packer.flush()),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"<!doctype html><html></html>", "an HTML page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"just some words", "a text file"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "an HDF5 file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (bytes(1000), "a file of zeros"),
        (b"\x00\x01\x02\x03\xff", "a file of another kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "a text file"),
        (b"8BPS\0\1" + bytes(20), "a file of another kind"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(data: bytes, said: str) -> None:
    sentence = refusal(data)
    assert said in sentence
    assert "JPEG, PNG" in sentence


def test_twenty_megabytes_are_the_limit() -> None:
    small = png(4, 4)
    padding = 20 * 2**20 - len(small)
    assert decode_picture(small + bytes(padding)).shape == (4, 4, 3)
    assert "20.0 MB, needed at most 20 MB" in refusal(small + bytes(padding + 1))


def test_forty_megapixels_are_the_limit() -> None:
    assert "40.0 megapixels" in refusal(png(8_000, 5_001, rows=1))
    assert decode_picture(png(1_000, 4_000)).shape == (4_000, 1_000, 3)


MEMORY = """
import resource, sys, time
from engine.errors import PictureError
from engine.pictures import decode_picture
data = sys.stdin.buffer.read()
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
try:
    decode_picture(data)
except PictureError as error:
    print(error)
took = time.monotonic() - start
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, took)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not measured there")
def test_83_megapixels_in_a_small_png_take_no_memory() -> None:
    data = png(9_120, 9_120)
    assert len(data) < 100_000
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", MEMORY],
        input=data,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    sentence, numbers = done.stdout.decode().splitlines()
    kilobytes, seconds = map(float, numbers.split())
    assert "83.2 megapixels" in sentence
    assert kilobytes < 20_000
    assert seconds < 1


def test_a_bomb_gives_the_same_sentence_when_warnings_are_not_errors() -> None:
    with warnings.catch_warnings(record=True) as given_out:
        warnings.simplefilter("always")
        assert "megapixels" in refusal(png(10_000, 10_000, rows=1))
    assert not given_out


def test_nothing_changes_for_others() -> None:
    limit, formats = Image.MAX_IMAGE_PIXELS, set(Image.OPEN)
    decode_picture(png(8, 8))
    refusal(png(9_000, 9_000, rows=1))
    assert limit == Image.MAX_IMAGE_PIXELS
    assert set(Image.OPEN) == formats


@pytest.mark.parametrize(("width", "height"), [(5_000, 49), (1, 101), (40_000_000, 1)])
def test_absurdly_narrow_pictures_are_refused(width: int, height: int) -> None:
    assert "too narrow" in refusal(png(width, height, rows=1))


def test_a_single_pixel_is_a_picture() -> None:
    assert decode_picture(png(1, 1)).tolist() == [[[0, 0, 0]]]


def test_a_picture_of_no_pixels_is_refused() -> None:
    refusal(png(0, 5))
    gif = bytearray(encoded(Image.new("P", (4, 4)), "GIF"))
    gif[6:10] = bytes(4)
    at = gif.index(b",")
    gif[at + 5 : at + 9] = bytes(4)
    refusal(bytes(gif))


def test_a_webp_that_declares_a_huge_canvas_is_refused_unopened() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = bytearray(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    assert data[12:16] == b"VP8X"
    data[24:30] = b"\xff\x3f\x00" * 2
    assert "268.4 megapixels" in refusal(bytes(data))


def test_a_gif_of_a_huge_screen_is_refused() -> None:
    data = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    data[6:10] = b"\xff" * 4
    assert "megapixels" in refusal(bytes(data))


def tiff(*entries: tuple[int, int, int], tail: bytes = b"") -> bytes:
    """A grey 2000 × 2000 TIFF with these (tag, count, value) besides."""
    plain = [(256, 1, 2000), (257, 1, 2000), (258, 1, 8), (259, 1, 1), (262, 1, 1), (277, 1, 1)]
    table = sorted([*plain, *entries])
    directory = b"".join(struct.pack("<HHII", tag, 4, count, value) for tag, count, value in table)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(table)) + directory + bytes(4) + tail


def test_a_tiff_of_millions_of_strips_is_refused() -> None:
    entries = [(273, 4_000_000, 200), (278, 1, 1), (279, 1, 1)]
    assert "4,000,000 values" in refusal(tiff(*entries, tail=bytes(16_000_200)))


def test_a_tiff_of_values_that_are_not_there_is_refused() -> None:
    assert "4,294,967,295 values" in refusal(tiff((273, 2**32 - 1, 8), (279, 1, 1)))


def test_a_tiff_of_a_huge_tile_is_refused() -> None:
    entries = [(322, 1, 2**16), (323, 1, 2**15), (324, 1, 8), (325, 1, 8)]
    assert "tiles of 65,536 × 32,768" in refusal(tiff(*entries))


@pytest.mark.parametrize("start", [0xFFFFFFF0, 4, 0])
def test_a_tiff_whose_directory_is_nowhere_is_refused(start: int) -> None:
    refusal(b"II*\0" + struct.pack("<I", start))
    refusal(b"MM\0+\0\x08\0\0" + struct.pack(">Q", start * 2**32))


def test_a_jpeg_of_endless_passes_is_refused() -> None:
    data = encoded(Image.new("L", (6_000, 6_000), 128), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    assert decode_picture(data).shape == (6_000, 6_000, 3)
    assert "scans" in refusal(data[:-2] + last * 5_000 + b"\xff\xd9")


SMALL_JPEG = encoded(Image.new("L", (8, 8), 128), "JPEG")
SMALL_GIF = encoded(Image.new("P", (8, 8)), "GIF")
GIF_FRAME = SMALL_GIF.index(b",\0\0\0\0")

PIECES = {
    "JPEG segments": SMALL_JPEG[:2] + b"\xff\xe5\0\x02" * 4_000_000 + SMALL_JPEG[2:],
    "JPEG padding": SMALL_JPEG[:2] + b"\xff" * 15_000_000 + SMALL_JPEG[2:],
    "JPEG restarts": SMALL_JPEG[:2] + b"\xff\xd0" * 7_000_000 + SMALL_JPEG[2:],
    "JPEG nothing": b"\xff\xd8\xff" + bytes(15_000_000),
    "PNG chunks": png(8, 8, *[(b"abCd", b"")] * 200_000),
    "GIF comments": SMALL_GIF[:GIF_FRAME] + b"!\xfe\x01x\0" * 3_000_000 + SMALL_GIF[GIF_FRAME:],
    "GIF nothing": SMALL_GIF[:GIF_FRAME] + bytes(15_000_000),
    "BMP runs": b"BM" + bytes(8) + struct.pack("<IIiiHHI", 54, 40, 6_000, 6_000, 1, 8, 1)
    + bytes(20) + b"\1\5" * 5_000_000,
}  # fmt: skip


@pytest.mark.parametrize("pieces", PIECES)
def test_millions_of_pieces_are_refused(pieces: str) -> None:
    refusal(PIECES[pieces])


NOISE = Image.fromarray(np.random.RandomState(0).randint(0, 256, (40, 60, 3)).astype(np.uint8))
GOOD = {
    "JPEG": encoded(NOISE, "JPEG"),
    "PNG": encoded(NOISE, "PNG"),
    "WEBP": encoded(NOISE, "WEBP"),
    "GIF": encoded(NOISE, "GIF"),
    "BMP": encoded(NOISE, "BMP"),
    "TIFF": encoded(NOISE, "TIFF"),
    "TIFF LZW": encoded(NOISE, "TIFF", compression="tiff_lzw"),
    "AVIF": encoded(NOISE, "AVIF"),
}
if find_spec("pillow_heif") is not None:
    GOOD["HEIF"] = encoded(NOISE, "HEIF")


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(name: str, part: float) -> None:
    data = GOOD[name]
    sentence = refusal(data[: int(len(data) * part)])
    assert "damaged" in sentence or "TIFF" in sentence


def only_a_sentence(data: bytes) -> None:
    """Either a picture or a `PictureError` comes of these bytes; anything else fails the test."""
    try:
        pixels = decode_picture(data)
    except PictureError:
        return
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_picture_or_a_sentence(data: bytes) -> None:
    only_a_sentence(data)


@settings(max_examples=200)
@given(st.sampled_from(sorted(GOOD)), st.integers(4, 40), st.binary(max_size=300))
def test_any_bytes_after_a_good_beginning_give_a_picture_or_a_sentence(
    name: str, kept: int, data: bytes
) -> None:
    only_a_sentence(GOOD[name][:kept] + data)


@settings(max_examples=400)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_any_damage_gives_a_picture_or_a_sentence(name: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[name])
    places = st.integers(0, 200) | st.integers(0, len(content) - 1)
    for at, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        content[at % len(content)] = byte
    only_a_sentence(bytes(content))
