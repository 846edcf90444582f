"""From nothing to a page with a finished run, and what a session costs in memory."""

from __future__ import annotations

import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tests.benchmarks import browsing
from tests.benchmarks.table import Line, seconds
from tests.benchmarks.web_session import WebSession
from tests.browser.conftest import started_dashboard

STARTS = 3
GOAL = 5.0
MORE_SESSIONS = 5
MEGABYTES_GOAL = 60
REST = 3.0  # seconds until a session is idle


def measure_start(browser: Browser) -> Line:
    """From the start of the server's process to a page's painted, finished run; the browser is open.

    Median of 3 starts; the page is a new one each time, with nothing in the browser's cache.
    """
    middle = median(start_to_curve(browser) for _ in range(STARTS))
    what = f"server start to a painted, finished run, median of {STARTS}"
    return Line(what, seconds(middle), f"≤ {GOAL:.0f} s", middle <= GOAL)


def start_to_curve(browser: Browser) -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with started_dashboard(Path(folder)) as dashboard:
            context = browser.new_context()
            page = context.new_page()
            page.goto(dashboard.address)
            page.wait_for_function(f"() => {browsing.finished_curve('none')}")
            taken = time.perf_counter() - started
            context.close()
    return taken


def measure_memory() -> Line:
    """What 5 more idle sessions add to the server's resident memory, for each of them.

    Sessions without a browser (web_session.py), each with a finished run and then left alone.
    """
    resident = []
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory())
        dashboard = opened.enter_context(started_dashboard(Path(folder)))
        for more in (1, MORE_SESSIONS):
            for _ in range(more):
                opened.enter_context(WebSession(dashboard.address))
            time.sleep(REST)
            resident.append(resident_megabytes(dashboard.process.pid))
    each = (resident[1] - resident[0]) / MORE_SESSIONS
    what = f"memory of an idle session (server with one: {resident[0]:.0f} MB)"
    return Line(what, f"{each:.1f} MB", f"≤ {MEGABYTES_GOAL} MB", each <= MEGABYTES_GOAL)


def resident_megabytes(pid: int) -> float:
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) / 1024
