"""Fur: the coats animals wear, and how stripes, patches and strokes are painted on a body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.curves import Pairs, Points, blob, ribbon, smooth, tufts
from engine.sources.drawing.palette import WHITE, Colour, darker, hsv, lighter

Marks = Callable[[Pen], None]


@dataclass(frozen=True)
class Coat:
    """`words` name it; `pattern` is "solid", "tabby", "patches", "tuxedo" or "points"."""

    words: str
    base: Colour
    light: Colour
    dark: Colour
    pattern: str
    eye: Colour
    nose: Colour = (214, 120, 120)
    usual: bool = True

    @property
    def tip(self) -> Colour:
        """Tail and ears."""
        return self.dark if self.pattern == "points" else self.base

    @property
    def paw(self) -> Colour:
        if self.pattern == "points":
            return self.dark
        return self.light if self.pattern in ("tuxedo", "patches") else self.base


AMBER, GREEN, BLUE, COPPER = (236, 178, 56), (150, 186, 80), (104, 176, 224), (206, 120, 48)
BLACKISH: Colour = (58, 50, 56)
BROWN: Colour = (96, 62, 40)

CAT_COATS = (
    Coat("ginger tabby", (224, 142, 66), (250, 220, 178), (176, 88, 34), "tabby", AMBER),
    Coat("ginger", (232, 154, 82), (252, 232, 204), (186, 96, 44), "tuxedo", GREEN),
    Coat("brown tabby", (150, 118, 88), (216, 192, 160), (78, 56, 46), "tabby", GREEN),
    Coat("grey tabby", (150, 146, 146), (222, 218, 212), (84, 80, 86), "tabby", AMBER),
    Coat("silver tabby", (188, 184, 182), (240, 236, 230), (98, 94, 102), "tabby", GREEN),
    Coat("black", BLACKISH, (96, 86, 92), (32, 26, 36), "solid", AMBER, (70, 54, 60)),
    Coat("black and white", (56, 50, 58), WHITE, (34, 28, 38), "tuxedo", GREEN),
    Coat("white", (240, 234, 224), (255, 252, 246), (206, 194, 184), "solid", BLUE),
    Coat("calico", (246, 238, 226), WHITE, (216, 128, 56), "patches", AMBER),
    Coat("tortoiseshell", (104, 68, 50), (206, 150, 96), (206, 120, 52), "patches", AMBER),
    Coat("siamese", (228, 208, 180), (244, 232, 212), (92, 66, 56), "points", BLUE, (90, 66, 62)),
    Coat("grey", (124, 128, 138), (160, 164, 172), (84, 88, 100), "solid", COPPER, (98, 92, 100)),
    Coat("cream", (236, 208, 166), (250, 236, 212), (206, 162, 110), "tabby", BLUE),
    Coat("grey and white", (138, 138, 146), WHITE, (96, 96, 106), "tuxedo", AMBER),
)


def unusual_coat(rng: np.random.RandomState, pattern: str, eye: Colour = AMBER) -> Coat:
    """Fur of a colour that fur never has."""
    name, hue = (("blue", 0.58), ("green", 0.36), ("violet", 0.76), ("pink", 0.93), ("teal", 0.48))[
        rng.randint(5)
    ]
    base = hsv(hue, 0.5, 0.76)
    return Coat(name, base, lighter(base, 0.6), darker(base, 0.4), pattern, eye, usual=False)


def on_body(coat: Coat, spine: Pairs, depth: float, down: float = 1.0) -> Marks:
    """Markings along `spine` (a line of points), reaching `depth` to the side where the belly is.

    `down` is -1 where the belly lies to the other side of the spine.
    """

    def paint(pen: Pen) -> None:
        line = smooth(spine, closed=False)
        ahead = np.gradient(line, axis=0)
        ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
        aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * down
        belly = line + aside * depth
        pen.soft(np.concatenate([line, (line - aside * depth)[::-1]]), coat.dark, depth * 0.3, 0.18)
        pen.soft(
            ribbon(belly[:: max(1, len(belly) // 4)], depth * 0.35),
            coat.light,
            depth * 0.2,
            0.9 if coat.pattern == "tuxedo" else 0.45,
        )
        if coat.pattern == "tabby":
            _stripes(pen, coat, line, aside, depth)
        elif coat.pattern == "patches":
            _patches(pen, coat, line, aside, depth)
        _strokes(pen, coat, line, ahead, aside, depth)

    return paint


def _stripes(pen: Pen, coat: Coat, line: Points, aside: Points, depth: float) -> None:
    stripes = []
    step = max(2, len(line) // 7)
    for i in range(step // 2, len(line), step):
        reach = depth * pen.rng.uniform(0.55, 0.85)
        bend = pen.rng.uniform(-0.06, 0.06)
        across = aside[i] @ np.array([[0, 1], [-1, 0]])
        start, middle = line[i] - aside[i] * 0.1 * depth, line[i] + aside[i] * reach / 2
        stripes.append(
            ribbon(
                np.stack([start, middle + across * bend, line[i] + aside[i] * reach]),
                [depth * 0.17, depth * 0.13, depth * 0.02],
            )
        )
    pen.fill_all(stripes, coat.dark, 0.8)


def _patches(pen: Pen, coat: Coat, line: Points, aside: Points, depth: float) -> None:
    for colour in (coat.dark, BLACKISH, coat.dark):
        spots = []
        for _ in range(2):
            i = pen.rng.randint(len(line))
            x, y = line[i] + aside[i] * depth * pen.rng.uniform(0, 0.7)
            spots.append(blob(x, y, depth * pen.rng.uniform(0.22, 0.42), pen.rng))
        pen.fill_all(spots, colour, 0.95)


def _strokes(
    pen: Pen, coat: Coat, line: Points, ahead: Points, aside: Points, depth: float
) -> None:
    for colour in (lighter(coat.base, 0.35), darker(coat.base, 0.25)):
        i = pen.rng.randint(len(line), size=22)
        roots = line[i] + aside[i] * depth * pen.rng.uniform(-0.1, 1.0, (22, 1))
        tips = roots + ahead[i] * depth * 0.18 + aside[i] * depth * 0.1
        pen.fill_all(tufts(roots, tips, depth * 0.045), colour, 0.35)
