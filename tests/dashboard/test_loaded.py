"""Which datasets a process holds on to, and which it lets go."""

from __future__ import annotations

import weakref
from pathlib import Path
from types import ModuleType

import pytest
from asking import ask

from dashboard.loaded import keep
from engine.dataset import Dataset
from engine.sources.importing.library import Library
from tests.engine.plain import made_up_dataset


def test_of_pictures_those_are_kept_that_were_used_last() -> None:
    datasets: dict[str, Dataset] = {}
    one, other = made_up_dataset(m=12, side=8), made_up_dataset(m=12, side=16)
    for name in ("a", "b", "c", "a", "d"):
        keep(datasets, name, one, 3)
    assert list(datasets) == ["c", "a", "d"]
    assert keep(datasets, "a", other, 3) is other
    assert list(datasets) == ["c", "d", "a"]


def test_pictures_that_were_deleted_are_let_go(
    services: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    kept = Library().keep(made_up_dataset(m=12, side=16))
    held = weakref.ref(services.dataset(kept.name))
    assert ask(f"/hyperdial/pictures/{kept.digest}/train/0.png").status == 200
    assert held() is not None
    Library().delete(kept)
    services.dataset("drawn")
    assert held() is None
    assert ask(f"/hyperdial/pictures/{kept.digest}/train/1.png").status == 404
