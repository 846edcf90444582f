"""What a person who turns a slider notch by notch will ask for next: one notch further."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from dashboard import services, session
from dashboard.notches import Slider
from dashboard.run import Run
from engine.errors import HyperparameterError
from engine.hyperparameters import Hyperparameters

STOOD, NEXT = "_sliders_stood", "_next_turn"


def note_turn(sliders: Iterable[Slider], hyperparameters: Hyperparameters) -> None:
    """Of the sliders as they are drawn; `hyperparameters` is what they say."""
    stand = {slider.key: slider for slider in sliders}
    stood: dict[str, object] = session.value(STOOD, {})
    session.set_value(STOOD, {key: slider.value for key, slider in stand.items()})
    turned = [key for key in stand if key in stood and stand[key].value != stood[key]]
    if len(turned) == 1:
        slider = stand[turned[0]]
        place = slider.notch("up" if slider.value > stood[slider.key] else "down")
        if place is not None:
            with contextlib.suppress(HyperparameterError):  # what does not go with the others
                following = hyperparameters.with_text(slider.changes[place])
                session.set_value(NEXT, (hyperparameters, following))


def train_ahead(run: Run) -> None:
    """Once `run` is there."""
    turned_to, following = session.value(NEXT, (None, None))
    if following is not None and run.hyperparameters == turned_to:
        services.pool().train_ahead(run, following)
