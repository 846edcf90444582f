"""`make bench` must start: its modules lean on names of the whole house."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

from tests import benchmarks

MODULES = [module.name for module in pkgutil.iter_modules(benchmarks.__path__, "tests.benchmarks.")]


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_finds_what_it_imports(name: str) -> None:
    if not name.endswith("__main__"):
        importlib.import_module(name)


@pytest.mark.parametrize("name", ["engine_speed", "engine_breadth"])
def test_a_benchmark_says_what_it_takes(name: str) -> None:
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert told.returncode == 0, told.stderr
    assert "usage:" in told.stdout
