"""A person's picture: bytes that are never trusted → safe RGB → what the network sees."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import PictureError
from engine.picture_bombs import trick, webp_canvas
from engine.picture_formats import PICTURE_EXTENSIONS, format_of, picture_formats
from engine.picture_modes import as_rgb
from engine.sources.recognise import kind_of

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "PICTURE_EXTENSIONS",
    "Pixels",
    "as_network_sees",
    "decode_picture",
    "picture_formats",
]

Pixels = NDArray[np.uint8]
"""(height, width, 3), red, green, blue."""

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 40_000_000
MAX_ASPECT_RATIO = 100


def decode_picture(data: bytes, *, for_side: int = 0) -> Pixels:
    """The picture in `data` as it is meant to be seen: (height, width, 3) uint8, the caller's own.

    Its format is known by its bytes. It is turned as its EXIF says, the first frame stands for an
    animation, and transparency shows white. Of a JPEG that is to be shrunk to `for_side` pixels only
    as much is decoded as that takes: 2, 4 or 8 times fewer a side. Raises `PictureError`, and
    nothing else, for bytes that are no picture, a damaged one, or one of over 20 MB, 40 megapixels
    or 100 to 1.
    """
    if not data:
        raise PictureError("The picture is empty", "0 bytes", _readable())
    if len(data) > MAX_BYTES:
        found, needed = f"{len(data) / 2**20:,.1f} MB", f"at most {MAX_BYTES // 2**20} MB"
        raise PictureError("The picture's file is too large", found, needed)
    data = bytes(data)
    known = format_of(data)
    if known is None:
        raise PictureError("This is not a picture that can be read", kind_of(data), _readable())
    if known.open is None:
        raise PictureError("This picture cannot be read here", known.name, _readable())
    try:
        _check_header(data, known.name)
        with known.open(BytesIO(data)) as image:
            _check_size(image.size)
            if for_side:
                # At least three times as many pixels a side as wanted: the difference is not seen.
                image.draft(None, (3 * for_side, 3 * for_side))
            image.load()
            # A HEIC may turn out larger than its header said.
            _check_size(image.size)
            pixels = as_rgb(image)
    except PictureError:
        raise
    except Exception as error:  # Pillow's readers raise nearly every kind there is
        found = f"a damaged or incomplete {known.name} file"
        raise PictureError("The picture cannot be read", found, "a whole one") from error
    return np.array(pixels)


def as_network_sees(pixels: Pixels, size: int = 64) -> Pixels:
    """`pixels` stretched to the square a network was trained on: (size, size, 3) uint8.

    Stretched, not cropped, as the course does it; every pixel of the original counts (Lanczos).
    Raises `PictureError` when `pixels` is not (height, width, 3) uint8 with something in it.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        found = f"{pixels.dtype} {pixels.shape}"
        raise PictureError("The pixels do not fit", found, "uint8 (height, width, 3)")
    if pixels.shape[:2] == (size, size):
        return pixels.copy()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.array(image.resize((size, size), Image.Resampling.LANCZOS))


def _check_header(data: bytes, name: str) -> None:
    canvas = webp_canvas(data) if name == "WebP" else None
    if canvas is not None:
        _check_size(canvas)
    found = trick(name, data)
    if found is not None:
        raise PictureError("The picture cannot be read", found, "a plain one")


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    found = f"{width:,} × {height:,} pixels"
    if width < 1 or height < 1:
        raise PictureError("The picture has no pixels", found, "at least one")
    if width * height > MAX_PIXELS:
        megapixels = f"{width * height / 1e6:,.1f} megapixels ({found})"
        needed = f"at most {MAX_PIXELS // 10**6}"
        raise PictureError("The picture is too large", megapixels, needed)
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        needed = f"sides of at most {MAX_ASPECT_RATIO} to 1"
        raise PictureError("The picture is too narrow", found, needed)


def _readable() -> str:
    *names, last = picture_formats()
    return f"{', '.join(names)} or {last}"
