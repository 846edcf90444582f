"""What can be drawn: a subject, the ways it may be seen, and the coats it may wear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.coats import Coat


@dataclass(frozen=True)
class Pose:
    """`draw` draws the subject standing on y = 0, about one unit high, looking left.

    `weight` says how often the pose comes among its subject's; `words` end the sentence
    "a grey cat …"; `place` is a scene's ("outdoors", "air", …) or "anywhere" on the ground.
    """

    words: str
    draw: Callable[[Pen, Coat], None]
    weight: float = 1.0
    usual: bool = True
    place: str = "anywhere"


@dataclass(frozen=True)
class Subject:
    """One kind of thing: its name, how often it comes, its poses and coats.

    `fills` marks what covers the whole picture (a landscape), drawn in the picture's coordinates;
    `wears` what has its colours from its clothes ("a person in red").
    """

    name: str
    weight: float
    poses: tuple[Pose, ...]
    coats: tuple[Coat, ...]
    fills: bool = False
    wears: bool = False
