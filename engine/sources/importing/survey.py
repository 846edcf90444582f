"""What an import would make: counts, balance, duplicates and what is broken, before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.sources.importing.duplicates import Duplicates, Groups, find_duplicates
from engine.sources.importing.material import TEST, TRAIN, Broken, Material, Watch
from engine.sources.importing.names import likely_positive

LOPSIDED = 4
"""So many times more pictures of one class than of another deserve a word."""


@dataclass(frozen=True, eq=False)
class Survey:
    """`material` looked over. `counts`: pictures of each class that can be read."""

    material: Material
    duplicates: Duplicates

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return {name: self.material.labels.count(name) for name in self.material.classes}

    @property
    def broken(self) -> tuple[Broken, ...]:
        return self.material.broken

    @property
    def empty(self) -> tuple[str, ...]:
        """Classes without a picture that can be read."""
        return tuple(name for name, count in self.counts.items() if not count)

    @property
    def is_split(self) -> bool:
        """Whether the source says of every picture if it is for training or for testing."""
        return set(self.material.parts) == {TRAIN, TEST}

    @property
    def likely_positive(self) -> str | None:
        """Which of two classes is most likely looked for; None for more of them, or one."""
        there = [name for name, count in self.counts.items() if count]
        return likely_positive(there) if len(there) == 2 else None

    @property
    def contradictions(self) -> Groups:
        """Groups of duplicates that lie in several classes: one of the labels must be wrong."""
        labels = self.material.labels
        return tuple(g for g in self.duplicates.near if len({labels[i] for i in g}) > 1)

    @property
    def leaks(self) -> Groups:
        """Groups of duplicates with a picture in each part of the source's own split."""
        parts = self.material.parts
        split = self.is_split
        return tuple(g for g in self.duplicates.near if split and len({parts[i] for i in g}) > 1)

    def sentences(self) -> list[str]:
        """All of it in words, the most important first."""
        m = len(self.material.labels)
        counted = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        told = [f"{m:,} {plural(m, 'picture')} of {len(self.counts)} classes: {counted}."]
        told += [balance for balance in [self._balance()] if balance]
        told += self.material.notes if self.is_split else ()
        exact = sum(len(group) - 1 for group in self.duplicates.exact)
        near = sum(len(group) - 1 for group in self.duplicates.near) - exact
        if exact or near:
            found = f"{exact:,} exact and {near:,} near {plural(exact + near, 'duplicate')}"
            # The source's own split is kept, whatever it parts.
            together = "they stay together, in training or in the test set"
            told.append(f"{found}." if self.is_split else f"{found}: {together}.")
        if self.contradictions:
            n = len(self.contradictions)
            told.append(f"{n:,} {plural(n, 'picture')} with duplicates in another class.")
        if self.leaks:
            n = len(self.leaks)
            told.append(f"{n:,} {plural(n, 'picture')} both in the training and the test set.")
        if self.broken:
            n = len(self.broken)
            told.append(f"{n:,} {plural(n, 'file')} cannot be used.")
        return told

    def _balance(self) -> str:
        counts = [count for count in self.counts.values() if count]
        if len(counts) < 2:
            return ""
        largest = max(self.counts, key=lambda name: self.counts[name])
        share = self.counts[largest] / sum(counts)
        told = f"Always saying {largest} would be right in {share:.0%}".replace("%", " %")
        lopsided = max(counts) >= LOPSIDED * min(counts)
        return told + (": the classes are lopsided." if lopsided else ".")


def plural(n: int, word: str) -> str:
    return word if n == 1 else word + "s"


def survey(material: Material, watch: Watch | None = None) -> Survey:
    """Raises `ImportCancelledError`."""
    return Survey(material, find_duplicates(np.asarray(material.pictures), watch))
