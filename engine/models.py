"""A trained network on disk: an .npz of plain arrays, nothing that is executed when read."""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.dataset import MOST_CLASSES, Floats, Inputs, standardize
from engine.errors import EngineError, ModelError, shortened
from engine.files import write_atomically
from engine.hyperparameters import Hyperparameters
from engine.outputs import output_of

FORMAT = "hyperdial-model-1"
LARGEST_BYTES = 512 << 20


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network and where it came from.

    parameters: W1 (n1, n_x), b1 (n1, 1), …, for pixels divided by 255, or points as they are,
    whatever the run's own scaling was (`snapshots.unscaled`); costs: (k, 2), columns iteration and
    training cost.
    """

    hyperparameters: Hyperparameters
    parameters: Mapping[str, Floats]
    classes: tuple[str, ...]
    dataset_digest: str
    costs: Floats

    @property
    def planar(self) -> bool:
        """Whether the network reads points of the plane, not pictures."""
        return bool(self.parameters["W1"].shape[1] == 2)

    @property
    def side(self) -> int:
        """Height and width in pixels of the pictures the network reads; 0 where it reads points."""
        return math.isqrt(self.parameters["W1"].shape[1] // 3)

    def predict(self, pictures: Inputs) -> Floats:
        """Of each of `pictures` (k, side, side, 3) uint8, or points (k, 2) float64, the probability
        of class 1: (k,); of a network of more than two classes that of each: (classes, k)."""
        needed = (2,) if self.planar else (self.side, self.side, 3)
        if pictures.shape[1:] != needed:
            what = f"The {'points' if self.planar else 'pictures'} do not fit the network"
            raise ModelError(what, pictures.shape[1:], str(needed))
        activations = self.hyperparameters.activation_of_each_layer
        Z = network_logits(self.parameters, standardize(pictures), activations)
        p = output_of(len(Z)).probabilities(Z)
        if not np.isfinite(p).all():
            raise ModelError("The network's weights are too large to compute with")
        return np.asarray(p[0] if len(p) == 1 else p)


def network_logits(
    parameters: Mapping[str, Floats], X: Floats, activations: Sequence[str]
) -> Floats:
    """Z^[L] (n_y, k) of the columns of X (n_x, k), by forward propagation."""
    *_, Z = layer_outputs(parameters, X, activations)
    return Z


def layer_outputs(
    parameters: Mapping[str, Floats], X: Floats, activations: Sequence[str]
) -> Iterator[Floats]:
    """A^[l] (n_l, k) of each hidden layer on the columns of X (n_x, k), and Z^[L] (n_y, k) last."""
    with np.errstate(over="ignore", invalid="ignore"):
        Z1 = parameters["W1"] @ X + parameters["b1"]
    yield from outputs_above(Z1, parameters, activations)


def outputs_above(
    Z1: Floats, parameters: Mapping[str, Floats], activations: Sequence[str]
) -> Iterator[Floats]:
    """The same from Z^[1] (n_1, k) on, for which W1 is not needed."""
    Z = Z1
    for layer, name in enumerate(activations, 2):
        A = np.empty_like(Z)
        with np.errstate(over="ignore", invalid="ignore"):
            ACTIVATIONS[name].forward(Z, A)
        yield A
        with np.errstate(over="ignore", invalid="ignore"):
            Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
    yield Z


def logits_from(Z1: Floats, parameters: Mapping[str, Floats], activations: Sequence[str]) -> Floats:
    """Z^[L] (n_y, k) from Z^[1] (n_1, k)."""
    *_, Z = outputs_above(Z1, parameters, activations)
    return Z


def model_bytes(model: Model) -> bytes:
    """The file that `load_model` reads."""
    about = {
        "format": FORMAT,
        "hyperparameters": model.hyperparameters.to_dict(),
        "classes": list(model.classes),
        "dataset_digest": model.dataset_digest,
    }
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {**model.parameters, "costs": model.costs}
    np.savez_compressed(buffer, about=np.array(json.dumps(about)), **arrays)
    return buffer.getvalue()


def save_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Writes `model` to `path` at once or not at all. Raises `ModelError` when it can't be written."""
    data = model_bytes(model)
    try:
        write_atomically(Path(path), data)
    except OSError as error:
        raise ModelError(f"The model could not be written: {error.strerror or error}") from None


def load_model(source: str | os.PathLike[str] | IO[bytes]) -> Model:
    """Reads what `save_model` wrote. Raises `ModelError` for anything else."""
    try:
        check_size(source)
        with np.load(source, allow_pickle=False) as file:
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ModelError("The file is not a saved network", "one array", "an .npz file")
            arrays = {name: file[name] for name in file.files}
        return from_arrays(arrays)
    except FileNotFoundError:
        raise ModelError("There is no such file", str(source)) from None
    except EngineError as error:
        raise ModelError(error.what, error.found, error.allowed) from None
    except OSError as error:
        raise ModelError(f"The file could not be read: {error.strerror or error}") from None
    except Exception:  # a damaged file fails in zipfile, zlib, NumPy or json, in a dozen ways
        raise ModelError("The file is damaged, or not a network saved by this program") from None


def check_size(source: str | os.PathLike[str] | IO[bytes]) -> None:
    """Refuses an archive that would unpack to more than 512 MB, before unpacking any of it."""
    with zipfile.ZipFile(source) as archive:
        declared = sum(member.file_size for member in archive.infolist())
    if declared > LARGEST_BYTES:
        raise ModelError(
            "The file is too large", f"{declared:,} bytes", f"at most {LARGEST_BYTES:,}"
        )
    if not isinstance(source, (str, os.PathLike)):
        source.seek(0)


def from_arrays(arrays: Mapping[str, Any]) -> Model:
    about = json.loads(str(arrays["about"]))
    if about["format"] != FORMAT:
        raise ModelError("The file has an unknown format", about["format"], FORMAT)
    hyperparameters = Hyperparameters.from_dict(about["hyperparameters"])
    n_x = arrays["W1"].shape[1]
    side = math.isqrt(n_x // 3)
    if n_x != 2 and (side * side * 3 != n_x or n_x == 0):
        needed = "side · side · 3 inputs, or the 2 of a point"
        raise ModelError("The network reads neither square pictures nor points", n_x, needed)
    classes = tuple(shortened(name) for name in about["classes"])
    if not 2 <= len(classes) <= MOST_CLASSES:
        needed = f"2 to {MOST_CLASSES} names"
        raise ModelError("The network's classes do not fit", len(classes), needed)
    dims = hyperparameters.layers_dims(n_x, 1 if len(classes) == 2 else len(classes))
    parameters = {}
    for layer, (n_prev, n) in enumerate(pairwise(dims), 1):
        for name, shape in ((f"W{layer}", (n, n_prev)), (f"b{layer}", (n, 1))):
            array = arrays[name]
            if array.shape != shape or array.dtype != np.float64 or not np.isfinite(array).all():
                raise ModelError(f"{name} does not fit", f"{array.dtype} {array.shape}", str(shape))
            parameters[name] = array
    costs = np.asarray(arrays["costs"], dtype=np.float64).reshape(-1, 2)
    return Model(hyperparameters, parameters, classes, shortened(about["dataset_digest"]), costs)
