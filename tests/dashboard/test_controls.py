"""The knobs' values, and that every hyperparameter that is declared has its knob."""

from __future__ import annotations

import itertools

import pytest
from page_driving import component, opened, run_of, turn, widget
from page_driving import value as value_of

from dashboard.controls import preset_of
from dashboard.field_widgets import as_number
from dashboard.notches import UNITS, log_grid
from engine.fields import Choice, LayerSizes, PerLayer, Real, Whole
from engine.hyperparameters import DECLARED, PRESETS, Hyperparameters
from engine.sources import load_dataset

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
    stops = [stop for stop in log_grid(declared.kind) if stop > 0]
    assert all(b <= 2 * a for a, b in itertools.pairwise(stops))


@pytest.mark.parametrize("name", [d.name for d in LOGARITHMIC])
def test_the_courses_values_are_stops(name):
    stops = {*log_grid(DECLARED[name].kind), 0}
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


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0075, "0.0075"), (1e-5, "0.00001"), (10.0, "10"), (0.1, "0.1"), (2500, "2,500")],
)
def test_numbers_are_written_as_a_person_would(number, text):
    assert as_number(number) == text


def test_settings_are_known_by_their_presets_name():
    for name, preset in PRESETS.items():
        assert preset_of(preset, PRESETS) == name
    assert preset_of(Hyperparameters(seed=2), PRESETS) == "Custom"


# What must be chosen first, for a knob to mean something.
FIRST = {
    "beta1": ("optimizer", "momentum"),
    "beta2": ("optimizer", "Adam"),
    "epsilon": ("optimizer", "Adam"),
    "decay_rate": ("decay", "1/t"),
}


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("declared", DECLARED.values(), ids=lambda d: d.name)
def test_every_declared_hyperparameter_has_a_knob_for_its_whole_range(declared):
    page, kind = opened(), declared.kind
    if declared.name in FIRST:
        assert widget(page, declared.name) is None  # it would mean nothing
        turn(page, *FIRST[declared.name])
    keys = {LayerSizes: "hidden_layer_count", PerLayer: f"{declared.name}_differ"}
    knob = widget(page, keys.get(type(kind), declared.name))
    assert knob is not None
    assert declared.help == knob.help
    if isinstance(kind, LayerSizes):
        assert (knob.min, knob.max) == (0, kind.most)
    elif isinstance(kind, Choice):
        assert tuple(knob.options) == kind.names
    elif isinstance(kind, Whole) and kind.zero:
        assert knob.options[0] == kind.zero
    elif isinstance(kind, Real) and kind.marks:
        assert len(knob.options) == len(kind.marks)
        assert (kind.marks[0], kind.marks[-1]) == (kind.low, kind.high)
    elif isinstance(kind, Real | Whole) and kind.scale == "log":
        assert len(knob.options) == len(log_grid(kind))
    elif isinstance(kind, Real | Whole):
        assert (knob.min, knob.max) == (kind.low, kind.high)


@pytest.mark.usefixtures("services")
def test_sizes_go_no_further_than_the_data():
    page = opened()
    dataset = load_dataset("drawn")
    assert widget(page, "mini_batch").options[-1] == str(largest(dataset.m_train))
    assert widget(page, "training_pictures").options[-1] == str(largest(dataset.m_train))


def largest(most):
    return log_grid(Whole(1, most, scale="log"))[-1]


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(("name", "one"), [("activations", "tanh"), ("keep_probs", 0.5)])
def test_each_hidden_layer_gets_a_knob_of_its_own_when_they_differ(name, one):
    page = opened()
    turn(page, f"{name}_differ", True)
    first = f"{name.removesuffix('s')}_1"
    turn(page, first, one)
    assert not page.exception
    told = page.session_state["_live_run"].current.hyperparameters
    assert getattr(told, name)[0] == one
    assert len(getattr(told, name)) == 3
    turn(page, "hidden_layer_count", 0)
    assert not page.exception
    assert widget(page, first) is None


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("learning_rate", 0.015),
        ("num_iterations", 75),
        ("units_2", 9),
        ("hidden_layer_count", 0),
        ("hidden_layer_count", 5),
        ("keep_prob_1", 0.85),
        ("mini_batch", 40),
        ("label_noise", 0.15),
        ("picture_size", 0),
    ],
)
def test_what_a_slider_says_while_it_is_dragged_is_what_comes_of_it_on_release(key, value):
    page = opened()
    for choice in (("activations_differ", True), ("activation_2", "tanh"), ("units_4", 9)):
        turn(page, *choice) if widget(page, choice[0]) else None
    turn(page, "keep_probs_differ", True)
    turn(page, "keep_prob_3", 0.5)
    turn(page, "num_iterations", 20)
    before, slider = run_of(page).hyperparameters, widget(page, key)
    changes = component(page, "hand")["sliders"][key]
    if getattr(slider, "options", None):
        told = [n.replace(",", "") for n in slider.options]
        place = told.index(str(value)) if str(value) in told else 0
        assert len(changes) == len(told)
    else:
        place = round((value - slider.min) / slider.step)
        assert len(changes) == round((slider.max - slider.min) / slider.step) + 1
    turn(page, key, value)
    assert not page.exception
    assert run_of(page).hyperparameters == before.with_text(changes[place])


@pytest.mark.usefixtures("services")
def test_no_slider_can_ask_for_what_is_not_allowed():
    page = opened()
    turn(page, "optimizer", "Adam")
    turn(page, "decay", "1/t")
    for differ in ("activations_differ", "keep_probs_differ"):
        turn(page, differ, True)
    h = run_of(page).hyperparameters
    sliders = component(page, "hand")["sliders"]
    assert {"learning_rate", "units_3", "beta2", "keep_prob_1", "l2", "picture_size"} <= set(
        sliders
    )
    for changes in sliders.values():
        told = [h.with_text(change) for change in changes]  # none is refused
        assert len(set(told)) == len(told)
        assert h in told


@pytest.mark.usefixtures("services")
def test_the_activation_of_all_layers_goes_and_comes_back_with_them():
    page = opened()
    turn(page, "activation", "tanh")
    for count, activation in ((0, "relu"), (1, "tanh")):
        changes = component(page, "hand")["sliders"]["hidden_layer_count"]
        before = run_of(page).hyperparameters
        turn(page, "hidden_layer_count", count)
        assert not page.exception
        now = run_of(page).hyperparameters
        assert now == before.with_text(changes[count])
        assert (len(now.hidden_layers), now.activation) == (count, activation)


@pytest.mark.usefixtures("services")
def test_an_arrow_shows_and_sets_the_next_stop():
    page = opened()
    sliders = {slider["key"]: slider["notches"] for slider in component(page, "what_if")["sliders"]}
    assert sliders["learning_rate"] == {
        "down": {"value": "0.005", "turn": "learning_rate=0.005"},
        "up": {"value": "0.01", "turn": "learning_rate=0.01"},
    }
    assert sliders["units_2"]["down"] == {"value": "6", "turn": "layers=20,6,5"}
    assert sliders["hidden_layer_count"]["up"] == {"value": "4", "turn": "layers=20,7,5,5"}
    assert set(sliders["label_noise"]) == {"up"}  # it stands at its end
    assert page.session_state["_notches"]["learning_rate"] == {"down": 0.005, "up": 0.01}


@pytest.mark.usefixtures("services")
def test_arrows_can_be_switched_off_and_hidden():
    page = opened()
    assert any('class="hd-what-if"' in shown.value for shown in page.get("html"))
    turn(page, "what_if_arrows", False)
    assert component(page, "what_if")["sliders"] == []
    assert not any('class="hd-what-if"' in shown.value for shown in page.get("html"))
    turn(page, "learning_rate", 0.01)
    assert value_of(page, "what_if_arrows") is False
    turn(page, "what_if_arrows", True)
    assert "learning_rate" in {s["key"] for s in component(page, "what_if")["sliders"]}


@pytest.mark.usefixtures("services")
def test_a_knob_that_no_longer_means_anything_is_gone_and_does_no_harm():
    page = opened()
    turn(page, "optimizer", "momentum")
    turn(page, "beta1", 0.5)
    turn(page, "optimizer", "gradient descent")
    assert widget(page, "beta1") is None
    assert page.session_state["_live_run"].current.hyperparameters == Hyperparameters()
