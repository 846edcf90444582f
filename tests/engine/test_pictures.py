"""Pictures of every kind come out as they look, upright and over white, whatever their bytes say."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
import zlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.errors import PictureError
from engine.pictures import (
    PICTURE_EXTENSIONS,
    Pixels,
    as_network_sees,
    decode_picture,
    picture_formats,
)

HAS_HEIF = find_spec("pillow_heif") is not None

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (250, 250, 10)
COLOURS = np.array([[RED, GREEN], [BLUE, YELLOW]], np.uint8)
SCENE = COLOURS.repeat(32, axis=0).repeat(48, axis=1)
"""64 rows of 96 pixels: red and green above blue and yellow."""


def encoded(image: Image.Image | Pixels, format: str, **options: Any) -> bytes:
    stream = BytesIO()
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    if format == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.from_pillow(image).save(stream, quality=100, **options)
    else:
        image.save(stream, format, **options)
    return stream.getvalue()


def quarters(pixels: Pixels) -> list[list[tuple[int, ...]]]:
    """The colour in the middle of each quarter, away from the edges that codecs blur."""
    height, width = pixels.shape[:2]
    return [
        [tuple(int(v) for v in pixels[height * i // 4, width * j // 4]) for j in (1, 3)]
        for i in (1, 3)
    ]


def looks_like(pixels: Pixels, colours: Any, within: int = 0) -> bool:
    return bool(np.abs(np.array(quarters(pixels)) - np.array(colours)).max() <= within)


FORMATS: list[tuple[str, dict[str, Any], int]] = [
    ("JPEG", {"quality": 95}, 4),
    ("JPEG", {"quality": 95, "progressive": True}, 4),
    ("PNG", {}, 0),
    ("WEBP", {"lossless": True}, 0),
    ("WEBP", {"quality": 90}, 8),
    ("GIF", {}, 0),
    ("BMP", {}, 0),
    ("TIFF", {}, 0),
    ("TIFF", {"compression": "tiff_lzw"}, 0),
    ("TIFF", {"compression": "tiff_adobe_deflate"}, 0),
    ("TIFF", {"compression": "jpeg", "quality": 95}, 8),
    ("TIFF", {"big_tiff": True}, 0),
    ("AVIF", {"quality": 95}, 8),
    ("HEIF", {}, 8),
]


@pytest.mark.parametrize(("format", "options", "within"), FORMATS)
def test_every_format_comes_out_as_it_looks(
    format: str, options: dict[str, Any], within: int
) -> None:
    pixels = decode_picture(encoded(SCENE, format, **options))
    assert pixels.dtype == np.uint8
    assert pixels.shape == SCENE.shape
    assert looks_like(pixels, COLOURS, within)
    pixels[:] = 0  # the caller's own, to be changed at will


def test_the_formats_are_listed_as_they_can_be_read() -> None:
    formats = picture_formats()
    assert formats[:7] == ("JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF", "AVIF")
    assert ("HEIC" in formats) == HAS_HEIF
    assert {"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"} <= set(PICTURE_EXTENSIONS)
    assert ("heic" in PICTURE_EXTENSIONS) == HAS_HEIF


def test_an_unreadable_format_says_so_and_the_rest_still_works() -> None:
    program = (
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'pillow_heif' else find(name, *a)\n"
        "from engine.pictures import decode_picture, picture_formats, PICTURE_EXTENSIONS\n"
        "assert 'HEIC' not in picture_formats() and 'heic' not in PICTURE_EXTENSIONS\n"
        "try: decode_picture(b'\\0\\0\\0\\x18ftypheic' + bytes(100))\n"
        "except Exception as error: assert 'cannot be read here: found HEIC' in str(error)\n"
        "else: raise SystemExit('read')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


MODES = {
    "TIFF": ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "F"],
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA"],
    "JPEG": ["1", "L", "RGB", "CMYK", "YCbCr"],
    "GIF": ["1", "L", "P", "RGB", "RGBA"],
    "BMP": ["1", "L", "P", "RGB", "RGBA"],
}


@pytest.mark.parametrize(
    ("format", "mode"), [(format, mode) for format, modes in MODES.items() for mode in modes]
)
def test_every_mode_comes_out_as_it_looks(format: str, mode: str) -> None:
    scene = Image.fromarray(SCENE)
    if mode == "LAB":
        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        transform = ImageCms.buildTransform(*profiles, "RGB", "LAB")
        image = ImageCms.applyTransform(scene, transform)
        assert image is not None
    elif mode == "1":
        image = scene.convert("1", dither=Image.Dither.NONE)
    elif mode == "PA":
        image = scene.convert("P").convert("PA")
    else:
        image = scene.convert(mode)
    data = encoded(image, format)
    expected = np.array(COLOURS, np.int64)
    if mode in ("L", "LA", "I", "F"):
        expected = np.rint(COLOURS @ [0.299, 0.587, 0.114])[..., None].repeat(3, axis=2)
    if mode == "1":
        expected = np.where(COLOURS @ [0.299, 0.587, 0.114] > 127, 255, 0)[..., None].repeat(3, 2)
    assert looks_like(decode_picture(data), expected, within=30 if mode == "LAB" else 10)


def grey_png(samples: np.ndarray[Any, Any], colour_type: int, *chunks: bytes) -> bytes:
    """A 16-bit PNG by the specification; Pillow itself writes no 16-bit colours."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)),
            *(chunk(c[:4], c[4:]) for c in chunks),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


def test_sixteen_bits_grey_keep_their_brightness() -> None:
    samples = np.array([[0, 257 * 64], [257 * 128, 65_535]])
    expected = [[0, 64], [128, 255]]
    for data in (
        grey_png(samples, 0),
        encoded(Image.fromarray(samples.astype(np.uint16)), "TIFF"),
        encoded(Image.fromarray(samples.astype(">u2")), "TIFF"),
    ):
        assert decode_picture(data)[..., 0].tolist() == expected
        assert decode_picture(data)[..., 2].tolist() == expected


def test_sixteen_bits_of_colour_keep_their_colour() -> None:
    assert looks_like(decode_picture(grey_png(SCENE.astype(np.int64) * 257, 2)), COLOURS)


def test_a_transparent_sixteen_bit_grey_is_white() -> None:
    samples = np.array([[1_000, 65_535]])
    data = grey_png(samples, 0, b"tRNS" + struct.pack(">H", 1_000))
    assert decode_picture(data)[..., 0].tolist() == [[255, 255]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([0.0, 257.0 * 100, 65_535.0], [0, 100, 255]),
        ([-3.0, 0.0, 3.0], [0, 128, 255]),
        ([np.nan, 0.5, np.inf], [0, 128, 255]),
        ([np.nan, np.nan, np.nan], [0, 0, 0]),
        ([-3.4e38, 0.0, 3.4e38], [0, 128, 255]),
    ],
)
def test_a_float_tiff_is_scaled_by_what_its_numbers_look_like(
    values: list[float], expected: list[int]
) -> None:
    image = Image.fromarray(np.array([values], np.float32))
    assert decode_picture(encoded(image, "TIFF"))[0, :, 0].tolist() == expected


def with_corner(mode: str, alpha: int) -> Image.Image:
    """A black picture whose top left quarter has this alpha."""
    image = Image.new(mode, (16, 16))
    image.putalpha(255)
    image.paste(Image.new(mode, (8, 8), (0,) * (len(mode) - 1) + (alpha,)), (0, 0))
    return image


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize(("alpha", "shade"), [(0, 255), (127, 128), (255, 0)])
def test_transparency_shows_white(format: str, alpha: int, shade: int) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    pixels = decode_picture(encoded(with_corner("RGBA", alpha), format, **options))
    expected = [[(shade,) * 3, (0, 0, 0)], [(0, 0, 0), (0, 0, 0)]]
    assert looks_like(pixels, expected, within=6)


@pytest.mark.parametrize("mode", ["P", "L", "RGB", "LA", "1"])
def test_transparency_of_every_kind_shows_white(mode: str) -> None:
    if mode == "LA":
        data = encoded(with_corner("LA", 0), "PNG")
    else:
        image = Image.new("L", (16, 16), 255)
        image.paste(0, (0, 0, 8, 8))
        image = image.convert(mode)
        if mode == "P":
            image.putpalette([0, 0, 0] + [40, 40, 40] * 255)
        data = encoded(image, "PNG", transparency=(0, 0, 0) if mode == "RGB" else 0)
    rest = {"P": 40, "LA": 0}.get(mode, 255)
    pixels = decode_picture(data)
    assert looks_like(pixels, [[(255,) * 3, (rest,) * 3], [(rest,) * 3, (rest,) * 3]])


def test_transparency_of_a_gif_shows_white() -> None:
    image = Image.new("P", (16, 16), 1)
    image.putpalette([0, 0, 0, 200, 10, 10])
    image.paste(0, (0, 0, 8, 8))
    pixels = decode_picture(encoded(image, "GIF", transparency=0))
    assert quarters(pixels)[0] == [(255, 255, 255), (200, 10, 10)]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_the_first_frame_stands_for_an_animation(format: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    pixels = decode_picture(data)
    assert pixels.shape == (32, 32, 3)
    assert looks_like(pixels, [[RED, RED], [RED, RED]], within=8)


# EXIF 2.32, tag 0x0112: the side of the scene that the first row and the first column show.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def as_stored(scene: Pixels, orientation: int) -> Pixels:
    row, column = ORIENTATIONS[orientation]
    stored = scene if row in ("top", "bottom") else scene.transpose(1, 0, 2)
    if row in ("bottom", "right"):
        stored = stored[::-1]
    if column in ("bottom", "right"):
        stored = stored[:, ::-1]
    return np.ascontiguousarray(stored)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_photo_is_turned_upright(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode_picture(encoded(as_stored(SCENE, orientation), format, exif=exif.tobytes()))
    assert pixels.shape == SCENE.shape
    assert looks_like(pixels, COLOURS, within=12)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow's own
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\0\0\xff\xff", b"Exif\0\0garbage" * 9]
)
def test_damaged_exif_does_not_spoil_a_picture(exif: bytes) -> None:
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    data = encoded(SCENE, "JPEG", quality=95)
    assert looks_like(decode_picture(data[:2] + segment + data[2:]), COLOURS, within=4)


def test_an_unknown_orientation_is_left_alone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 99
    assert looks_like(decode_picture(encoded(SCENE, "PNG", exif=exif)), COLOURS)


def test_a_phones_photo_of_two_pictures_shows_the_first() -> None:
    second = Image.new("RGB", (96, 64), "white")
    data = encoded(SCENE, "MPO", save_all=True, append_images=[second])
    assert looks_like(decode_picture(data), COLOURS, within=10)


def test_the_network_sees_a_square_of_the_same_colours() -> None:
    seen = as_network_sees(SCENE)
    assert seen.dtype == np.uint8
    assert seen.shape == (64, 64, 3)
    assert looks_like(seen, COLOURS)
    assert as_network_sees(SCENE, 16).shape == (16, 16, 3)


def test_a_picture_of_the_right_size_is_seen_as_it_is() -> None:
    picture = np.random.RandomState(0).randint(0, 256, (64, 64, 3)).astype(np.uint8)
    seen = as_network_sees(picture)
    assert np.array_equal(seen, picture)
    seen[:] = 0
    assert picture.any(), "a copy, not the picture itself"


def test_every_pixel_counts_when_a_picture_is_made_small() -> None:
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 255
    assert np.abs(as_network_sees(stripes).astype(int) - 127).max() < 30


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((0, 8, 3), np.uint8),
        np.zeros((8, 8, 3)),
    ],
)
def test_pixels_that_are_no_picture_are_refused(pixels: Any) -> None:
    with pytest.raises(PictureError, match="do not fit"):
        as_network_sees(pixels)


def test_many_threads_decode_at_once() -> None:
    data = [encoded(SCENE, f, **options) for f, options, _ in FORMATS if f != "HEIF" or HAS_HEIF]
    good: list[bool] = []

    def work() -> None:
        good.extend(looks_like(decode_picture(d), COLOURS, within=8) for d in data)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert good == [True] * 8 * len(data)
