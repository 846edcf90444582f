"""What an exported program is told: settings, the data's facts, and names made safe to write.

A dataset's name and its classes come from people. They enter code as Python literals alone
(`repr`), and prose as code spans, on one line and without letters that cannot be seen.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from engine.dataset import Dataset
from engine.errors import shortened
from engine.hyperparameters import DECLARED, Hyperparameters
from engine.preparation import check_fits, sizes
from engine.progress import REPORTS
from engine.sources import is_known
from engine.sources.course_files import TEST_FILE, TRAIN_FILE
from engine.stages import Stage

WIDTH = 96


@dataclass(frozen=True)
class Plan:
    """A run and its data. h: the settings, the last ones where they change. known: `load_dataset`
    finds the data by its name. m: training examples used. shrinks: the pictures are made smaller.
    noun: what an example is. points: those of the training set and the test set, (x1, x2, label)
    each, where the data is points."""

    h: Hyperparameters
    name: str
    digest: str
    classes: tuple[str, ...]
    layers_dims: tuple[int, ...]
    m: int
    known: bool
    files: tuple[str, str]
    shrinks: bool
    noun: str
    stages: tuple[Stage, ...]
    points: tuple[list[tuple[float, float, int]], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the settings change on the way."""
        return len(self.stages) > 1

    @property
    def computed(self) -> str:
        """What the formulas are of."""
        return "What is computed" + (" in the last of its stages" if self.changes else "")

    @property
    def stochastic(self) -> bool:
        """Whether an iteration sees other than the whole training set and the whole network."""
        return any(h.mini_batch or h.keep_probs for _, h in self.stages)

    @property
    def report_every(self) -> int:
        """Iterations between two looks at the test set, as in `train`."""
        return -(-self.h.num_iterations // REPORTS)

    @property
    def prepared(self) -> bool:
        """Whether the network reads other than the dataset's pixels divided by 255, or points."""
        return any(
            getattr(self.h, name) != DECLARED[name].default
            for name in ("training_pictures", "picture_size", "label_noise", "scaling")
        )

    @property
    def course_can(self) -> bool:
        """Whether the exercise's own functions can make this run."""
        h = self.h
        plain = (
            not (self.changes or self.stochastic or h.patience or h.l2) and len(self.classes) == 2
        )
        usual = (h.optimizer, h.decay, h.precision) == ("gradient descent", "none", "float64")
        return plain and usual and set(h.activation_of_each_layer) <= {"relu"}


def plan_of(run: Hyperparameters | Sequence[Stage], dataset: Dataset) -> Plan:
    """`run`: its settings, or those from each iteration on (stages.py).

    Raises `HyperparameterError` for what this dataset cannot give.
    """
    stages = ((0, run),) if isinstance(run, Hyperparameters) else tuple(run)
    h = stages[-1][1]
    check_fits(dataset, h)
    n_x, n_y, m = sizes(dataset, h)
    known = is_known(dataset.name)
    slug = re.sub(r"[^A-Za-z0-9]+", "_", dataset.name)[:40].strip("_") or "dataset"
    return Plan(
        h=h,
        name=shortened(dataset.name),
        digest=dataset.digest,
        classes=tuple(shortened(name) for name in dataset.classes),
        layers_dims=h.layers_dims(n_x, n_y),
        m=m,
        known=known,
        files=(TRAIN_FILE, TEST_FILE) if known else (f"train_{slug}.h5", f"test_{slug}.h5"),
        stages=stages,
        shrinks=bool(h.picture_size) and dataset.train_pictures.shape[1:3] != (h.picture_size,) * 2,
        noun=dataset.noun,
        points=points_of(dataset) if dataset.planar else (),
    )


def points_of(dataset: Dataset) -> tuple[list[tuple[float, float, int]], ...]:
    return tuple(
        [(*place, label) for place, label in zip(x.tolist(), y[0].tolist(), strict=True)]
        for x, y in (
            (dataset.train_pictures, dataset.train_labels),
            (dataset.test_pictures, dataset.test_labels),
        )
    )


def where_from(plan: Plan) -> str:
    """A sentence on where the two files are to be had."""
    return {
        "course": "The files are the course's own; `python -m engine download` fetches them.",
        "drawn": "The files lie in assets/drawn_pictures of Hyperdial.",
    }.get(plan.name, "The files are like the course's; engine.export.dataset_files writes them.")


def span(text: str) -> str:
    """A person's text in Markdown: a code span, in which nothing means anything."""
    return "`" + (text.replace("`", "'") or "(no name)") + "`"


def literal(value: object) -> str:
    """`value` as Python source: what `repr` says, with double quotes where that changes nothing."""
    written = repr(value)
    return written if '"' in written or "\\" in written else written.replace("'", '"')


def code(*pieces: str) -> str:
    """The pieces that are not empty, one below the other."""
    return "\n".join(piece for piece in pieces if piece)


def block(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def wrapped(text: str, prefix: str = "") -> str:
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=prefix,
            subsequent_indent=prefix,
            break_long_words=False,
            break_on_hyphens=False,
        )
        or prefix.rstrip()
        for line in text.split("\n")
    )
