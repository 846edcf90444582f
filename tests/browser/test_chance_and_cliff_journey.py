"""What chance does to a setting, and where learning breaks, as a person finds it out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Dashboard, started_dashboard, visit, wait_for_status

pytestmark = pytest.mark.thorough

SETTINGS = "?layers=4,4&iterations=60&picture_size=8"
WAIT = 120_000  # milliseconds, for a busy machine


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """One that has the drawn pictures alone."""
    nothing = tmp_path_factory.mktemp("nothing")
    with started_dashboard(
        tmp_path_factory.mktemp("chance"), HYPERDIAL_DATA=str(nothing)
    ) as running:
        yield running


def open_part(page: Page, name: str) -> None:
    visit(page, "Sweeps")
    page.locator(".st-key-sweeps_part").get_by_text(name, exact=True).click()


def wait_for_chart(page: Page, place: str) -> None:
    expect(page.locator(f".st-key-{place} .hyperdial-figure[data-painted]")).to_be_visible(
        timeout=WAIT
    )


def danger_begins(page: Page) -> str:
    """Where on the learning rate's slider the danger zone is painted from; "" where it is not."""
    said: str = page.evaluate(
        """() => getComputedStyle(document.querySelector('.st-key-learning_rate'))
            .getPropertyValue('--hd-danger-begins').trim()"""
    )
    return said


@pytest.mark.timeout(400)
def test_the_cliff_is_found_painted_on_the_slider_and_charted(
    tab: Page, dashboard: Dashboard
) -> None:
    page = tab
    page.goto(dashboard.address + SETTINGS)
    wait_for_status(page, "Finished")
    assert danger_begins(page) == ""
    page.get_by_role("button", name="Find the cliff").click()
    expect(page.locator("p.hd-danger")).to_contain_text(re.compile("breaks? beyond"), timeout=WAIT)
    begins = danger_begins(page)
    assert 0 < float(begins.removesuffix("%")) < 100
    tail = page.evaluate(
        """() => getComputedStyle(document.querySelector(
            '.st-key-learning_rate [role="group"] > [data-orientation]'), '::before').width"""
    )
    assert float(tail.removesuffix("px")) > 0

    # Another learning rate has the same cliff; the slider still answers to the keyboard.
    page.get_by_role("slider", name="Learning rate α").press("ArrowRight")
    page.wait_for_function("() => location.search.includes('learning_rate=0.01')")
    wait_for_status(page, "Finished")
    assert danger_begins(page) == begins
    # Other settings have another one.
    page.get_by_role("slider", name="Units of hidden layer 1").press("ArrowRight")
    expect(page.locator("p.hd-danger")).to_have_count(0)
    assert danger_begins(page) == ""
    page.get_by_role("slider", name="Units of hidden layer 1").press("ArrowLeft")
    expect(page.locator("p.hd-danger")).to_be_visible()

    open_part(page, "The cliff")
    wait_for_chart(page, "cliff_found")
    expect(page.get_by_text("The largest stable learning rate is about")).to_be_visible()
    expect(page.get_by_text(re.compile("48 learning rates tried"))).to_be_visible()
    assert danger_begins(page) == begins


@pytest.mark.timeout(400)
@pytest.mark.thorough
def test_a_session_that_begins_on_chance_takes_its_knobs_to_the_lab(
    context: BrowserContext, dashboard: Dashboard
) -> None:
    page = context.new_page()  # Streamlit looks for its server below the page's path first: 404
    page.goto(dashboard.address + "sweeps?show=chance")
    rate = page.get_by_role("slider", name="Learning rate α")
    rate.press("ArrowRight")
    expect(page.get_by_text("Learning rate 0.01")).to_be_visible()
    visit(page, "Lab")
    page.wait_for_function("() => location.search.includes('learning_rate=0.01')")
    assert "layers" not in page.url
    assert "seed" not in page.url
    page.close()


@pytest.mark.timeout(400)
def test_seeds_fill_the_band_and_a_and_b_are_compared_by_seed(
    tab: Page, dashboard: Dashboard
) -> None:
    page = tab
    page.goto(dashboard.address + SETTINGS)
    wait_for_status(page, "Finished")
    page.get_by_role("slider", name="Learning rate α").press("ArrowRight")
    page.wait_for_function("() => location.search.includes('learning_rate=0.01')")
    wait_for_status(page, "Finished")
    open_part(page, "Chance")
    page.get_by_role("combobox", name="B, to compare with").click()
    page.get_by_role("option", name="The run before").click()
    expect(page.get_by_text("B: ", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Train 16 seeds").click()
    expect(page.get_by_role("button", name="All seeds are trained")).to_be_disabled(timeout=WAIT)
    for place in ("band_curves", "band_accuracies"):
        wait_for_chart(page, place)
    told = page.locator(".st-key-band_accuracies")
    expect(told).to_contain_text("A: Test accuracy over 16 seeds: median")
    expect(told).to_contain_text("Over 16 seeds B is better in")

    # Known to whoever comes back; and what was not trained yet is not claimed.
    visit(page, "Lab")
    wait_for_status(page, "Finished")
    visit(page, "Sweeps")
    wait_for_chart(page, "band_curves")
    page.locator(".st-key-band_seeds").get_by_text("64", exact=True).click()
    expect(page.get_by_role("button", name="Train 64 seeds")).to_be_enabled()
    expect(page.locator(".st-key-band_curves")).to_have_count(0)
