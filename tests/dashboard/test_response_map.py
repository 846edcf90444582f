"""The response map holds what came out, where it came out."""

from __future__ import annotations

import json
import math

import plotly.graph_objects as go
import pytest
from searching import BASE, asked, progress

from dashboard.sweeping.curves import curves_figure, curves_summary
from dashboard.sweeping.directions import directions
from dashboard.sweeping.response_map import response_map
from dashboard.sweeping.words import map_summary
from engine.hyperparameters import Hyperparameters

GRID = ("learning-rate=0.001..0.1/3", "layers=2x4..16/3")


def run(rate: float, width: int, **more: object) -> Hyperparameters:
    return BASE.with_changes(learning_rate=rate, hidden_layers=(width, width), **more)


def test_a_grid_has_a_cell_for_each_setting_and_the_best_and_the_diverged_have_a_sign() -> None:
    about = asked(*GRID, sampler="grid")
    told = progress(
        about,
        [
            (run(0.001, 4), 0.6, "finished"),
            (run(0.01, 16), 0.82, "finished"),
            (run(0.1, 8), None, "diverged"),
        ],
    )
    across, up = directions(about)
    assert (across.label, up.label) == ("learning rate", "units in each layer")
    figure = response_map(told, across, up)
    heat, crosses, words, _ = figure["data"]
    assert heat["z"] == [[0.6, None, None], [None, None, None], [None, 0.82, None]]
    assert heat["customdata"][2][1] == "1"
    assert words["text"] == ["★ 82", "60"]
    assert words["textfont"]["color"] == ["$on:1.000", "$on:0.000"]
    assert crosses["customdata"] == ["2"]
    assert (crosses["x"], crosses["y"]) == ([-1.0], [pytest.approx(math.log10(8))])
    assert [s["x0"] for s in figure["layout"]["shapes"]] == [pytest.approx(-2.5)]
    assert figure["layout"]["xaxis"]["ticktext"] == ["0.001", "0.01", "0.1"]
    summary = map_summary(told, [across.label, up.label])
    assert (
        "from 60.0 % to 82.0 %, the best (★) with learning rate 0.01, hidden layers 16, 16"
        in summary
    )
    assert "1 diverged (×)." in summary


def test_a_cell_shows_its_best_over_the_other_fields() -> None:
    about = asked(*GRID, "seed=1..3/3", sampler="grid")
    told = progress(
        about, [(run(0.01, 4, seed=s), a, "finished") for s, a in ((1, 0.5), (2, 0.7), (3, 0.6))]
    )
    across, up, seeds = directions(about)
    assert seeds.key == "seed"
    heat = response_map(told, across, up)["data"][0]
    assert heat["z"][0][1] == 0.7
    assert heat["customdata"][0][1] == "1"


def test_of_a_cost_the_lowest_is_the_strongest_colour() -> None:
    about = asked(*GRID, sampler="grid", objective="cost")
    told = progress(about, [(run(0.01, 4), 0.5, "finished"), (run(0.1, 4), 0.9, "finished")])
    heat, _, words, _ = response_map(told, *directions(about))["data"]
    assert heat["reversescale"]
    assert words["text"] == ["★ 0.1", "0.5"]
    assert words["textfont"]["color"][0] == "$on:1.000"


def test_trials_off_a_grid_are_points_on_log_axes_the_best_on_top() -> None:
    about = asked(*GRID, sampler="random", trials=3)
    told = progress(
        about,
        [
            (run(0.02, 5), 0.8, "finished"),
            (run(0.003, 9), 0.6, "finished"),
            (run(9, 4), None, "diverged"),
        ],
    )
    figure = response_map(told, *directions(about))
    points, crosses, star, _ = figure["data"]
    assert points["x"] == [0.003, 0.02]
    assert points["y"] == [9.0, 5.0]
    assert crosses["x"] == [9.0]
    assert (star["x"], star["y"], star["marker"]["symbol"]) == ([0.02], [5.0], "star")
    assert figure["layout"]["xaxis"]["type"] == figure["layout"]["yaxis"]["type"] == "log"


def test_names_are_cells_in_their_order_and_what_means_nothing_has_no_place() -> None:
    about = asked("optimizer=gradient descent|momentum", "beta1=0.5|0.9", sampler="grid")
    told = progress(
        about,
        [
            (BASE.with_changes(optimizer="momentum", beta1=0.5), 0.7, "finished"),
            (BASE, 0.6, "finished"),
        ],
    )
    across, up = directions(about)
    figure = response_map(told, across, up)
    assert figure["data"][0]["z"] == [[None, 0.7], [None, None]]
    assert figure["layout"]["xaxis"]["ticktext"] == ["gradient descent", "momentum"]


def test_one_direction_is_drawn_against_the_objective() -> None:
    about = asked("learning-rate=0.001..0.1/3", sampler="grid")
    told = progress(about, [(run(0.01, 4), 0.7, "finished"), (run(0.1, 4), None, "diverged")])
    points, crosses, star, _ = response_map(told, directions(about)[0], None)["data"]
    assert (points["x"], points["y"]) == ([0.01], [0.7])
    assert crosses["y"] == [0.7]
    assert star["x"] == [0.01]


@pytest.mark.parametrize("sampler", ["grid", "random"])
def test_what_died_has_a_ring_beside_its_value_and_a_word_in_the_legend(sampler: str) -> None:
    about = asked(*GRID, sampler=sampler)
    runs = [
        (run(0.01, 4), 0.7, "finished"),
        (run(0.1, 4), 0.34, "dead"),
        (run(0.001, 4), None, "diverged"),
    ]
    told = progress(about, runs)
    across, up = directions(about)
    for upwards in (up, None):
        signs = {t.get("name"): t for t in response_map(told, across, upwards)["data"]}
        assert signs["a layer died"]["customdata"] == ["1"]
        assert signs["a layer died"]["marker"]["symbol"] == "circle-open"
        assert signs["diverged or given up"]["customdata"] == ["2"]
    said = map_summary(told, ["learning rate"])
    assert "In 1 a layer died (○)" in said
    assert "The best is one of them" not in said
    assert "The best is one of them" in map_summary(progress(about, runs[1:]), ["learning rate"])


def test_values_close_together_or_all_alike_have_ticks_that_differ() -> None:
    about = asked("learning-rate=0.01..0.0105/4", "layers=1x4..16/3", sampler="grid")
    across, up = directions(about)
    alone = progress(about, [(run(0.01, 4), 0.78, "finished")])
    figure = response_map(alone, across, up)
    heat = figure["data"][0]
    assert (heat["zmin"], heat["zmax"]) == (pytest.approx(0.73), 0.78)
    assert heat["colorbar"]["tickformat"] == "~%"
    assert figure["layout"]["xaxis"]["ticktext"] == ["0.01", "0.0102", "0.0103", "0.0105"]
    flat = response_map(alone, across, None)["layout"]["yaxis"]
    assert flat["tickformat"] == "~%"
    assert flat["range"] == [pytest.approx(0.73), pytest.approx(0.83)]
    assert "range" not in response_map(progress(about, []), across, None)["layout"]["yaxis"]


@pytest.mark.parametrize("sampler", ["grid", "random"])
@pytest.mark.parametrize("runs", [[], [(run(0.1, 4), None, "diverged")]])
def test_a_map_of_nothing_is_empty_and_all_are_figures_of_plotly(sampler: str, runs: list) -> None:
    about = asked(*GRID, sampler=sampler)
    told = progress(about, runs)
    for ways in (directions(about), [directions(about)[0], None]):
        figure = json.loads(json.dumps(response_map(told, *ways)))
        for trace in figure["data"]:
            for part in (trace, trace.get("marker", {})):
                part.pop("colorscale", None)  # a token, not Plotly's
            trace.pop("textfont", None)
        text = json.dumps(figure).replace('"$', '"').replace('"quiet"', '"gray"')
        for token in ("ink", "paper", "accent"):
            text = text.replace(f'"{token}"', '"black"')
        go.Figure(json.loads(text))
    assert map_summary(told, ["learning rate"])


def test_the_curves_are_the_best_in_front_of_the_others_that_were_chosen() -> None:
    about = asked(*GRID, sampler="grid")
    accuracies = (0.5, 0.9, 0.7)
    told = progress(
        about, [(run(0.01, w), a, "finished") for w, a in zip((4, 8, 16), accuracies, strict=True)]
    )
    others, best = curves_figure(told, 2, log=False)["data"]
    assert best["y"] == [0.7, pytest.approx(0.1)]
    assert others["y"] == [0.7, pytest.approx(0.3), None]
    assert "2 trials, of the 3 that came to their end" in curves_summary(told, 2)
    assert curves_summary(progress(about, []), 5) == "There is no curve yet."


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        (1, " 1 that did not come to its end is not drawn."),
        (2, " 2 that did not come to their end are not drawn."),
    ],
)
def test_what_is_not_drawn_is_counted(lost: int, words: str) -> None:
    runs = [(run(0.01, 4), 0.7, "finished"), *[(run(0.1, 4), None, "diverged")] * lost]
    assert curves_summary(progress(asked(*GRID, sampler="grid"), runs), 5).endswith(words)
