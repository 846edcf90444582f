"""Headers that would make a reader take minutes or gigabytes, looked at before it starts.

Pillow tells a picture's size before decoding, but its readers have worked through the header by
then, and the size says nothing of a TIFF's tiles, a JPEG's passes or a million empty pieces.
Each limit is many times what any camera or program writes, and keeps a picture to a few seconds.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

MAX_PIECES = 100_000
"""Segments, chunks, blocks, strips or tiles."""
MAX_JPEG_PADDING = 10_000
MAX_JPEG_SCANS = 100
MAX_JPEG_WORK = 10**9
"""Pixels times scans: 25 scans of the largest picture."""
MAX_TIFF_TILE_PIXELS = 4096 * 4096
MAX_RUN_LENGTH_BMP_BYTES = 4 * 2**20

_TIFF_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_TIFF_TYPE_BYTES |= {13: 4, 16: 8, 17: 8, 18: 8}
_TILE_WIDTH, _TILE_LENGTH = 322, 323

# A marker that is neither a stuffed zero nor one of the restarts inside a scan.
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
_JPEG_ALONE, _JPEG_START, _JPEG_END, _JPEG_SCAN = 0x01, 0xD8, 0xD9, 0xDA
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def trick(name: str, data: bytes) -> str | None:
    """What in a picture of the format `name` goes too far, as a noun; None when nothing does."""
    look = _TRICKS.get(name)
    return look(data) if look is not None else None


def webp_canvas(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels by a WebP's header: its reader allocates when it is opened."""
    head = data[:30].ljust(30, b"\0")
    chunk = head[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> str | None:
    at, segments, scans, padding, pixels = 2, 0, 0, 0, 1
    while (match := _JPEG_MARKER.search(data, at)) is not None:
        marker = match[1][0]
        if not scans:
            padding += match.start() - at
        at = match.end()
        segments += 1
        if marker == _JPEG_END:
            break
        if marker == _JPEG_SCAN:
            scans += 1
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 3 : at + 7].ljust(4, b"\0"))
            pixels = max(pixels, height * width)
        if padding > MAX_JPEG_PADDING:
            return f"a JPEG with {padding:,} bytes of padding"
        if segments > MAX_PIECES:
            return f"a JPEG of over {MAX_PIECES:,} segments"
        if scans > MAX_JPEG_SCANS or scans * pixels > MAX_JPEG_WORK:
            return f"a JPEG of over {scans - 1} scans"
        if marker not in (_JPEG_ALONE, _JPEG_START):
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    # The padding may also be all there is.
    if not scans and len(data) - at > MAX_JPEG_PADDING:
        return "a JPEG without a picture"
    return None


def _png(data: bytes) -> str | None:
    at = 8
    for _ in range(MAX_PIECES):
        if at + 12 > len(data) or data[at + 4 : at + 8] == b"IEND":
            return None
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return f"a PNG of over {MAX_PIECES:,} chunks"


def _gif(data: bytes) -> str | None:
    flags = data[10:11].ljust(1, b"\0")[0]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    # Outside an extension ("!", its kind, blocks, an empty block) other bytes count as one piece.
    inside = False
    for _ in range(MAX_PIECES):
        if at >= len(data):
            return None
        if inside:
            inside = data[at] != 0
            at += data[at] + 1
        elif data[at : at + 1] == b",":
            return None
        else:
            inside = data[at : at + 1] == b"!"
            at += 2 if inside else 1
    return f"a GIF of over {MAX_PIECES:,} blocks before its picture"


def _bmp(data: bytes) -> str | None:
    # Pillow unpacks run lengths in Python, ten million runs in ten seconds.
    if data[30:34] in (b"\1\0\0\0", b"\2\0\0\0") and len(data) > MAX_RUN_LENGTH_BMP_BYTES:
        return f"a run-length encoded BMP of {len(data) / 2**20:,.1f} MB"
    return None


def _tiff(data: bytes) -> str | None:
    order = "<" if data[:2] == b"II" else ">"
    try:
        if 43 in data[2:4]:  # BigTIFF
            (start,) = struct.unpack_from(order + "Q", data, 8)
            (entries,) = struct.unpack_from(order + "Q", data, start)
            start, entry, room = start + 8, struct.Struct(order + "HHQ"), 8
        else:
            (start,) = struct.unpack_from(order + "I", data, 4)
            (entries,) = struct.unpack_from(order + "H", data, start)
            start, entry, room = start + 2, struct.Struct(order + "HHI"), 4
        if entries > MAX_PIECES:
            return f"a TIFF of {entries:,} entries"
        tile = {_TILE_WIDTH: 0, _TILE_LENGTH: 0}
        for at in range(start, start + entries * (entry.size + room), entry.size + room):
            tag, kind, count = entry.unpack_from(data, at)
            size = _TIFF_TYPE_BYTES.get(kind, 1)
            if count * size > len(data) or (size > 1 and count > MAX_PIECES):
                return f"a TIFF entry of {count:,} values"
            if tag in tile:
                place = data[at + entry.size :][: min(size, room)]
                value = int.from_bytes(place, "little" if order == "<" else "big")
                tile[tag] = max(tile[tag], value)
    except struct.error:
        return "a TIFF with a damaged directory"
    width, length = tile.values()
    if width * length > MAX_TIFF_TILE_PIXELS:
        return f"TIFF tiles of {width:,} × {length:,} pixels"
    return None


_TRICKS: Mapping[str, Callable[[bytes], str | None]] = MappingProxyType(
    {"JPEG": _jpeg, "PNG": _png, "GIF": _gif, "BMP": _bmp, "TIFF": _tiff}
)
