"""A network on disk: the same when it comes back, and a file that is none is refused in words."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Dataset, Hyperparameters, Model, load_model, save_model, train
from engine.errors import ModelError
from engine.evaluation import probabilities
from engine.files import write_atomically
from engine.models import FORMAT, LARGEST_BYTES
from engine.pictures import as_network_sees
from engine.preparation import prepare
from engine.scaling import SCALINGS
from engine.snapshots import unscaled
from tests.engine.plain import made_up_dataset


def trained(dataset: Dataset, **changes: Any) -> tuple[Model, np.ndarray]:
    """A network, and the probabilities of the test pictures that its run told last."""
    h = Hyperparameters(hidden_layers=(4, 3), num_iterations=30).with_changes(**changes)
    steps = list(train(h, dataset))
    costs = np.array([(s.iteration, s.cost) for s in steps])
    parameters = steps[-1].snapshot.parameters(dataset)
    model = Model(h, parameters, dataset.classes, dataset.digest, costs)
    return model, 1 / (1 + np.exp(-steps[-1].test_logits[0]))


@pytest.fixture(scope="module")
def model() -> Model:
    return trained(made_up_dataset(side=4))[0]


@pytest.fixture(scope="module")
def saved(model: Model, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a saved network."""
    path = tmp_path_factory.mktemp("models") / "model.npz"
    save_model(model, path)
    return path.read_bytes()


def refusal(source: Any) -> str:
    """The one sentence that a person is shown for the file."""
    with pytest.raises(ModelError) as caught:
        load_model(source)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 400
    return sentence


# There and back


@pytest.mark.parametrize(
    ("hidden_layers", "activation"),
    [((), "relu")]
    + [(layers, g) for layers in ((4,), (4, 3)) for g in ("relu", "tanh", "leaky relu", "sigmoid")],
)
def test_round_trip(hidden_layers: tuple[int, ...], activation: str, tmp_path: Path) -> None:
    dataset = made_up_dataset(side=4)
    model, told = trained(dataset, hidden_layers=hidden_layers, activation=activation)
    save_model(model, tmp_path / "model.npz")
    loaded = load_model(tmp_path / "model.npz")
    assert loaded.hyperparameters == model.hyperparameters
    assert loaded.classes == ("non-cat", "cat")
    assert loaded.dataset_digest == dataset.digest
    assert loaded.side == 4
    np.testing.assert_array_equal(loaded.costs, model.costs)
    assert loaded.parameters.keys() == model.parameters.keys()
    for name, array in model.parameters.items():
        np.testing.assert_array_equal(loaded.parameters[name], array)
    p = loaded.predict(dataset.test_pictures)
    np.testing.assert_array_equal(p, model.predict(dataset.test_pictures))
    np.testing.assert_allclose(p, told, rtol=1e-10)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("scaling", list(SCALINGS))
@pytest.mark.parametrize("activations", [(), ("tanh", "relu")])
@pytest.mark.parametrize("optimizer", ["momentum", "Adam"])
def test_round_trip_of_every_output_scaling_and_size(
    classes: int, scaling: str, activations: tuple[str, ...], optimizer: str, tmp_path: Path
) -> None:
    """Pictures of the run's own dataset get the probabilities that the run told."""
    dataset = made_up_dataset(side=12, classes=classes)
    h = Hyperparameters(
        hidden_layers=(4, 3),
        num_iterations=30,
        activations=activations,
        scaling=scaling,
        optimizer=optimizer,
        picture_size=8,
    )
    *_, last = train(h, dataset)
    prepared = prepare(dataset, h)
    parameters = unscaled(last.snapshot.parameters(dataset), prepared)
    save_model(
        Model(h, parameters, dataset.classes, dataset.digest, np.zeros((1, 2))),
        tmp_path / "model.npz",
    )
    loaded = load_model(tmp_path / "model.npz")
    assert loaded.hyperparameters == h
    assert loaded.side == 8
    pictures = np.stack([as_network_sees(picture, 8) for picture in dataset.test_pictures])
    p = loaded.predict(pictures)
    wanted = probabilities(last.test_logits)
    assert p.shape == ((5,) if classes == 2 else (4, 5))
    np.testing.assert_allclose(p, wanted[0] if classes == 2 else wanted, rtol=1e-9)


def test_the_output_layer_fits_the_classes(tmp_path: Path) -> None:
    model, _ = trained(made_up_dataset(side=4))
    three = Model(model.hyperparameters, model.parameters, ("a", "b", "c"), "", model.costs)
    save_model(three, tmp_path / "model.npz")
    assert "W3 does not fit: found float64 (1, 3), needed (3, 3)" in refusal(tmp_path / "model.npz")
    for names in (("a",), tuple("abcdefghijklmnopqrstu")):
        save_model(
            Model(model.hyperparameters, model.parameters, names, "", model.costs),
            tmp_path / "model.npz",
        )
        assert "needed 2 to 20 names" in refusal(tmp_path / "model.npz")


def test_a_stream_can_be_loaded_more_than_once(saved: bytes) -> None:
    """As the page has it: an upload is a stream, not a path."""
    stream = io.BytesIO(saved)
    assert load_model(stream).hyperparameters == load_model(stream).hyperparameters


def test_pictures_of_another_size_are_refused(model: Model) -> None:
    with pytest.raises(ModelError, match=r"found \(8, 8, 3\), needed \(4, 4, 3\)"):
        model.predict(np.zeros((1, 8, 8, 3), np.uint8))


def test_no_pictures_are_no_probabilities(model: Model) -> None:
    assert model.predict(np.zeros((0, 4, 4, 3), np.uint8)).shape == (0,)


def test_a_file_that_is_there_is_replaced(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_text("older")
    save_model(model, path)
    assert load_model(path).dataset_digest == model.dataset_digest
    assert os.listdir(tmp_path) == ["model.npz"]


# Files that are none


def archive(members: dict[str, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    buffer.seek(0)
    return buffer


def npz(arrays: dict[str, Any]) -> io.BytesIO:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    buffer.seek(0)
    return buffer


def contents(saved: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(saved)) as file:
        return dict(file)


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nothing.npz")


def test_folder(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello, I am a text\n" * 50,
        os.urandom(10_000),
        b"PK\x03\x04" + os.urandom(500),
        b"\x93NUMPY\x01\x00" + b"\x00" * 200,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        pickle.dumps({"W1": [1.0]}),
    ],
)
def test_other_files(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(data)
    assert "damaged" in refusal(path)
    assert "damaged" in refusal(io.BytesIO(data))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_truncated(saved: bytes, part: float) -> None:
    assert "damaged" in refusal(io.BytesIO(saved[: int(len(saved) * part)]))


class Exploding:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["W1", "about", "costs", "extra"])
def test_pickled_objects_are_not_unpickled(saved: bytes, name: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    arrays = {**contents(saved), name: np.array([Exploding(trace)], dtype=object)}
    refusal(npz(arrays))
    assert not trace.exists()


def test_bomb(saved: bytes) -> None:
    """Half a megabyte that would unpack to over 512 MB is refused before any of it is unpacked."""
    buffer = io.BytesIO(saved)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as file,
        file.open("bomb.npy", "w", force_zip64=True) as member,
    ):
        block = bytes(1 << 24)
        for _ in range(LARGEST_BYTES // len(block) + 1):
            member.write(block)
    assert len(buffer.getvalue()) < 1 << 20
    buffer.seek(0)
    assert "too large" in refusal(buffer)


def test_an_array_that_claims_to_be_huge(saved: bytes) -> None:
    """Its header says 8 TB; the archive's own sizes are honest and small."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 40,)}
    )
    with zipfile.ZipFile(io.BytesIO(saved)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    refusal(archive({**members, "W1.npy": header.getvalue() + bytes(64)}))


def test_foreign_npz(saved: bytes) -> None:
    refusal(npz({"weights": np.ones(3)}))
    refusal(archive({"readme.txt": b"hello"}))
    refusal(archive({"about.npy": b"not an array", "W1.npy": b""}))
    refusal(archive({}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"W1": np.zeros((4, 49))}, "neither square pictures nor points"),
        ({"W1": np.zeros((4, 0))}, "neither square pictures nor points"),
        ({"W1": np.zeros((5, 48))}, "W1 does not fit"),
        ({"W1": np.zeros((4, 48), np.float32)}, "W1 does not fit"),
        ({"W1": np.zeros((4, 48), complex)}, "W1 does not fit"),
        ({"W1": np.full((4, 48), np.nan)}, "W1 does not fit"),
        ({"W2": np.full((3, 4), np.inf)}, "W2 does not fit"),
        ({"W2": np.zeros((4, 3))}, "W2 does not fit"),
        ({"b1": np.zeros(4)}, "b1 does not fit"),
        ({"b3": np.zeros((2, 1))}, "b3 does not fit"),
        ({"W1": np.zeros(48)}, "damaged"),
        ({"W1": np.array(3.0)}, "damaged"),
        ({"W3": None}, "damaged"),
        ({"costs": np.zeros(3)}, "damaged"),
        ({"costs": np.array(["a", "b"])}, "damaged"),
        ({"about": np.array("not json")}, "damaged"),
        ({"about": np.array("[]")}, "damaged"),
        ({"about": np.array(3.0)}, "damaged"),
        ({"about": None}, "damaged"),
    ],
)
def test_parts_that_do_not_fit(saved: bytes, changes: dict[str, Any], told: str) -> None:
    arrays = {n: a for n, a in {**contents(saved), **changes}.items() if a is not None}
    assert told in refusal(npz(arrays))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": "other-1"}, "unknown format: found other-1"),
        ({"format": ["\x1b[31m" * 1000]}, "unknown format"),
        ({"hyperparameters": {"learning_rate": -1}}, "learning_rate"),
        ({"hyperparameters": {"hidden_layers": [512] * 6}}, "does not fit"),
        ({"hyperparameters": {"hidden_layers": 10**9}}, "hidden_layers"),
        ({"hyperparameters": {"learning_rate": 10**400}}, "learning_rate"),
        ({"hyperparameters": {"momentum": 1}}, "momentum"),
        ({"hyperparameters": [["seed"]]}, "damaged"),
        ({"hyperparameters": None}, "damaged"),
        ({"classes": ["cat"]}, "classes"),
        ({"classes": 3}, "damaged"),
    ],
)
def test_words_that_do_not_fit(saved: bytes, changes: dict[str, Any], told: str) -> None:
    arrays = contents(saved)
    about = json.loads(str(arrays["about"]))
    assert about["format"] == FORMAT
    arrays["about"] = np.array(json.dumps({**about, **changes}))
    assert told in refusal(npz(arrays))


def test_names_from_a_file_cannot_play_with_the_terminal(saved: bytes) -> None:
    arrays = contents(saved)
    about = json.loads(str(arrays["about"]))
    about["classes"] = ["\x1b]0;owned\x07" * 1000, "cat\ncat"]
    arrays["about"] = np.array(json.dumps(about))
    for name in load_model(npz(arrays)).classes:
        assert name.isprintable()
        assert len(name) <= 80


def test_weights_too_large_to_compute_with(saved: bytes) -> None:
    arrays = contents(saved)
    arrays["W1"] = np.full_like(arrays["W1"], 1e308)
    arrays["W2"] = np.resize([1e308, -1e308], arrays["W2"].shape)
    model = load_model(npz(arrays))
    with pytest.raises(ModelError, match="too large"):
        model.predict(np.full((1, 4, 4, 3), 255, np.uint8))


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_bytes_changed_anywhere_are_refused_or_do_no_harm(
    saved: bytes, data: st.DataObject
) -> None:
    changed = bytearray(saved)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(saved) - 1))] = data.draw(st.integers(0, 255))
    try:
        model = load_model(io.BytesIO(bytes(changed)))
    except ModelError as error:
        assert str(error).isprintable()  # noqa: PT017
    else:
        p = model.predict(np.zeros((2, 4, 4, 3), np.uint8))
        assert ((p >= 0) & (p <= 1)).all()


# Disks that fail


@pytest.fixture(params=["write", "flush", "replace"])
def failing_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full at one of the moments it can be."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if request.param == "replace":
        monkeypatch.setattr(os, "replace", full)
    elif request.param == "flush":
        monkeypatch.setattr(os, "fsync", full)
    else:
        really_open = open

        def open_full(*arguments: Any, **settings: Any) -> Any:
            file = really_open(*arguments, **settings)

            class Full:
                def __enter__(self) -> Any:
                    return self

                def __exit__(self, *_: object) -> None:
                    file.close()

                def write(self, data: bytes) -> int:
                    file.write(data[: len(data) // 2])
                    raise OSError(28, "No space left on device")

            return Full()

        monkeypatch.setattr("builtins.open", open_full)


@pytest.mark.usefixtures("failing_disk")
def test_a_full_disk_leaves_nothing_behind(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="could not be written: No space left on device"):
        save_model(model, tmp_path / "model.npz")
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("failing_disk")
def test_a_full_disk_leaves_the_older_file(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"older")
    with pytest.raises(ModelError):
        save_model(model, path)
    assert path.read_bytes() == b"older"
    assert os.listdir(tmp_path) == ["model.npz"]


def test_a_folder_that_is_not_there(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="could not be written"):
        save_model(model, tmp_path / "nowhere" / "model.npz")


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"older")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomically(tmp_path / "link", b"newer")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"newer"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this platform has no such files")
def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """`--output /dev/null` may not put a file in the place of the device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(pipe, b"hello")
        assert os.read(reader, 100) == b"hello"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
def test_others_may_read_a_file_as_any_other(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new", b"")
    (tmp_path / "plain").touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_copy_of_the_file_is_as_good(saved: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(saved)
    shutil.copy(tmp_path / "a.npz", tmp_path / "picture.jpg")
    assert load_model(str(tmp_path / "picture.jpg")).side == 4
