"""Many seeds of one setting: what they are called, drawn as, and told as."""

from __future__ import annotations

import json
import time
from types import ModuleType

import pytest
from page_driving import WAIT, has
from searching import BASE, outcome, progress
from streamlit.testing.v1 import AppTest

from dashboard.sweeping.band_figures import (
    Side,
    band_figure,
    band_summary,
    dots_figure,
    seeds_text,
    spread_sentences,
    stacked,
)
from dashboard.sweeping.seeds import band_asked, band_name, by_seed
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters
from engine.sweeps.study import OWNER, open_storage, open_study
from engine.sweeps.trials import Outcome

ACCURACIES = (0.70, 0.72, 0.72, 0.74, 0.80)


def side(letter: str = "A", more: float = 0.0) -> Side:
    found = {
        seed: outcome(BASE.with_changes(seed=seed), accuracy + more)
        for seed, accuracy in enumerate(ACCURACIES, 1)
    }
    return Side(letter, "a setting", found)


def test_the_seeds_of_a_setting_are_one_search_whatever_its_own_seed(dataset: Dataset) -> None:
    other = BASE.with_changes(seed=7)
    assert band_asked(BASE, dataset, 16) == band_asked(other, dataset, 16)
    assert band_name(BASE, dataset, 16) == band_name(other, dataset, 16)
    wider = BASE.with_changes(hidden_layers=(5,))
    assert len({band_name(h, dataset, n) for h in (BASE, wider) for n in (16, 64)}) == 4
    about = band_asked(BASE, dataset, 16)
    assert about.wanted() == 16
    assert about.space().axes[0].grid() == {"seed": list(range(1, 17))}  # type: ignore[union-attr]


def test_seeds_that_are_trained_elsewhere_cannot_be_stopped_here(services: ModuleType) -> None:
    dataset, h = services.dataset("drawn"), Hyperparameters()
    storage = open_storage()
    study = open_study(storage, band_name(h, dataset, 16), band_asked(h, dataset, 16))
    study.set_user_attr(OWNER, {"who": "elsewhere 1", "when": time.time()})
    page = AppTest.from_string(
        "from dashboard import services\nfrom dashboard.panels.seed_band import show_seed_band\n"
        'show_seed_band(services.dataset("drawn"))',
        default_timeout=WAIT,
    ).run()
    assert any("trained outside this page" in caption.value for caption in page.caption)
    assert not has(page, "band_stop")
    assert not has(page, "band_go")

    study.set_user_attr(OWNER, None)
    storage.engine.dispose()
    services.sweeps().find(band_name(h, dataset, 16)).looked = 0.0
    page.run()
    assert has(page, "band_go")


def test_what_came_of_each_seed_is_found_by_the_seed(dataset: Dataset) -> None:
    runs = [(BASE.with_changes(seed=seed), 0.7 + seed / 100, "finished") for seed in (3, 1)]
    about = progress(band_asked(BASE, dataset, 16), runs)
    assert {seed: o.test_accuracy for seed, o in by_seed(about).items()} == {3: 0.73, 1: 0.71}
    assert (
        seeds_text(about, "A")
        == "A · Training · 2 of 16 seeds · 2.0 runs a second · about 7 s left"
    )


def test_the_band_has_its_median_in_the_half_and_the_half_in_all() -> None:
    figure = band_figure([side()], log=False)
    everything, half, median = figure["data"]
    assert [trace["name"] for trace in figure["data"]] == [
        "A, all runs",
        "A, half of the runs",
        "A, median",
    ]
    ends = [[t["y"][1], t["y"][2]] for t in (everything, half)]
    assert ends[0] == pytest.approx([0.30, 0.20])
    assert ends[1] == pytest.approx([0.28, 0.26])
    assert median["y"][-1] == pytest.approx(0.28)
    json.dumps(figure)


def test_a_and_b_differ_by_line_and_sign_not_by_colour_alone() -> None:
    sides = [side(), side("B", 0.04)]
    medians = [t for t in band_figure(sides, log=True)["data"] if "median" in t["name"]]
    assert len({t["line"]["dash"] for t in medians}) == 2
    dots = dots_figure(sides)
    assert len({t["marker"]["symbol"] for t in dots["data"]}) == 2
    assert dots["layout"]["yaxis2"]["domain"][1] < dots["layout"]["yaxis"]["domain"][0]
    json.dumps(dots)


def test_equal_accuracies_stand_on_each_other() -> None:
    assert stacked(ACCURACIES) == (list(ACCURACIES), [1, 1, 2, 1, 1])


def test_the_words_name_the_middle_and_how_far_chance_goes() -> None:
    told = spread_sentences([side()], 50)
    assert len(told) == 1
    assert told[0].startswith("Test accuracy over 5 seeds: median 0.72")
    assert spread_sentences([side(), side("B", 0.1)], 50)[1].startswith("B: Test accuracy")
    assert "ends at 0.2800 in the middle" in band_summary([side()])


def test_where_no_run_has_numbers_that_is_said() -> None:
    lost = Side("A", "a setting", {1: Outcome(BASE.to_text(), "diverged", "No number.")})
    assert "no run has come to its end" in band_summary([lost])
    assert spread_sentences([lost], 50) == []
    assert band_figure([lost], log=False)["data"] == []
    assert dots_figure([lost])["data"][0]["x"] == []
