"""What a person who turns a slider notch by notch will ask for next: one notch further.

Then both notches of the slider that was turned before it; where something else was turned, of the two
sliders turned last, at first of the learning rate. Where the hand is on its way to another one only
the browser knows (hand.js).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard import services, session
from dashboard.danger_zone import SLIDER
from dashboard.notches import Direction, Slider
from dashboard.run import Run
from engine.errors import HyperparameterError
from engine.hyperparameters import Hyperparameters

STOOD, TURNED, NEXT = "_sliders_stood", "_sliders_turned", "_next_turns"


def note_turn(sliders: Iterable[Slider], hyperparameters: Hyperparameters) -> None:
    """Of the sliders as they are drawn; `hyperparameters` is what they say."""
    if session.value(NEXT, (None, ()))[0] == hyperparameters:
        return
    stand = {slider.key: slider for slider in sliders}
    stood: dict[str, Any] = session.value(STOOD, {})
    session.set_value(STOOD, {key: slider.value for key, slider in stand.items()})
    now = [key for key in stand if key in stood and stand[key].value != stood[key]]
    lately: tuple[str, ...] = session.value(TURNED, (SLIDER,))
    notches: list[tuple[str, Direction]] = []
    if len(now) == 1:
        (key,) = now
        notches.append((key, "up" if stand[key].value > stood[key] else "down"))
        lately = (key, *(other for other in lately if other != key))[:2]
        session.set_value(TURNED, lately)
    others = lately[1:] if notches else lately
    notches += [(key, way) for key in others for way in ("down", "up")]
    following = [h for key, way in notches if (h := turned(hyperparameters, stand, key, way))]
    session.set_value(NEXT, (hyperparameters, following))


def turned(
    hyperparameters: Hyperparameters, sliders: Mapping[str, Slider], key: str, way: Direction
) -> Hyperparameters | None:
    """With one slider one notch further, where there is one and it goes with the others."""
    slider = sliders.get(key)
    place = slider.notch(way) if slider else None
    if slider is None or place is None:
        return None
    with contextlib.suppress(HyperparameterError):
        return hyperparameters.with_text(slider.changes[place])
    return None


def train_ahead(run: Run) -> None:
    """Once `run` is there."""
    turned_to, following = session.value(NEXT, (None, ()))
    if following and run.hyperparameters == turned_to:
        services.pool().train_ahead(run, following)
        session.set_value(NEXT, (turned_to, []))
