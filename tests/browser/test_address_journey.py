"""The page's address: what it opens, what it keeps, where Back leads, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard, status, visit, wait_for_chart, wait_for_status


def without_seconds(told: str) -> str:
    """What a status line says of the run, and not of the computer."""
    return re.sub(r" · [\d.]+ s", "", told)


def turn(page: Page, key: str) -> str:
    """The status once a learning rate a notch further is trained and its result in the address."""
    told, before = status(page), page.url
    page.locator(".st-key-learning_rate input[type=range]").focus()
    page.keyboard.press(key)
    told = wait_for_status(page, "Finished", unlike=told)
    page.wait_for_function(
        "(before) => location.href !== before && location.href.includes('result')", arg=before
    )
    return told


@pytest.mark.thorough
def test_back_leads_to_the_page_before_not_through_the_knobs_and_a_page_loaded_anew_keeps_them(
    page: Page,
) -> None:
    visited = page.evaluate("() => history.length")
    turn(page, "ArrowRight")
    told = turn(page, "ArrowRight")
    assert page.evaluate("() => history.length") == visited
    visit(page, "Inside")
    page.wait_for_url(re.compile(r"/inside\?.*learning_rate="))
    page.reload()
    assert without_seconds(wait_for_status(page, "Finished")) == without_seconds(told)
    page.go_back()
    expect(page.get_by_role("link", name="Lab", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    assert without_seconds(wait_for_status(page, "Finished")) == without_seconds(told)


@pytest.mark.thorough
def test_the_address_opens_the_same_run_in_a_new_tab_and_says_reproduced(page: Page) -> None:
    told = status(page)
    page.locator(".st-key-learning_rate input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    told = wait_for_status(page, "Finished", unlike=told)
    page.wait_for_url(re.compile(r"learning_rate=.*&result="))
    alpha = page.locator(".st-key-learning_rate input[type=range]").get_attribute("aria-valuetext")
    tab = page.context.new_page()
    tab.goto(page.url)
    assert without_seconds(wait_for_status(tab, "Finished")) == without_seconds(told)
    expect(tab.get_by_text(re.compile(r"Reproduced ✓ cost 0\.\d{4}, test acc"))).to_be_visible()
    expect(tab.locator(".st-key-learning_rate input[type=range]")).to_have_attribute(
        "aria-valuetext", alpha or ""
    )


@pytest.mark.thorough
def test_a_hostile_link_is_told_as_text(tab: Page, dashboard: Dashboard) -> None:
    tab.goto(f"{dashboard.address}?activation=![x](http://picture.example/x.png)&iterations=100")
    wait_for_status(tab, "Finished")
    alert = tab.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("activation cannot be ![x](http:")
    expect(alert.locator("a, img")).to_have_count(0)


@pytest.mark.thorough
def test_a_frame_shows_chart_and_status_alone(tab: Page, dashboard: Dashboard) -> None:
    tab.goto(f"{dashboard.address}?embed&iterations=100")
    wait_for_status(tab, "Finished · 100 iterations")
    wait_for_chart(tab, 100)
    expect(tab.locator("input")).to_have_count(0)
    expect(tab.locator("[data-testid=stButton], [data-testid=stDownloadButton]")).to_have_count(0)
    expect(tab.get_by_text("Hyperdial", exact=True)).to_have_count(0)
    expect(tab.locator("[data-testid=stSidebar]")).to_have_count(0)
    expect(tab.locator("[data-testid=stTopNavLink]")).to_have_count(0)
