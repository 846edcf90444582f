"""An error of the engine becomes one sentence at one place on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.delta_generator import DeltaGenerator

from engine.errors import EngineError

UNSEEN = "\u2060"  # a word joiner: no width, no line break


@contextmanager
def told_at(place: DeltaGenerator) -> Iterator[None]:
    """Shows an `EngineError` raised inside at `place`; what follows inside is left out."""
    try:
        yield
    except EngineError as error:
        tell(place, str(error))


def tell(place: DeltaGenerator, sentence: str) -> None:
    place.error(as_text(sentence), icon=":material/error:")


def as_text(words: str) -> str:
    """`words` so that Markdown shows them as they are: a file's name must not become a link."""
    # Addresses, icons and arrows are found in escaped text too, unless something stands between.
    apart = re.sub(
        r"(:(?=\S)|@(?=\S)|www(?=\.)|[-<>~](?=[-<>=]))", rf"\1{UNSEEN}", words, flags=re.I
    )
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])", r"\\\1", apart)
