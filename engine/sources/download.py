"""Fetching the course's two files for the person who asks; they may not be given along.

Most public copies are broken in one way or another, so every byte is checked against the known
SHA-256, every mirror is tried, and the error says what each of them sent instead. What came before
a download was cut short is kept, and the next one asks for the rest only.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DownloadError
from engine.files import why_not_written, write_atomically
from engine.sources.begun_file import BegunFile
from engine.sources.course_files import TEST_FILE, TRAIN_FILE, data_folder
from engine.sources.fetching import FetchError, NoPartError, fetch
from engine.sources.recognise import HDF5_SIGNATURE, HEAD_BYTES, kind_of


@dataclass(frozen=True)
class CourseFile:
    """A file known to its last byte: its name, size in bytes and SHA-256 (hexadecimal)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Mirror:
    """A place on the network that may hold the files: its name for people, and where they lie."""

    name: str
    folder_url: str

    @classmethod
    def on_github(cls, repository: str, commit: str, folder: str) -> Mirror:
        """A folder of a public repository as it was at one commit."""
        return cls(repository, f"https://raw.githubusercontent.com/{repository}/{commit}/{folder}")


@dataclass(frozen=True)
class Progress:
    """`done` of `total` bytes, over all files, are there; `file` is coming from `mirror`."""

    file: str
    mirror: str
    done: int
    total: int


class DownloadCancelledError(DownloadError):
    """The person did not want to wait any longer."""


COURSE_FILES = (
    CourseFile(
        TRAIN_FILE, 2_572_022, "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242"
    ),
    CourseFile(
        TEST_FILE, 616_958, "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951"
    ),
)

MIRRORS = (
    Mirror.on_github(
        "ramakris/coursera-deeplearning",
        "c79617ebb9ff38e765e821f80352adee93f19357",
        "neuralnetworks/week4/datasets",
    ),
    Mirror.on_github(
        "giuseppefutia/word2vec", "c8a26537fe6ac0bb9b0fe979696d1457d2bc4092", "datasets"
    ),
    Mirror.on_github(
        "Hiren2002/Logistic-Regression", "a6139a838a0e624f4ab923377df0c5d3386fdf1f", "datasets"
    ),
)

MIRROR_VARIABLE = "HYPERDIAL_MIRROR"
_KEEP_EVERY = 524_288
"""So many bytes at most are asked for again after a `kill -9`."""


def download_course_files(
    folder: Path | None = None,
    *,
    mirrors: Sequence[Mirror] | None = None,
    files: Sequence[CourseFile] = COURSE_FILES,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    timeout: float = 15.0,
) -> Path:
    """Fetch `files` into `folder` (see `data_folder`), each from the first mirror that has it.

    The mirrors are MIRRORS unless given, or only a school's own one where HYPERDIAL_MIRROR holds
    the address of a folder with both files: who names one wants no other to be asked.
    A file that is there already and right is kept. A file appears whole and checked, or not at all;
    what came of one before a cancellation, an interruption or a broken connection is kept beside
    it (`BegunFile`), and the rest is asked for the next time, from whichever mirror.
    `timeout` is in seconds without a byte. `progress` is told what is there; `cancelled` is asked
    between pieces. Gives the folder. Raises `DownloadError` that says what each mirror sent
    instead, and `DownloadCancelledError`.
    """
    place = data_folder(folder)
    if mirrors is None:
        own = os.environ.get(MIRROR_VARIABLE)
        mirrors = (Mirror(own, own.rstrip("/")),) if own else MIRRORS
    total = sum(file.size for file in files)
    done = 0
    for file in files:
        begun = _begun(place, file)
        if not _is_there(place / file.name, file):

            def report(mirror: str, got: int, file: CourseFile = file, done: int = done) -> None:
                if cancelled is not None and cancelled():
                    raise DownloadCancelledError(
                        "The download was cancelled; what came is kept, and the next goes on there"
                    )
                if progress is not None:
                    progress(Progress(file.name, mirror, done + got, total))

            _save(place, file.name, _from_any(mirrors, file, begun, report, timeout))
        begun.forget()
        done += file.size
    return place


def downloaded_share(
    folder: Path | None = None, files: Sequence[CourseFile] = COURSE_FILES
) -> float:
    """How much of `files` a download need not fetch again, from 0 to 1 (by size, unchecked)."""
    place = data_folder(folder)
    done = sum(
        file.size if (place / file.name).is_file() else _begun(place, file).count for file in files
    )
    return done / sum(file.size for file in files)


def _begun(folder: Path, file: CourseFile) -> BegunFile:
    return BegunFile(folder / file.name, file.size, HDF5_SIGNATURE)


def _is_there(path: Path, file: CourseFile) -> bool:
    try:
        if path.stat().st_size != file.size:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    except (OSError, ValueError):
        return False


def _from_any(
    mirrors: Sequence[Mirror],
    file: CourseFile,
    begun: BegunFile,
    report: Callable[[str, int], None],
    timeout: float,
) -> bytes:
    senders: dict[str, list[str]] = {}
    for mirror in mirrors:
        try:
            return _from(mirror, file, begun, report, timeout)
        except FetchError as error:
            senders.setdefault(str(error), []).append(mirror.name)
    answers = [f"{what} came from {' and '.join(names)}" for what, names in senders.items()]
    came = "; ".join(answers) or "there is no mirror to ask"
    raise DownloadError(f"{file.name} could not be downloaded: {came}")


def _from(
    mirror: Mirror,
    file: CourseFile,
    begun: BegunFile,
    report: Callable[[str, int], None],
    timeout: float,
) -> bytes:
    """The whole file, checked. What is kept of it is no more than a guess: where a mirror does not
    go on from there, or the whole comes out wrong, that mirror is asked for all of it."""
    content = bytearray(begun.read())
    url = f"{mirror.folder_url}/{file.name}"
    while True:
        first = kept = len(content)
        report(mirror.name, first)
        try:
            # One byte too many is enough to know that it is too long.
            with closing(fetch(url, file.size + 1 - first, timeout, start=first)) as pieces:
                for piece in pieces:
                    content += piece
                    report(mirror.name, min(len(content), file.size))
                    if len(content) >= kept + _KEEP_EVERY:
                        begun.keep(content)
                        kept = len(content)
            _check(content, file)
            return bytes(content)
        except (NoPartError, _WrongContentError) as error:
            if isinstance(error, _WrongContentError):
                begun.forget()
            if not first:
                raise
            content.clear()
        except BaseException:
            begun.keep(content)
            raise


class _WrongContentError(FetchError):
    """All came, and it is not the file."""


def _check(content: bytearray, file: CourseFile) -> None:
    if not content.startswith(HDF5_SIGNATURE):
        raise FetchError(kind_of(bytes(content[:HEAD_BYTES])))
    if len(content) > file.size:
        raise _WrongContentError(f"more than the {file.size:,} bytes of the file")
    if len(content) < file.size:
        raise FetchError(f"a truncated copy, {len(content):,} of {file.size:,} bytes,")
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise _WrongContentError("other content (its SHA-256 differs)")


def _save(folder: Path, name: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / name, content)
    except (OSError, ValueError) as error:
        reason = why_not_written(error)
        raise DownloadError(f"{name} could not be saved in {folder}: {reason}") from error
