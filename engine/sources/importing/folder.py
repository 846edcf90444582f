"""A folder of class folders on this computer; links are told and never followed."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from engine.errors import DatasetError, PictureError, shortened
from engine.pictures import MAX_BYTES
from engine.sources.importing.files import File, listing_of
from engine.sources.importing.material import Broken, Listing, Watch, check_file_size
from engine.sources.importing.names import is_of_the_system

MAX_FILES = 25_000
MAX_DEPTH = 20


def listed_folder(folder: Path, watch: Watch) -> Listing:
    """The files under `folder` with their classes. Raises `DatasetError`."""
    files: list[File] = []
    folders: list[tuple[str, ...]] = []
    broken: list[Broken] = []
    waiting: list[tuple[str, ...]] = [()]
    seen = 0
    while waiting:
        parts = waiting.pop()
        try:
            with os.scandir(folder.joinpath(*parts)) as found:
                for item in found:
                    seen += 1
                    if seen > MAX_FILES:
                        needed = f"at most {MAX_FILES:,} files and folders"
                        raise DatasetError(f"{shortened(folder.name)} holds too much", None, needed)
                    watch.at("Looking through the folder", seen, MAX_FILES)
                    path = (*parts, item.name)
                    if is_of_the_system((item.name,)):
                        continue
                    if item.is_symlink() or getattr(item, "is_junction", bool)():
                        broken.append(_broken(path, "It is a link, which is not followed."))
                    elif item.is_dir(follow_symlinks=False):
                        folders.append(path)
                        waiting.append(path)
                    elif item.is_file(follow_symlinks=False):
                        files.append(File(path, partial(read_file, folder.joinpath(*path))))
                    else:
                        broken.append(_broken(path, "It is a device or a pipe, not a file."))
        except OSError as error:
            if not parts:
                raise DatasetError(f"{folder} cannot be read", error.strerror) from error
            broken.append(_broken(parts, f"{error.strerror or error}."))
        if len(parts) > MAX_DEPTH:
            raise DatasetError(
                f"{shortened(folder.name)} is nested too deep", None, "class folders"
            )
    files.sort(key=lambda file: file.parts)
    return listing_of(files, folders, broken)


def _broken(parts: tuple[str, ...], reason: str) -> Broken:
    return Broken(shortened("/".join(parts), 200), reason)


def read_file(path: Path) -> bytes:
    """A picture's bytes; raises `PictureError` for what is no file, too large or unreadable."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    # What became a link or a pipe since it was listed is neither followed nor waited for.
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise PictureError("This is not a file", "a device or a pipe", "a picture's file")
            check_file_size(status.st_size)
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PictureError("The file cannot be opened", error.strerror or str(error)) from error
