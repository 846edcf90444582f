"""The time machine: one slider that rewinds all the page shows of a run, and plays it."""

from __future__ import annotations

import json
import re
import threading

import numpy as np
import pytest
from page_driving import (
    WAIT,
    has,
    opened,
    part,
    picture,
    press,
    problems,
    run_of,
    settled,
    status,
    turn,
    upload,
    value,
    widget,
)

from dashboard import services as shared
from dashboard.run import Run
from dashboard.run_cache import RunCache
from dashboard.store import results
from engine.evaluation import mislabeled, probabilities

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture
def page():
    """A new session with a finished run of 200 iterations."""
    page = opened()
    turn(page, "activation", "tanh")
    turn(page, "num_iterations", 200)
    settled(page)
    filmed(page)
    return page


def filmed(page):
    """Lets the page draw the slider, however busy the machine is."""
    run = run_of(page)
    assert run.wait_until(lambda: len(run.film) > 0, WAIT)
    page.run()
    assert widget(page, "time_machine") is not None


def data_of(page, key):
    """What the page gives to a part that the browser draws."""
    parts = page.get("bidi_component")
    return next(json.loads(p.proto.json)[0] for p in parts if f"-{key}" in p.proto.id)


def figures(page):
    return {figure["name"]: figure["value"] for figure in data_of(page, "figures")["figures"]}


def mark(page):
    return data_of(page, "cost_chart")["marked"]


def moment_of(page, iteration):
    return next(m for m in run_of(page).film if m.iteration == iteration)


def probability(page):
    return float(re.search(r"P\(cat\) = <b>([\d.]+)", part(page, "photo_result"))[1])


def gallery(page):
    return part(page, "mislabeled_gallery")


# --- moving it


def test_it_opens_at_the_end_of_the_run(page):
    assert value(page, "time_machine") == 200
    assert widget(page, "time_machine").options[0] == "0"
    assert mark(page) is None
    assert "after 200 iterations" in gallery(page)


def test_moving_it_rewinds_figures_gallery_mark_and_photo_together(page):
    upload(page, "mine.png", picture())
    at_the_end = figures(page), gallery(page), probability(page)
    turn(page, "time_machine", 20)
    moment = moment_of(page, 20)
    assert figures(page)["Training cost"] == f"{moment.summary.cost:.4f}"
    assert figures(page)["Test accuracy"] == f"{100 * moment.summary.test_accuracy:.1f} %"
    wrong = len(mislabeled(moment.test_logits, shared.dataset("drawn").test_labels))
    assert gallery(page).startswith(f"{wrong} of 50 test pictures mislabeled, after 20 iterations")
    assert gallery(page).count('class="hd-card') == wrong
    assert mark(page) == 20
    assert (figures(page), gallery(page), probability(page)) != at_the_end
    for now, then in zip(
        (figures(page), gallery(page), probability(page)), at_the_end, strict=True
    ):
        assert now != then
    turn(page, "time_machine", 200)
    assert (figures(page), gallery(page), probability(page)) == at_the_end
    assert mark(page) is None
    assert problems(page) == []


def test_the_gallery_shows_the_probabilities_of_that_iteration(page):
    page.segmented_control(key="gallery_shows").select("All test").run()
    turn(page, "time_machine", 0)
    said = probabilities(moment_of(page, 0).test_logits)[0]
    shown = [float(share) for share in re.findall(r"</b> ([\d.]+) %</span>", gallery(page))]
    assert len(shown) == 50
    surest_first = np.sort(np.maximum(said, 1 - said))[::-1]
    np.testing.assert_allclose(shown, 100 * surest_first, atol=0.6)


def test_a_new_run_begins_at_its_own_end(page):
    turn(page, "time_machine", 20)
    turn(page, "num_iterations", 300)
    settled(page)
    filmed(page)
    assert value(page, "time_machine") == 300
    assert mark(page) is None
    assert "after 300 iterations" in gallery(page)


def test_a_run_under_way_has_no_time_machine(page):
    press(page, "reset")
    assert run_of(page).state == "paused"
    assert widget(page, "time_machine") is None
    assert not has(page, "play")


def test_a_run_that_was_stopped_can_be_rewound(page):
    turn(page, "num_iterations", 20_000)
    turn(page, "units_1", 512)
    run = run_of(page)
    assert run.wait_until(lambda: run.iteration > 100, WAIT)
    press(page, "stop")
    settled(page, "Stopped")
    filmed(page)
    assert value(page, "time_machine") == run.iteration
    turn(page, "time_machine", 0)
    assert "after 0 iterations" in gallery(page)


def test_a_run_that_diverged_can_be_rewound_to_where_it_had_answers(page):
    turn(page, "activation", "leaky relu")
    turn(page, "initialization", "He")
    turn(page, "learning_rate", 10.0)
    settled(page, "Diverged")
    filmed(page)
    assert "This network diverged" in gallery(page)
    turn(page, "time_machine", 0)
    assert "after 0 iterations" in gallery(page)
    assert "nan" not in gallery(page)


def test_a_film_that_is_late_brings_the_slider_without_being_asked(page, monkeypatch):
    take_film = Run.take_film

    def take_late(run, film):
        def take():
            with run._changed:
                take_film(run, film)

        threading.Timer(1.0, take).start()

    monkeypatch.setattr(Run, "take_film", take_late)
    turn(page, "seed", 31)
    assert run_of(page).wait(WAIT)
    page.run()  # as the browser asks when a run is over
    assert status(page).startswith("Finished")
    assert value(page, "time_machine") == 200


def test_a_large_network_from_the_store_shows_nothing_of_the_run_before_it(page, monkeypatch):
    monkeypatch.setattr(results, "MOST_SNAPSHOT", 100)  # its weights are then not kept
    turn(page, "seed", 41)
    settled(page)
    filmed(page)
    at_its_end = gallery(page), figures(page)
    turn(page, "seed", 42)
    settled(page)
    filmed(page)
    assert gallery(page) != at_its_end[0]
    shared.keeper().flush(WAIT)
    shared.pool()._dispatcher.cache = RunCache(0)

    with monkeypatch.context() as late:
        late.setattr(Run, "take_film", lambda run, film: None)
        turn(page, "seed", 41)
        assert run_of(page).moment is None
        assert status(page).startswith("Finished")
        assert gallery(page) == "The pictures come when the network is trained."
        assert not has(page, "take_curve.csv")
        assert any("it is being trained again" in caption.value for caption in page.caption)
        turn(page, "seed", 42)

    turn(page, "seed", 41)
    assert run_of(page).wait_until(lambda: bool(run_of(page).film), WAIT)
    page.run()  # as the part that looks for it would
    assert (gallery(page), figures(page)) == at_its_end
    assert has(page, "take_curve.csv")
    assert value(page, "time_machine") == 200


# --- playing


def plays(page):
    """Whether the page goes on by itself."""
    return bool(page.session_state["_playing"])


def frames(page, most=60):
    """Where the slider stands at each look of the page, until it is held."""
    seen = [value(page, "time_machine")]
    while plays(page):
        assert len(seen) < most
        page.run()
        seen.append(value(page, "time_machine"))
    return seen


def test_play_goes_from_the_beginning_to_the_end_and_stops_there(page):
    page.segmented_control(key="play_speed").select("fast").run()
    press(page, "play")
    seen = frames(page)
    assert seen == sorted(set(seen))
    assert seen[0] <= 20
    assert seen[-1] == 200
    assert 15 <= len(seen) <= 30
    page.run()
    assert value(page, "time_machine") == 200


def test_playing_shows_what_it_passes(page):
    press(page, "play")
    page.run()
    assert 0 < value(page, "time_machine") < 200
    assert mark(page) == value(page, "time_machine")
    assert f"after {mark(page)} iterations" in gallery(page)


def test_hold_stays_and_play_goes_on_from_there(page):
    press(page, "play")
    page.run()
    press(page, "hold")
    held = value(page, "time_machine")
    page.run()
    assert value(page, "time_machine") == held
    press(page, "play")
    assert held < value(page, "time_machine") < held + 50


def test_a_click_that_arrives_twice_is_one(page):
    press(page, "play")
    page.run()
    press(page, "play")
    assert plays(page)
    press(page, "hold")
    held = value(page, "time_machine")
    press(page, "hold")
    page.run()
    assert not plays(page)
    assert value(page, "time_machine") == held


def test_a_browser_that_has_not_heard_of_the_last_frames_does_not_turn_it_back(page):
    press(page, "play")
    page.run()
    before = value(page, "time_machine")
    page.run()
    turn(page, "time_machine", before)
    assert value(page, "time_machine") > before
    press(page, "hold")
    held = value(page, "time_machine")
    turn(page, "time_machine", before)
    assert value(page, "time_machine") == held


def test_whoever_moves_it_while_it_plays_sees_it_go_on_from_there(page):
    turn(page, "time_machine", 20)
    press(page, "play")
    turn(page, "time_machine", 140)
    assert 140 < value(page, "time_machine") < 200


def test_a_slower_speed_takes_smaller_steps(page):
    steps = []
    for speed in ("slow", "normal", "fast"):
        page.segmented_control(key="play_speed").select(speed).run()
        turn(page, "time_machine", 0)
        press(page, "play")
        before = value(page, "time_machine")
        page.run()
        steps.append(value(page, "time_machine") - before)
        press(page, "hold")
    assert steps == sorted(set(steps))


def test_a_knob_that_is_turned_while_it_plays_ends_the_playing(page):
    press(page, "play")
    turn(page, "seed", 4)
    settled(page)
    filmed(page)
    assert not plays(page)
    assert value(page, "time_machine") == 200


# --- the first layer


def weight_pictures(page):
    return "".join(html.value for html in page.get("html") if 'hd-weights"' in html.value)


def test_the_first_layer_shows_a_picture_a_unit_of_the_moment_chosen(page):
    assert weight_pictures(page) == ""
    turn(page, "first_layer", True)
    at_the_end = weight_pictures(page)
    assert at_the_end.count("<img") == 20
    captions = [caption.value for caption in page.caption]
    assert any(
        caption.startswith("The weights W1 of 20 of 20 units") and "after 200 iterations" in caption
        for caption in captions
    )
    turn(page, "time_machine", 0)
    assert weight_pictures(page).count("<img") == 20
    assert weight_pictures(page) != at_the_end
    assert problems(page) == []


@pytest.mark.parametrize(("units", "shown"), [(3, 3), (64, 40)])
def test_of_a_wide_layer_the_first_units_are_shown(page, units, shown):
    turn(page, "first_layer", True)
    turn(page, "units_1", units)
    settled(page)
    page.run()
    assert weight_pictures(page).count("<img") == shown
    assert any(f"{shown} of {units} units" in caption.value for caption in page.caption)


def test_logistic_regression_has_one_picture(page):
    turn(page, "first_layer", True)
    turn(page, "hidden_layer_count", 0)
    settled(page)
    page.run()
    assert weight_pictures(page).count("<img") == 1
    assert problems(page) == []
