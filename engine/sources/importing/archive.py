"""A zip of class folders, read entry by entry in memory; nothing of it is ever unpacked to disk."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from engine.errors import DatasetError, PictureError, shortened
from engine.pictures import MAX_BYTES
from engine.sources.importing.files import File, listing_of
from engine.sources.importing.material import Broken, Listing, check_file_size
from engine.sources.importing.names import is_of_the_system, path_parts

MAX_ARCHIVE_BYTES = 2**30
MAX_ENTRIES = 25_000
MAX_DIRECTORY_BYTES = 8 * 2**20
MAX_EXPANDED_BYTES = 4 * 2**30
MAX_EXPANSION = 200
"""Of an archive that says it holds more than 100 MB; pictures hardly pack at all."""
_SMALL = 100 * 2**20
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800


@contextmanager
def opened_archive(path: Path) -> Iterator[Listing]:
    """What the zip file at `path` holds; its entries can be read inside the `with` block.

    Raises `DatasetError` for a file that is no zip, or one made to harm: names that lead out of it,
    links, encryption, entries that overlap, sizes that expand out of all proportion.
    """
    size = os.stat(path).st_size
    if size > MAX_ARCHIVE_BYTES:
        found, needed = f"{size / 2**30:,.1f} GB", "at most 1 GB, or a folder"
        raise DatasetError(f"{shortened(path.name)} is too large", found, needed)
    with path.open("rb") as stream:
        try:
            bounded = _Bounded(stream)
            archive = zipfile.ZipFile(bounded)
            bounded.most = MAX_BYTES + 1
        except DatasetError:
            raise
        except Exception as error:  # zipfile raises nearly every kind there is
            raise _damaged(path) from error
        with archive:
            infos = archive.infolist()
            _check(infos, size)
            yield _listing(archive, infos)


class _Bounded:
    """A file that refuses to be read in huge pieces: zipfile takes the list of entries in one."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.most = MAX_DIRECTORY_BYTES
        self.seek, self.tell, self.close = stream.seek, stream.tell, stream.close
        self.seekable = stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > self.most:
            found, needed = f"{size:,} bytes", f"at most {self.most:,}"
            raise DatasetError("The archive's list of entries is too long", found, needed)
        return self._stream.read(size)


def _check(infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > MAX_ENTRIES:
        found, needed = f"{len(infos):,}", f"at most {MAX_ENTRIES:,}"
        raise DatasetError("The archive holds too many entries", found, needed)
    expanded = 0
    for info in infos:
        path_parts(_name(info))
        mode = stat.S_IFMT(info.external_attr >> 16)
        if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
            found = f"{'a link' if mode == stat.S_IFLNK else 'a device'}, {shortened(_name(info))}"
            raise DatasetError("The archive holds what is no file", found, "files and folders")
        if info.flag_bits & _ENCRYPTED:
            raise DatasetError("The archive is encrypted", allowed="one without a password")
        expanded += info.file_size
    if expanded > MAX_EXPANDED_BYTES or (expanded > _SMALL and expanded > MAX_EXPANSION * size):
        found = f"{expanded:,} bytes out of {size:,}"
        raise DatasetError("The archive would expand too much", found, "an archive of pictures")
    _check_overlap(infos, size)


def _check_overlap(infos: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Entries that share their bytes pack a bomb of any size into a small file."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise DatasetError("The archive's entries overlap", allowed="each entry in its place")
        name = len(info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437"))
        end = info.header_offset + _LOCAL_HEADER_BYTES + name + info.compress_size
    if end > size:
        raise DatasetError("The archive is damaged", "an entry beyond its end", "a whole one")


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name: many programs write UTF-8 without saying so."""
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):  # then it says what it is
            return info.orig_filename.encode("cp437").decode("utf-8")
    return info.orig_filename


def _listing(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> Listing:
    files: list[File] = []
    folders: list[tuple[str, ...]] = []
    broken: list[Broken] = []
    for info in infos:
        parts = path_parts(_name(info))
        if not parts or is_of_the_system(parts):
            continue
        if _name(info).endswith(("/", "\\")):
            folders.append(parts)
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # zipfile unpacks the other methods without a limit.
            reason = f"It is packed by method {info.compress_type}, not by deflate."
            broken.append(Broken(shortened("/".join(parts), 200), reason))
        else:
            files.append(File(parts, partial(_read, archive, info)))
    return listing_of(files, folders, broken)


def _read(archive: Any, info: zipfile.ZipInfo) -> bytes:
    check_file_size(info.file_size)
    try:
        with archive.open(info) as stream:
            data: bytes = stream.read(MAX_BYTES + 1)
            stream.read(1)  # at the end the checksum is looked at
            return data
    except Exception as error:
        found, needed = "a damaged entry of the archive", "a whole one"
        raise PictureError("The file cannot be read", found, needed) from error


def _damaged(path: Path) -> DatasetError:
    found = "a damaged or incomplete zip archive"
    return DatasetError(f"{shortened(path.name)} cannot be read", found, "a whole one")
