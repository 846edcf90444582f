"""A search that cannot be started or gone on with: one sentence, before anything is computed."""

from __future__ import annotations

from engine.errors import EngineError


class SweepError(EngineError):
    """What is asked of a search cannot be done."""
