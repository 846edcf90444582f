"""Which scenes there are, and which of them suit whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.sources.drawing import indoors, outdoors, waters
from engine.sources.drawing.canvas import Pen
from engine.sources.drawing.palette import Scheme


@dataclass(frozen=True)
class Scene:
    """`place` is "indoors", "outdoors", "water", "underwater" or "air"; `words` end a sentence."""

    words: str
    draw: Callable[[Pen, Scheme], None]
    place: str
    busy: bool


SCENES = (
    Scene("in a studio", indoors.studio, "indoors", False),
    Scene("in a bare room", indoors.bare_room, "indoors", False),
    Scene("on a sofa", indoors.sofa, "indoors", True),
    Scene("in a kitchen", indoors.kitchen, "indoors", True),
    Scene("by a window at night", indoors.window_at_night, "indoors", True),
    Scene("before patterned wallpaper", indoors.wallpaper, "indoors", True),
    Scene("before bookshelves", indoors.bookshelves, "indoors", True),
    Scene("in a meadow", outdoors.meadow, "outdoors", False),
    Scene("in the snow", outdoors.snow, "outdoors", False),
    Scene("on a beach", outdoors.beach, "outdoors", False),
    Scene("in the mist", outdoors.mist, "outdoors", False),
    Scene("under the stars", outdoors.starry_night, "outdoors", False),
    Scene("in a garden", outdoors.garden, "outdoors", True),
    Scene("in a forest", outdoors.forest, "outdoors", True),
    Scene("in a street", outdoors.street, "outdoors", True),
    Scene("at sea", waters.open_sea, "water", False),
    Scene("in a harbour", waters.harbour, "water", True),
    Scene("in deep water", waters.deep_water, "underwater", False),
    Scene("at a reef", waters.reef, "underwater", True),
    Scene("in the sky", waters.open_sky, "air", False),
    Scene("over a street", outdoors.street, "air", True),
    Scene("over a forest", outdoors.forest, "air", True),
)

# A subject of its background's colour: scenes whose colours follow the scheme wholly.
SIMILAR = tuple(
    s
    for s in SCENES
    if s.draw
    in (
        indoors.studio,
        indoors.bare_room,
        outdoors.mist,
        waters.deep_water,
        waters.open_sea,
        waters.open_sky,
    )
)
