"""The command line as a person meets it: results, help, mistakes, Ctrl-C."""

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
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine import DECLARED, PRESETS, Hyperparameters, Model, load_model, save_model, train
from engine.__main__ import main
from engine.evaluation import interval
from engine.sources.course_files import read_course_files
from tests.engine.plain import made_up_dataset

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


# train


def test_train_writes_what_train_computes(
    small_course_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "run.json"
    assert main(["train", "--data", str(small_course_folder), *SMALL, "--output", str(output)]) == 0
    run = json.loads(output.read_text(encoding="utf-8"))

    h = Hyperparameters(hidden_layers=(4, 3), num_iterations=50, learning_rate=0.05)
    dataset = read_course_files(small_course_folder)
    *_, last = train(h, dataset)
    assert Hyperparameters.from_dict(run["hyperparameters"]) == h
    assert run["dataset"] == small_course_folder.name
    assert run["dataset_digest"] == dataset.digest
    assert run["iterations"] == 50
    assert run["status"] == "finished"
    assert run["train_cost"] == last.cost
    assert run["test_cost"] == last.test_cost
    assert run["train_accuracy"] == last.train_accuracy
    assert run["test_accuracy"] == last.test_accuracy
    assert 0 < run["seconds"] < 60
    curve = run["curve"]
    assert curve["iteration"] == list(range(51))
    assert curve["train_cost"][-1] == last.cost
    assert len(curve["test_cost"]) == 51

    told = capsys.readouterr().out
    assert "20 training and 8 test pictures, layers_dims [768, 4, 3, 1]" in told
    assert f"Finished · 50 iterations · {run['seconds']:.2f} s · cost {last.cost:.4f}" in told
    assert f"train {last.train_accuracy * 100:.1f} % (" in told
    assert f"test {last.test_accuracy * 100:.1f} % (" in told


def test_every_hyperparameter_has_its_flag(small_course_folder: Path, tmp_path: Path) -> None:
    wanted = Hyperparameters(
        hidden_layers=(4, 3),
        learning_rate=0.001,
        num_iterations=3,
        activations=("leaky relu", "tanh"),
        initialization="Xavier",
        seed=9,
        optimizer="Adam",
        beta1=0.5,
        beta2=0.9,
        epsilon=1e-4,
        decay="1/t",
        decay_rate=0.1,
        mini_batch=5,
        patience=20,
        precision="float32",
        l2=0.1,
        keep_probs=(0.8, 1.0),
        training_pictures=15,
        picture_size=8,
        label_noise=0.2,
        scaling="standardized",
    )
    unlike = {name for name, d in DECLARED.items() if getattr(wanted, name) != d.default}
    assert unlike == set(DECLARED) - {"activation"}
    flags: list[str] = []
    for name, declared in DECLARED.items():
        flag = "--" + declared.short.replace("_", "-")
        flags += [flag, declared.kind.format(getattr(wanted, name))]
    output = tmp_path / "run.json"
    words = ["train", "--data", str(small_course_folder), *flags, "--output", str(output)]
    assert main(words) == 0
    run = json.loads(output.read_text(encoding="utf-8"))
    assert Hyperparameters.from_dict(run["hyperparameters"]) == wanted


@pytest.mark.parametrize("name", list(PRESETS))
def test_presets(name: str, small_course_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "run.json"
    preset = name.lower().replace(" ", "-")
    words = ["train", "--data", str(small_course_folder), "--preset", preset, "--iterations", "2"]
    assert main([*words, "--output", str(output)]) == 0
    run = json.loads(output.read_text(encoding="utf-8"))
    found = Hyperparameters.from_dict(run["hyperparameters"])
    assert found == PRESETS[name].with_changes(num_iterations=2)


def test_without_data_the_courses_photos_are_taken_when_they_are_there(
    small_course_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HYPERDIAL_DATA", str(small_course_folder))
    assert main(["train", *SMALL]) == 0
    assert capsys.readouterr().out.startswith("course: 20 training")


def test_a_run_that_diverges_tells_no_number_that_is_none(
    small_course_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, save = tmp_path / "run.json", tmp_path / "model.npz"
    words = ["train", "--data", str(small_course_folder), *DIVERGES]
    assert main([*words, "--output", str(output)]) == 0
    captured = capsys.readouterr()
    assert "Diverged" in captured.out
    assert "the learning rate is too large" in captured.out
    assert "nan" not in captured.out.lower()
    run = json.loads(output.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert run["status"] == "diverged"
    assert run["train_cost"] is None
    assert run["test_accuracy"] is None
    assert run["iterations"] < 200

    assert "not saved" in refused(capsys, *words, "--save", save)
    assert not save.exists()


def test_a_folder_given_by_a_dot_is_known_by_its_name(
    small_course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small_course_folder)
    assert main(["train", "--data", ".", *SMALL]) == 0
    assert capsys.readouterr().out.startswith("catvnoncat: ")


# predict


@pytest.fixture
def saved_model(small_course_folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "model.npz"
    assert main(["train", "--data", str(small_course_folder), *SMALL, "--save", str(path)]) == 0
    return path


def test_predict_says_what_the_network_computes(
    saved_model: Path, small_course_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = read_course_files(small_course_folder)
    pictures = [tmp_path / f"{i}.png" for i in range(3)]
    for path, pixels in zip(pictures, dataset.test_pictures, strict=False):
        Image.fromarray(pixels).save(path)
    capsys.readouterr()
    assert main(["predict", str(saved_model), *map(str, pictures)]) == 0
    lines = capsys.readouterr().out.splitlines()
    probabilities = load_model(saved_model).predict(dataset.test_pictures[:3])
    for line, path, p in zip(lines, pictures, probabilities, strict=True):
        name = "cat" if p > 0.5 else "non-cat"
        assert line == f"{path}: {name} · P(cat) = {p:.3f}"


def test_a_picture_that_is_none_gets_its_sentence_and_the_others_go_on(
    saved_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    Image.new("RGB", (300, 200), "orange").save(tmp_path / "good.jpg")
    capsys.readouterr()
    names = ("text.jpg", "missing.jpg", "good.jpg")
    words = [str(saved_model), *(str(tmp_path / name) for name in names)]
    assert main(["predict", *words]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{tmp_path / 'good.jpg'}: ")
    bad, missing = captured.err.splitlines()
    assert bad.startswith(f"{tmp_path / 'text.jpg'}: ")
    assert missing == f"{tmp_path / 'missing.jpg'}: No such file or directory."


def test_predict_with_a_file_that_is_no_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.npz").write_bytes(b"hello")
    picture = tmp_path / "a.png"
    assert "damaged" in refused(capsys, "predict", tmp_path / "model.npz", picture)
    assert "no such file" in refused(capsys, "predict", tmp_path / "none.npz", picture)


def test_predict_tells_the_probabilities_of_the_run_whatever_its_settings(
    small_course_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scaled inputs, smaller pictures: the network that is saved knows how it reads."""
    save, dataset = tmp_path / "model.npz", read_course_files(small_course_folder)
    told: dict[str, Any] = {
        "hidden_layers": (4, 3),
        "num_iterations": 50,
        "picture_size": 9,
        "scaling": "standardized",
        "training_pictures": 15,
        "optimizer": "Adam",
    }
    h = Hyperparameters(**told)
    flags = [
        word
        for name in told
        for word in (
            "--" + DECLARED[name].short.replace("_", "-"),
            DECLARED[name].kind.format(getattr(h, name)),
        )
    ]
    data = ["--data", str(small_course_folder)]
    assert main(["train", *data, *flags, "--save", str(save)]) == 0
    shown = capsys.readouterr().out
    assert "15 training and 8 test pictures, layers_dims [243, 4, 3, 1]" in shown
    *_, last = train(h, dataset)
    low, high = interval(last.train_accuracy, 15)
    assert f"train {last.train_accuracy:.1%} ({low:.0%} to {high:.0%})".replace("%", " %") in shown
    for i, pixels in enumerate(dataset.test_pictures):
        Image.fromarray(pixels).save(tmp_path / f"{i}.png")
    assert main(["predict", str(save), *(str(tmp_path / f"{i}.png") for i in range(8))]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, p in zip(lines, 1 / (1 + np.exp(-last.test_logits[0])), strict=True):
        assert line.endswith(f"P(cat) = {p:.3f}")


def test_predict_names_the_surest_of_many_classes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = made_up_dataset(classes=3)
    h = Hyperparameters(hidden_layers=(6,), num_iterations=200, learning_rate=0.1)
    *_, last = train(h, dataset)
    parameters = last.snapshot.parameters(dataset)
    path = tmp_path / "model.npz"
    save_model(Model(h, parameters, dataset.classes, dataset.digest, np.zeros((1, 2))), path)
    Image.fromarray(dataset.test_pictures[2]).save(tmp_path / "a.png")
    assert main(["predict", str(path), str(tmp_path / "a.png")]) == 0
    p = np.exp(last.test_logits[:, 2]) / np.exp(last.test_logits[:, 2]).sum()
    best = f"class {p.argmax()}"
    assert capsys.readouterr().out == f"{tmp_path / 'a.png'}: {best} · P({best}) = {p.max():.3f}\n"


# Mistakes


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


# Ctrl-C


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


# Help and information


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
