"""`python -m engine import` and `datasets`, as a person meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.sources import load_dataset
from engine.sources.importing.library import Library
from tests.engine.importing_examples import (
    encoded,
    folder_of,
    noise,
    photo,
    photos,
    table,
    zip_file,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The person's own library, in a folder of this test."""
    data = tmp_path / "data"
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: data)
    return Library()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return zip_file(tmp_path / "My photos.zip", photos(10, 10))


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """What a command that succeeds says."""
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """The last line on standard error of a command that ends with exit code 1."""
    assert main([str(word) for word in words]) == 1
    return capsys.readouterr().err.splitlines()[-1]


def test_from_a_zip_to_a_trained_network(
    library: Library, archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(capsys, "import", archive)
    assert "20 pictures of 2 classes: 10 cats, 10 others." in said
    assert "16 training and 4 test pictures of 64 × 64, cats (1) or others (0)" in said
    assert '--data "My photos"' in said
    said = told(capsys, "train", "--data", "My photos", "--layers", "3", "--iterations", "5")
    assert said.startswith("My photos: 16 training and 4 test pictures")
    assert "My photos · 16 training and 4 test pictures · 64 × 64" in told(capsys, "datasets")
    told(capsys, "datasets", "rename", "My photos", "cats")
    assert load_dataset("cats").name == "cats"
    out = tmp_path / "out"
    said = told(capsys, "datasets", "export", "cats", out)
    assert said.splitlines() == [str(out / "train_catvnoncat.h5"), str(out / "test_catvnoncat.h5")]
    assert "already, as cats" in told(capsys, "import", out)
    told(capsys, "datasets", "delete", "cats")
    assert told(capsys, "datasets", "list").startswith("No dataset of your own is kept yet")
    assert os.listdir(library.folder) == [".lock"]


def test_every_choice_counts(
    library: Library, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "import", archive, "--name", "one")
    told(capsys, "import", archive, "--name", "two", "--seed", "2", "--size", "16")
    told(capsys, "import", archive, "--name", "three", "--positive", "others")
    told(capsys, "import", archive, "--name", "four", "--test-share", "0.5")
    one, two, three, four = (load_dataset(name) for name in ("one", "two", "three", "four"))
    assert (one.side, two.side) == (64, 16)
    assert one.train_attributes != two.train_attributes
    assert three.classes == ("cats", "others")
    assert four.m_test == 10


def test_a_preview_keeps_nothing(
    library: Library, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "20 pictures" in told(capsys, "import", archive, "--preview")
    assert not library.folder.exists()


def test_broken_files_are_left_out_only_when_told_to(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = folder_of(tmp_path / "a", photos() | {"cats/bad.jpg": b"x", "cats/more.jpg": b""})
    sentence = refused(capsys, "import", place)
    assert sentence.startswith("cats/bad.jpg and 1 more cannot be used")
    assert sentence.endswith("--skip-broken leaves out what is broken.")
    assert library.kept() == []
    told(capsys, "import", place, "--skip-broken")
    assert [kept.name for kept in library.kept()] == ["a"]


def test_tables_and_several_sources(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "digits.csv").write_text(table(rows=20))
    said = told(capsys, "import", tmp_path / "digits.csv", "--all-classes")
    assert "digits: 16 training and 4 test pictures of 8 × 8" in said
    more = folder_of(tmp_path / "b", {"c/1.png": photo(1), "c/2.png": photo(2)})
    said = told(capsys, "import", tmp_path / "digits.csv", more, "--size", "8", "--name", "both")
    assert "a, b, c" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere.zip"], "cannot be opened"),
        (["--name", "drawn"], "belongs to another dataset"),
        (["--name", "../x"], "cannot be used"),
        (["--positive", "dogs"], "no such class"),
        (["--size", "7"], "8 to 256"),
        (["--test-share", "0.9"], "5 % to 50 %"),
        (["--seed", "-1"], "whole number"),
    ],
)
def test_a_mistake_is_one_sentence(
    library: Library,
    archive: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    sources = [] if words[0].endswith(".zip") else [archive]
    assert said in refused(capsys, "import", *sources, *words)
    assert library.kept() == []


def test_unknown_names_are_refused(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["rename", "x", "y"], ["delete", "x"], ["export", "x", "y"]):
        assert "no dataset of this name" in refused(capsys, "datasets", *words)
    assert "a dataset of your own" in refused(capsys, "train", "--data", "x")


@pytest.mark.skipif(sys.platform != "linux", reason="the data folder is named by XDG_DATA_HOME")
def test_ctrl_c_ends_an_import_and_leaves_nothing(tmp_path: Path) -> None:
    large = encoded(np.tile(noise(0, 200), (10, 10, 1)))  # takes a while to decode
    named = {
        f"{kind}/{i}.png": large + bytes([i]) for kind in ("cats", "others") for i in range(99)
    }
    place = folder_of(tmp_path / "a", named)
    # With one thread for the products, a second one can only be one that decodes.
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "engine", "import", str(place)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        threads = Path(f"/proc/{process.pid}/task")
        while process.poll() is None and len(list(threads.iterdir())) < 2:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        error = process.stderr.read()
        assert process.wait(60) == 1
    assert error.decode().endswith("Stopped.\n")
    left = [path for path in (tmp_path / "data").rglob("*") if path.name != ".lock"]
    assert left == []
