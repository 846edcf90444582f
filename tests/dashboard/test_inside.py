"""The page inside the network, without a browser."""

from __future__ import annotations

import re
import time

import pytest
from page_driving import WAIT, has, part, press, problems, run_of, settled, turn, value
from streamlit.testing.v1 import AppTest

from dashboard.photo import sample_photo

pytestmark = pytest.mark.usefixtures("services")


def page_inside():
    from dashboard.views import inside

    inside.show()


def opened():
    page = AppTest.from_function(page_inside, default_timeout=WAIT).run()
    settled(page)
    assert run_of(page).wait_until(lambda: bool(run_of(page).film), WAIT)
    return page.run()


def told(page, key):
    return "".join(m.value for m in page.get_by_key(key).get("markdown"))


def test_it_opens_on_the_first_test_picture_with_every_layer_both_ways():
    page = opened()
    assert not page.exception
    assert "12288" in told(page, "forward_1")
    for layer in range(1, 5):
        assert f"Layer {layer}" in told(page, f"forward_{layer}")
        assert f"dW^{{[{layer}]}}" in told(page, f"backward_{layer}")
    assert "log" in told(page, "journey_loss")
    assert not has(page, "layers_chart")


def test_the_numbers_are_those_of_the_moment_and_of_the_picture():
    page = opened()
    seen = {told(page, "forward_1")}
    turn(page, "time_machine", 0)
    seen.add(told(page, "forward_1"))
    page.number_input(key="inside_test").set_value(2).run()
    seen.add(told(page, "forward_1"))
    page.segmented_control(key="inside_part").set_value("Training").run()
    seen.add(told(page, "forward_1"))
    assert len(seen) == 4
    assert value(page, "time_machine") == 0


def test_a_button_goes_to_the_most_wrong_picture():
    page = opened()
    press(page, "inside_wrong")
    assert "✗" in "".join(h.value for h in page.get("html"))


def test_a_photo_must_be_given_first():
    page = opened()
    page.segmented_control(key="inside_part").set_value("Your photo").run()
    assert not page.exception
    assert any("Give a photo in the lab first" in c.value for c in page.caption)


def test_a_photo_takes_the_same_way():
    page = opened()
    before = told(page, "forward_1")
    page.session_state["_photos"] = (sample_photo("Dog", 64),)
    page.segmented_control(key="inside_part").set_value("Your photo").run()
    assert not page.exception
    assert told(page, "forward_1") != before
    assert "Your photo" in "".join(h.value for h in page.get("html"))
    loss = told(page, "journey_loss")
    page.segmented_control(key="inside_label").set_value(0).run()
    assert told(page, "journey_loss") != loss


def test_the_gradient_check_gives_a_verdict_for_its_moment_alone():
    page = opened()
    press(page, "check_gradient")
    assert "The backward propagation is right" in told(page, "gradient_check")
    table = next(h.value for h in page.get("html") if ">Array</th>" in h.value)
    assert re.findall('<th scope="row">(..)</th>', table) == [
        *("W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4")
    ]
    assert ">100 of 245,760</td>" in table
    turn(page, "time_machine", 0)
    assert told(page, "gradient_check") == ""
    press(page, "check_gradient")
    assert "After 0 iterations" in part(page, "gradient_check")


def test_layers_over_time_and_the_first_layer():
    page = opened()
    page.segmented_control(key="inside_view").set_value("layers").run()
    assert not page.exception
    assert not problems(page)
    assert any("The median of Z, at iteration 0" in c.value for c in page.caption)
    assert not has(page, "journey")
    page.segmented_control(key="inside_view").set_value("first layer").run()
    assert any("hd-weights" in h.value for h in page.get("html"))


def test_while_the_run_goes_on_it_says_so(services, long):
    page = AppTest.from_function(page_inside, default_timeout=WAIT)
    from dashboard.live_run import LiveRun

    live = LiveRun(services.pool(), "somebody inside")
    page.session_state["_live_run"] = live
    live.show(long, services.dataset("drawn"))
    page.run()
    assert any("when the network is trained" in c.value for c in page.caption)
    live.pause()
    limit = time.monotonic() + WAIT
    while not has(page, "forward_1") and time.monotonic() < limit:
        time.sleep(0.05)
        page.run()
    assert "Layer 1" in told(page, "forward_1")
    live.stop()


def test_points_of_the_plane_have_a_journey_too(services):
    page = AppTest.from_function(page_inside, default_timeout=WAIT)
    from dashboard.live_run import LiveRun
    from engine.hyperparameters import Hyperparameters

    live = LiveRun(services.pool(), "somebody in the plane")
    page.session_state["_live_run"] = live
    dataset = services.dataset("flower:noise=0.3,points=200")
    run = live.show(Hyperparameters(hidden_layers=(4,), num_iterations=50), dataset)
    assert run.wait(WAIT)
    page.run()
    assert not page.exception
    assert not problems(page)
    assert "The point (" in "".join(h.value for h in page.get("html"))
    assert "for this point" in told(page, "forward_1")
    press(page, "check_gradient")
    assert "The backward propagation is right" in told(page, "gradient_check")
