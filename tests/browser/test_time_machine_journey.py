"""Rewinding a run, and a narrow screen, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Dashboard, status, visit, wait_for_chart, wait_for_status


def slider(page: Page) -> Locator:
    return page.locator(".st-key-time_machine input[type=range]")


def stands_at(page: Page) -> int:
    return int((slider(page).get_attribute("aria-valuetext") or "").replace(",", ""))


def marks(page: Page) -> list[float]:
    """The iterations where the chart has a dotted mark."""
    found: list[float] = page.evaluate(
        """() => (document.querySelector('.hyperdial-chart')?.layout?.shapes ?? [])
            .filter((shape) => shape.line.dash === 'dot').map((shape) => shape.x0)"""
    )
    return found


def wait_for_mark(page: Page) -> int:
    """Waits until the chart is marked where the slider stands; that iteration."""
    page.wait_for_function(
        """() => {
            const input = document.querySelector('.st-key-time_machine input[type=range]');
            const at = Number(input?.getAttribute('aria-valuetext')?.replaceAll(',', ''));
            const shapes = document.querySelector('.hyperdial-chart')?.layout?.shapes ?? [];
            return shapes.length === 1 && shapes[0].x0 === at;
        }"""
    )
    return stands_at(page)


def gallery(page: Page) -> Locator:
    return page.locator(".st-key-mislabeled_gallery")


def cost(page: Page) -> str:
    return page.locator(".hd-figures dd").first.inner_text()


def button(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} button")


def wait_for_moves(page: Page) -> None:
    """Waits until the film has moved the mark on the chart twice, from the beginning."""
    for at in (0, 20):
        page.wait_for_function(
            """(at) => {
                const shapes = document.querySelector('.hyperdial-chart')?.layout?.shapes ?? [];
                return shapes.length === 1 && shapes[0].x0 > at;
            }""",
            arg=at,
        )


def wait_for_standstill(page: Page) -> int:
    """Waits until mark and gallery are where the slider is and stay there; that iteration."""
    page.wait_for_timeout(1000)  # what was on its way may still come
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    held = wait_for_mark(page)
    expect(gallery(page)).to_contain_text(f"after {held:,} iterations")
    page.wait_for_timeout(1000)  # four frames
    assert stands_at(page) == held
    return held


def test_the_keys_rewind_gallery_figures_and_mark_together(page: Page) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    expect(gallery(page)).to_contain_text("after 2,500 iterations")
    assert marks(page) == []
    at_the_end = cost(page)

    slider(page).focus()
    page.keyboard.press("Home")
    assert wait_for_mark(page) == 0
    expect(gallery(page)).to_contain_text("after 0 iterations")
    assert float(cost(page)) > 0.6 > float(at_the_end)  # that of a network that knows nothing
    page.keyboard.press("ArrowRight")
    expect(slider(page)).not_to_have_attribute("aria-valuetext", "0")
    second = wait_for_mark(page)
    assert 0 < second <= 20
    expect(gallery(page)).to_contain_text(f"after {second} iterations")
    assert status(page).startswith("Finished · 2,500 iterations")  # the run is what it was

    page.keyboard.press("End")
    expect(gallery(page)).to_contain_text("after 2,500 iterations")
    expect(page.locator(".hd-figures dd").first).to_have_text(at_the_end)
    page.wait_for_function(
        "() => document.querySelector('.hyperdial-chart').layout?.shapes.length === 0"
    )


@pytest.mark.thorough
def test_dragging_the_slider_rewinds_to_where_it_is_let_go(page: Page) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    slider(page).scroll_into_view_if_needed()
    track = page.locator(".st-key-time_machine [data-testid=stSlider]").bounding_box()
    thumb = slider(page).bounding_box()
    assert track
    assert thumb
    y = thumb["y"] + thumb["height"] / 2
    page.mouse.move(track["x"] + track["width"] - 8, y)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, y, steps=5)
    page.mouse.up()
    iteration = wait_for_mark(page)
    assert 1000 < iteration < 1500
    expect(gallery(page)).to_contain_text(f"after {iteration:,} iterations")


@pytest.mark.thorough
def test_it_is_reached_and_played_by_keyboard_and_held_where_it_is(page: Page) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    page.get_by_role("radio", name="slow").click()
    button(page, "play").focus()
    page.keyboard.press("Tab")
    expect(button(page, "hold")).to_be_focused()
    page.keyboard.press("Tab")
    expect(slider(page)).to_be_focused()
    button(page, "play").focus()
    page.keyboard.press("Enter")
    wait_for_moves(page)
    expect(button(page, "play")).to_be_focused()
    button(page, "hold").click()
    assert 0 < wait_for_standstill(page) < 2500


@pytest.mark.thorough
def test_space_plays_and_holds_from_the_slider_but_not_from_another_button(page: Page) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    page.get_by_role("radio", name="slow").click()
    slider(page).focus()
    page.keyboard.press("Home")
    wait_for_mark(page)
    expect(button(page, "play")).to_have_attribute("aria-keyshortcuts", "Space")
    page.keyboard.press("Space")
    wait_for_moves(page)
    expect(button(page, "hold")).to_have_attribute("aria-keyshortcuts", "Space")
    slider(page).focus()
    page.keyboard.press("Space")
    held = wait_for_standstill(page)
    axis = page.get_by_role("switch", name="Logarithmic cost axis")
    axis.focus()
    page.keyboard.press("Space")
    expect(axis).to_be_checked()
    assert wait_for_standstill(page) == held


@pytest.mark.thorough
def test_whoever_wants_no_motion_sees_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function(
        """() => ![...document.querySelectorAll('[data-testid=stMain] *')].filter((element) => {
            const style = getComputedStyle(element);
            const seconds = (text) => Math.max(...text.split(',').map(parseFloat));
            return seconds(style.transitionDuration) > 0.01 || seconds(style.animationDuration) > 0.01;
        }).length"""
    )


@pytest.mark.thorough
def test_after_a_visit_to_another_page_it_stands_where_it_stood(page: Page) -> None:
    slider(page).focus()
    page.keyboard.press("Home")
    wait_for_mark(page)
    visit(page, "Pictures")
    visit(page, "Lab")
    expect(slider(page)).to_have_attribute("aria-valuetext", "0")
    expect(gallery(page)).to_contain_text("after 0 iterations")


@pytest.mark.thorough
def test_the_first_layer_is_rewound_too(page: Page) -> None:
    page.locator(".st-key-first_layer").get_by_text("Show what the first layer").click()
    first = page.get_by_alt_text("Weights of unit 1", exact=True)
    expect(first).to_be_visible()
    expect(page.locator(".hd-weights img")).to_have_count(20)
    at_the_end = first.get_attribute("src")
    slider(page).focus()
    page.keyboard.press("Home")
    wait_for_mark(page)
    expect(first).not_to_have_attribute("src", at_the_end or "")


def test_a_narrow_screen_is_usable(tab: Page, dashboard: Dashboard) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(dashboard.address)
    wait_for_status(tab, "Finished")
    wait_for_chart(tab, 2500)
    expect(gallery(tab).locator("img").first).to_be_attached()
    assert (
        tab.evaluate(
            """() => {
            const main = document.querySelector('[data-testid=stMain]');
            return Math.max(document.documentElement.scrollWidth - innerWidth,
                main.scrollWidth - main.clientWidth);
        }"""
        )
        <= 0
    )
    for part in (
        ".hyperdial-chart",
        ".st-key-time_machine",
        ".st-key-play",
        ".st-key-hold",
        ".hd-figures",
    ):
        box = tab.locator(part).bounding_box()
        assert box, part
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 390, part
    slider(tab).focus()
    tab.keyboard.press("Home")
    wait_for_mark(tab)
    expect(gallery(tab)).to_contain_text("after 0 iterations")
    # The knobs are behind the button at the top.
    tab.locator("[data-testid=stExpandSidebarButton]").click()
    knob = tab.locator(".st-key-learning_rate input[type=range]")
    knob.focus()
    told = status(tab)
    tab.keyboard.press("ArrowLeft")
    wait_for_status(tab, "Finished", unlike=told)
