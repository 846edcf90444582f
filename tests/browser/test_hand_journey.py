"""The curve follows the hand: a slider is dragged with the mouse, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import painted, status, wait_for_chart, wait_for_status

pytestmark = pytest.mark.thorough


def slider(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input[type=range]")


def stands_at(page: Page, key: str) -> str:
    return slider(page, key).get_attribute("aria-valuetext") or ""


@contextmanager
def held(page: Page, key: str) -> Iterator[tuple[float, float, float]]:
    """The slider's thumb in the hand: where it is, and how wide the slider is."""
    expect(slider(page, key)).to_be_attached()
    track = page.locator(f".st-key-{key} .stSlider").bounding_box()
    value = page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]")
    thumb = value.locator("..").bounding_box()
    assert track is not None
    assert thumb is not None
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    yield x, y, track["width"]
    page.mouse.up()


LINES = """[...document.querySelectorAll('.hyperdial-chart .scatterlayer .js-line')]
    .map((line) => line.getAttribute('d')).join()"""


def previewed(page: Page, unlike: str = "") -> tuple[str, str]:
    """Waits for a preview whose lines are not `unlike`; what the chart says of it, and its lines."""
    page.wait_for_function(
        f"""(unlike) => / preview /.test(document.querySelector('.hyperdial-chart').dataset.painted)
            && {LINES} !== unlike""",
        arg=unlike,
        timeout=90_000,
    )
    told, lines = page.evaluate(
        f"() => [document.querySelector('.hyperdial-chart').dataset.painted, {LINES}]"
    )
    return told, lines


def curve(page: Page, name: str) -> list[tuple[float, float]]:
    trace = next(trace for trace in painted(page) if trace["name"] == name)
    return list(zip(trace["x"], trace["y"], strict=True))


@pytest.mark.parametrize("key", ["learning_rate", "units_1"])
def test_the_curve_follows_a_dragged_slider_and_lands_where_it_is_let_go(
    page: Page, key: str
) -> None:
    wait_for_chart(page, 2500)
    told, before, at_first = status(page), curve(page, "Training"), stands_at(page, key)
    seen = ""
    with held(page, key) as (x, y, width):
        for part in (0.1, 0.2, 0.3):
            page.mouse.move(x - part * width, y, steps=4)
            shown, seen = previewed(page, seen)
            assert re.search(r"preview: (all|[\d,]+ of) 2,500 iterations", shown)
            expect(page.locator(".hyperdial-chart .annotation")).to_contain_text("preview: ")
            assert curve(page, "Training, run before") == before
        assert status(page) == told  # the page itself has heard of nothing yet
        value = stands_at(page, key)
    assert value != at_first
    wait_for_status(page, "Finished", unlike=told)
    wait_for_chart(page, 2500)
    expect(page.locator(".hyperdial-chart .annotation")).to_have_count(0)
    assert stands_at(page, key) == value
    assert curve(page, "Training, run before") == before
    named = {"learning_rate": f"learning_rate={value}", "units_1": f"layers={value}(,|%2C)7"}
    page.wait_for_url(re.compile(named[key]))


def test_a_slider_that_is_put_back_leaves_the_curve_as_it_was(page: Page) -> None:
    wait_for_chart(page, 2500)
    told, before, at_first = status(page), curve(page, "Training"), stands_at(page, "units_2")
    with held(page, "units_2") as (x, y, width):
        page.mouse.move(x + 0.2 * width, y, steps=4)
        previewed(page)
        page.mouse.move(x, y, steps=4)
        assert stands_at(page, "units_2") == at_first
    page.wait_for_function(
        "() => / finished /.test(document.querySelector('.hyperdial-chart').dataset.painted)"
    )
    assert curve(page, "Training") == before
    assert status(page) == told


def test_beyond_its_end_a_dragged_slider_stays_within_its_range(page: Page) -> None:
    wait_for_chart(page, 2500)
    told = status(page)
    with held(page, "units_3") as (x, y, width):
        page.mouse.move(x + 3 * width, y, steps=6)
        assert stands_at(page, "units_3") == "512"
        previewed(page)
        page.mouse.move(x - 3 * width, y, steps=6)
        assert stands_at(page, "units_3") == "1"
    page.wait_for_url(re.compile("layers=20(,|%2C)7(,|%2C)1(&|$)"))
    wait_for_status(page, "Finished", unlike=told)


def test_the_keys_turn_the_same_slider_as_ever(page: Page) -> None:
    told = status(page)
    knob = slider(page, "learning_rate")
    knob.focus()
    expect(knob).to_have_accessible_name(re.compile("Learning rate"))
    page.keyboard.press("ArrowRight")
    expect(knob).to_have_attribute("aria-valuetext", "0.01")
    told = wait_for_status(page, "Finished", unlike=told)
    page.keyboard.press("Home")
    expect(knob).to_have_attribute("aria-valuetext", "0.00001")
    page.keyboard.press("ArrowLeft")  # no further
    expect(knob).to_have_attribute("aria-valuetext", "0.00001")
    wait_for_status(page, "Finished", unlike=told)
    expect(knob).to_be_focused()
