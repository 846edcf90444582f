"""Points in the plane on the page and in the server: chosen, linked, mapped, added to, taken home."""

from __future__ import annotations

import base64
import math
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
import streamlit as st
from asking import ask
from hypothesis import given, settings
from page_driving import (
    PAGE,
    WAIT,
    component,
    has,
    opened,
    press,
    problems,
    run_of,
    settled,
    turn,
    value,
    widget,
)
from pool_driving import begin, complete, paused
from streamlit.testing.v1 import AppTest

from dashboard import permalink
from dashboard.loaded import MOST_PLANAR, keep
from dashboard.messages import Summary
from dashboard.panels import plane as plane_panel
from dashboard.permalink import address
from dashboard.plane import maps_json
from engine.dataset import Dataset
from engine.hyperparameters import PLANE_PRESETS, PRESETS, Hyperparameters
from engine.plane_maps import MOST, SIDE, map_plane
from engine.sources import load_dataset
from engine.sources.planar import Plane
from tests.engine.test_planar import planes

USUAL = next(iter(PLANE_PRESETS.values()))
QUICK = {"layers": "4", "iterations": "100", "activation": "tanh"}


def followed(**keys):
    page = AppTest.from_file(PAGE, default_timeout=WAIT)
    page.query_params.update(keys)
    return page.run()


def dataset_of(page) -> Dataset:
    return load_dataset(run_of(page).dataset_name)


# --- the address


@given(planes())
@settings(max_examples=60)
def test_an_address_leads_back_to_any_points(plane):
    keys = address(USUAL, plane.name, None)
    told = permalink.opened(dict(parse_qsl(urlencode(keys), keep_blank_values=True)), ["drawn"])
    assert told.plane == plane
    assert told.dataset == plane.name
    assert told.hyperparameters == USUAL
    assert told.problems == []


def test_the_keys_are_flat_and_readable():
    plane = Plane(shape="spiral", noise=0.3, classes=3, added=((1.5, -2.0, 2), (0.25, 3.0, 0)))
    assert address(PLANE_PRESETS["Logistic regression"], plane.name, Summary(1, 0.5, 0, 1, 0)) == {
        "dataset": "spiral",
        "noise": "0.3",
        "classes": "3",
        "added": "1.5_-2_2~0.25_3_0",
        "layers": "none",
        "learning_rate": "0.005",
        "iterations": "2000",
        "initialization": "zeros",
        "result": "0.5,1,0",
    }


def test_points_without_any_hyperparameter_come_with_their_usual_preset():
    assert permalink.opened({"dataset": "moons"}, ["drawn"]).hyperparameters == USUAL
    plain = Hyperparameters()
    assert permalink.opened(address(plain, "moons", None), ["drawn"]).hyperparameters == plain
    assert permalink.opened({"dataset": "drawn"}, ["drawn"]).hyperparameters == plain


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"noise": "nan"}, "noise cannot be nan"),
        ({"noise": ""}, "noise cannot be "),
        ({"points": "1000000000"}, "points cannot be 1000000000"),
        ({"points": "9" * 400}, "points cannot be 999"),
        ({"train_share": "-1"}, "train_share cannot be -1"),
        ({"data_seed": "1.5"}, "data_seed cannot be 1.5"),
        ({"classes": "4"}, "only with spiral and gaussians"),
        ({"added": "7_0_0"}, "between -6 and 6"),
        ({"added": "1_1_9"}, "between -6 and 6"),
        ({"added": "<script>"}, "between -6 and 6"),
        ({"added": "~".join(["1_1_0"] * 1_000_000)}, "at most 5,000 characters"),
        ({"added": "~".join(["1_1_0"] * 201)}, "up to 200 points"),
        ({"added": "1_1_2"}, "points of class 0 to 1"),
        ({"picture_size": "16"}, "0 for points: they have no pixels"),
    ],
    ids=str,
)
def test_what_no_points_can_be_made_from_gets_a_sentence_and_the_default(keys, sentence):
    told = permalink.opened({"dataset": "flower", "result": "0.1,1,1", **keys}, ["drawn"])
    (problem,) = told.problems
    assert sentence in problem
    assert problem.endswith("The usual value is taken.")
    assert len(problem) < 400
    assert told.plane == Plane()
    assert told.hyperparameters.picture_size == 0
    assert told.result == ()


def test_keys_of_points_mean_nothing_beside_pictures():
    told = permalink.opened({"dataset": "drawn", "noise": "nan", "added": "x"}, ["drawn"])
    assert told.plane is None
    assert told.problems == []


# --- the page


def test_choosing_points_takes_the_preset_that_learns_them(services):
    page = opened()
    settled(page)
    turn(page, "units_1", 7)
    settled(page)
    turn(page, "dataset", "flower")
    told = settled(page)
    assert value(page, "preset") == "Points in the plane"
    assert run_of(page).hyperparameters == USUAL
    assert "train 89.6 %" in told
    assert not has(page, "mislabeled_gallery")
    assert not has(page, "photo_result")
    assert not has(page, "picture_size")
    assert "picture" not in page.get_by_key("diagnosis").markdown[0].value
    # Back to pictures, their own settings are there again.
    turn(page, "dataset", "drawn")
    settled(page, "")
    assert value(page, "units_1") == 7
    assert value(page, "preset") == "Custom"
    assert has(page, "mislabeled_gallery")
    turn(page, "dataset", "moons")
    settled(page)
    assert run_of(page).hyperparameters == USUAL


def test_the_points_settings_make_other_points(services):
    page = followed(dataset="gaussians", **QUICK)
    settled(page)
    before = dataset_of(page)
    turn(page, "noise", 0.5)
    settled(page)
    assert run_of(page).dataset_name == "gaussians:noise=0.5"
    turn(page, "classes", 3)
    settled(page)
    assert dataset_of(page).classes == ("orange", "blue", "green")
    assert before.m_train == 280
    turn(page, "train_share", 0.5)
    settled(page)
    assert dataset_of(page).m_train == 199  # half of each class
    turn(page, "dataset", "xor")
    settled(page)
    assert not has(page, "classes")
    assert dataset_of(page).classes == ("orange", "blue")


def add(page, x1, x2, label):
    page.get_by_key("point_class").set_value(label)
    page.number_input(key="point_x1").set_value(x1)
    page.number_input(key="point_x2").set_value(x2)
    press(page, "add_point")
    return settled(page)


def test_points_are_added_by_the_keyboard_and_taken_back(services):
    page = followed(dataset="xor", **QUICK)
    settled(page)
    assert page.button(key="undo_point").disabled
    add(page, 5.0, -5.0, 1)
    add(page, 5.5, -5.0, 1)
    assert dataset_of(page).m_train == 282
    assert dataset_of(page).train_pictures[-1].tolist() == [5.5, -5.0]
    assert dataset_of(page).train_labels[0, -1] == 1
    assert page.query_params["added"] == "5_-5_1~5.5_-5_1"
    press(page, "undo_point")
    settled(page)
    assert dataset_of(page).m_train == 281
    press(page, "clear_points")
    settled(page)
    assert run_of(page).dataset_name == "xor"
    assert "added" not in page.query_params
    press(page, "undo_point")
    settled(page)
    assert dataset_of(page).m_train == 281
    press(page, "undo_point")
    settled(page)
    assert dataset_of(page).m_train == 280
    assert page.button(key="undo_point").disabled


def test_more_points_than_there_is_room_for_are_refused(services):
    page = followed(dataset="xor", added="~".join(["1_1_0"] * 200), **QUICK)
    settled(page)
    page.number_input(key="point_x1").set_value(2.0)
    press(page, "add_point")
    assert any("200 points" in problem for problem in problems(page))
    assert dataset_of(page).m_train == 480


def test_the_plane_hears_which_click_was_refused(services, monkeypatch):
    click = {"x1": 2.0, "x2": 1.0, "label": 1, "number": 123.5}
    drawn = plane_panel.live_plane

    def with_a_button_that_clicks(*about, **how):
        drawn(*about, **how)
        st.button("Click", key="click", on_click=plane_panel.add_clicked, args=(click,))

    monkeypatch.setattr(plane_panel, "live_plane", with_a_button_that_clicks)
    page = followed(dataset="xor", added="~".join(["1_1_0"] * 199), **QUICK)
    settled(page)
    press(page, "click")
    assert component(page, "plane")["refused"] is None
    settled(page)
    press(page, "click")
    assert any("200 points" in problem for problem in problems(page))
    assert component(page, "plane")["refused"] == 123.5


def test_added_points_go_with_the_shape_and_with_their_class(services):
    page = followed(dataset="spiral", classes="3", added="1_1_2~2_2_0", **QUICK)
    settled(page)
    turn(page, "classes", 2)
    settled(page)
    assert run_of(page).dataset_name == "spiral:added=2_2_0"
    turn(page, "dataset", "moons")
    settled(page)
    assert run_of(page).dataset_name == "moons"


def test_a_link_to_points_says_reproduced(services):
    page = followed(dataset="spiral", noise="0.3", added="1_1_0", **QUICK)
    settled(page)
    again = followed(**page.query_params)
    settled(again)
    assert any("Reproduced" in told.value for told in again.success)
    assert run_of(again).run_hash == run_of(page).run_hash


def test_a_hostile_link_shows_the_usual_points_and_a_sentence(services):
    page = followed(dataset="flower", noise="nan", points="1000000000", **QUICK)
    settled(page)
    assert len(page.warning) == 2
    assert run_of(page).dataset_name == "flower"


def test_all_of_a_run_on_points_is_taken_home(services):
    page = followed(dataset="moons", **QUICK)
    settled(page)
    keys = {button.proto.id for button in page.get("download_button")}
    assert len(keys) == 7


def test_the_points_can_be_browsed_as_a_table(services):
    page = followed(dataset="moons", points="50", **QUICK)
    settled(page)

    def alone():
        from dashboard.views import pictures

        pictures.show()

    table = AppTest.from_function(alone, default_timeout=WAIT)
    table.session_state["dataset"] = "moons"
    table.session_state["points"] = 50
    table.run()
    assert not table.exception
    (points,) = (h.value for h in table.get("html") if "hd-table" in h.value)
    assert points.count("<tr>") == 1 + 36
    assert "points the network learns from" in table.subheader[0].value


def test_pictures_have_only_the_courses_presets(services):
    page = opened()
    assert widget(page, "preset").options == [*PRESETS, "Custom"]
    turn(page, "dataset", "moons")
    assert widget(page, "preset").options == [*PLANE_PRESETS, "Custom"]
    turn(page, "preset", "Logistic regression")
    settled(page)
    assert run_of(page).hyperparameters == PRESETS["Logistic regression"]


# --- what the browser fetches


def numbers(text):
    return np.frombuffer(base64.b64decode(text), "<u2").reshape(SIDE, SIDE)


def test_maps_of_a_finished_run_are_those_of_its_network(services):
    dataset = services.dataset("moons")
    h = Hyperparameters(hidden_layers=(5, 3), num_iterations=300, activation="tanh")
    run = complete(services.pool(), h, dataset)
    told = ask(f"/hyperdial/planes/{run.token}/now").json
    expected = map_plane(run.snapshot, dataset)
    assert told["iteration"] == 300
    np.testing.assert_array_equal(numbers(told["P"][0]), expected.P[0])
    assert [len(layer["maps"]) for layer in told["layers"]] == [5, 3]
    assert len(told["wrong"]["test"]) == (~expected.test_right).sum()
    assert "of 280 training points" in told["says"]
    assert run.wait_until(lambda: bool(run.film), WAIT)
    early = run.film[3]
    told = ask(f"/hyperdial/planes/{run.token}/{early.iteration}").json
    np.testing.assert_array_equal(numbers(told["P"][0]), map_plane(early.snapshot, dataset).P[0])


def test_maps_of_a_run_that_goes_on_come_from_where_it_is(services):
    dataset = services.dataset("flower")
    run = begin(services.pool(), USUAL.with_changes(num_iterations=20_000, seed=7), dataset)
    try:
        assert run.wait_until(lambda: run.iteration > 0, WAIT)
        told = ask(f"/hyperdial/planes/{run.token}/now").json
        assert 0 <= told["iteration"] < 20_000
        assert max(numbers(told["P"][0]).max(), 1) <= MOST
    finally:
        services.pool().stop(run)


def test_a_paused_run_shows_where_it_stands(services):
    pool, dataset = services.pool(), services.dataset("xor")
    run = begin(pool, USUAL.with_changes(seed=9), dataset, paused=True)
    paused(run)
    assert ask(f"/hyperdial/planes/{run.token}/now").json["iteration"] == 0
    pool.stop(run)


def test_the_points_are_those_the_run_learned_from(services):
    dataset = services.dataset("moons")
    h = USUAL.with_changes(num_iterations=10, training_pictures=50, label_noise=0.2)
    run = complete(services.pool(), h, dataset)
    told = ask(f"/hyperdial/planes/{run.token}/points").json
    assert len(told["train"]["label"]) == len(told["train"]["x1"]) == 50
    assert len(told["test"]["label"]) == dataset.m_test
    assert told["classes"] == ["orange", "blue"]
    own = {tuple(place): label for place, label in zip(
        dataset.train_pictures.tolist(), dataset.train_labels[0].tolist(), strict=True
    )}  # fmt: skip
    wrong = sum(
        own[x1, x2] != label
        for x1, x2, label in zip(*(told["train"][k] for k in ("x1", "x2", "label")), strict=True)
    )
    assert wrong == 10


def test_other_runs_have_no_plane(services, short, dataset):
    run = complete(services.pool(), short, dataset)
    for path in ("points", "now", "100"):
        assert ask(f"/hyperdial/planes/{run.token}/{path}").status == 404
        assert ask(f"/hyperdial/planes/nobody/{path}").status == 404
    moons = services.dataset("moons")
    run = complete(services.pool(), USUAL.with_changes(num_iterations=20), moons)
    assert ask(f"/hyperdial/planes/{run.token}/7777").status == 404


# --- words


def test_the_plane_in_words():
    dataset = load_dataset("gaussians:classes=3,points=60")
    from engine.training import train

    *_, last = train(Hyperparameters(hidden_layers=(40,), num_iterations=50), dataset)
    told = maps_json(map_plane(last.snapshot, dataset), dataset, last.snapshot.hyperparameters)
    assert told["says"].startswith("The network takes the plane for ")
    shares = [int(word) for word in told["says"].split() if word.isdigit()][:3]
    assert math.isclose(sum(shares), 100, abs_tol=1)
    assert "after 50 iterations" in told["says"]
    assert told["layers"][0]["says"].startswith("Hidden layer 1: 40 units, relu, the first 16")


def test_only_the_newest_points_stay_loaded():
    datasets: dict[str, Dataset] = {"drawn": load_dataset("drawn")}
    for seed in range(MOST_PLANAR + 5):
        name = f"xor:points=20,data_seed={seed}"
        keep(datasets, name, load_dataset(name))
    assert len(datasets) == MOST_PLANAR + 1
    assert "drawn" in datasets
    assert "xor:points=20,data_seed=0" not in datasets
