"""A dashboard of its own for each test file, and a page that must stay clean while it is used."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[2]

expect.set_options(timeout=30_000)  # only a failure waits so long, also where every core is busy


@dataclass(frozen=True)
class Dashboard:
    """A running server: its address, and its process."""

    address: str
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """Started from another folder than the project's, as `streamlit run` may be."""
    with started_dashboard(tmp_path_factory.mktemp("elsewhere")) as running:
        yield running


class started_dashboard:  # noqa: N801  (used as a context manager, like a function)
    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._environment = environment

    def __enter__(self) -> Dashboard:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # A home of its own: what the person running the tests has downloaded plays no part.
        places = {"HOME": str(self._folder), "XDG_DATA_HOME": str(self._folder)}
        places["HYPERDIAL_STORE"] = ""
        places["HYPERDIAL_WHAT_IF"] = "off"  # or each page keeps a core busy for a while
        self._log = (self._folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py")),
                *("--server.port", str(port), "--server.headless", "true"),
            ],
            cwd=self._folder,
            env={**os.environ, **places, **self._environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}/"
        try:
            wait_until_up(f"{address}_stcore/health", self._process)
        except BaseException:
            self.__exit__()
            raise
        return Dashboard(address, self._process)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the dashboard ended while starting"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the dashboard did not come up")


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tabs of a test file: what a browser has loaded and compiled it keeps."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext, dashboard: Dashboard) -> Iterator[Page]:
    """An empty tab. Fails the test for any error in the browser's console, and for any request to
    another host."""
    page = context.new_page()
    complaints: list[str] = []
    watch(page, dashboard.address, complaints)
    yield page
    page.close()
    assert complaints == []


@pytest.fixture
def page(tab: Page, dashboard: Dashboard) -> Page:
    """The lab with a finished run, in a tab that may not complain."""
    tab.goto(dashboard.address)
    wait_for_status(tab, "Finished")
    return tab


def watch(page: Page, address: str, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        own = (address, address.replace("http", "ws", 1), "data:", "blob:")
        if not request.url.startswith(own):
            complaints.append(f"request to another host: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", on_request)


def visit(page: Page, name: str) -> None:
    """Goes to another page of the dashboard and waits until all of it is there."""
    link = page.get_by_role("link", name=name, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def status(page: Page) -> str:
    return page.locator(".st-key-run_status").inner_text()


def wait_for_status(page: Page, beginning: str, *, unlike: str = "", seconds: float = 30) -> str:
    """Waits until the status begins with `beginning` and differs from `unlike`; what it is."""
    page.wait_for_function(
        """([beginning, unlike]) => {
            const text = document.querySelector('.st-key-run_status')?.innerText ?? '';
            return text.startsWith(beginning) && text !== unlike;
        }""",
        arg=[beginning, unlike],
        timeout=1000 * seconds,
    )
    return status(page)


def painted(page: Page) -> list[dict[str, object]]:
    """The traces Plotly has drawn: name, x, y, visible."""
    return page.evaluate(
        """() => (document.querySelector('.hyperdial-chart')._fullData ?? []).map(t => ({
            name: t.name, x: Array.from(t.x ?? []), y: Array.from(t.y ?? []), visible: t.visible }))"""
    )


def wait_for_chart(page: Page, iteration: int) -> list[dict[str, object]]:
    """Waits until the chart's training curve has reached `iteration`; its traces."""
    page.wait_for_function(
        """(iteration) => {
            const traces = document.querySelector('.hyperdial-chart')?._fullData ?? [];
            const training = traces.find(t => t.name === 'Training');
            return training && training.x.length && training.x.at(-1) >= iteration;
        }""",
        arg=iteration,
        timeout=30_000,
    )
    return painted(page)
