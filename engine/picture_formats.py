"""Which picture formats can be read: known by their bytes, whatever a file is called.

Pillow's readers are taken one by one and not through `Image.open`: no other of its forty formats
comes near the bytes, and nothing is registered, warned or changed for the rest of the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

from PIL import features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile


@dataclass(frozen=True)
class PictureFormat:
    """A format: its name, file extensions without dot, beginning, and reader (None: not here)."""

    name: str
    extensions: tuple[str, ...]
    beginning: re.Pattern[bytes]
    open: Callable[[BytesIO], ImageFile] | None


def _heif_reader() -> Callable[[BytesIO], ImageFile] | None:
    return _open_heif if find_spec("pillow_heif") is not None else None


def _open_heif(stream: BytesIO) -> ImageFile:
    reader: Callable[[BytesIO], ImageFile] = import_module("pillow_heif").HeifImageFile
    return reader(stream)


def _begins(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


_KNOWN = (
    PictureFormat("JPEG", ("jpg", "jpeg"), _begins(rb"\xff\xd8\xff"), JpegImageFile),
    PictureFormat("PNG", ("png",), _begins(rb"\x89PNG\r\n\x1a\n"), PngImageFile),
    PictureFormat(
        "WebP",
        ("webp",),
        _begins(rb"RIFF....WEBPVP8"),
        WebPImageFile if features.check("webp") else None,
    ),
    PictureFormat("GIF", ("gif",), _begins(rb"GIF8[79]a"), GifImageFile),
    PictureFormat("BMP", ("bmp",), _begins(rb"BM.{12}"), BmpImageFile),
    PictureFormat("TIFF", ("tif", "tiff"), _begins(rb"II[*+]\0|MM\0[*+]"), TiffImageFile),
    # "mif1" is the general brand of both families; the compatible brands after it then tell.
    PictureFormat(
        "AVIF",
        ("avif",),
        _begins(rb"....ftyp(?:avi[fs]|mif1.{4}(?:.{4}){0,8}?avi[fs])"),
        AvifImageFile if features.check("avif") else None,
    ),
    PictureFormat(
        "HEIC",
        ("heic", "heif"),
        _begins(rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)"),
        _heif_reader(),
    ),
)

PICTURE_EXTENSIONS: tuple[str, ...] = tuple(
    extension for known in _KNOWN if known.open is not None for extension in known.extensions
)
"""Of the formats that can be read here; lower case, without a dot."""


def picture_formats() -> tuple[str, ...]:
    """The names of the formats that can be read here, the commonest first."""
    return tuple(known.name for known in _KNOWN if known.open is not None)


def format_of(data: bytes) -> PictureFormat | None:
    """The format by the first bytes, also one that cannot be read here; None for no picture."""
    return next((known for known in _KNOWN if known.beginning.match(data)), None)
