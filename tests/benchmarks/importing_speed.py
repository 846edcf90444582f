"""How long a folder of photos takes from files to a kept dataset: 2,000 of 12 megapixels.

python -m tests.benchmarks.importing_speed [pictures]
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from engine.sources.importing.building import build
from engine.sources.importing.library import Library
from engine.sources.importing.reading import read_material
from engine.sources.importing.survey import survey
from tests.benchmarks.table import Line, print_lines, seconds

PHOTOS = 2_000
MEGAPIXELS = {"1": (1_152, 864), "12": (4_000, 3_000)}
DIFFERENT = 50
GOAL_SECONDS = 30


def photos(size: tuple[int, int]) -> list[bytes]:
    """JPEGs with the detail of photographs, each its own."""
    made = []
    for seed in range(DIFFERENT):
        random = np.random.RandomState(seed)
        picture = Image.new("RGB", size)
        for cells in (8, 64, 512):
            noise = random.randint(0, 256, (cells, cells, 3)).astype(np.uint8)
            layer = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
            picture = Image.blend(picture, layer, 0.4)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=85)
        made.append(buffer.getvalue())
    return made


def measure(count: int, size: tuple[int, int]) -> tuple[float, float, float]:
    """Seconds to import a zip of `count` photos, of that processor time, and the size of one in MB."""
    made = photos(size)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "photos.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for i in range(count):
                # The ending makes every file its own, and is no part of the picture.
                archive.writestr(f"{('cats', 'others')[i % 2]}/{i}.jpg", made[i % DIFFERENT])
        start, busy = time.perf_counter(), time.process_time()
        found = survey(read_material([path]))
        Library(Path(place) / "library").keep(build(found, "photos"))
        took, busy = time.perf_counter() - start, time.process_time() - busy
        return took, busy, sum(map(len, made)) / DIFFERENT / 1e6


def main(count: int = PHOTOS) -> None:
    lines = []
    for name, size in MEGAPIXELS.items():
        # A zip of large photos has a limit of 1 GB; the time is proportional to their number.
        some = min(count, 200) if name == "12" else count
        took, busy, megabytes = measure(some, size)
        took, busy = took * count / some, busy * count / some
        goal = f"≤ {GOAL_SECONDS} s"
        about = f"{count:,} photos of {name} MP and {megabytes:.1f} MB each, imported"
        measured = f"{seconds(took)} ({seconds(busy)} of processor time)"
        lines.append(Line(about, measured, goal, took <= GOAL_SECONDS))
    print_lines("A folder of photos is imported", lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
