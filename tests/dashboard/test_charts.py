"""The cost chart's style, and the sentence for a reader who cannot see it."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.charts import branches_summary, cost_figure, cost_summary

NOTHING = (np.empty(0), np.empty(0))


def curve(*values, every=100):
    return np.arange(len(values)) * float(every), np.array(values, dtype=float)


def summary(train, test=NOTHING):
    return cost_summary({"train": train, "test": test})


def test_the_chart_has_both_curves_and_those_of_the_run_before():
    names = [trace.name for trace in cost_figure(2500).data]
    assert set(names) == {"Training", "Test", "Training, run before", "Test, run before"}
    # What is drawn last lies on top.
    assert names.index("Training") > names.index("Training, run before")


def test_training_is_solid_and_test_dashed_so_that_colour_is_not_needed():
    for trace in cost_figure(2500).data:
        assert trace.line.dash == ("solid" if trace.name.startswith("Training") else "dash")
        assert trace.meta["curve"] == ("train" if trace.name.startswith("Training") else "test")


def test_the_run_before_is_fainter_and_in_another_ink():
    for trace in cost_figure(2500).data:
        ghost = trace.name.endswith("run before")
        assert (trace.opacity < 0.5) == ghost
        assert trace.meta["role"] == ("ghost" if ghost else "run")
        assert trace.meta["ink"] == ("ink" if ghost else "accent")


def test_the_zoom_survives_another_run():
    one, other = cost_figure(100).layout, cost_figure(20_000).layout
    assert one.uirevision == other.uirevision
    assert one.uirevision


def test_the_axis_has_true_iteration_numbers():
    layout = cost_figure(20_000).layout
    assert list(layout.xaxis.range) == [0, 20_000]
    assert layout.xaxis.title.text == "iteration"
    assert layout.xaxis.tickformat == ","


def test_a_falling_curve_in_words():
    told = summary(curve(0.7, 0.4, 0.1), curve(0.69, 0.5, 0.6))
    assert told == (
        "The training cost falls from 0.7 to 0.1 in 200 iterations. The test cost ends at "
        "0.6; it was lowest, 0.5, at iteration 100."
    )


def test_a_rising_curve_in_words():
    assert summary(curve(0.7, 2.5)) == "The training cost rises from 0.7 to 2.5 in 100 iterations."


def test_small_costs_keep_their_digits():
    told = summary(curve(0.7, 0.000123))
    assert told == "The training cost falls from 0.7 to 0.000123 in 100 iterations."


def test_a_flat_curve_in_words():
    told = summary(curve(0.6931, 0.6931, every=1000))
    assert told == "The training cost stays at 0.693 in 1,000 iterations."


def test_one_iteration_is_not_plural():
    assert summary(curve(0.7, 0.6, every=1)).endswith("in 1 iteration.")


@pytest.mark.parametrize("train", [NOTHING, curve(np.nan), curve(np.inf, np.nan)])
def test_an_empty_curve_in_words(train):
    assert summary(train) == "The cost chart is empty: the training has not begun."


def test_a_curve_that_diverges_is_told_as_far_as_it_has_numbers():
    told = summary(curve(0.7, 90.0, np.nan), curve(0.7, 80.0, np.nan))
    assert told == (
        "The training cost rises from 0.7 to 90 in 100 iterations. The test cost ends at "
        "80; it was lowest, 0.7, at iteration 0."
    )


def test_a_test_curve_that_has_not_come_yet_is_left_out():
    assert "test" not in summary(curve(0.7, 0.6))


def test_branches_are_told_apart_by_name_and_sign_not_by_colour():
    figure = cost_figure(2500, "A", ("T", "B"))
    known = {(t.meta["label"], t.meta["curve"]): t for t in figure.data if t.meta["label"]}
    assert len(known) == 6
    assert {t.meta["role"] for t in figure.data} == {"ghost", "run", "other T", "other B"}
    signs = {
        label: t.marker.symbol if "markers" in t.mode else "" for (label, _), t in known.items()
    }
    assert len(set(signs.values())) == 3
    columns = {label: t.meta["column"] for (label, _), t in known.items()}
    assert columns == {"T": 0, "A": 1, "B": 2}
    assert figure.layout.margin.r > cost_figure(2500).layout.margin.r
    assert known["B", "test"].line.dash == "dash"  # what training and test are stays as it is


def test_where_the_other_branches_end_in_words():
    curves = {"train": curve(0.7, 0.1), "test": curve(0.7, 0.6)}
    unknown = {"train": curve(0.7, np.nan), "test": NOTHING}
    assert branches_summary("A", {"T": curves, "B": unknown}) == (
        " This is branch A; beside it, the trunk T ends at 0.100 (test 0.600)."
    )
    assert branches_summary("T", {}) == ""
