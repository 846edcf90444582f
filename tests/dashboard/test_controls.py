"""The knobs' values, and that every hyperparameter that is declared has its knob."""

from __future__ import annotations

import itertools

import pytest
from page_driving import opened, widget

from dashboard.controls import UNITS, as_number, log_grid, preset_of, with_value
from engine.fields import LayerSizes, Real, Whole
from engine.hyperparameters import DECLARED, PRESETS, Hyperparameters

LOGARITHMIC = [d for d in DECLARED.values() if getattr(d.kind, "scale", "") == "log"]


@pytest.mark.parametrize("declared", LOGARITHMIC, ids=lambda d: d.name)
def test_the_stops_of_a_slider_rise_and_stay_in_the_declared_range(declared):
    stops = log_grid(declared.kind)
    assert stops == sorted(set(stops))
    assert stops[0] == declared.kind.low
    assert stops[-1] == declared.kind.high
    assert [declared.kind.check(declared.name, stop) for stop in stops] == stops


@pytest.mark.parametrize("declared", LOGARITHMIC, ids=lambda d: d.name)
def test_the_stops_of_a_slider_lie_at_steps_of_at_most_double(declared):
    stops = log_grid(declared.kind)
    assert all(b <= 2 * a for a, b in itertools.pairwise(stops))


@pytest.mark.parametrize("name", [d.name for d in LOGARITHMIC])
def test_the_courses_values_are_stops(name):
    stops = log_grid(DECLARED[name].kind)
    for preset in PRESETS.values():
        assert getattr(preset, name) in stops


def test_the_courses_learning_rates_are_stops():
    stops = log_grid(DECLARED["learning_rate"].kind)
    assert {0.0075, 0.005, 0.001, 0.0001, 0.01} <= set(stops)


def test_units_are_in_the_declared_range_with_the_courses_among_them():
    units = next(d.kind for d in DECLARED.values() if isinstance(d.kind, LayerSizes)).units
    assert (UNITS[0], UNITS[-1]) == (units.low, units.high)
    assert list(UNITS) == sorted(set(UNITS))
    assert {20, 7, 5} <= set(UNITS)


def test_a_value_between_the_stops_gets_a_stop_of_its_own():
    assert with_value((1, 5, 10), 7) == [1, 5, 7, 10]
    assert with_value((1, 5, 10), 5) == [1, 5, 10]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0075, "0.0075"), (1e-5, "0.00001"), (10.0, "10"), (0.1, "0.1"), (2500, "2,500")],
)
def test_numbers_are_written_as_a_person_would(number, text):
    assert as_number(number) == text


def test_settings_are_known_by_their_presets_name():
    for name, preset in PRESETS.items():
        assert preset_of(preset) == name
    assert preset_of(Hyperparameters(seed=2)) == "Custom"


@pytest.mark.usefixtures("services")
def test_every_declared_hyperparameter_has_a_knob_for_its_whole_range():
    page = opened()
    for declared in DECLARED.values():
        layers = isinstance(declared.kind, LayerSizes)
        knob = widget(page, "hidden_layer_count" if layers else declared.name)
        assert knob is not None, declared.name
        assert declared.help == knob.help
        if layers:
            assert (knob.min, knob.max) == (0, declared.kind.most)
        elif isinstance(declared.kind, (Real, Whole)) and declared.kind.scale == "linear":
            assert (knob.min, knob.max) == (declared.kind.low, declared.kind.high)
        elif declared in LOGARITHMIC:
            assert len(knob.options) == len(log_grid(declared.kind))
        else:
            assert tuple(knob.options) == declared.kind.names
