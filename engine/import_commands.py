"""The verbs `import` and `datasets`: a person's own pictures, kept to train on by name."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from engine.commands import progress_bar
from engine.dataset import Dataset
from engine.errors import DatasetError
from engine.sources.importing.building import ALL_CLASSES, TEST_SHARE, Choices, build
from engine.sources.importing.kept import check_name
from engine.sources.importing.library import Library
from engine.sources.importing.material import Progress, Watch
from engine.sources.importing.reading import read_material
from engine.sources.importing.survey import survey

MOST_BROKEN_TOLD = 20


@dataclass(frozen=True)
class Wish:
    """What `import` was told; None where the dataset or the usual decides."""

    sources: Sequence[Path]
    name: str | None = None
    positive: str | None = None
    all_classes: bool = False
    size: int | None = None
    test_share: float | None = None
    seed: int | None = None
    skip_broken: bool = False
    preview: bool = False


def import_pictures(wish: Wish) -> int:
    """Reads the sources, tells what is in them, and keeps the dataset unless it is a preview."""
    library = Library()
    library.sweep()
    if wish.name is not None:  # before the time for reading is spent
        library.check_free(check_name(wish.name))
    with progress_bar(unit="") as bar:
        found = survey(read_material(wish.sources, side=wish.size, watch=watch(bar)), watch(bar))
    for sentence in found.sentences():
        print(sentence)
    for broken in found.broken[:MOST_BROKEN_TOLD]:
        print(f"{broken.name}: {broken.reason}", file=sys.stderr)
    if len(found.broken) > MOST_BROKEN_TOLD:
        print(f"… and {len(found.broken) - MOST_BROKEN_TOLD:,} more.", file=sys.stderr)
    if wish.preview:
        return 0
    split_anew = wish.test_share is not None or wish.seed is not None
    choices = Choices(
        ALL_CLASSES if wish.all_classes else wish.positive,
        TEST_SHARE if wish.test_share is None else wish.test_share,
        1 if wish.seed is None else wish.seed,
        False if split_anew else None,
        wish.skip_broken,
    )
    try:
        source = wish.sources[0]
        stem = os.path.basename(os.path.abspath(source)) if source.is_dir() else source.stem
        name = wish.name or library.free_name(stem)
        dataset = build(found, name, choices)
    except DatasetError as error:
        if (found.broken or found.empty) and not wish.skip_broken:
            told = f"{str(error).rstrip('.')}; --skip-broken leaves out what is broken"
            raise DatasetError(told) from error
        raise
    kept = library.keep(dataset, source=source.name)
    if kept.name != name:
        print(f"This dataset is kept already, as {kept.name}.")
    print(described(dataset, kept.name))
    return 0


def watch(bar: tqdm[Any]) -> Watch:
    def show(progress: Progress) -> None:
        bar.total = progress.total
        bar.set_description_str(progress.doing, refresh=False)
        bar.update(progress.done - bar.n)

    return Watch(show)


def described(dataset: Dataset, name: str) -> str:
    side = dataset.side
    what = f"{dataset.m_train} training and {dataset.m_test} test pictures of {side} × {side}"
    if len(dataset.classes) == 2:
        told = f"{dataset.classes[1]} (1) or {dataset.classes[0]} (0)"
    else:
        told = ", ".join(dataset.classes)
    return f"{name}: {what}, {told}. Train on it with --data {shell_word(name)}."


def shell_word(name: str) -> str:
    return f'"{name}"' if " " in name else name


def list_datasets() -> int:
    kept = Library().kept()
    for one in kept:
        counts = f"{one.m_train:,} training and {one.m_test:,} test pictures"
        size = f"{one.side} × {one.side}"
        print(f"{one.name} · {counts} · {size} · {', '.join(one.classes)} · {one.key}")
    if not kept:
        print("No dataset of your own is kept yet; `python -m engine import` brings one here.")
    return 0


def rename_dataset(name: str, new: str) -> int:
    library = Library()
    kept = library.rename(library.get(name), new)
    print(f"{name} is called {kept.name} now.")
    return 0


def delete_dataset(name: str) -> int:
    library = Library()
    kept = library.get(name)
    library.delete(kept, for_good=True)
    print(f"{kept.name} is deleted.")
    return 0


def export_dataset(name: str, folder: Path) -> int:
    library = Library()
    for path in library.export(library.get(name), folder):
        print(path)
    return 0
