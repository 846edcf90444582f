"""A small search as a person sets it up, watches it, pauses it, leaves it, and takes its best along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard, started_dashboard, visit, wait_for_status

pytestmark = pytest.mark.thorough

# Trials that take a tenth of a second each: the search is still going on when it is paused.
SETTINGS = "?layers=4,4&iterations=800&picture_size=8&activation=tanh"
WAIT = 120_000  # milliseconds, for a busy machine


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """One that has the drawn pictures alone."""
    nothing = tmp_path_factory.mktemp("nothing")
    with started_dashboard(
        tmp_path_factory.mktemp("sweeps"), HYPERDIAL_DATA=str(nothing)
    ) as running:
        yield running


def cells(page: Page) -> int:
    """How many cells of the response map are painted."""
    return page.evaluate(
        """() => (document.querySelector('.st-key-sweep_map .hyperdial-figure')?._fullData?.[0]?.z ?? [])
            .flatMap((row) => Array.from(row)).filter((value) => value !== null).length"""
    )


def wait_for_cells(page: Page, least: int) -> int:
    page.wait_for_function(
        """(least) => (document.querySelector('.st-key-sweep_map .hyperdial-figure')?._fullData?.[0]?.z ?? [])
            .flatMap((row) => Array.from(row)).filter((value) => value !== null).length >= least""",
        arg=least,
        timeout=WAIT,
    )
    return cells(page)


def progress(page: Page):
    return page.locator(".st-key-sweep_progress [data-testid=stProgress]")


def open_sweeps(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.address + SETTINGS)
    wait_for_status(page, "Finished")
    visit(page, "Sweeps")
    expect(page.get_by_text("64 trials over learning rate and hidden layers")).to_be_visible()


@pytest.mark.timeout(400)
def test_a_search_fills_its_map_is_paused_left_gone_on_with_and_its_best_opened(
    tab: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    page = tab
    open_sweeps(page, dashboard)
    page.get_by_role("button", name="Start the search").click()
    first = wait_for_cells(page, 1)
    assert first <= 64
    page.get_by_role("button", name="Pause").click()
    expect(progress(page)).to_contain_text("Paused", timeout=WAIT)
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    expect(page.locator(".modebar [data-title*='Share']")).to_have_count(0)
    paused = cells(page)
    assert 0 < paused < 64

    visit(page, "Pictures")
    expect(page.locator(".hd-card img").first).to_be_attached()
    visit(page, "Sweeps")
    assert wait_for_cells(page, paused) < 64
    expect(progress(page)).to_contain_text("Paused")

    page.get_by_role("button", name="Start again").click()
    wait_for_cells(page, paused + 1)
    page.get_by_role("button", name="Pause").click()
    expect(progress(page)).to_contain_text("Paused", timeout=WAIT)
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    summary = page.locator(".st-key-sweep_map").inner_text()
    accuracy = re.search(r"to ([\d.]+ %), the best", summary)[1]
    expect(page.locator(".hd-ranking tbody tr").first).to_contain_text(accuracy)
    expect(page.get_by_text("flatters it")).to_be_visible()

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Settings, JSON").click()
    waiting.value.save_as(tmp_path / "settings.json")
    best = json.loads((tmp_path / "settings.json").read_text("utf-8"))["hyperparameters"]

    page.get_by_role("button", name="Pin as a run").click()
    expect(page.get_by_text("It is pinned on the page Runs.")).to_be_visible(timeout=WAIT)

    page.locator(".st-key-sweep_best").get_by_role("button", name="Open in the lab").click()
    wait_for_status(page, "Finished")
    assert f"test {accuracy}" in page.locator(".st-key-run_status").inner_text()
    assert f"learning_rate={best['learning_rate']!r}" in page.url

    visit(page, "Sweeps")
    expect(progress(page)).to_contain_text("Paused")
    page.locator("summary").filter(has_text="What mattered").click()
    for title in ("Parallel coordinates", "Importance", "History", "Slice", "Contour"):
        expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=WAIT)
    expect(page.locator(".hyperdial-figure[data-painted]")).to_have_count(7, timeout=WAIT)


@pytest.mark.timeout(300)
def test_a_click_on_a_cell_and_the_keyboard_open_trials_and_bad_input_is_a_sentence(
    tab: Page, dashboard: Dashboard
) -> None:
    page = tab
    open_sweeps(page, dashboard)
    page.get_by_label("From", exact=True).fill("0.5")
    page.keyboard.press("Tab")
    expect(page.get_by_text("needed a lower end, then a higher")).to_be_visible()
    expect(page.get_by_role("button", name="Start the search")).to_be_disabled()
    page.get_by_label("From", exact=True).fill("0.004")
    page.keyboard.press("Tab")
    for box in page.get_by_label("Points").all():
        box.fill("2")
        page.keyboard.press("Tab")
    expect(page.get_by_text("4 trials over")).to_be_visible()
    page.get_by_role("button", name="Start the search").click()
    expect(progress(page)).to_contain_text("Done · 4 of 4 trials", timeout=WAIT)

    page.locator(".hd-ranking button").last.focus()
    page.keyboard.press("Enter")
    wait_for_status(page, "Finished")
    by_keyboard = page.url
    visit(page, "Sweeps")
    wait_for_cells(page, 3)
    page.wait_for_selector(".st-key-sweep_map .nsewdrag")
    box = page.locator(".st-key-sweep_map .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    wait_for_status(page, "Finished")
    assert "learning_rate=0.004" in page.url
    assert by_keyboard

    visit(page, "Sweeps")
    page.locator(".st-key-sweep_cancel button").click()
    page.get_by_role("button", name="Delete 4 trials").click()
    expect(page.get_by_label("Search", exact=True)).not_to_have_value("4 of 4")
    expect(progress(page).filter(has_text="4 of 4")).to_have_count(0)
