"""How fast the page answers, in a real browser and for many people at once.

    python -m tests.benchmarks.page_speed

Starts dashboards of its own and measures them in headless Chromium. The figures hold for a machine
that does nothing else; the load average beside them says whether that was so.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.sources import load_dataset
from tests.benchmarks import (
    browsing,
    controls_in_time,
    crowd,
    hand_to_curve,
    knob_to_curve,
    startup,
    watched_run,
)
from tests.benchmarks.table import print_lines
from tests.browser.conftest import started_dashboard


@contextmanager
def fresh_dashboard() -> Iterator[str]:
    """The address of a server that has trained nothing but its first page's network."""
    with tempfile.TemporaryDirectory() as folder, started_dashboard(Path(folder)) as dashboard:
        yield dashboard.address


def main() -> None:
    print(f"{os.cpu_count()} cores; load average at the start {load()}\n", flush=True)
    with browsing.chromium_browser() as browser:
        with fresh_dashboard() as address, browsing.opened_page(browser, address) as page:
            print_lines("A knob is turned", knob_to_curve.measure(page))
        with fresh_dashboard() as address:
            with browsing.opened_page(browser, address) as page:
                print_lines("A slider is dragged", hand_to_curve.measure(page))
            with browsing.opened_page(browser, address) as page:
                lines = watched_run.measure(page, load_dataset("drawn"))
            print_lines("A long run is watched", lines)
        with fresh_dashboard() as address:
            for units in (controls_in_time.SMALL, controls_in_time.LARGE):
                with browsing.opened_page(browser, address) as page:
                    lines = controls_in_time.measure(page, units)
                print_lines("Controls in the middle of a run", lines)
        print_lines("Start", [startup.measure_start(browser)])
    with fresh_dashboard() as address:
        print_lines("Ten people", crowd.measure(address))
    print_lines("Memory", [startup.measure_memory()])
    print(f"load average at the end {load()}")


def load() -> str:
    return " ".join(f"{average:.1f}" for average in os.getloadavg())


if __name__ == "__main__":
    main()
