"""Points in the plane in a real browser: the boundary forms, follows the time machine, and answers
to a point that is added by a click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Dashboard, status, wait_for_status

pytestmark = pytest.mark.thorough


@pytest.fixture
def page(tab: Page, dashboard: Dashboard) -> Page:
    """The lab on moons that are quick to learn."""
    tab.goto(
        f"{dashboard.address}?dataset=moons&layers=6,4&activation=tanh"
        "&learning_rate=0.3&iterations=400"
    )
    wait_for_status(tab, "Finished")
    return tab


def choose(page: Page, key: str, name: str) -> None:
    page.locator(f".st-key-{key} input").click()
    page.get_by_role("option", name=name, exact=True).click()


def plane(page: Page) -> Locator:
    return page.locator(".hd-plane")


def wait_for_plane(page: Page, iteration: int, unlike: str = "") -> str:
    """Waits until the plane is painted at that iteration by another run than `unlike`; its token."""
    page.wait_for_function(
        """([iteration, unlike]) => {
            const painted = document.querySelector('.hd-plane')?.dataset.painted ?? '';
            const [token, at] = painted.split(' ');
            return token && token !== unlike && Number(at) === iteration;
        }""",
        arg=[iteration, unlike],
        timeout=30_000,
    )
    return (plane(page).get_attribute("data-painted") or "").split()[0]


def pixel(page: Page, x1: float, x2: float) -> list[int]:
    """Red, green and blue of the canvas at a place of the plane."""
    x, y = place(page, x1, x2)
    found: list[int] = page.evaluate(
        """([x, y]) => {
            const canvas = document.querySelector('.hd-plane canvas');
            const ratio = canvas.width / canvas.clientWidth;
            return [...canvas.getContext('2d').getImageData(x * ratio, y * ratio, 1, 1).data];
        }""",
        [x, y],
    )
    return found[:3]


def place(page: Page, x1: float, x2: float) -> tuple[float, float]:
    """Where on the canvas a point lies, in the browser's pixels."""
    size = plane(page).locator("canvas").evaluate("canvas => canvas.clientWidth")
    inner = size - 38
    return 30 + (x1 + 6) / 12 * inner, 8 + (6 - x2) / 12 * inner


def click(page: Page, x1: float, x2: float) -> None:
    x, y = place(page, x1, x2)
    plane(page).locator("canvas").click(position={"x": x, "y": y})


def test_the_flower_is_chosen_and_its_boundary_forms_while_it_trains(
    tab: Page, dashboard: Dashboard
) -> None:
    tab.goto(dashboard.address)
    wait_for_status(tab, "Finished")
    expect(tab.locator(".st-key-mislabeled_gallery")).to_be_visible()
    choose(tab, "dataset", "Points: flower")
    told = wait_for_status(tab, "Finished", unlike=status(tab))
    assert re.search(r"train (8|9)\d\.\d %", told)
    wait_for_plane(tab, 2500)
    expect(tab.locator(".st-key-mislabeled_gallery")).to_have_count(0)
    expect(tab.get_by_text("Your photo", exact=True)).to_have_count(0)
    expect(plane(tab)).to_contain_text("of 280 training points")
    expect(tab.locator(".hd-unit-row").first.locator("canvas")).to_have_count(16)
    expect(tab.locator(".hd-unit-row").last.locator("canvas")).to_have_count(8)
    # While a long run goes on, the plane is painted again and again, each time further on.
    tab.goto(
        f"{dashboard.address}?dataset=flower&layers=96,48&activation=tanh"
        "&learning_rate=0.3&iterations=20000"  # longer than the page takes to be there
    )
    tab.wait_for_function(
        """() => {
            const at = Number(document.querySelector('.hd-plane')?.dataset.painted?.split(' ')[1]);
            if (at > 0 && at < 20000) (window.seen ??= new Set()).add(at);
            return window.seen?.size >= 5;
        }""",
        timeout=60_000,
        polling=20,
    )
    tab.locator(".st-key-stop button").click()
    wait_for_status(tab, "Stopped")


def test_the_plane_follows_the_time_machine(page: Page) -> None:
    wait_for_plane(page, 400)
    sure = pixel(page, -5.5, 5.5)
    slider = page.locator(".st-key-time_machine input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    wait_for_plane(page, 0)
    expect(plane(page)).to_contain_text("after 0 iterations")
    assert pixel(page, -5.5, 5.5) != sure
    slider.focus()
    page.keyboard.press("End")
    wait_for_plane(page, 400)
    assert pixel(page, -5.5, 5.5) == sure


def test_a_click_adds_a_point_and_undo_takes_it_away(page: Page) -> None:
    token = wait_for_plane(page, 400)
    page.get_by_role("radio", name="blue").or_(page.get_by_role("button", name="blue")).click()
    expect(plane(page)).to_contain_text("of 280 training points")
    click(page, -4.5, 4.5)
    page.wait_for_url(re.compile(r"added="))
    added = re.search(r"added=(-?[\d.]+)_(-?[\d.]+)_1", page.url)
    assert added is not None
    assert abs(float(added[1]) + 4.5) < 0.1
    assert abs(float(added[2]) - 4.5) < 0.1
    wait_for_status(page, "Finished")
    token = wait_for_plane(page, 400, unlike=token)
    expect(plane(page)).to_contain_text("of 281 training points")
    page.get_by_role("button", name="Undo").click()
    wait_for_plane(page, 400, unlike=token)
    expect(plane(page)).to_contain_text("of 280 training points")
    page.wait_for_url(lambda url: "added=" not in url)


def test_a_point_is_added_without_a_mouse(page: Page) -> None:
    token = wait_for_plane(page, 400)
    page.get_by_role("button", name="By coordinates").focus()
    page.keyboard.press("Enter")
    for name, number in (("x₁", "2.5"), ("x₂", "-3")):
        page.get_by_role("spinbutton", name=name).fill(number)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Add the point").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"added=2\.5_-3_0"))
    wait_for_plane(page, 400, unlike=token)
    expect(plane(page)).to_contain_text("of 281 training points")
    expect(page.get_by_text("1 added by hand")).to_be_visible()


def test_a_unit_under_the_pointer_fills_the_plane(page: Page) -> None:
    wait_for_plane(page, 400)
    answer = [pixel(page, x1, 5.5) for x1 in (-5.5, 0.0, 5.5)]
    unit = page.get_by_role("img", name="Hidden layer 1, unit 2")
    unit.hover()
    expect(plane(page)).to_contain_text("Hidden layer 1, unit 2")
    assert [pixel(page, x1, 5.5) for x1 in (-5.5, 0.0, 5.5)] != answer
    page.mouse.move(0, 0)
    expect(plane(page)).not_to_contain_text("unit 2")
    assert [pixel(page, x1, 5.5) for x1 in (-5.5, 0.0, 5.5)] == answer


def test_the_pointer_reads_the_plane(page: Page) -> None:
    wait_for_plane(page, 400)
    x, y = place(page, 0, 2.5)
    plane(page).locator("canvas").hover(position={"x": x, "y": y})
    expect(plane(page)).to_contain_text(re.compile(r"x₁ [−0-9.]+, x₂ [0-9.]+: P\(blue\) \d\.\d\d"))
