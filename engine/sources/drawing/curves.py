"""Outlines as arrays of points, so that a drawing is the same at every size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Frame:
    """Where a drawing's own coordinates lie in the picture: turned, scaled, mirrored, moved.

    `matrix` is (2, 2), `origin` (2,); a point p (x right, y down) lands on `matrix @ p + origin`.
    """

    matrix: Points
    origin: Points

    @staticmethod
    def whole() -> Frame:
        """The picture's own coordinates: (0, 0) upper left, (1, 1) lower right."""
        return Frame(np.eye(2), np.zeros(2))

    def at(
        self, x: float, y: float, scale: float = 1.0, angle: float = 0.0, mirror: bool = False
    ) -> Frame:
        """A frame inside this one, its origin at (x, y); `angle` in degrees, clockwise."""
        a = np.radians(angle)
        turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) * scale
        if mirror:
            turn = turn @ np.diag([-1.0, 1.0])
        return Frame(self.matrix @ turn, self.matrix @ np.array([x, y]) + self.origin)

    def place(self, points: Points) -> Points:
        """(n, 2) own coordinates → (n, 2) picture coordinates."""
        placed: Points = points @ self.matrix.T + self.origin
        return placed

    @property
    def scale(self) -> float:
        """Length in the picture of one unit of this frame."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix))))


def points(pairs: Pairs) -> Points:
    return np.asarray(pairs, dtype=np.float64).reshape(-1, 2)


def both_sides(right: Pairs) -> Points:
    """A closed outline, symmetric about x = 0, from its right half listed from top to bottom."""
    half = points(right)
    left = half[::-1] * [-1.0, 1.0]
    return np.concatenate([half, left[np.abs(left[:, 0]) > 1e-9]])


def smooth(pairs: Pairs | Points, closed: bool = True, steps: int = 8) -> Points:
    """A Catmull-Rom curve through the given points."""
    p = np.asarray(pairs, dtype=np.float64)
    if closed:
        before, after, last = np.roll(p, 1, axis=0), np.roll(p, -1, axis=0), np.roll(p, -2, axis=0)
    else:
        padded = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
        before, p, after, last = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (q[:, None, :] for q in (before, p, after, last))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    curve = curve.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, after[-1:]])


def ellipse(x: float, y: float, rx: float, ry: float | None = None, angle: float = 0.0) -> Points:
    t = np.arange(40) * (2 * np.pi / 40)
    ring = np.stack([np.cos(t) * rx, np.sin(t) * (rx if ry is None else ry)], axis=1)
    return Frame.whole().at(x, y, 1.0, angle).place(ring)


def box(left: float, top: float, right: float, bottom: float, corner: float = 0.0) -> Points:
    """A rectangle, its corners rounded by `corner`."""
    corner = min(corner, (right - left) / 2, (bottom - top) / 2)
    if corner <= 0:
        return points([(left, top), (right, top), (right, bottom), (left, bottom)])
    arcs = []
    for k, (cx, cy) in enumerate(
        [
            (right - corner, top + corner),
            (right - corner, bottom - corner),
            (left + corner, bottom - corner),
            (left + corner, top + corner),
        ]
    ):
        t = np.linspace(-np.pi / 2, 0, 7) + k * np.pi / 2
        arcs.append(np.stack([cx + corner * np.cos(t), cy + corner * np.sin(t)], axis=1))
    return np.concatenate(arcs)


def ribbon(pairs: Pairs | Points, widths: float | Sequence[float], steps: int = 8) -> Points:
    """The outline of a brush stroke through the points, `widths` wide along it, round at its ends."""
    line = smooth(pairs, closed=False, steps=steps)
    wanted = np.atleast_1d(np.asarray(widths, dtype=np.float64))
    along = np.linspace(0, 1, len(line))
    half = np.interp(along, np.linspace(0, 1, len(wanted)), wanted) / 2
    if len(wanted) == 1:
        half = np.full(len(line), wanted[0] / 2)
    ahead = np.empty_like(line)
    ahead[1:-1], ahead[0], ahead[-1] = line[2:] - line[:-2], line[1] - line[0], line[-1] - line[-2]
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    t = np.linspace(0, np.pi, 7)[1:-1, None]
    start = line[0] - half[0] * (np.sin(t) * ahead[0] + np.cos(t) * aside[0])
    end = line[-1] + half[-1] * (np.sin(t) * ahead[-1] + np.cos(t) * aside[-1])
    left, right = line + aside * half[:, None], line - aside * half[:, None]
    return np.concatenate([left, end, right[::-1], start])


def blob(
    x: float, y: float, radius: float, rng: np.random.RandomState, rough: float = 0.3
) -> Points:
    """An irregular round patch."""
    n = 9
    t = np.arange(n) * 2 * np.pi / n + rng.uniform(0, 2)
    r = radius * (1 + rough * rng.uniform(-1, 1, n))
    return smooth(np.stack([x + r * np.cos(t), y + r * np.sin(t)], axis=1))


def tufts(roots: Points, tips: Points, width: float) -> list[Points]:
    """Thin pointed strokes, `width` at the root: hairs, blades of grass. Roots and tips (n, 2)."""
    ahead = tips - roots
    length = np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / length * (width / 2)
    return list(np.stack([roots + aside, tips, roots - aside], axis=1))


def furry(outline: Points, amount: float, rng: np.random.RandomState) -> Points:
    """The outline with small tufts of up to `amount`, leaning along it, as fur has."""
    closed = np.concatenate([outline, outline[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    n = 2 * int(np.clip(along[-1] / (1.1 * amount), 20, 130))
    even = np.arange(n) * along[-1] / n
    line = np.stack([np.interp(even, along, closed[:, k]) for k in (0, 1)], axis=1)
    ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    x, y = line.T
    turn = np.sign(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    aside = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1) * turn
    out = np.where(np.arange(n) % 2 == 0, amount, 0.0)[:, None] * rng.uniform(0.1, 1.0, (n, 1))
    tufted: Points = line + aside * out + ahead * turn * out * 0.5
    return tufted
