"""What is inside a network: the dimensions of its arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Shape = tuple[int, int]


@dataclass(frozen=True)
class LayerDimensions:
    """The shapes of one layer's arrays on m examples: W (n, n_prev), b (n, 1), Z and A (n, m)."""

    layer: int
    W: Shape
    b: Shape
    Z: Shape
    A: Shape

    def arrays(self) -> dict[str, Shape]:
        return {"W": self.W, "b": self.b, "Z": self.Z, "A": self.A}

    @property
    def parameters(self) -> int:
        return self.W[0] * self.W[1] + self.b[0]


def dimensions(layers_dims: Sequence[int], m: int) -> list[LayerDimensions]:
    """The course's table of dimensions, a row for each layer with weights."""
    return [
        LayerDimensions(layer, (n, n_prev), (n, 1), (n, m), (n, m))
        for layer, (n_prev, n) in enumerate(pairwise(layers_dims), 1)
    ]
