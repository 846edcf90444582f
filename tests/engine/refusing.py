"""What every import made to harm comes to: a sentence, nothing written, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import DatasetError, EngineError
from engine.sources.importing.building import Choices, build
from engine.sources.importing.reading import read_material
from engine.sources.importing.survey import Survey, survey


def everything_under(*folders: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for place in folders:
        for path in place.rglob("*"):
            with contextlib.suppress(OSError):
                status = path.lstat()
                found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


@contextlib.contextmanager
def nothing_is_left(tmp_path: Path) -> Iterator[None]:
    """Neither beside the file, nor above it, nor among the temporary files, nor open."""
    temporary = tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    kept, tempfile.tempdir = tempfile.tempdir, str(temporary)
    before, descriptors = everything_under(tmp_path), open_files(tmp_path)
    try:
        yield
        assert everything_under(tmp_path) == before
        assert open_files(tmp_path) == descriptors
    finally:
        tempfile.tempdir = kept


def open_files(folder: Path) -> list[str]:
    """Those of this process in `folder`, removed ones too; whatever else other threads have open."""
    if sys.platform != "linux":
        return []
    names = []
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            names.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    return sorted(name for name in names if name.startswith(str(folder.resolve())))


def refusal(path: Path) -> str:
    """The one sentence for what cannot be used at all; it comes soon and without taking memory."""
    start = time.monotonic()
    tracemalloc.start()
    try:
        with nothing_is_left(path.parent), pytest.raises(DatasetError) as caught:
            build(survey(read_material([path], side=16)), "mine")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < 30
    assert peak < 300 * 2**20
    return one_sentence(caught.value)


def one_sentence(error: EngineError) -> str:
    sentence = str(error)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 500
    return sentence


def tried(path: Path) -> Survey | None:
    """What is read of anything at all; None where it is refused. Nothing else ever happens."""
    with nothing_is_left(path.parent):
        try:
            found = survey(read_material([path], side=16))
            for broken in found.broken:
                assert broken.name.isprintable()
                assert broken.reason.isprintable()
            for sentence in found.sentences():
                assert sentence.isprintable()
            build(found, "mine", Choices(leave_out=True))
        except EngineError as error:
            one_sentence(error)
            return None
    return found
