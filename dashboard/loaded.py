"""The datasets a process has loaded, by name."""

from __future__ import annotations

from engine.dataset import Dataset

MOST_PLANAR = 64  # every point that somebody adds makes another dataset


def keep(datasets: dict[str, Dataset], name: str, dataset: Dataset) -> Dataset:
    """Puts `dataset` last, and lets the oldest of points go when there are many."""
    datasets.pop(name, None)
    datasets[name] = dataset
    planar = [known for known, one in datasets.items() if one.planar]
    for old in planar[:-MOST_PLANAR]:
        del datasets[old]
    return dataset
