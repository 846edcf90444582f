"""What a person asks of a search in the page's form, as the command line's words for it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from engine.dataset import Dataset
from engine.declaration import Declared
from engine.errors import EngineError, HyperparameterError
from engine.fields import Choice, LayerSizes, Real, Whole
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.sweeps.axes import GRID_POINTS, MOST_POINTS
from engine.sweeps.study import Asked

How = Literal["Range", "Values", "Depth × width"]
USUAL_FIELDS = ("learning_rate", "hidden_layers")

# Where a range begins and ends that the lab's own setting says nothing of.
SUGGESTED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hidden_layers": ("4", "64"),
        "seed": ("1", "8"),
        "beta1": ("0.5", "0.99"),
        "beta2": ("0.9", "0.9999"),
        "mini_batch": ("8", "128"),
        "patience": ("50", "500"),
        "l2": ("0.01", "10"),
        "training_pictures": ("20", "200"),
        "picture_size": ("8", "64"),
        "label_noise": ("0", "0.5"),
    }
)
AROUND = 8  # times less and more than the lab's setting, where nothing is suggested
LISTED: Mapping[str, str] = MappingProxyType(
    {
        "hidden_layers": "7 | 20,7,5 | 32,16",
        "activations": "relu,relu,tanh | tanh,tanh,relu",
        "keep_probs": "none | 0.8,0.8,0.8",
    }
)


@dataclass(frozen=True)
class Form:
    """One field that varies. low, high: the ends of a range, or of the widths, as typed. values:
    as typed, with | between them. depths: of hidden layers, from and to."""

    field: str
    how: How
    low: str = ""
    high: str = ""
    log: bool = True
    points: int = GRID_POINTS
    values: str = ""
    depths: tuple[int, int] = (1, 3)

    @property
    def text(self) -> str:
        """As `parse_axis` reads it."""
        short = DECLARED[self.field].short
        low, high = self.low.strip(), self.high.strip()
        if self.how == "Values":
            return f"{short}={self.values.strip()}"
        if self.how == "Range":
            scale = "log" if self.log else "linear"
            return f"{short}={low}..{high}/{self.points}:{scale}"
        first, last = self.depths
        return f"{short}={first}..{last}x{low}..{high}/{self.points}"


def ways(declared: Declared) -> tuple[How, ...]:
    """How a field can vary, the usual way first."""
    match declared.kind:
        case Real() | Whole():
            return "Range", "Values"
        case LayerSizes():
            return "Depth × width", "Values"
        case _:
            return ("Values",)


def suggested(declared: Declared, base: Hyperparameters) -> Form:
    """What a field's form begins with."""
    kind, value = declared.kind, getattr(base, declared.name)
    low, high = SUGGESTED.get(declared.name) or around(kind, value)
    log = isinstance(kind, Real | Whole) and kind.scale == "log"
    depth = min(max(1, len(base.hidden_layers)), 6)
    values = LISTED.get(declared.name) or kind.format(value)
    if isinstance(kind, Choice):
        values = "|".join(kind.names)
    return Form(
        declared.name, ways(declared)[0], low, high, log, values=values, depths=(depth, depth)
    )


def around(kind: Any, value: Any) -> tuple[str, str]:
    if not isinstance(kind, Real | Whole):
        return "", ""
    if not value:
        return f"{kind.low:g}", f"{kind.high:g}"
    ends = max(kind.low, value / AROUND), min(kind.high, value * AROUND)
    low, high = (float(f"{end:.1g}") for end in ends)
    return f"{low:.10g}", f"{high:.10g}"


def asked_for(base: Hyperparameters, forms: Sequence[Form], dataset: Dataset, **how: Any) -> Asked:
    """Everything that can be refused is refused here, in one sentence. Raises `EngineError`."""
    for form in forms:
        if form.how == "Values" and not form.values.strip(" |"):
            raise HyperparameterError(form.field, "searched", "over at least one value")
    asked = Asked(
        base.to_text(), tuple(form.text for form in forms), dataset.name, dataset.digest, **how
    )
    asked.check(dataset)
    if asked.wanted() > MOST_POINTS:
        raise EngineError("The search", f"{asked.wanted():,} trials", f"at most {MOST_POINTS:,}")
    return asked


def usual_name(forms: Sequence[Form]) -> str:
    """What a search is called that was given no name: unlike any before."""
    labels = [
        "width" if form.how == "Depth × width" else DECLARED[form.field].label_inside
        for form in forms
    ]
    return " × ".join(labels)[:70] + time.strftime(", %d %b %H:%M:%S")
