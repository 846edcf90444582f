"""From the confusion matrix to the pictures behind a cell, and to why one of them is wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard, wait_for_status

pytestmark = pytest.mark.thorough


def test_a_cell_opens_its_pictures_and_a_picture_says_why(page: Page) -> None:
    gallery = page.locator(".st-key-mislabeled_gallery .hd-card")
    cell = page.get_by_role("button", name=re.compile("is non-cat, said cat"))
    told = cell.get_attribute("aria-label") or ""
    n, of = map(int, re.findall(r"\d+", told)[:2])
    assert 0 < n <= of == 17

    # With the keyboard alone.
    expect(page.locator(".hd-presses[data-listening]").first).to_be_attached()
    cell.focus()
    page.keyboard.press("Enter")
    expect(gallery).to_have_count(n)
    expect(cell).to_have_attribute("aria-pressed", "true")
    gallery.first.get_by_role("button").focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".hd-occlusion img")).to_have_count(2)
    near = dialog.get_by_role("list", name="Nearest training pictures").get_by_role("listitem")
    expect(near).to_have_count(3)
    expect(near.first).to_contain_text(re.compile(r"distance \d+\.\d"))
    assert near.first.locator("img").evaluate("image => image.decode().then(() => true)")
    flips = dialog.get_by_role("list", name="What would flip it").get_by_role("listitem")
    expect(flips).to_have_count(3)
    if n > 1:
        expect(dialog.get_by_text(f"1 of {n} shown")).to_be_visible()
        dialog.get_by_role("button", name="Next").click()
        expect(dialog.get_by_text(f"2 of {n} shown")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(gallery).to_have_count(n)


def test_a_right_cell_shows_the_right_ones_and_a_kind_narrows_them(
    tab: Page, dashboard: Dashboard
) -> None:
    page = tab
    page.goto(f"{dashboard.address}?dataset=drawn")  # whose kinds are known
    wait_for_status(page, "Finished")
    gallery = page.locator(".st-key-mislabeled_gallery")
    right = page.get_by_role("button", name=re.compile("is cat, said cat"))
    n = int((right.get_attribute("aria-label") or "").split()[0])
    right.click()
    expect(gallery.locator(".hd-card.right")).to_have_count(n)
    expect(gallery.locator(".hd-card.wrong")).to_have_count(0)
    right.click()
    expect(gallery.locator(".hd-card")).to_have_count(50)

    page.get_by_role("button", name=re.compile("^pose unusual")).click()
    expect(gallery.locator(".hd-card")).to_have_count(12)
    expect(gallery.locator(".hd-card small").first).to_contain_text("unusual pose")
    page.locator(".st-key-mistakes_order").get_by_role("combobox").click()
    page.get_by_role("option", name="Iteration learned").click()
    expect(gallery.locator(".hd-card").first).to_contain_text(
        re.compile("never right|forgotten after|learned at|right from the start")
    )
