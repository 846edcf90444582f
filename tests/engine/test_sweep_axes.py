"""What a search may vary, as it is written, and what is refused in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.hyperparameters import Hyperparameters
from engine.sweeps.axes import DepthWidth, Range, Values, parse_axis
from engine.sweeps.space import Space

COURSE = Hyperparameters()


def test_a_range_runs_as_its_slider_does_unless_told_otherwise() -> None:
    assert parse_axis("learning-rate=0.001..0.1") == Range("learning_rate", 0.001, 0.1, log=True)
    assert parse_axis("learning-rate=0.001..0.1:linear").log is False  # type: ignore[union-attr]
    assert parse_axis("seed=1..16") == Range("seed", 1, 16, log=False)


def test_a_grid_takes_the_ends_and_what_lies_between_by_its_scale() -> None:
    assert parse_axis("learning_rate=0.001..1/4").grid() == {
        "learning_rate": [0.001, 0.01, 0.1, 1.0]
    }
    assert parse_axis("seed=1..4/8").grid() == {"seed": [1, 2, 3, 4]}


def test_values_are_read_as_the_field_reads_them_and_once_each() -> None:
    assert parse_axis("activation=relu|tanh|relu") == Values("activation", ("relu", "tanh"))
    layers = parse_axis("layers=20,7,5|10|none")
    assert layers.changes({"hidden_layers": "10"}) == {"hidden_layers": (10,)}
    assert layers.grid() == {"hidden_layers": ["20,7,5", "10", "none"]}


def test_architectures_by_depth_and_width() -> None:
    axis = parse_axis("layers=1..3x5..50")
    assert axis == DepthWidth((1, 3), (5, 50))
    assert axis.changes({"depth": 2, "width": 7}) == {"hidden_layers": (7, 7)}
    assert parse_axis("layers=2x10").grid() == {"depth": [2], "width": [10]}


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["learning-rate=0..1:log"], "learning_rate cannot be 0"),
        (["l2=0..1:log"], "log scale"),
        (["learning-rate=0.1..0.1"], "a lower end, then a higher"),
        (["learning-rate=2..1"], "a lower end, then a higher"),
        (["learning-rate=nan..1"], "learning_rate cannot be nan"),
        (["learning-rate="], "a range such as"),
        (["learning-rate"], "learning-rate"),
        (["speed=1..2"], "The field to search"),
        (["=1..2"], "The field to search"),
        (["activation=relu..tanh"], "values with | between them"),
        (["activation=relu|sinus"], "sinus"),
        (["layers=0..9x5"], "depth x width"),
        (["layers=1..3x0..5000"], "depth x width"),
        (["seed=1..2", "seed=3..4"], "each once"),
        (["beta1=0.5..0.9"], "only with momentum and Adam"),
        (["learning-rate=0.1..1/99999"], "99,999 points"),
        ([], "at least one"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_one_sentence(texts: list[str], told: str) -> None:
    with pytest.raises(EngineError) as refused:
        Space.of(COURSE, texts)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_grid_of_a_billion_points_is_refused_before_it_is_made() -> None:
    axes = ["learning-rate=0.1..1/1000", "l2=0.1..1/1000", "iterations=1..2000/1000"]
    with pytest.raises(EngineError, match="at most 10,000"):
        Space.of(COURSE, axes).grid()


def test_a_field_that_means_nothing_at_a_point_has_its_default_there() -> None:
    space = Space.of(COURSE, ["optimizer=gradient descent|momentum", "beta1=0.5..0.9"])
    plain = space.hyperparameters({"optimizer": "gradient descent", "beta1": 0.6})
    assert plain == COURSE
    assert space.hyperparameters({"optimizer": "momentum", "beta1": 0.6}).beta1 == 0.6


@given(st.text(max_size=60))
def test_any_text_is_an_axis_or_is_refused(text: str) -> None:
    for written in (text, f"learning-rate={text}", f"layers={text}"):
        try:
            axis = parse_axis(written)
        except EngineError:
            continue
        assert parse_axis(axis.text) == axis
