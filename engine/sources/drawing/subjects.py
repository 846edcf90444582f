"""Everything that can be drawn: the cat, and all that is none."""

from __future__ import annotations

from engine.sources.drawing import cats_at_rest, cats_in_motion
from engine.sources.drawing.birds import BIRD
from engine.sources.drawing.coats import CAT_COATS
from engine.sources.drawing.dogs import DOG
from engine.sources.drawing.fish import FISH
from engine.sources.drawing.horses import HORSE
from engine.sources.drawing.landscapes import LANDSCAPE
from engine.sources.drawing.patterns import PATTERN
from engine.sources.drawing.people import PERSON
from engine.sources.drawing.plants import FLOWER, TREE
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.rabbits import RABBIT
from engine.sources.drawing.things import CUP, HOUSE
from engine.sources.drawing.vehicles import BALLOON, BOAT, CAR

# Every pose stands on y = 0, is about one unit high (up is negative), and looks left where it
# looks anywhere.
CAT_POSES = (
    Pose("sitting", cats_at_rest.sitting, 1.4),
    Pose("sitting sideways", cats_at_rest.sitting_sideways, 1.2),
    Pose("walking", cats_in_motion.walking, 1.2),
    Pose("lying down", cats_at_rest.lying, 1.2),
    Pose("resting like a loaf", cats_at_rest.loaf, 1.0),
    Pose("looking at us", cats_at_rest.face, 1.8),
    Pose("curled up asleep", cats_at_rest.curled_asleep, 1.0, usual=False),
    Pose("stretching", cats_in_motion.stretching, 0.8, usual=False),
    Pose("seen from behind", cats_at_rest.from_behind, 0.8, usual=False),
    Pose("leaping", cats_in_motion.leaping, 0.8, usual=False),
    Pose("peeking out of a box", cats_in_motion.out_of_a_box, 0.8, usual=False),
    Pose("on its back", cats_in_motion.on_its_back, 0.7, usual=False),
)


CATS = (Subject("cat", 1.0, CAT_POSES, CAT_COATS),)


OTHERS = (
    DOG,
    RABBIT,
    BIRD,
    FISH,
    HORSE,
    HOUSE,
    CAR,
    BOAT,
    CUP,
    BALLOON,
    TREE,
    FLOWER,
    PERSON,
    LANDSCAPE,
    PATTERN,
)
