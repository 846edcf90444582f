"""The command line, as a process of its own or called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.__main__ import main

ROOT = Path(__file__).parents[2]
SMALL = ["--layers", "4,3", "--iterations", "50", "--learning-rate", "0.05"]
DIVERGES = ["--layers", "30,30,30,30", "--learning-rate", "10", "--iterations", "200"]
DIVERGES += ["--activation", "leaky relu", "--initialization", "He"]


def engine(*words: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """`python -m engine …` as its own process."""
    command = [sys.executable, "-m", "engine", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, **settings)


def refused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """The sentence on standard error of a command that ends with exit code 1."""
    assert main([str(word) for word in words]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.endswith(".\n")
    return told


def misused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """What bad usage (exit code 2) is told: one sentence, and where to read on."""
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    sentence, hint = captured.err.splitlines()
    assert hint.startswith("See python -m engine")
    assert hint.endswith("--help.")
    return sentence
