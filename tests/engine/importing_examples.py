"""Small pictures, and archives, folders and tables of them, as a person or an attacker makes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from engine.dataset import Pictures
from engine.sources.importing.material import Material


def noise(seed: int, side: int = 16) -> Pictures:
    """A picture (side, side, 3) unlike any of another seed."""
    return np.random.RandomState(seed).randint(0, 256, (side, side, 3)).astype(np.uint8)


def encoded(pixels: Pictures, kind: str = "PNG", **settings: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **settings)
    return buffer.getvalue()


def photo(seed: int) -> bytes:
    return encoded(noise(seed))


def photos(cats: int = 6, others: int = 6) -> dict[str, bytes]:
    """Files by path: cats/0.png …, others/0.png …, all different."""
    named = {f"cats/{i}.png": photo(i) for i in range(cats)}
    return named | {f"others/{i}.png": photo(1000 + i) for i in range(others)}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def zip_file(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.write_bytes(zipped(files, method))
    return path


def folder_of(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def table(rows: int = 10, side: int = 8, channels: int = 1) -> str:
    """A CSV of noise with the classes a and b in turn and a header."""
    random = np.random.RandomState(0)
    n = channels * side * side
    lines = ["label," + ",".join(f"pixel{i}" for i in range(n))]
    for i in range(rows):
        values = ",".join(map(str, random.randint(0, 256, n)))
        lines.append(f"{'ab'[i % 2]},{values}")
    return "\n".join(lines) + "\n"


def material_of(pictures: Pictures, labels: str, parts: str = "") -> Material:
    """Each letter of `labels` is a class; `parts` has r for training and t for test."""
    m = len(pictures)
    names = tuple(f"{label}/{i}.png" for i, label in enumerate(labels))
    split = tuple({"r": "train", "t": "test"}[part] for part in parts) or ("",) * m
    return Material(pictures, tuple(labels), names, split, tuple(sorted(set(labels))))
