"""The run and the time machine without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_for_status
from tests.browser.test_time_machine_journey import (
    gallery,
    slider,
    wait_for_mark,
    wait_for_moves,
    wait_for_standstill,
)


def leave_everything(page: Page) -> None:
    page.evaluate("() => document.activeElement?.blur()")


@pytest.mark.thorough
def test_reset_steps_and_going_on_by_keys_alone(page: Page) -> None:
    wait_for_status(page, "Finished")
    expect(page.locator(".st-key-reset button")).to_have_attribute("aria-keyshortcuts", "r")
    leave_everything(page)
    page.keyboard.press("r")
    wait_for_status(page, "Paused · 0")
    page.keyboard.press("s")
    stepped = wait_for_status(page, "Paused", unlike="Paused · 0 of 2,500 iterations")
    assert "0 of 2,500" not in stepped.split("·")[1].strip()[:2]
    page.keyboard.press("Space")
    wait_for_status(page, "Finished")


@pytest.mark.thorough
def test_arrows_turn_the_time_machine_from_anywhere_and_space_plays_it(page: Page) -> None:
    wait_for_status(page, "Finished")
    expect(slider(page)).to_be_visible()
    page.get_by_role("radio", name="slow").click()
    expect(page.locator(".st-key-reset button")).to_have_attribute("aria-keyshortcuts", "r")
    leave_everything(page)
    page.keyboard.press("ArrowLeft")
    expect(slider(page)).not_to_have_attribute("aria-valuetext", "2,500")
    shown = wait_for_mark(page)
    expect(gallery(page)).to_contain_text(f"after {shown:,} iterations")
    page.keyboard.press("Home")  # the slider has the focus now
    wait_for_mark(page)
    leave_everything(page)
    page.keyboard.press("Space")
    wait_for_moves(page)
    leave_everything(page)
    page.keyboard.press("Space")
    assert 0 < wait_for_standstill(page) < 2500


def test_keys_mean_what_they_mean_where_a_person_types(page: Page) -> None:
    finished = wait_for_status(page, "Finished")
    seed = page.locator(".st-key-seed input").first
    seed.focus()
    page.keyboard.press("r")
    page.keyboard.press("s")
    expect(page.locator(".st-key-run_status")).to_have_text(finished)
