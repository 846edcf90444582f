"""Putting a picture together: who, where, in which light, how far away, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from PIL import Image

from engine.sources.drawing.canvas import Canvas, Pen
from engine.sources.drawing.coats import Coat, unusual_coat
from engine.sources.drawing.curves import Frame
from engine.sources.drawing.palette import COOL, WARM, Scheme, scheme_like, varied
from engine.sources.drawing.poses import Pose, Subject
from engine.sources.drawing.scenes import SCENES, SIMILAR, Scene
from engine.sources.drawing.subjects import CATS, OTHERS

# What makes a picture hard, and how often each way is drawn.
WAYS: Mapping[str, Mapping[str, float]] = {
    "pose": {"usual": 0.74, "unusual": 0.26},
    "background": {"plain": 0.5, "busy": 0.34, "similar colour": 0.16},
    "colour": {"usual": 0.9, "unusual": 0.1},
    "angle": {"level": 0.82, "tilted": 0.18},
    "brightness": {"normal": 0.78, "dark": 0.11, "bright": 0.11},
    "scale": {"normal": 0.62, "small": 0.13, "large": 0.13, "cropped": 0.12},
}

# Cats live mostly indoors and in warm light, most other things under the sky: a tendency, as in
# any collection of photographs, never a rule.
INDOORS = {0: 0.28, 1: 0.85}
WARM_LIGHT = {0: 0.14, 1: 0.9}

# The palettes are mixed light; a gamma and some contrast about the middle make them deep.
DEPTH, CONTRAST, MIDDLE = 1.4, 1.2, 0.5
# Brightness in steps that no eye sees at 64 pixels, and that pack into far less space.
STEP = 3

T = TypeVar("T")


@dataclass(frozen=True)
class Composition:
    """Everything decided about a picture before a line of it is drawn."""

    label: int
    subject: Subject
    pose: Pose
    coat: Coat
    scene: Scene
    scheme: Scheme
    attributes: Mapping[str, str]


def compose(rng: np.random.RandomState, label: int) -> Composition:
    """Decide on a picture of a cat (`label` 1) or of anything else (0)."""
    ways = {
        key: _weighted(rng, list(shares), list(shares.values())) for key, shares in WAYS.items()
    }
    subjects = CATS if label == 1 else OTHERS
    subject = _weighted(rng, subjects, [s.weight for s in subjects])
    poses = [p for p in subject.poses if p.usual == (ways["pose"] == "usual")] or list(
        subject.poses
    )
    pose = _weighted(rng, poses, [p.weight for p in poses])
    coat = subject.coats[rng.randint(len(subject.coats))]
    if ways["colour"] == "unusual":
        coat = unusual_coat(rng, coat.pattern)
    # No two are quite the same: the coat's colours are near its name's, not on them.
    coat = replace(coat, base=varied(coat.base, rng, 0.06), dark=varied(coat.dark, rng, 0.06))
    if subject.fills:
        ways.update(background="plain" if subject.name == "landscape" else "busy", scale="normal")
    scheme = _scheme(rng, label, coat, ways["background"])
    ways["pose"] = "usual" if pose.usual else "unusual"
    return Composition(
        label, subject, pose, coat, _scene(rng, label, pose, ways["background"]), scheme, ways
    )


def draw(composition: Composition, rng: np.random.RandomState, size: int) -> Image.Image:
    """The picture at `size` pixels a side, RGB."""
    ways = composition.attributes
    # Whole multiples of the final size: reducing is then a plain mean of small squares.
    factor = max(2, -(-256 // size))
    angle = float(rng.choice([-1, 1]) * rng.uniform(11, 26))
    tilted = ways["angle"] == "tilted"
    canvas = Canvas(size * factor, 0.1875 if tilted else 0.0)
    pen = Pen(canvas, rng, Frame.whole())
    if composition.subject.fills:
        mirror = bool(rng.rand() < 0.5)
        composition.pose.draw(pen.at(float(mirror), 0, mirror=mirror), composition.coat)
    else:
        composition.scene.draw(pen, composition.scheme)
        composition.pose.draw(_placed(pen, ways["scale"]), composition.coat)
    image = canvas.finished(size, angle if tilted else 0.0)
    return exposed(image, ways["brightness"], rng)


def describe(composition: Composition) -> str:
    """One phrase, as "a small ginger cat, sitting, tilted, on a background of similar colour"."""
    ways = composition.attributes
    size = {"small": "small ", "large": "large "}.get(ways["scale"], "")
    colour, name = composition.coat.words, composition.subject.name
    words = f"{size}{name} in {colour}" if composition.subject.wears else f"{size}{colour} {name}"
    article = "an" if words[0] in "aeiou" else "a"
    parts = [f"{article} {words} {composition.pose.words}"]
    if not composition.subject.fills:
        parts[0] += f" {composition.scene.words}"
        if ways["scale"] == "cropped":
            parts.append("cut off by the edge")
    if ways["angle"] == "tilted":
        parts.append("tilted")
    if ways["brightness"] != "normal":
        parts.append({"dark": "in the dark", "bright": "in glaring light"}[ways["brightness"]])
    if ways["background"] == "similar colour":
        parts.append("on a background of similar colour")
    return ", ".join(parts)


def exposed(image: Image.Image, brightness: str, rng: np.random.RandomState) -> Image.Image:
    """The picture as a camera takes it: deep colours, a pool of light, under- or overexposed."""
    amount, x, y, falloff = rng.uniform(size=4)
    values = (np.asarray(image, dtype=np.float64) / 255) ** DEPTH
    values = np.clip(MIDDLE + CONTRAST * (values - MIDDLE), 0, 1)
    at = (np.arange(image.width) + 0.5) / image.width
    far = np.hypot(at[None, :] - (0.15 + 0.7 * x), at[:, None] - (0.1 + 0.6 * y))
    values *= (1 - (0.16 + 0.3 * falloff) * np.clip(far / 0.95, 0, 1) ** 1.4)[:, :, None]
    if brightness == "dark":
        values *= (0.6 - 0.14 * amount) * np.array([0.84, 0.94, 1.24])
    elif brightness == "bright":
        values = 1 - (1 - values) * (0.74 - 0.14 * amount) * np.array([0.92, 0.98, 1.06])
    levels = np.round(np.clip(values, 0, 1) * (255 / STEP)) * STEP
    return Image.fromarray(np.minimum(levels, 255).astype(np.uint8))


def _placed(pen: Pen, scale: str) -> Pen:
    rng = pen.rng
    mirror, sway = bool(rng.rand() < 0.5), rng.uniform(-1, 1, 2)
    if scale == "small":
        return pen.at(0.5 + 0.24 * sway[0], 0.82 + 0.06 * sway[1], 0.36, 0, mirror)
    if scale == "large":
        return pen.at(0.5 + 0.03 * sway[0], 0.99, 0.86, 0, mirror)
    if scale == "cropped":
        # The head stays in the picture, what follows it is cut off.
        side = -1 if mirror else 1
        return pen.at(
            0.5 + side * (0.3 + 0.08 * abs(sway[0])), 1.04 + 0.06 * sway[1], 0.98, 0, mirror
        )
    return pen.at(
        0.5 + 0.07 * sway[0], 0.89 + 0.03 * sway[1], 0.62 + 0.06 * rng.uniform(-1, 1), 0, mirror
    )


def _scheme(rng: np.random.RandomState, label: int, coat: Coat, background: str) -> Scheme:
    if background == "similar colour":
        return scheme_like(coat.base, rng)
    schemes = WARM if rng.rand() < WARM_LIGHT[label] else COOL
    return schemes[rng.randint(len(schemes))]


def _scene(rng: np.random.RandomState, label: int, pose: Pose, background: str) -> Scene:
    place = pose.place
    if place == "anywhere":
        place = "indoors" if rng.rand() < INDOORS[label] else "outdoors"
    if background == "similar colour":
        fitting = [s for s in SIMILAR if s.place == place] or list(SIMILAR[:2])
    else:
        fitting = [s for s in SCENES if s.place == place and s.busy == (background == "busy")]
    return fitting[rng.randint(len(fitting))]


def _weighted(rng: np.random.RandomState, things: Sequence[T], weights: Sequence[float]) -> T:
    shares = np.asarray(weights) / np.sum(weights)
    return things[int(rng.choice(len(things), p=shares))]
