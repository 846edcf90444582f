"""The photo honesty panel in a real browser: several photos, one from the clipboard, how far to
trust the answers."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard, wait_for_status

pytestmark = pytest.mark.thorough

PASTE = """async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 90; canvas.height = 60;
    canvas.getContext('2d').fillRect(0, 0, 45, 60);
    const blob = await new Promise((done) => canvas.toBlob(done));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], 'from clipboard.png', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
}"""


@pytest.fixture
def page(tab: Page, dashboard: Dashboard) -> Page:
    """On the drawn pictures: noise lies farther from them than from photos."""
    tab.goto(f"{dashboard.address}?dataset=drawn")
    wait_for_status(tab, "Finished")
    return tab


def test_photos_are_compared_opened_pasted_and_taken_home(page: Page, tmp_path: Path) -> None:
    y, x = np.mgrid[0:300, 0:400]
    warm, noise = tmp_path / "warm.png", tmp_path / "noise.png"
    pixels = 255 * np.stack([x / 400, y / 300, (x + y) / 1400], axis=2)
    Image.fromarray(pixels.astype(np.uint8)).save(warm)
    random = np.random.RandomState(0)
    Image.fromarray(random.randint(0, 256, (64, 64, 3)).astype(np.uint8)).save(noise)
    page.locator(".st-key-photo_upload input[type=file]").set_input_files([warm, noise])

    table = page.get_by_role("table", name="Your photos")
    expect(table.get_by_role("button")).to_have_count(2)
    result = page.locator(".st-key-photo_result")
    expect(result.get_by_alt_text("The photo noise.png")).to_be_visible()
    expect(result).to_contain_text("This is neither: the network only knows cat or non-cat")

    table.get_by_role("button", name="warm.png").click()
    expect(result.get_by_alt_text("The photo warm.png")).to_be_visible()
    views = page.get_by_role("list", name="The photo seen in other ways").get_by_role("listitem")
    expect(views).to_have_count(13)
    honesty = page.locator(".st-key-photo_honesty")
    expect(honesty).to_contain_text(
        re.compile(r"between 0\.\d\d and [01]\.\d\d depending on how it is cut")
    )
    expect(honesty.locator(".hd-occlusion img")).to_have_count(2)
    chart = honesty.locator(".hyperdial-still")
    expect(chart).to_have_attribute("aria-label", re.compile(r"P\(cat\) goes from"))
    page.wait_for_function(
        "() => document.querySelector('.st-key-photo_honesty .hyperdial-still')._fullData?.[0].x.length > 10"
    )

    page.evaluate(PASTE)
    expect(table.get_by_role("button")).to_have_count(3)
    expect(result.get_by_alt_text("The photo from clipboard.png")).to_be_visible()

    with page.expect_download() as told:
        page.get_by_role("button", name="All answers, CSV").click()
    rows = list(csv.reader(told.value.path().read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["warm.png", "noise.png", "from clipboard.png"]
    assert all(0 <= float(row[3]) <= 1 for row in rows[1:])
