"""Settings on their way to the lab from another page."""

from __future__ import annotations

from dashboard import services
from dashboard.controls import take_hyperparameters
from dashboard.panels import points
from dashboard.panels.data_choice import dataset_words, turn_to
from engine.errors import DatasetError, EngineError
from engine.hyperparameters import Hyperparameters
from engine.sources.planar import Plane, is_planar


def take_to_lab(hyperparameters: Hyperparameters, dataset: str, digest: str) -> None:
    """Makes the lab's knobs say a run's settings and its data; in a callback. Raises `EngineError`
    when the data of that digest are not here."""
    if not is_here(dataset, digest):
        raise EngineError(
            "This run cannot be opened: its dataset is not here any more",
            f"{dataset_words(dataset)} {digest[:6]}",
        )
    planar = is_planar(dataset)
    turn_to(Plane.from_name(dataset).shape if planar else dataset)
    if planar:
        points.take(Plane.from_name(dataset))
    take_hyperparameters(hyperparameters)


def is_here(dataset: str, digest: str) -> bool:
    if not (is_planar(dataset) or dataset in services.dataset_names()):
        return False
    try:
        return services.dataset(dataset).digest == digest
    except DatasetError:
        return False
