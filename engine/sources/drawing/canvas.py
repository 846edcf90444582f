"""Paint on a picture: filled outlines with soft light, kept in relative coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from engine.sources.drawing.curves import Frame, Pairs, Points, ellipse, furry, ribbon
from engine.sources.drawing.palette import Colour

Mask = Image.Image

# Blurs are made at this many pixels a picture side whatever the picture's size: quick, and a
# larger picture gets the very same soft light.
SOFT = 64
LIGHT: Colour = (255, 246, 222)
SHADOW: Colour = (34, 22, 52)


class Canvas:
    """An RGB picture of `pixels` a side, with `margin` (a share of the side) drawn around it."""

    def __init__(self, pixels: int, margin: float = 0.0) -> None:
        self.pixels = pixels
        self.margin = margin
        self.side = round(pixels * (1 + 2 * margin))
        self.soft_side = round(SOFT * (1 + 2 * margin))
        self.image = Image.new("RGB", (self.side, self.side))

    def mask(self, *outlines: Points) -> Mask:
        """White inside the outlines (each (n, 2)), black outside."""
        mask = Image.new("L", (self.side, self.side))
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            corners = (outline + self.margin) * self.pixels
            draw.polygon(corners.ravel().tolist(), fill=255)
        return mask

    def paint(self, colour: Colour, mask: Mask, opacity: float = 1.0) -> None:
        area = mask.getbbox()
        if area is None:
            return
        mask = mask.crop(area)
        if opacity < 1:
            mask = mask.point((np.arange(256) * opacity).round().astype(int).tolist())
        self.image.paste(colour, area, mask)

    def paint_gradient(
        self, top: Colour, bottom: Colour, mask: Mask | None, y0: float, y1: float
    ) -> None:
        """From `top` at height y0 to `bottom` at y1 (picture coordinates)."""
        y = (np.arange(self.side) + 0.5) / self.pixels - self.margin
        share = np.clip((y - y0) / max(y1 - y0, 1e-6), 0, 1)[:, None]
        column = np.asarray(top) + share * (np.asarray(bottom) - np.asarray(top))
        strip = Image.fromarray(np.round(column)[:, None, :].astype(np.uint8))
        area = (0, 0, self.side, self.side) if mask is None else mask.getbbox()
        if area is not None:
            strip = strip.crop((0, area[1], 1, area[3]))
            strip = strip.resize((area[2] - area[0], area[3] - area[1]), Image.Resampling.NEAREST)
            self.image.paste(strip, area, None if mask is None else mask.crop(area))

    def softened(self, mask: Mask, radius: float) -> Mask:
        """The mask blurred by `radius` (a share of the picture's side)."""
        small = self._small(mask).filter(ImageFilter.GaussianBlur(radius * SOFT))
        return small.resize((self.side, self.side), Image.Resampling.BILINEAR)

    def shade(self, mask: Mask, volume: float) -> None:
        """Light from the upper left and shadow at the lower right, as on something round."""
        small = self._small(mask)
        bounds, area = small.getbbox(), mask.getbbox()
        if bounds is None or area is None:
            return
        thickness = min(bounds[2] - bounds[0], bounds[3] - bounds[1])
        radius = min(max(0.16 * thickness, 0.7), 6.0)
        height = np.asarray(small.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float64) / 255
        d = max(1, round(radius * 0.8))
        slope = _moved(height, -d) - _moved(height, d)
        self._tint(LIGHT, np.clip(slope, 0, 1) * volume, mask, area)
        self._tint(SHADOW, np.clip(-slope, 0, 1) * volume * 1.15, mask, area)

    def finished(self, size: int, angle: float) -> Image.Image:
        """The picture at `size` pixels a side, turned by `angle` degrees clockwise."""
        image = self.image
        if angle:
            image = image.rotate(-angle, Image.Resampling.BICUBIC)
        edge = (self.side - self.pixels) // 2
        image = image.crop((edge, edge, edge + self.pixels, edge + self.pixels))
        return image.reduce(self.pixels // size)

    def _small(self, mask: Mask) -> Mask:
        if self.side % self.soft_side == 0:
            return mask.reduce(self.side // self.soft_side)
        return mask.resize((self.soft_side, self.soft_side), Image.Resampling.BOX)

    def _tint(
        self,
        colour: Colour,
        strength: NDArray[np.float64],
        mask: Mask,
        area: tuple[int, int, int, int],
    ) -> None:
        small = Image.fromarray(np.round(np.clip(strength, 0, 1) * 255).astype(np.uint8))
        k = self.soft_side / self.side
        left, top, right, bottom = area
        full = small.resize(
            (right - left, bottom - top),
            Image.Resampling.BILINEAR,
            (left * k, top * k, right * k, bottom * k),
        )
        self.image.paste(colour, area, ImageChops.multiply(full, mask.crop(area)))


def _moved(array: NDArray[np.float64], d: int) -> NDArray[np.float64]:
    """The array moved d cells down and 0.6 d right, its edge repeated."""
    n, e = len(array), abs(d)
    padded = np.pad(array, e, mode="edge")
    right = round(0.6 * d)
    return padded[e + d : e + d + n, e + right : e + right + n]


@dataclass(frozen=True)
class Pen:
    """A canvas seen from a frame, perhaps only inside `clip`, with the picture's own randomness."""

    canvas: Canvas
    rng: np.random.RandomState
    frame: Frame
    clip: Mask | None = None

    def at(
        self, x: float, y: float, scale: float = 1.0, angle: float = 0.0, mirror: bool = False
    ) -> Pen:
        """This pen with its origin at (x, y), scaled, turned (degrees, clockwise), mirrored."""
        return replace(self, frame=self.frame.at(x, y, scale, angle, mirror))

    def inside(self, mask: Mask) -> Pen:
        """This pen, painting only where `mask` is white too."""
        return replace(self, clip=self._clipped(mask))

    def fill(
        self,
        outline: Points,
        colour: Colour,
        volume: float = 0.0,
        *,
        bottom: Colour | None = None,
        opacity: float = 1.0,
        fur: float = 0.0,
        marks: Callable[[Pen], object] | None = None,
    ) -> Mask:
        """Fill an outline and return where.

        `bottom` makes a gradient down to that colour, `fur` tufts the edge (own units), `marks`
        paints on the shape before `volume` (0 flat to 1) gives it light and shadow.
        """
        if fur > 0:
            outline = furry(outline, fur, self.rng)
        placed = self.frame.place(outline)
        mask = self._clipped(self.canvas.mask(placed))
        if bottom is None:
            self.canvas.paint(colour, mask, opacity)
        else:
            y0, y1 = float(placed[:, 1].min()), float(placed[:, 1].max())
            self.canvas.paint_gradient(colour, bottom, mask, y0, y1)
        if marks is not None:
            marks(replace(self, clip=mask))
        if volume > 0:
            self.canvas.shade(mask, volume)
        return mask

    def fill_all(self, outlines: Sequence[Points], colour: Colour, opacity: float = 1.0) -> None:
        """Fill many outlines with one flat colour: far quicker than one by one."""
        mask = self.canvas.mask(*(self.frame.place(outline) for outline in outlines))
        self.canvas.paint(colour, self._clipped(mask), opacity)

    def stroke(
        self,
        line: Pairs | Points,
        widths: float | Sequence[float],
        colour: Colour,
        volume: float = 0.0,
        opacity: float = 1.0,
    ) -> Mask:
        """A brush stroke along a smooth line; `widths` in own units, from its start to its end."""
        return self.fill(ribbon(line, widths), colour, volume, opacity=opacity)

    def soft(self, outline: Points, colour: Colour, radius: float, opacity: float = 1.0) -> None:
        """A patch with a blurred edge; `radius` in own units."""
        mask = self.canvas.mask(self.frame.place(outline))
        mask = self._clipped(self.canvas.softened(mask, radius * self.frame.scale))
        self.canvas.paint(colour, mask, opacity)

    def ground_shadow(self, x: float, width: float, depth: float = 0.07) -> None:
        """The shadow under something standing on y = 0."""
        self.soft(ellipse(x, 0.0, width / 2, depth), SHADOW, 0.05, 0.5)

    def _clipped(self, mask: Mask) -> Mask:
        return mask if self.clip is None else ImageChops.multiply(mask, self.clip)
