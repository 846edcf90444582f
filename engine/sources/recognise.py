"""What a file is instead: of ten public copies of the course's files, seven were something else.

One place for the disk, the network and pictures, so all three name the same thing the same way.
"""

from __future__ import annotations

import re

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
HEAD_BYTES = 4096
"""So much of a file's beginning is enough for every question asked here."""

LINE_ENDINGS_CONVERTED = "a copy damaged by line-ending conversion"

# HDF5 chose its signature so that both conversions, CRLF to LF and LF to CRLF, damage it.
_CONVERTED_SIGNATURE = re.compile(rb"\x89HDF[\r\n]*\x1a?[\r\n]+")
_RECODED_SIGNATURE = re.compile(rb"(?:\xef\xbf\xbd|\xc2\x89|\x3f)HDF[\r\n]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (HDF5_SIGNATURE, "an HDF5 file"),
)


def kind_of(head: bytes) -> str:
    """In words, with an article, what a file that begins with `head` is (or is all of it)."""
    if not head:
        return "an empty file"
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if HDF5_SIGNATURE.startswith(head):
        return "a truncated HDF5 file"
    head = head[:HEAD_BYTES]
    if _CONVERTED_SIGNATURE.match(head):
        return LINE_ENDINGS_CONVERTED
    if _RECODED_SIGNATURE.match(head):
        return "a copy damaged by a change of text encoding"
    if not head.strip(b"\0"):
        return "a file of zeros"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.search(text[:1024]):
        return "an HTML page"
    if b"<svg" in text:
        return "an SVG drawing"
    if text.startswith(b"<?xml"):
        return "an XML document"
    if all(byte >= 32 or byte in b"\t\n\r\f" for byte in head):
        return "a text file"
    return "a file of another kind"


def instead_of_hdf5(head: bytes, size: int) -> str | None:
    """What a file of `size` bytes is instead of a whole HDF5 file; None when it looks like one.

    A file that was cut is known by the end of file that HDF5 writes into its own header.
    """
    if not head.startswith(HDF5_SIGNATURE):
        return kind_of(head)
    end = _declared_end(head)
    if end is None:
        return "an HDF5 file with a damaged header"
    if size < end:
        return f"a truncated HDF5 file, {size:,} of {end:,} bytes"
    return None


def _declared_end(head: bytes) -> int | None:
    """The file's length by its superblock (HDF5 file format 3.0, section II.A), versions 0 to 3."""
    if len(head) < 48:
        return None
    version = head[8]
    # Version 1 adds four bytes before the addresses; versions 2 and 3 are shorter.
    places = {0: (13, 24), 1: (13, 28), 2: (9, 12), 3: (9, 12)}
    if version not in places:
        return None
    width_at, base_at = places[version]
    width = head[width_at]
    if width not in (4, 8):
        return None
    end_at = base_at + 2 * width
    return int.from_bytes(head[end_at : end_at + width], "little")
