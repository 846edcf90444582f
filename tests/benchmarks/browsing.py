"""A page of the dashboard in headless Chromium, and a stopwatch that runs inside it.

The stopwatch starts at a person's own event, as the browser heard of it, and stops in the first
animation frame after the page shows what was waited for. What goes on between the browser and this
process is thus no part of a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import status

CHART = "document.querySelector('.hyperdial-chart')"
STATUS = "(document.querySelector('.st-key-run_status')?.innerText ?? '')"
QUIET = 700  # ms after a run: what the page still does then is not to disturb the next

STOPWATCH = """
window.stopwatch = {
  arm(event, reached) {
    this.answered = new Promise((done) => {
      addEventListener(event, (heard) => {
        let over = false;
        const look = () => {
          if (over || !reached()) return;
          over = true;
          observer.disconnect();
          requestAnimationFrame(() => done((performance.now() - heard.timeStamp) / 1000));
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, attributeFilter: ["data-painted"] });
        const everyFrame = () => { look(); if (!over) requestAnimationFrame(everyFrame); };
        requestAnimationFrame(everyFrame);
      }, { capture: true, once: true });
    });
  },
};
"""


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opened_page(browser: Browser, address: str) -> Iterator[Page]:
    """The lab with a finished run."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    page.add_init_script(STOPWATCH)
    page.goto(address)
    page.wait_for_function(f"() => {finished_curve('none')}")
    settle(page)
    yield page
    context.close()


def settle(page: Page) -> None:
    page.wait_for_timeout(QUIET)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def arm(page: Page, event: str, reached: str) -> None:
    """Gets the stopwatch ready: from the next `event` until the JavaScript `reached` is true."""
    page.evaluate(f"() => stopwatch.arm('{event}', () => {reached})")


def elapsed(page: Page) -> float:
    """The stopwatch's seconds, once it has stopped."""
    taken: float = page.evaluate("() => stopwatch.answered")
    return taken


def knob(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input")


def thumb(page: Page, key: str) -> Locator:
    """What one takes a slider by."""
    return page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..")


def button(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} button")


def turn(page: Page, key: str, pressed: str) -> None:
    knob(page, key).focus()
    page.keyboard.press(pressed)


def token(page: Page) -> str:
    """The address of the run in the chart."""
    painted: str = page.evaluate(f"() => {CHART}.dataset.painted ?? ''")
    return painted.split(" ")[0]


def finished_curve(old_token: str) -> str:
    """True once the chart shows another run than that of `old_token`, to its end."""
    return (
        f"(({CHART}?.dataset.painted ?? '').split(' ')[1] === 'finished' && "
        f"!{CHART}.dataset.painted.startsWith('{old_token} '))"
    )


def computing_seconds(page: Page) -> float:
    """What the run's own status says it has computed for."""
    told = re.search(r"([\d.]+) s", status(page))
    if told is None:
        raise RuntimeError(f"no seconds in {status(page)!r}")
    return float(told[1])
