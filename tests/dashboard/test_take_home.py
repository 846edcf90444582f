"""What a person takes home of a run: every file agrees with what the page showed."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from page_driving import (
    PAGE,
    WAIT,
    opened,
    part,
    picture,
    press,
    run_of,
    settled,
    turn,
    upload,
)
from streamlit.testing.v1 import AppTest

from dashboard import services as shared
from dashboard.panels import take_home
from engine import load_model
from engine.export import configuration_json, notebook, numpy_script, read_configuration, script
from engine.hyperparameters import Hyperparameters
from engine.preparation import resized

pytestmark = pytest.mark.usefixtures("services")

FILES = [
    "curve.csv",
    "curve.json",
    "settings.json",
    "model.npz",
    "run.ipynb",
    "run.py",
    "plain_numpy.py",
]
COLUMNS = ["iteration", "train_cost", "test_cost", "train_accuracy", "test_accuracy"]


@pytest.fixture
def offers(monkeypatch):
    """What each download button would give, by the file's name: made only when asked for."""
    made = {}
    button = take_home.st.download_button

    def noted(label, data, name, **how):
        made[name] = data
        return button(label, data, name, **how)

    monkeypatch.setattr(take_home.st, "download_button", noted)
    return made


@pytest.fixture
def page(offers):
    page = opened()
    turn(page, "activation", "tanh")
    turn(page, "num_iterations", 200)
    settled(page)
    assert run_of(page).wait_until(lambda: len(run_of(page).film) > 0, WAIT)
    page.run()
    return page


def probability(page):
    return float(re.search(r"P\(cat\) = <b>([\d.]+)", part(page, "photo_result"))[1])


def photo_as_seen(page):
    return page.session_state["_photos"][-1].seen[None]


def test_there_is_a_button_for_each_file(page, offers):
    assert list(offers) == FILES
    assert [b.key for b in page.get("download_button")] == [f"take_{name}" for name in FILES]


def test_before_anything_was_trained_there_is_nothing_to_take(offers):
    page = AppTest.from_file(PAGE, default_timeout=WAIT)
    page.query_params.update({"layers": "512,512", "iterations": "20000"})
    page.run()
    assert offers == {}
    assert any("something to take home when" in caption.value for caption in page.caption)
    press(page, "stop")


def test_the_curve_as_csv_and_as_json_are_the_charts(page, offers):
    header, *rows = csv.reader(io.StringIO(offers["curve.csv"](), newline=""))
    assert header == COLUMNS
    columns = json.loads(offers["curve.json"]())
    assert list(columns) == COLUMNS
    for i, name in enumerate(COLUMNS):
        assert [float(row[i]) if row[i] else None for row in rows] == columns[name]
    iterations, costs = run_of(page).curves()["train"]
    told = {i: c for i, c in zip(columns["iteration"], columns["train_cost"], strict=True) if c}
    assert told == dict(zip(iterations, costs, strict=True))
    latest = run_of(page).latest
    last = {name: column[-1] for name, column in columns.items()}
    assert (last["iteration"], last["train_cost"]) == (200, latest.cost)
    assert last["test_accuracy"] == latest.test_accuracy


def test_the_settings_read_back_as_those_of_the_run(page, offers):
    text = offers["settings.json"]()
    h = run_of(page).hyperparameters
    assert h == Hyperparameters(activation="tanh", num_iterations=200)
    assert read_configuration(text) == h
    assert json.loads(text)["dataset"]["digest"] == shared.dataset("drawn").digest
    assert text == configuration_json(h, "drawn", shared.dataset("drawn").digest)


def test_the_network_says_of_the_photo_what_the_page_says(page, offers):
    upload(page, "mine.png", picture())
    model = load_model(io.BytesIO(offers["model.npz"]()))
    assert f"{model.predict(photo_as_seen(page))[0]:.3f}" == f"{probability(page):.3f}"
    assert model.hyperparameters == run_of(page).hyperparameters
    assert model.classes == ("non-cat", "cat")
    assert model.costs[-1].tolist() == [200, run_of(page).latest.cost]


def test_the_network_is_the_one_at_the_moment_shown(page, offers):
    upload(page, "mine.png", picture())
    at_the_end = probability(page)
    turn(page, "time_machine", 40)
    model = load_model(io.BytesIO(offers["model_at_40.npz"]()))
    assert f"{model.predict(photo_as_seen(page))[0]:.3f}" == f"{probability(page):.3f}"
    assert probability(page) != at_the_end
    # What the file says of itself is of that moment too.
    assert model.hyperparameters.num_iterations == 40
    assert model.costs[-1, 0] == 40
    said = [caption.value for caption in page.caption]
    assert any("weights are those at iteration 40" in words for words in said)


@pytest.mark.parametrize(
    ("knob", "setting"), [("scaling", "standardized"), ("picture_size", 30), ("label_noise", 0.2)]
)
def test_the_network_of_other_data_answers_as_the_page_does(page, offers, knob, setting):
    turn(page, knob, setting)
    settled(page)
    upload(page, "mine.png", picture())
    model = load_model(io.BytesIO(offers["model.npz"]()))
    seen = photo_as_seen(page)
    if knob == "picture_size":
        seen = resized(seen, 30)
    assert model.predict(seen)[0] == pytest.approx(probability(page), abs=6e-4)


@pytest.mark.parametrize(
    ("name", "export"), [("run.ipynb", notebook), ("run.py", script), ("plain_numpy.py", numpy_script)]
)  # fmt: skip
def test_the_programs_are_the_engines_own(page, offers, name, export):
    assert offers[name]() == export(run_of(page).hyperparameters, shared.dataset("drawn"))


def test_of_a_paused_run_the_network_is_the_one_that_was_reached(page, offers):
    press(page, "reset")
    press(page, "step")
    assert run_of(page).state == "paused"
    model = load_model(io.BytesIO(offers["model.npz"]()))
    assert model.costs[:, 0].tolist() == [0, 1]


def test_a_network_that_diverged_is_not_offered_but_all_the_rest_is(page, offers):
    turn(page, "activation", "leaky relu")
    turn(page, "initialization", "He")
    turn(page, "learning_rate", 10.0)
    settled(page, "Diverged")
    offers.clear()
    page.run()
    assert list(offers) == [name for name in FILES if name != "model.npz"]
    columns = json.loads(offers["curve.json"]())
    assert columns["train_cost"][-1] is None
    assert offers["run.py"]() == script(run_of(page).hyperparameters, shared.dataset("drawn"))
