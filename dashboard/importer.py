"""The process of one session's import: reads, looks over, keeps. It ends when its pipe does.

`python -m dashboard.importer`, started by own_import.py: decoding thousands of pictures in the
server would hold up every session.
"""

from __future__ import annotations

import io
import signal
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from dashboard.import_messages import (
    Done,
    DuplicateGroup,
    Failed,
    Keep,
    Preview,
    Read,
    Shown,
)
from dashboard.pipes import receive, send
from dashboard.worker import private_pipes
from engine.errors import EngineError
from engine.sources.importing.building import build
from engine.sources.importing.library import Library
from engine.sources.importing.material import Material, Progress, Watch
from engine.sources.importing.reading import read_material, read_pictures
from engine.sources.importing.survey import Survey, survey

SHOWN_SIDE = 56
MOST_SHOWN = 200  # of all classes together
MOST_OF_A_CLASS = 8
MOST_GROUPS = 12
MOST_OF_A_GROUP = 4
MOST_BROKEN = 200
TELL_EVERY = 0.1  # seconds


class Importer:
    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._survey: Survey | None = None
        self._told = 0.0

    def answer(self, command: Read | Keep) -> Preview | Done | Failed:
        try:
            if isinstance(command, Read):
                self._survey = None
                self._survey = survey(self._material(command), Watch(self._tell))
                return preview_of(self._survey)
            if self._survey is None:
                return Failed("There is nothing to keep: choose the pictures once more.")
            dataset = build(self._survey, command.name, command.choices)
            return Done(Library().keep(dataset, command.source))
        except EngineError as error:
            return Failed(str(error))
        except Exception as error:
            traceback.print_exception(error)
            return Failed(f"The import failed: {type(error).__name__}.")

    def _material(self, command: Read) -> Material:
        watch = Watch(self._tell)
        singles = [file for file in command.files if file.label is not None]
        if singles:
            given = [(f.label or "", f.name, Path(f.path).read_bytes()) for f in singles]
            return read_pictures(given, side=command.side, watch=watch)
        return read_material([f.path for f in command.files], side=command.side, watch=watch)

    def _tell(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told > TELL_EVERY:
            self._told = now
            send(self._out, progress)


def preview_of(found: Survey) -> Preview:
    material = found.material
    each = max(1, min(MOST_OF_A_CLASS, MOST_SHOWN // max(1, len(material.classes))))
    of_class: dict[str, list[int]] = {name: [] for name in material.classes}
    for i, label in enumerate(material.labels):
        if len(of_class[label]) < each:
            of_class[label].append(i)
    exact = set(found.duplicates.exact)
    wrong, leaking = set(found.contradictions), set(found.leaks)
    # What needs a decision comes first.
    groups = sorted(found.duplicates.near, key=lambda g: (g not in wrong, g not in leaking, g))
    return Preview(
        tuple(found.sentences()),
        dict(found.counts),
        {name: shown(material, some) for name, some in of_class.items()},
        tuple(
            DuplicateGroup(
                shown(material, group[:MOST_OF_A_GROUP]),
                len(group),
                group in exact,
                group in wrong,
                group in leaking,
            )
            for group in groups[:MOST_GROUPS]
        ),
        len(groups),
        found.broken[:MOST_BROKEN],
        len(found.broken),
        found.empty,
        found.is_split,
        found.likely_positive,
        material.side,
    )


def shown(material: Material, numbers: Iterable[int]) -> tuple[Shown, ...]:
    pictures = []
    for i in numbers:
        buffer = io.BytesIO()
        picture = Image.fromarray(material.pictures[i])
        picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        picture.save(buffer, "JPEG", quality=88)
        pictures.append(Shown(buffer.getvalue(), material.names[i], material.labels[i]))
    return tuple(pictures)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which closes the pipe
    pipe, out = private_pipes()
    importer = Importer(out)
    try:
        while True:
            send(out, importer.answer(receive(pipe)))
    except (EOFError, OSError):
        return  # the server is gone, or wants no more


if __name__ == "__main__":
    main()
