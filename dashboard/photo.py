"""A person's photo: what they gave, and the 64×64 picture the network sees."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace

from PIL import Image

from engine.dataset import Pictures
from engine.photo_views import cuts
from engine.pictures import decode_picture

SHOWN_SIDE = 480
SAMPLES = {  # name -> seed and label of a drawn picture
    "Cat in a box": (907, 1),
    "Leaping cat": (903, 1),
    "Cat at night": (911, 1),
    "Dog": (905, 0),
    "Car": (903, 0),
    "Sea": (909, 0),
}


@dataclass(frozen=True, eq=False)
class Photo:
    """name: as the person's file has it, never a path. shown: JPEG bytes for the page. cuts: made
    square in each way there is (engine/photo_views.py), (side, side, 3) each."""

    name: str
    digest: str
    shown: bytes
    cuts: tuple[Pictures, ...]

    @property
    def seen(self) -> Pictures:
        """What the network sees: stretched, as the course does it."""
        return self.cuts[0]


def photo_from(name: str, data: bytes, side: int) -> Photo:
    """Raises `PictureError` when the bytes are no picture that can be used."""
    pixels = decode_picture(data)
    small = Image.fromarray(pixels)
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=88)
    return Photo(name, hashlib.sha256(data).hexdigest(), buffer.getvalue(), cuts(pixels, side))


def seen_at(photo: Photo, side: int) -> Photo:
    """The same photo for a network that sees pictures of another size."""
    if len(photo.seen) == side:
        return photo
    return replace(photo, cuts=cuts(decode_picture(photo.shown), side))


def sample_photo(name: str, side: int) -> Photo:
    """A drawn picture that is in neither set."""
    from engine.sources.drawn_pictures import draw_picture

    seed, label = SAMPLES[name]
    buffer = io.BytesIO()
    Image.fromarray(draw_picture(seed, label=label, size=SHOWN_SIDE).pixels).save(buffer, "PNG")
    return photo_from(f"{name}, drawn", buffer.getvalue(), side)
