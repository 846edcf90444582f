"""Getting the course's photos with one button, in a real browser; no test reaches the internet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import started_dashboard, status, wait_for_chart, wait_for_status, watch
from tests.mirror import Mirror, mirror

pytestmark = pytest.mark.thorough

PHOTOS = "The course's photos"


@contextmanager
def opened(browser: Browser, server: Mirror, folder: Path) -> Iterator[Page]:
    """The page of a dashboard that has no course files and knows only this mirror."""
    environment = {"HYPERDIAL_DATA": str(folder / "data"), "HYPERDIAL_MIRROR": server.address}
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    complaints: list[str] = []
    try:
        with started_dashboard(folder, **environment) as dashboard:
            page = context.new_page()
            watch(page, dashboard.address, complaints)
            page.goto(dashboard.address)
            wait_for_status(page, "Finished")
            yield page
            context.close()  # before the server, whose end the page would complain of
    finally:
        context.close()
    assert complaints == []


def dataset(page: Page) -> str:
    return page.locator(".st-key-dataset input").input_value()


def ask_for_photos(page: Page) -> None:
    page.get_by_role("button", name=f"Get {PHOTOS[0].lower()}{PHOTOS[1:]}").click()


def test_a_broken_mirror_is_told_in_one_sentence_and_the_drawn_pictures_stay(
    browser: Browser, tmp_path: Path
) -> None:
    with mirror(None) as server, opened(browser, server, tmp_path) as page:
        before = status(page)
        assert dataset(page) == "Drawn pictures"
        ask_for_photos(page)
        alert = page.get_by_role("alert")
        expect(alert).to_have_count(1)
        expect(alert).to_contain_text("train_catvnoncat.h5 could not be downloaded: an HTML page")
        expect(alert.get_by_role("link")).to_have_count(0)  # the mirror's address is text
        expect(page.locator(".st-key-get_course_photos button")).to_be_enabled()
        assert dataset(page) == "Drawn pictures"
        assert status(page) == before
        assert server.asked == ["/files/train_catvnoncat.h5"]


def test_a_cancelled_download_goes_on_where_it_stopped(
    browser: Browser, tmp_path: Path, course_folder: Path
) -> None:
    whole = sum(file.stat().st_size for file in course_folder.glob("*_catvnoncat.h5"))
    with mirror(course_folder) as server, opened(browser, server, tmp_path) as page:
        server.hold()
        ask_for_photos(page)
        page.get_by_role("button", name="Cancel").click()
        server.let_go.set()
        button = page.locator(".st-key-get_course_photos button")
        expect(button).to_contain_text("Go on getting the course's photos")
        expect(page.get_by_text("of the two files, 3 MB, is here")).to_be_visible()
        (begun,) = (tmp_path / "data").iterdir()
        kept = begun.stat().st_size
        server.sent = 0
        button.click()
        expect(page.locator(".st-key-dataset input")).to_have_value(PHOTOS)
        assert server.sent == whole - kept
        assert not begun.exists()


def test_the_courses_photos_come_with_progress_and_train_a_network(
    browser: Browser, tmp_path: Path, course_folder: Path
) -> None:
    with mirror(course_folder) as server, opened(browser, server, tmp_path) as page:
        drawn = status(page)
        server.hold()
        ask_for_photos(page)
        progress = page.get_by_role("progressbar")
        expect(progress).to_be_visible()
        page.wait_for_function(
            "() => Number(document.querySelector('[role=progressbar]')?.ariaValueNow) > 10"
        )
        assert status(page) == drawn
        server.let_go.set()
        expect(page.locator(".st-key-dataset input")).to_have_value(PHOTOS)
        told = wait_for_status(page, "Finished", unlike=drawn)
        # The course's settings on its photos: its published accuracy.
        assert re.match(r"Finished · 2,500 iterations · .* · test 80\.0 %$", told)
        wait_for_chart(page, 2500)
        expect(page.locator(".st-key-get_course_photos")).to_have_count(0)
        expect(progress).to_have_count(0)
        page.wait_for_function(
            "() => document.querySelector('.st-key-mislabeled_gallery img')?.naturalWidth === 64"
        )
        assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
            "test_catvnoncat.h5",
            "train_catvnoncat.h5",
        ]
