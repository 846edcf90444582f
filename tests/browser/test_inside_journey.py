"""Looking inside the network in a real browser: formulas, numbers, gradient check, rewinding."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import visit, wait_for_status

pytestmark = pytest.mark.thorough

NARROW = {"width": 390, "height": 800}


@pytest.fixture
def inside(page: Page) -> Page:
    visit(page, "Inside")
    expect(page.locator(".st-key-backward_1 .hd-pull")).to_be_visible()
    return page


def slider(page: Page) -> Locator:
    return page.locator(".st-key-time_machine input[type=range]")


def numbers(page: Page, place: str) -> list[str]:
    return page.locator(f".st-key-{place} .hd-values").first.locator("li").all_inner_texts()


def wait_for_other(page: Page, place: str, than: list[str]) -> list[str]:
    """Waits until the first numbers of a layer are others; what they are."""
    page.wait_for_function(
        """([place, than]) => {
            const strip = document.querySelector(`.st-key-${place} .hd-values`);
            return strip && [...strip.children].map((li) => li.innerText).join() !== than;
        }""",
        arg=[place, ",".join(than)],
    )
    return numbers(page, place)


def check(page: Page) -> str:
    """Checks the gradient; the verdict."""
    page.get_by_role("button", name="Check the gradient").click()
    expect(page.locator(".st-key-gradient_check table")).to_be_visible()
    return page.locator(".st-key-gradient_check").inner_text()


def too_wide(page: Page) -> float:
    found: float = page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid=stMain]');
            const parts = [...main.querySelectorAll('.hd-values, .hd-formula, table, .hyperdial-still')];
            return Math.max(document.documentElement.scrollWidth - innerWidth,
                main.scrollWidth - main.clientWidth,
                ...parts.map((part) => part.getBoundingClientRect().right - innerWidth));
        }"""
    )
    return found


def test_a_pictures_way_forward_and_back_is_shown_in_formulas_and_numbers(inside: Page) -> None:
    first = inside.locator(".st-key-forward_1")
    expect(first.locator("math").first).to_be_attached()  # for a reader who cannot see it
    expect(first.locator(".hd-about b")).to_have_text(re.compile(r"\d+ of 20 units (is|are) off"))
    Z, A = (first.locator(".hd-values").nth(i).locator("li").all_inner_texts() for i in (0, 1))
    assert len(Z) == len(A) == 20
    assert ["0" if z.startswith("−") else z for z in Z] == A
    for layer in (1, 2, 3, 4):
        expect(inside.locator(f".st-key-backward_{layer}")).to_contain_text(f"Layer {layer}")
    # What layer 2 passes back is what layer 1 begins with, where its units are on.
    passed = inside.locator(".st-key-backward_2 .hd-values").last.locator("li").all_inner_texts()
    dZ = numbers(inside, "backward_1")
    assert dZ == [dA if a != "0" else "0" for dA, a in zip(passed, A, strict=True)]
    expect(inside.locator(".st-key-journey_loss")).to_contain_text("log")


def test_another_picture_has_other_numbers(inside: Page) -> None:
    seen = numbers(inside, "forward_1")
    inside.locator(".st-key-inside_test button").last.click()
    second = wait_for_other(inside, "forward_1", seen)
    inside.get_by_role("button", name="Most wrong").click()
    wait_for_other(inside, "forward_1", second)
    expect(inside.locator(".st-key-journey .hd-card")).to_contain_text("✗")
    wrong = numbers(inside, "forward_1")
    inside.get_by_role("radio", name="Training").click()
    wait_for_other(inside, "forward_1", wrong)


def test_the_gradient_check_holds_for_the_moment_it_was_made_at(inside: Page) -> None:
    assert "The backward propagation is right" in check(inside)
    seen = numbers(inside, "forward_1")
    slider(inside).focus()
    inside.keyboard.press("Home")
    wait_for_other(inside, "forward_1", seen)
    expect(inside.locator(".st-key-gradient_check table")).to_have_count(0)
    assert "After 0 iterations" in check(inside)


def test_the_time_machine_stands_where_it_stood_on_the_other_page(inside: Page) -> None:
    expect(slider(inside)).to_have_attribute("aria-valuetext", "2,500")
    seen = numbers(inside, "forward_1")
    slider(inside).focus()
    inside.keyboard.press("Home")
    early = wait_for_other(inside, "forward_1", seen)
    visit(inside, "Lab")
    expect(inside.locator(".st-key-mislabeled_gallery")).to_contain_text("after 0 iterations")
    visit(inside, "Inside")
    expect(inside.locator(".st-key-backward_1 .hd-pull")).to_be_visible()
    expect(slider(inside)).to_have_attribute("aria-valuetext", "0")
    assert numbers(inside, "forward_1") == early
    # Another run begins at its end again.
    visit(inside, "Lab")
    told = wait_for_status(inside, "Finished")
    inside.locator(".st-key-learning_rate input[type=range]").focus()
    inside.keyboard.press("ArrowLeft")
    wait_for_status(inside, "Finished", unlike=told)
    expect(slider(inside)).to_have_attribute("aria-valuetext", "2,500")


def test_layers_over_time_follow_the_time_machine(inside: Page) -> None:
    inside.get_by_role("radio", name="Layers over time").click()
    chart = inside.locator(".hyperdial-still")
    expect(chart).to_have_attribute(
        "aria-label", re.compile("The median of Z, at iteration 0 → at")
    )
    expect(chart.locator(".annotation")).to_have_count(4)
    slider(inside).focus()
    inside.keyboard.press("Home")
    inside.wait_for_function(
        """() => document.querySelector('.hyperdial-still').layout?.shapes
            .find((shape) => shape.line.dash === 'dot').x0 === 0"""
    )
    inside.get_by_role("radio", name="dW, the gradient").click()
    expect(chart).to_have_attribute("aria-label", re.compile(r"The median of \|dW\|"))
    inside.get_by_role("radio", name="The first layer").click()
    expect(inside.locator(".hd-weights img")).to_have_count(20)


def test_nothing_is_wider_than_a_narrow_screen(inside: Page) -> None:
    inside.set_viewport_size(NARROW)
    check(inside)
    assert too_wide(inside) <= 0
    inside.get_by_role("radio", name="Layers over time").click()
    expect(inside.locator(".hyperdial-still .annotation")).to_have_count(4)
    assert too_wide(inside) <= 0
