"""Names in a file someone was given are shown as they are, and make the page ask nobody."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from playwright.sync_api import Browser, expect

from tests.browser.conftest import started_dashboard, visit, wait_for_status, watch

PICTURE = "![x](http://picture.example/x.png)"
MARKUP = "<img src=//i.example> www.a.example :material/error: **b**"


def test_class_names_are_text_everywhere(
    browser: Browser, tmp_path: Path, small_course_folder: Path
) -> None:
    for part in ("train", "test"):
        with h5py.File(small_course_folder / f"{part}_catvnoncat.h5", "a") as file:
            del file["list_classes"]
            file["list_classes"] = np.array([PICTURE.encode(), MARKUP.encode()])
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    with started_dashboard(tmp_path, HYPERDIAL_DATA=str(small_course_folder)) as dashboard:
        watch(page, dashboard.address, complaints)
        page.goto(dashboard.address)
        wait_for_status(page, "Finished")
        visit(page, "Pictures")
        choice = page.locator(".st-key-pictures_class")
        for beginning in (PICTURE[:8], MARKUP[:8]):
            expect(choice.get_by_text(beginning)).to_be_visible()
        cards = page.locator(".hd-card")
        expect(cards).to_have_count(20)
        expect(cards.first).to_contain_text(f"is {PICTURE}")
        expect(cards.nth(1)).to_contain_text(f"is {MARKUP}")
        expect(page.locator(".stMain a[href*=example], .stMain img[src*=example]")).to_have_count(0)
        choice.get_by_text(MARKUP[:8]).click()
        expect(cards).to_have_count(10)
        context.close()
    assert complaints == []
