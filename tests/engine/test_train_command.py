"""python -m engine train"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import DECLARED, PRESETS, Hyperparameters, train
from engine.__main__ import main
from engine.sources.course_files import read_course_files
from tests.engine.commanding import DIVERGES, SMALL, refused


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


@pytest.mark.parametrize(
    "words", [["--layers", "none"], ["--layers", "4,3", "--activations", "relu,tanh"]]
)
def test_what_of_a_preset_means_nothing_beside_what_is_given_has_its_default(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The preset for points has tanh."""
    assert main(["train", "--data", "xor", "--iterations", "2", *words]) == 0
    assert not capsys.readouterr().err
    assert "activation cannot be tanh" in refused(
        capsys, "train", "--data", "xor", *words, "--activation", "tanh"
    )
