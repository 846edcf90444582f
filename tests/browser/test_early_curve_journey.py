"""A turned knob is answered by the curve first: before the page around it has been drawn anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Dashboard, painted, status, wait_for_chart, wait_for_status

SLIDER = ".st-key-learning_rate input[type=range]"


class Held:
    """What the server tells the page, which can be held back; the page's own words go through."""

    def __init__(self, page: Page) -> None:
        self._waiting: list[Callable[[], None]] | None = None
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, to_page: WebSocketRoute) -> None:
        to_server = to_page.connect_to_server()
        to_page.on_message(to_server.send)

        def pass_on(message: str | bytes) -> None:
            if self._waiting is None:
                to_page.send(message)
            else:
                self._waiting.append(lambda: to_page.send(message))

        to_server.on_message(pass_on)

    def hold(self) -> None:
        self._waiting = []

    def let_go(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        for send in waiting:
            send()


@pytest.fixture
def held(tab: Page, dashboard: Dashboard) -> Held:
    held = Held(tab)
    tab.goto(dashboard.address)
    wait_for_status(tab, "Finished")
    wait_for_chart(tab, 2500)
    return held


def wait_for_a_finished_curve(page: Page, *, unlike: str) -> str:
    """The address of the run in the chart, once that is finished and another one."""
    page.wait_for_function(
        """(unlike) => {
            const [token, state] = document.querySelector('.hyperdial-chart').dataset.painted.split(' ');
            return state === 'finished' && token !== unlike;
        }""",
        arg=unlike,
        timeout=30_000,
    )
    return token(page)


def token(page: Page) -> str:
    said: str = page.locator(".hyperdial-chart").get_attribute("data-painted") or ""
    return said.split(" ")[0]


def costs(page: Page, name: str) -> list[float]:
    (trace,) = [trace for trace in painted(page) if trace["name"] == name]
    return list(trace["y"])  # type: ignore[call-overload]


@pytest.mark.thorough
def test_the_curve_of_a_turned_knob_does_not_wait_for_the_page(tab: Page, held: Held) -> None:
    first, before = token(tab), status(tab)
    training = costs(tab, "Training")
    held.hold()
    tab.locator(SLIDER).press("ArrowLeft")
    second = wait_for_a_finished_curve(tab, unlike=first)
    assert costs(tab, "Training") != training
    assert costs(tab, "Training, run before") == training
    assert status(tab) == before, "the page itself has not been drawn yet"

    # The page, when it comes, says the same of the same run.
    drawn = costs(tab, "Training")
    held.let_go()
    wait_for_status(tab, "Finished", unlike=before)
    expect(tab.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning"
    )
    assert token(tab) == second
    assert costs(tab, "Training") == drawn
    assert costs(tab, "Training, run before") == training


@pytest.mark.thorough
def test_knobs_turned_one_after_another_end_with_the_last_run(tab: Page, held: Held) -> None:
    before = status(tab)
    for _ in range(3):
        tab.locator(SLIDER).press("ArrowLeft")
    wait_for_status(tab, "Finished", unlike=before)
    tab.wait_for_timeout(1500)  # nothing comes late and takes the last one's place
    shown = tab.locator(SLIDER).get_attribute("aria-valuetext")
    assert f"learning_rate={shown}" in tab.url
    at_rest = token(tab)
    tab.locator(SLIDER).press("ArrowRight")
    assert wait_for_a_finished_curve(tab, unlike=at_rest) != at_rest
