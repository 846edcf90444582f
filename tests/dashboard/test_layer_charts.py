"""The heat maps of the layers over time, and the sentence that tells them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.layer_charts import QUANTITIES, figure, moment_of, summary
from engine.histograms import BINS, history
from engine.hyperparameters import Hyperparameters
from engine.training import train


@pytest.fixture(scope="module")
def seen(dataset):
    h = Hyperparameters(hidden_layers=(4, 3), num_iterations=100)
    return history([step.snapshot for step in train(h, dataset)][::10], dataset)


@pytest.mark.parametrize("what", list(QUANTITIES))
def test_a_heat_map_and_a_median_for_each_layer(seen, what):
    drawn = figure(seen, what, 40)
    go.Figure(drawn)  # Plotly takes it
    maps = [trace for trace in drawn["data"] if trace["type"] == "heatmap"]
    assert len(maps) == 3
    assert [a["text"].split(" ·")[0] for a in drawn["layout"]["annotations"]] == [
        f"<b>Layer {i}</b>" for i in (1, 2, 3)
    ]
    for trace in maps:
        assert trace["x"] == list(seen.iterations)
        assert np.shape(trace["z"]) == (BINS, len(seen.iterations))
        for share in np.sum(trace["customdata"], axis=0):
            assert share == pytest.approx(100, abs=3) or share == 0
    marks = [s for s in drawn["layout"]["shapes"] if s["line"]["dash"] == "dot"]
    assert [mark["x0"] for mark in marks] == [40]


def test_gradients_of_all_layers_have_the_same_powers_of_ten(seen):
    layout = figure(seen, "dW", 0)["layout"]
    ranges = [layout[name]["range"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert ranges[0] == ranges[1] == ranges[2]
    assert any(text.startswith("10⁻") for text in layout["yaxis"]["ticktext"])


def test_panels_do_not_overlap(seen):
    layout = figure(seen, "Z", 0)["layout"]
    domains = [layout[name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert domains[0][1] == pytest.approx(1)
    assert domains[-1][0] == pytest.approx(0)
    assert domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1]


def test_the_sentence_tells_the_median_of_each_layer_then_and_now(seen):
    told = summary(seen, "Z", 100)
    assert told.startswith("The median of Z, at iteration 0 → at iteration 100: layer 1 ")
    assert told.count("→") == 4
    assert "are exactly 0" in summary(seen, "A", 100)
    assert summary(seen, "dW", 100).startswith("The median of |dW|")
    assert moment_of(seen, 57) == seen.iterations.index(60)
