"""Mistakes, Ctrl-C, help and information on the command line."""

from __future__ import annotations

import json
import math
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine import DECLARED, load_model
from engine.__main__ import main
from engine.sources.course_files import read_course_files
from tests.engine.commanding import ROOT, SMALL, engine, misused, refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "train|predict|sweep|cliff|import|datasets|download|info"),
        (["fly"], "fly"),
        (["train", "--learning-rate", "99"], "learning_rate cannot be 99.0"),
        (["train", "--learning-rate", "-1"], "learning_rate cannot be -1.0"),
        (["train", "--learning-rate", "nan"], "learning_rate cannot be nan"),
        (["train", "--learning-rate", "fast"], "learning_rate cannot be fast"),
        (["train", "--learning-rate"], "expected one argument"),
        (["train", "--layers", "20,0"], "hidden_layers cannot be 20,0"),
        (["train", "--layers", "1,1,1,1,1,1,1"], "up to 6 layers of 1 to 512 units"),
        (["train", "--layers", "9" * 5000], "hidden_layers cannot be 999"),
        (["train", "--iterations", "2.5"], "a whole number from 1 to 20,000"),
        (["train", "--activation", "swish"], "one of relu, tanh, leaky relu, sigmoid"),
        (["train", "--initialization", "%s%d"], "initialization cannot be %s%d"),
        (["train", "--optimizer", "sgd"], "one of gradient descent, momentum, RMSprop, Adam"),
        (["train", "--keep-prob", "2,1,1"], "keep_probs cannot be 2,1,1"),
        (["train", "--preset", "vgg"], "vgg"),
        (["train", "--momentum", "1"], "--momentum"),
        (["predict"], "MODEL, PICTURE"),
        (["predict", "model.npz"], "PICTURE"),
        (["info", "more"], "more"),
    ],
)
def test_bad_usage_is_told_in_a_sentence(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in misused(capsys, *words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--beta1", "0.5"], "beta1 cannot be 0.5"),
        (["--keep-prob", "0.5"], "keep_probs cannot be (0.5,)"),
        (["--mini-batch", "21"], "mini_batch cannot be 21: allowed is at most 20"),
        (["--picture-size", "17"], "picture_size cannot be 17: allowed is at most 16"),
        (["--training-pictures", "21"], "training_pictures cannot be 21: allowed is at most 20"),
    ],
)
def test_settings_that_do_not_go_together_are_told_in_a_sentence(
    words: list[str], told: str, small_course_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refused(capsys, "train", "--data", small_course_folder, *words)


def test_data_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "drawn, course" in refused(capsys, "train", "--data", "mnist")
    assert "missing" in refused(capsys, "train", "--data", tmp_path)
    assert "folder that exists" in refused(capsys, "train", "--data", "x" * 5000)


@pytest.mark.parametrize("option", ["--output", "--save"])
def test_a_place_that_cannot_be_written_is_refused_before_training(
    option: str,
    small_course_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("engine.commands.train", lambda *_: pytest.fail("it trained"))
    words = ["train", "--data", small_course_folder, *SMALL, option]
    missing = tmp_path / "missing"
    # Long paths are cut where they are told.
    assert str(missing)[:60] in refused(capsys, *words, missing / "file")
    assert str(tmp_path)[:60] in refused(capsys, *words, tmp_path)
    assert "no such folder" in refused(capsys, *words, ("x" * 5000) + "/file")


def test_a_disk_that_is_full(
    small_course_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    words = ["train", "--data", small_course_folder, *SMALL]
    assert "No space left" in refused(capsys, *words, "--output", tmp_path / "run.json")
    assert "No space left" in refused(capsys, *words, "--save", tmp_path / "model.npz")
    assert [p.name for p in tmp_path.iterdir()] == ["catvnoncat"]


def test_a_mistake_ends_in_no_traceback(tmp_path: Path) -> None:
    """As its own process, where nothing of pytest stands between."""
    for words, code in (
        (["train", "--seed", "x"], 2),
        (["train", "--data", tmp_path], 1),
        (["predict", tmp_path, tmp_path], 1),
    ):
        done = engine(*words)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_output_that_nobody_reads_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "info"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 1


def test_a_terminal_without_the_letters_is_no_error(small_course_folder: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = engine("train", "--data", small_course_folder, *SMALL, env=environment)
    assert done.returncode == 0
    assert "50 iterations" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
def test_ctrl_c_keeps_what_there_is(small_course_folder: Path, tmp_path: Path) -> None:
    output, save = tmp_path / "run.json", tmp_path / "model.npz"
    words = ["train", "--data", small_course_folder, "--layers", "512,512,512"]
    words += ["--iterations", "20000", "--output", output, "--save", save]
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "layers_dims" in process.stdout.readline()  # it is about to train
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out.startswith("Stopped · ")
    assert err == ""
    run = json.loads(output.read_text(encoding="utf-8"))
    assert run["status"] == "stopped"
    assert 0 <= run["iterations"] < 20_000
    assert math.isfinite(run["train_cost"])
    model = load_model(save)
    assert model.costs[-1].tolist() == [run["iterations"], run["train_cost"]]
    p = model.predict(read_course_files(small_course_folder).train_pictures)
    assert np.isfinite(p).all()


def test_ctrl_c_before_there_is_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.commands.find_dataset", interrupted)
    assert refused(capsys, "train") == "Stopped.\n"


def help_of(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main([*words, "--help"])
    assert caught.value.code == 0
    return capsys.readouterr().out


def test_help_names_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    told = help_of(capsys)
    for verb in ("train", "predict", "download", "info"):
        assert f"    {verb} " in told


def test_help_of_train_tells_each_range_and_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = help_of(capsys, "train")
    assert max(map(len, told.splitlines())) <= 80
    flowing = " ".join(told.split())
    for declared in DECLARED.values():
        assert f"--{declared.short.replace('_', '-')} " in flowing
        assert declared.help in flowing
        assert f"Allowed: {declared.kind.allowed}." in flowing
        assert f"(4-layer model: {declared.kind.format(declared.default)})" in flowing
    for word in (
        "--data drawn|course|NAME|FOLDER|POINTS",
        "--output RUN.json",
        "--save MODEL.npz",
        "%",
    ):
        assert (word in told) == (word != "%")


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("predict", ["MODEL", "PICTURE", "train --save"]),
        ("download", ["--folder", "default: your data folder"]),
        ("info", ["usage: python -m engine info"]),
    ],
)
def test_help_of_the_other_verbs(
    verb: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = help_of(capsys, verb)
    assert all(word in told for word in words)


def test_info_tells_versions_and_data(
    small_course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HYPERDIAL_DATA", str(small_course_folder))
    assert main(["info"]) == 0
    told = capsys.readouterr().out
    assert f"Python {platform.python_version()}" in told
    assert f"numpy {np.__version__}" in told
    assert "BLAS: " in told
    assert "Data course: 20 training and 8 test pictures" in told
    assert "Data drawn: " in told


def test_info_without_data_and_without_the_dashboards_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib import metadata

    def only_numpy(package: str) -> str:
        if package == "numpy":
            return np.__version__
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr("engine.commands.version", only_numpy)
    monkeypatch.setenv("HYPERDIAL_DATA", str(tmp_path))
    assert main(["info"]) == 0
    told = capsys.readouterr().out
    assert "streamlit is not installed" in told
    assert f"missing in {tmp_path}" in told
