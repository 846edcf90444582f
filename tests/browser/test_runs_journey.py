"""Finished runs: found again, named, pinned, compared, deleted and taken back, opened in the lab."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import (
    Dashboard,
    started_dashboard,
    status,
    visit,
    wait_for_status,
)

pytestmark = pytest.mark.thorough

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    """With a store of its own for each test."""
    with started_dashboard(tmp_path) as running:
        yield running


def turn_learning_rate(page: Page, key: str) -> str:
    told = status(page)
    page.locator(".st-key-learning_rate input[type=range]").focus()
    page.keyboard.press(key)
    return wait_for_status(page, "Finished", unlike=told)


def open_runs(page: Page, rows: int) -> Locator:
    """The rows of the list, of which there must be so many."""
    visit(page, "Runs")
    found = page.locator(".hd-runs tbody tr")
    expect(found).to_have_count(rows)
    return found


def overlaid(page: Page, letters: str) -> None:
    expect(page.locator(".hyperdial-overlay")).to_have_attribute("data-painted", letters)


def test_runs_are_named_pinned_compared_deleted_taken_back_and_opened(page: Page) -> None:
    first = status(page)
    second = turn_learning_rate(page, "ArrowRight")
    rows = open_runs(page, 2)

    # The newest comes first; what is special about a run is what it is called.
    newest, oldest = rows.nth(0), rows.nth(1)
    expect(newest.get_by_role("textbox")).to_have_attribute("placeholder", "Learning rate 0.01")
    expect(oldest.get_by_role("textbox")).to_have_attribute("placeholder", "4-layer model")
    expect(newest).to_contain_text(re.search(r"test ([\d.]+ %)", second)[1])

    newest.get_by_role("textbox").fill("The faster one")
    newest.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("checkbox", name="Compare The faster one")).to_be_visible()
    page.get_by_role("button", name="Pin The faster one").click()
    expect(page.get_by_role("button", name="Pin The faster one")).to_have_attribute(
        "aria-pressed", "true"
    )

    page.get_by_role("checkbox", name="Compare The faster one").check()
    page.get_by_role("checkbox", name="Compare 4-layer model").check()
    overlaid(page, "AB")
    told = page.get_by_role("region", name="The runs side by side")
    expect(told.get_by_role("columnheader")).to_contain_text(["Run", "Learning rate", "Test acc"])
    expect(told.get_by_role("row")).to_contain_text(["", "The faster one", "0.0075"])
    expect(page.get_by_text("These 2 runs differ in learning rate.")).to_be_visible()
    expect(page.locator(".hyperdial-overlay")).to_have_attribute(
        "aria-label", re.compile("Training cost of 2 runs: it ends lowest in")
    )
    board = page.get_by_role("region", name="Leaderboard")
    expect(board.get_by_role("row")).to_have_count(3)
    expect(page.get_by_text(re.compile("is (no|a) difference: "))).to_be_visible()

    page.get_by_role("radio", name="Pinned").click()
    expect(rows).to_have_count(1)
    page.get_by_role("radio", name="All", exact=True).click()
    expect(rows).to_have_count(2)
    page.get_by_label("Find").fill("faster")
    page.get_by_label("Find").press("Enter")
    expect(rows).to_have_count(1)
    page.get_by_label("Find").fill("")
    page.get_by_label("Find").press("Enter")
    expect(rows).to_have_count(2)

    page.get_by_role("button", name="Delete The faster one").click()
    expect(rows).to_have_count(1)
    overlaid(page, "A")
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)
    expect(page.get_by_role("checkbox", name="Compare The faster one")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)

    page.get_by_role("link", name="Open 4-layer model in the lab").click()
    wait_for_status(page, "Finished", unlike=second)
    assert status(page) == first
    expect(page.locator(".st-key-learning_rate input[type=range]")).to_have_attribute(
        "aria-valuetext", "0.0075"
    )


def test_the_list_is_sorted_by_its_heads_and_keeps_what_is_chosen(page: Page) -> None:
    turn_learning_rate(page, "ArrowRight")
    turn_learning_rate(page, "ArrowRight")
    rows = open_runs(page, 3)
    page.get_by_role("checkbox", name="Compare 4-layer model").check()
    page.get_by_role("checkbox", name="Compare Learning rate 0.01", exact=True).check()
    overlaid(page, "AB")
    listed = page.get_by_role("table", name="Finished runs")
    head = listed.get_by_role("columnheader", name="Training cost")
    expect(head).to_have_attribute("aria-sort", "none")
    cells = rows.locator("td[data-label='Training cost']")
    costs = sorted(cells.all_inner_texts(), key=float)
    for order in ("ascending", "descending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        expect(cells).to_have_text(costs if order == "ascending" else costs[::-1])
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

    # Loaded anew, it is sorted and chosen as it was.
    assert "sort=-cost" in page.url
    page.reload()
    overlaid(page, "AB")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

    page.get_by_role("radio", name="Test cost").click()
    expect(page.locator(".hyperdial-overlay")).to_have_attribute(
        "aria-label", re.compile("^Test cost of 2")
    )
    page.get_by_role("button", name="Choose none").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(page.locator(".hyperdial-overlay")).to_have_count(0)


def test_the_list_is_used_by_keyboard(page: Page) -> None:
    open_runs(page, 1)
    page.get_by_role("checkbox", name="Compare 4-layer model").focus()
    page.keyboard.press("Space")
    overlaid(page, "A")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the pin
    pin = page.get_by_role("button", name="Pin 4-layer model")
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(pin).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Compare By hand")).to_be_checked()


def test_a_hostile_name_is_text_wherever_it_is_shown(page: Page) -> None:
    rows = open_runs(page, 1)
    name = '<img src="http://a.example/x.png"> ![x](http://a.example)'
    rows.get_by_role("textbox").fill(name)
    rows.get_by_role("textbox").press("Enter")
    page.get_by_role("checkbox", name=f"Compare {name}").check()
    overlaid(page, "A")
    told = page.get_by_role("region", name="The runs side by side")
    expect(told).to_contain_text(name)
    expect(page.locator("[data-testid=stMain] img")).to_have_count(0)


def test_runs_outlive_a_server_that_was_killed(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    page = browser.new_page()
    with started_dashboard(home) as before:
        page.goto(f"{before.address}?learning_rate=0.01")
        told = wait_for_status(page, "Finished")
        rows = open_runs(page, 1)
        rows.get_by_role("textbox").fill("Kept")
        rows.get_by_role("textbox").press("Enter")
        expect(page.get_by_role("checkbox", name="Compare Kept")).to_be_visible()
        before.process.send_signal(KILL)
        before.process.wait()
    with started_dashboard(home) as after:
        page.goto(f"{after.address}runs")
        page.get_by_role("link", name="Open Kept in the lab").click()
        assert wait_for_status(page, "Finished") == told  # also the seconds that it once took
        expect(page.locator(".st-key-time_machine")).to_be_visible()
    page.close()


def test_a_store_that_cannot_be_used_is_one_sentence_and_the_lab_works(
    tab: Page, tmp_path: Path
) -> None:
    home = tmp_path / "broken"
    home.mkdir()
    file = home / "notes.txt"
    file.write_text("no database at all\n" * 50)
    with started_dashboard(home, HYPERDIAL_STORE=str(file)) as running:
        page = tab.context.new_page()
        page.goto(running.address)
        wait_for_status(page, "Finished")
        turn_learning_rate(page, "ArrowRight")
        visit(page, "Runs")
        alert = page.get_by_role("alert")
        expect(alert).to_have_count(1)
        expect(alert).to_contain_text("cannot be used: file is not a database.")
        page.close()
    assert file.read_text().startswith("no database at all")


def test_two_servers_share_one_store(page: Page, tmp_path: Path) -> None:
    home = tmp_path / "second"
    home.mkdir()
    (store,) = tmp_path.rglob("runs.sqlite")
    with started_dashboard(home, HYPERDIAL_STORE=str(store)) as other:
        second = page.context.new_page()
        second.goto(f"{other.address}?learning_rate=0.02&iterations=100")
        wait_for_status(second, "Finished · 100 iterations")
        open_runs(second, 2)
        open_runs(page, 2)
        second.close()


def test_a_narrow_screen_lists_runs_in_sight(page: Page) -> None:
    open_runs(page, 1)
    page.set_viewport_size({"width": 390, "height": 800})
    row = page.locator(".hd-runs tbody tr").first
    expect(row).to_be_visible()
    expect(row.locator("td[data-label='Test accuracy']")).to_be_visible()
    for part in (".hd-runs", ".hd-leaderboard"):
        box = page.locator(part).bounding_box()
        assert box, part
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 390, part
    assert page.evaluate(
        """() => { const main = document.querySelector('[data-testid=stMain]');
            return main.scrollWidth <= main.clientWidth; }"""
    )
