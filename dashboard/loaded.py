"""The datasets a process has loaded, by name."""

from __future__ import annotations

from engine.dataset import Dataset

MOST_PLANAR = 64  # every point that somebody adds makes another dataset


def keep(
    datasets: dict[str, Dataset], name: str, dataset: Dataset, most_of_pictures: int | None = None
) -> Dataset:
    """Puts `dataset` last, and lets the first ones go: of points when there are many, of pictures
    when there are more than `most_of_pictures`."""
    datasets.pop(name, None)
    datasets[name] = dataset
    for planar, most in ((True, MOST_PLANAR), (False, most_of_pictures)):
        alike = [known for known, one in datasets.items() if one.planar == planar]
        for old in alike[: len(alike) - most] if most and len(alike) > most else ():
            del datasets[old]
    return dataset
