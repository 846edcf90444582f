"""python -m engine predict"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine import DECLARED, Hyperparameters, Model, load_model, save_model, train
from engine.__main__ import main
from engine.evaluation import interval
from engine.sources.course_files import read_course_files
from tests.engine.commanding import SMALL, refused
from tests.engine.plain import made_up_dataset


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
