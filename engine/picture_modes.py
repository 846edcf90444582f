"""Pillow's many ways of keeping a picture, made into one: bytes of red, green and blue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_ORIENTATION_TAG = 0x0112

# What numbers of an unknown scale most likely count up to; the first range that holds them is it.
_FLOAT_RANGES = ((0.0, 1.0), (0.0, 255.0), (0.0, 65_535.0))
_INTEGER_RANGES = ((0.0, 255.0), (0.0, 65_535.0))


def as_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """A loaded picture as (height, width, 3) uint8, turned as its EXIF says, alpha over white."""
    orientation = _orientation(image)
    return np.ascontiguousarray(_upright(_rgb(image), orientation))


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I;16"):
        grey = ((np.asarray(image).astype(np.uint32) * 255 + 32_767) // 65_535).astype(np.uint8)
        transparent = image.info.get("transparency")
        if isinstance(transparent, int):
            grey[np.asarray(image) == transparent] = 255
        return _three(grey)
    if image.mode in ("I", "F"):
        ranges = _FLOAT_RANGES if image.mode == "F" else _INTEGER_RANGES
        return _three(_scaled(np.asarray(image).astype(np.float32), ranges))
    if image.mode in ("La", "RGBa"):
        image = image.convert("LA" if image.mode == "La" else "RGBA")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    return np.asarray(image.convert("RGB"))


def _scaled(
    values: NDArray[np.float32], ranges: tuple[tuple[float, float], ...]
) -> NDArray[np.uint8]:
    finite = np.isfinite(values)
    low = float(values.min(initial=np.inf, where=finite))
    high = float(values.max(initial=-np.inf, where=finite))
    for bottom, top in ranges:
        if bottom <= low and high <= top:
            low, high = bottom, top
            break
    if not low < high:
        return np.zeros(values.shape, np.uint8)
    values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    # Halves, as the difference of the two largest floats is not finite.
    share = (values / 2 - np.float32(low / 2)) / np.float32(high / 2 - low / 2)
    return np.asarray(np.rint(np.clip(share, 0, 1) * 255), np.uint8)


def _three(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(grey[:, :, None], 3, axis=2)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # damaged EXIF is no reason to refuse a good picture
        return 1


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """EXIF 2.32, tag 0x0112: 2 to 4 mirror or turn, 5 to 8 also swap rows and columns."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels
