"""The dataset everyone has from the start: pictures drawn by this program, cats and other things.

`python -m engine.sources.drawn_pictures` draws the embedded files again, pixel for pixel.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.dataset import Attributes, Dataset, Labels, Pictures
from engine.errors import DatasetError, EngineError
from engine.sources.course_files import read_course_files
from engine.sources.drawing.composition import compose, describe, draw

SEED = 1
SIZE = 64
CLASSES = ("non-cat", "cat")
# (cats, pictures): the course's shares, in the course's sizes.
TRAIN_SHARE = (72, 209)
TEST_SHARE = (33, 50)
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "drawn_pictures"


@dataclass(frozen=True, eq=False)
class DrawnPicture:
    """A picture (size, size, 3) uint8, its label (1 cat, 0 not), and what is special about it."""

    pixels: Pictures
    label: int
    subject: str
    attributes: Mapping[str, str]
    description: str


def draw_picture(seed: int, *, label: int | None = None, size: int = SIZE) -> DrawnPicture:
    """The picture of this seed: the same seed and label give the same picture, at any size.

    `seed` is any whole number from 0, `size` the side in pixels, from 16 to 2048; without `label`
    one picture in three shows a cat. Raises `DatasetError` for anything else.
    """
    _check_seed(seed)
    if label not in (None, 0, 1):
        raise DatasetError("The label of a drawn picture", label, "0 (non-cat) or 1 (cat)")
    if not 16 <= size <= 2048:
        raise DatasetError("The size of a drawn picture", size, "16 to 2048 pixels")
    rng = np.random.RandomState(np.random.SeedSequence(seed).generate_state(8))
    by_chance = int(rng.rand() < TRAIN_SHARE[0] / TRAIN_SHARE[1])
    composition = compose(rng, by_chance if label is None else label)
    image = draw(composition, rng, size)
    name = composition.subject.name
    return DrawnPicture(
        pixels=np.asarray(image, dtype=np.uint8),
        label=composition.label,
        subject=name,
        attributes={
            "subject": name,
            **composition.attributes,
            "description": describe(composition),
        },
        description=describe(composition),
    )


def draw_pictures(
    m: int, seed: int, *, share: tuple[int, int] = TRAIN_SHARE
) -> tuple[Pictures, Labels, Attributes]:
    """m pictures (m, 64, 64, 3) uint8, labels (1, m) int64, and one mapping of attributes a picture.

    Picture i depends on (seed, i) and `share` alone. `share` = (cats, n): of every n pictures in a
    row, so many are cats. Raises `DatasetError` when m is not positive.
    """
    if m < 1:
        raise DatasetError("The number of pictures to draw", m, "at least 1")
    _check_seed(seed)
    labels = _labels(m, seed, share)
    pictures = np.empty((m, SIZE, SIZE, 3), dtype=np.uint8)
    attributes = []
    for i in range(m):
        picture = draw_picture(_picture_seed(seed, i), label=int(labels[0, i]))
        pictures[i] = picture.pixels
        attributes.append(picture.attributes)
    return pictures, labels, tuple(attributes)


def generate_dataset(m_train: int, m_test: int, seed: int) -> Dataset:
    """A dataset of drawn pictures of any size; the same arguments give the same dataset.

    Raises `DatasetError` when a number is not positive.
    """
    _check_seed(seed)
    train = draw_pictures(m_train, 2 * seed, share=TRAIN_SHARE)
    test = draw_pictures(m_test, 2 * seed + 1, share=TEST_SHARE)
    return Dataset("drawn", train[0], train[1], test[0], test[1], CLASSES, train[2], test[2])


def embedded_picture(part: str, i: int, size: int = 512) -> DrawnPicture:
    """Picture i of the embedded "train" or "test" set, drawn again at `size` pixels a side.

    Raises `DatasetError` where there is no such picture.
    """
    if part not in ("train", "test"):
        raise DatasetError("The part of the drawn pictures", part, "train or test")
    seed, share = (2 * SEED, TRAIN_SHARE) if part == "train" else (2 * SEED + 1, TEST_SHARE)
    if not 0 <= i < share[1]:
        raise DatasetError(f"The number of a {part} picture", i, f"0 to {share[1] - 1}")
    label = int(_labels(i + 1, seed, share)[0, i])
    return draw_picture(_picture_seed(seed, i), label=label, size=size)


def drawn_dataset(folder: Path = FOLDER) -> Dataset:
    """The embedded dataset: 209 training and 50 test pictures, 64 × 64, with their attributes.

    Raises `DatasetError` when a file is missing or damaged.
    """
    dataset = read_course_files(folder, name="drawn")
    try:
        lists = json.loads((folder / "attributes.json").read_text(encoding="utf-8"))
        train, test = (
            tuple(
                {str(key): str(value) for key, value in picture.items()} for picture in lists[part]
            )
            for part in ("train", "test")
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"attributes.json cannot be read ({type(error).__name__})") from error
    return replace(dataset, train_attributes=train, test_attributes=test)


def write_course_files(dataset: Dataset, folder: Path) -> None:
    """Write train_catvnoncat.h5 and test_catvnoncat.h5 in the course's layout, and attributes.json."""
    import h5py  # only needed here, and it takes a tenth of a second

    folder.mkdir(parents=True, exist_ok=True)
    for part in ("train", "test"):
        pictures: Pictures = getattr(dataset, f"{part}_pictures")
        labels: Labels = getattr(dataset, f"{part}_labels")
        with h5py.File(folder / f"{part}_catvnoncat.h5", "w") as file:
            # One colour plane of many pictures a chunk: neighbours alike, so it packs well.
            file.create_dataset(
                f"{part}_set_x",
                data=pictures,
                chunks=(min(len(pictures), 16), *pictures.shape[1:3], 1),
                compression="gzip",
                compression_opts=9,
                shuffle=True,
                track_times=False,
            )
            file.create_dataset(f"{part}_set_y", data=labels[0], track_times=False)
            names = np.array([name.encode() for name in dataset.classes])
            file.create_dataset("list_classes", data=names, track_times=False)
    parts = []
    for part in ("train", "test"):
        attributes: Attributes = getattr(dataset, f"{part}_attributes")
        lines = ",\n".join(json.dumps(dict(picture), ensure_ascii=False) for picture in attributes)
        parts.append(f'"{part}": [\n{lines}\n]')
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    (folder / "attributes.json").write_text(text, encoding="utf-8", newline="\n")


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise DatasetError("The seed of drawn pictures", seed, "a whole number from 0")


def _labels(m: int, seed: int, share: tuple[int, int]) -> Labels:
    # Shuffled block by block, so that label i depends on (seed, i) and not on m.
    cats, n = share
    block = np.repeat([1, 0], [cats, n - cats]).astype(np.int64)
    rows = [
        np.random.RandomState(np.random.SeedSequence([seed, k, n]).generate_state(8)).permutation(
            block
        )
        for k in range(-(-m // n))
    ]
    return np.concatenate(rows)[None, :m]


def _picture_seed(seed: int, i: int) -> int:
    return int(np.random.SeedSequence([seed, i]).generate_state(1, np.uint64)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the embedded pictures again.")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    try:
        dataset = generate_dataset(TRAIN_SHARE[1], TEST_SHARE[1], chosen.seed)
        write_course_files(dataset, chosen.output)
    except (EngineError, OSError) as error:
        parser.error(str(error))
    size = sum(path.stat().st_size for path in chosen.output.iterdir()) / 1e6
    print(f"{dataset.m_train} + {dataset.m_test} pictures in {chosen.output}, {size:.2f} MB")


if __name__ == "__main__":
    main()
