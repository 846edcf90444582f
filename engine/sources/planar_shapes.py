"""How points lie in the plane: a shape of several classes, drawn from random numbers.

Every shape fits in the square from -HALF to HALF both ways. Each draws the same random numbers
whatever the noise is, so that turning up the noise moves the same points further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.dataset import Floats

HALF = 6.0

Draw = Callable[[np.random.RandomState, Sequence[int], float], list[Floats]]


@dataclass(frozen=True)
class Shape:
    """draw: from random numbers, the points of each class and the noise to points (n, 2) a class.
    many: whether it can have more than two classes."""

    draw: Draw
    many: bool = False


def flower(random: np.random.RandomState, sizes: Sequence[int], noise: float) -> list[Floats]:
    """The petals of the course's planar exercise: r = 4 sin(4θ) with noise on r and on θ, θ running
    over half a turn for each class."""
    classes = []
    for label, n in enumerate(sizes):
        angle = np.linspace(label * np.pi, (label + 1) * np.pi, n) + noise * random.randn(n)
        radius = 4 * np.sin(4 * angle) + noise * random.randn(n)
        classes.append(np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]))
    return classes


def circles(random: np.random.RandomState, sizes: Sequence[int], noise: float) -> list[Floats]:
    """One circle around another."""
    classes = []
    for n, radius in zip(sizes, (4.2, 2.0), strict=True):
        angle = 2 * np.pi * random.rand(n)
        circle = np.column_stack([np.cos(angle), np.sin(angle)])
        classes.append(radius * circle + noise * random.randn(n, 2))
    return classes


def moons(random: np.random.RandomState, sizes: Sequence[int], noise: float) -> list[Floats]:
    """Two half circles that reach into each other."""
    classes = []
    for label, n in enumerate(sizes):
        way = 1 - 2 * label
        angle = np.pi * random.rand(n)
        moon = np.column_stack([np.cos(angle) * way, np.sin(angle) * way])
        classes.append(3 * moon + [-1.5 * way, -0.75 * way] + noise * random.randn(n, 2))
    return classes


def spiral(random: np.random.RandomState, sizes: Sequence[int], noise: float) -> list[Floats]:
    """Arms that wind around the middle by a turn and a quarter."""
    classes = []
    for label, n in enumerate(sizes):
        along = random.rand(n)
        angle = 2 * np.pi * (label / len(sizes) + 1.25 * along)
        radius = 0.5 + 4.3 * along
        arm = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
        classes.append(arm + 0.5 * noise * random.randn(n, 2))
    return classes


def xor(random: np.random.RandomState, sizes: Sequence[int], noise: float) -> list[Floats]:
    """Four squares; those that touch at a corner are of one class."""
    classes = []
    for label, n in enumerate(sizes):
        place = 0.4 + 4.2 * random.rand(n, 2)
        side = np.where(random.rand(n) < 0.5, -1.0, 1.0)
        signs = np.column_stack([side, side if label else -side])
        classes.append(place * signs + noise * random.randn(n, 2))
    return classes


def gaussians(random: np.random.RandomState, sizes: Sequence[int], noise: float) -> list[Floats]:
    """A round cloud a class, their centres on a circle."""
    classes = []
    for label, n in enumerate(sizes):
        angle = 2 * np.pi * (label / len(sizes) + 0.125)
        centre = 3 * np.array([np.sin(angle), np.cos(angle)])
        classes.append(centre + (0.5 + noise) * random.randn(n, 2))
    return classes


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "flower": Shape(flower),
        "circles": Shape(circles),
        "moons": Shape(moons),
        "spiral": Shape(spiral, many=True),
        "xor": Shape(xor),
        "gaussians": Shape(gaussians, many=True),
    }
)
