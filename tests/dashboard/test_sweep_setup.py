"""The form of a search: what it says becomes the command line's words, or one sentence."""

from __future__ import annotations

import pytest

from dashboard.sweeping.child import sweep_command
from dashboard.sweeping.setup import Form, asked_for, suggested, usual_name, ways
from engine.__main__ import chosen_hyperparameters, parser
from engine.dataset import Dataset
from engine.errors import EngineError
from engine.hyperparameters import DECLARED, PLANE_PRESETS, PRESETS, Hyperparameters
from engine.sources import load_dataset

ADAM = Hyperparameters(optimizer="Adam", decay="1/t", hidden_layers=(8, 4, 2))
USUAL = Form("learning_rate", "Range", "0.001", "0.1")


def test_the_usual_search_is_a_grid_of_learning_rate_and_width(dataset: Dataset) -> None:
    forms = [
        suggested(DECLARED[name], Hyperparameters()) for name in ("learning_rate", "hidden_layers")
    ]
    asked = asked_for(Hyperparameters(), forms, dataset, sampler="grid")
    assert asked.wanted() == 64
    rate, shape = (axis.grid() for axis in asked.space().axes)
    assert min(rate["learning_rate"]) < 0.0075 < max(rate["learning_rate"])
    assert set(shape["depth"]) == {3}
    assert max(shape["width"]) == 64


@pytest.mark.parametrize("name", list(DECLARED))
def test_what_is_suggested_for_a_field_can_be_searched(dataset: Dataset, name: str) -> None:
    for way in ways(DECLARED[name]):
        form = suggested(DECLARED[name], ADAM)
        form = Form(**{**vars(form), "how": way})
        base = ADAM if name != "activation" else Hyperparameters()
        asked = asked_for(base, [form], dataset, sampler="grid")
        assert asked.wanted() >= 1


@pytest.mark.parametrize("base", [*PRESETS.values(), *PLANE_PRESETS.values(), ADAM])
def test_the_command_asks_for_what_the_form_did(dataset: Dataset, base: Hyperparameters) -> None:
    points = load_dataset("flower")
    for data in (dataset, points):
        asked = asked_for(
            base, [USUAL], data, sampler="tpe", trials=9, seed=5, batch=4,
            objective="test cost", pruner="halving",
        )  # fmt: skip
        words = sweep_command("--all my 'searches'", asked)
        told = parser().parse_args(words[words.index("engine") + 1 :])
        assert chosen_hyperparameters(told) == base
        assert (told.name, told.data, told.sampler) == ("--all my 'searches'", data.name, "tpe")
        assert (told.trials, told.search_seed, told.objective) == (9, 5, "test cost")
        assert (told.batch, told.pruner) == (4, "halving")
        assert tuple(told.axes) == asked.axes
        assert told.events


@pytest.mark.parametrize(
    ("forms", "how", "sentence"),
    [
        ([], {}, "The search: found no field"),
        ([Form("learning_rate", "Range", "", "0.1")], {}, "learning_rate cannot be"),
        ([Form("learning_rate", "Range", "0.1", "0.01")], {}, "a lower end, then a higher"),
        ([Form("l2", "Range", "0", "1")], {}, "on a log scale"),
        ([Form("seed", "Range", "1", "many", log=False)], {}, "seed cannot be many"),
        ([Form("activation", "Values", values="")], {}, "at least one value"),
        ([Form("hidden_layers", "Values", values="5|zero")], {}, "hidden_layers cannot be zero"),
        ([Form("hidden_layers", "Depth × width", "9", "4", depths=(1, 2))], {}, "depth x width"),
        ([Form("beta1", "Range", "0.5", "0.9")], {}, "only with momentum and Adam"),
        ([USUAL], {"sampler": "cmaes"}, "at least 2, as it has no use for lists"),
        ([Form("mini_batch", "Values", values="90000")], {}, "mini_batch cannot be 90000"),
        ([USUAL], {"sampler": "random", "trials": 50_000}, "at most 10,000"),
        ([USUAL, USUAL], {}, "each once"),
    ],
)
def test_what_cannot_be_searched_gets_one_sentence(
    dataset: Dataset, forms: list[Form], how: dict[str, object], sentence: str
) -> None:
    with pytest.raises(EngineError, match=r"^[^\n]+\.$") as told:
        asked_for(Hyperparameters(), forms, dataset, **{"sampler": "grid", **how})
    assert sentence in str(told.value)


def test_a_search_without_a_name_is_called_by_what_varies() -> None:
    shape = Form("hidden_layers", "Depth × width", "4", "64")
    assert usual_name([USUAL, shape]).startswith("learning rate × width, ")
    assert len(usual_name([Form(name, "Range") for name in DECLARED])) <= 100
