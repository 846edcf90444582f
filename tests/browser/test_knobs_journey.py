"""The knobs beyond the basics, each used as a person would, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Dashboard, status, wait_for_chart, wait_for_status


@pytest.fixture
def page(tab: Page, dashboard: Dashboard) -> Page:
    """The lab with 60 iterations: some of these knobs make an iteration a hundred times as long."""
    tab.goto(f"{dashboard.address}?iterations=60")
    wait_for_status(tab, "Finished · 60 iterations")
    return tab


def unfold(page: Page, group: str) -> None:
    """Opens a folded group of knobs with the keyboard."""
    page.locator("[data-testid=stSidebar] summary").filter(has_text=group).focus()
    page.keyboard.press("Enter")


def slider(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input[type=range]")


def press(page: Page, key: str, *keys: str) -> str:
    """Turns a slider with the keyboard and waits for what comes of it; the status line."""
    told = status(page)
    knob = slider(page, key)
    expect(knob).to_be_visible()
    knob.focus()
    for pressed in keys:
        page.keyboard.press(pressed)
    return wait_for_status(page, "Finished", unlike=told)


def choose(page: Page, key: str, name: str) -> None:
    page.locator(f".st-key-{key} input").click()
    page.get_by_role("option", name=name, exact=True).click()


@pytest.mark.thorough
def test_adam_shows_its_own_knobs_and_finishes(page: Page) -> None:
    unfold(page, "Optimizer")
    for key in ("beta1", "beta2", "epsilon"):
        expect(page.locator(f".st-key-{key}")).to_have_count(0)
    told = status(page)
    choose(page, "optimizer", "Adam")
    for key, symbol in (("beta1", "β1"), ("beta2", "β2"), ("epsilon", "ε")):
        expect(page.locator(f".st-key-{key}")).to_contain_text(symbol)
    told = wait_for_status(page, "Finished", unlike=told)
    assert "60 iterations" in told
    wait_for_chart(page, 60)
    assert press(page, "beta1", "ArrowLeft") != told
    choose(page, "optimizer", "gradient descent")
    expect(page.locator(".st-key-beta1")).to_have_count(0)


@pytest.mark.thorough
def test_each_hidden_layer_gets_its_own_dropout(page: Page) -> None:
    unfold(page, "Regularization")
    page.locator(".st-key-keep_probs_differ").get_by_text("Dropout").click()
    for layer in (1, 2, 3):
        knob = slider(page, f"keep_prob_{layer}")
        expect(knob).to_have_attribute("aria-valuetext", "1.00")
    press(page, "keep_prob_1", "ArrowLeft")
    expect(slider(page, "keep_prob_1")).to_have_attribute("aria-valuetext", "0.95")
    page.wait_for_url(re.compile(r"keep_prob=0\.95(,|%2C)1\.0(,|%2C)1\.0"))


@pytest.mark.thorough
def test_mini_batches_and_smaller_pictures_train_another_network(page: Page) -> None:
    unfold(page, "Optimizer")
    press(page, "mini_batch", *["ArrowRight"] * 9)
    batch = slider(page, "mini_batch").get_attribute("aria-valuetext") or ""
    assert int(batch) > 1
    unfold(page, "Data")
    press(page, "picture_size", "ArrowRight")
    expect(slider(page, "picture_size")).to_have_attribute("aria-valuetext", "8")
    page.get_by_text("Inside this run").click()
    expect(page.locator("[data-testid=stMarkdown] table").last).to_contain_text("20 × 192")


@pytest.mark.thorough
def test_labels_that_are_wrong_on_purpose_are_marked_in_the_gallery(page: Page) -> None:
    unfold(page, "Data")
    press(page, "label_noise", *["ArrowRight"] * 4)
    expect(slider(page, "label_noise")).to_have_attribute("aria-valuetext", re.compile(r"0\.20?"))
    page.get_by_role("radio", name="All training").click()
    cards = page.locator(".st-key-mislabeled_gallery .hd-card")
    expect(cards).to_have_count(209)
    expect(cards.filter(has_text="label noise")).to_have_count(42)  # a fifth of 209
