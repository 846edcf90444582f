"""What-if arrows: what one notch would come to appears beside the sliders, and is applied by a click."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Dashboard, started_dashboard, status, wait_for_status

pytestmark = pytest.mark.thorough

ANSWERED = re.compile(r"^[▼▲] \S+: (\d\.\d\d( \((±0|[+−]\d\.\d\d)\)( ≈)?)?(cost \S+)?|diverges)$")
LONG = 90_000  # ms nothing here takes, but a machine that does much else


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    with started_dashboard(tmp_path_factory.mktemp("arrows"), HYPERDIAL_WHAT_IF="on") as running:
        yield running


@pytest.fixture
def page(tab: Page, dashboard: Dashboard) -> Page:
    """The lab with 60 iterations, which are tried soon."""
    tab.goto(f"{dashboard.address}?iterations=60")
    wait_for_status(tab, "Finished · 60 iterations", seconds=90)
    return tab


def row(page: Page, key: str) -> Locator:
    return page.locator(f'.hd-what-if[data-slider="{key}"]')


def arrow(page: Page, key: str, way: str) -> Locator:
    return row(page, key).locator("button").nth(0 if way == "down" else 1)


def slider(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input[type=range]")


def test_the_arrows_are_filled_in_and_a_click_applies_one(page: Page) -> None:
    up = arrow(page, "learning_rate", "up")
    expect(up).to_have_text(re.compile(r"^▲ 0\.01"))
    before = row(page, "learning_rate").bounding_box()
    for key in ("learning_rate", "num_iterations", "units_1", "hidden_layer_count"):
        for way in ("down", "up"):
            row(page, key).scroll_into_view_if_needed()
            expect(arrow(page, key, way)).to_have_text(ANSWERED, timeout=LONG)
    row(page, "hidden_layer_count").scroll_into_view_if_needed()
    after = row(page, "learning_rate").bounding_box()
    assert before is not None
    assert after is not None
    assert (before["height"], before["width"]) == (after["height"], after["width"])
    expect(up).to_have_accessible_name(
        re.compile(r"One notch up: Learning rate α, 0\.01\. Test accuracy .* Final cost ")
    )
    promised = re.search(r": (\d\.\d\d)", up.inner_text())
    cost = re.search(r"Final cost ([\d.]+) instead", up.get_attribute("title") or "")
    assert promised
    assert cost
    expect(up.locator("small")).to_have_text(f"cost {cost[1]}")
    told = status(page)
    up.click()
    told = wait_for_status(page, "Finished", unlike=told)
    expect(slider(page, "learning_rate")).to_have_attribute("aria-valuetext", "0.01")
    page.wait_for_url(re.compile("learning_rate=0.01"))
    assert f"test {100 * float(promised[1]):.1f} %" in told
    assert f"cost {cost[1]}" in told
    expect(up).to_have_text(re.compile(r"^▲ 0\.015"))
    down = arrow(page, "learning_rate", "down")
    expect(down).to_have_text(re.compile(r"^▼ 0\.0075: "), timeout=LONG)
    down.focus()
    page.keyboard.press("Enter")
    expect(slider(page, "learning_rate")).to_have_attribute("aria-valuetext", "0.0075")
    expect(down).to_be_focused()


def test_sliders_of_a_folded_group_wait_until_it_is_opened(page: Page) -> None:
    expect(arrow(page, "units_1", "up")).to_have_text(ANSWERED, timeout=LONG)
    up = arrow(page, "l2", "up")
    expect(up).to_have_text(re.compile(r"^▲ \S+$"))
    page.locator("[data-testid=stSidebar] summary").filter(has_text="Regularization").click()
    up.scroll_into_view_if_needed()
    expect(up).to_have_text(ANSWERED, timeout=LONG)
    expect(arrow(page, "l2", "down")).to_be_hidden()  # it stands at its end


def test_the_arrows_can_be_switched_off_and_stay_so(page: Page) -> None:
    expect(row(page, "learning_rate")).to_be_visible()
    page.locator(".st-key-what_if_arrows").get_by_text("What-if arrows").click()
    expect(page.locator(".hd-what-if")).to_have_count(0)
    told = status(page)
    slider(page, "learning_rate").focus()
    page.keyboard.press("ArrowRight")
    wait_for_status(page, "Finished", unlike=told)
    expect(page.locator(".hd-what-if")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "gone"),
    [
        ("?iterations=60&hide=learning_rate", '[data-slider="learning_rate"]'),
        ("?iterations=60&hide=what-if", ".hd-what-if, .st-key-what_if_arrows"),
        ("?iterations=60&embed=true", ".hd-what-if, .st-key-what_if_arrows"),
    ],
)
def test_what_is_hidden_has_no_arrows(
    tab: Page, dashboard: Dashboard, address: str, gone: str
) -> None:
    tab.goto(dashboard.address + address)
    wait_for_status(tab, "Finished")
    tab.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(tab.locator(gone)).to_have_count(0)
