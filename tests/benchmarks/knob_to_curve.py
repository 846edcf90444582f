"""How long a turned knob takes to become a finished curve that is painted."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks import browsing
from tests.benchmarks.table import Line, percentile, seconds

PRESSES = 16
GOAL = 0.45


def measure(page: Page) -> list[Line]:
    """Arrow keys on the learning rate's slider, each to a setting this server never trained.

    From the key press, in the browser, to the frame after the chart has drawn the last point of the
    run of 2,500 iterations of the 4-layer model. The run's own seconds are those its status tells;
    some of them may lie before the key press, as the next notch is trained ahead.
    """
    total, computing = [], []
    for _ in range(PRESSES):
        browsing.arm(page, "keydown", browsing.finished_curve(browsing.token(page)))
        browsing.turn(page, "learning_rate", "ArrowLeft")
        total.append(browsing.elapsed(page))
        browsing.settle(page)
        computing.append(browsing.computing_seconds(page))
    middle, own = median(total), median(computing)
    return [
        Line(
            f"knob to painted curve, 2,500 iterations, median of {PRESSES}",
            seconds(middle),
            f"≤ {GOAL} s",
            middle <= GOAL,
        ),
        Line("the same, 95th percentile", seconds(percentile(total, 0.95))),
        Line("the run's own computing, median", seconds(own)),
        Line("from knob to curve, times the run's own computing", f"{middle / own:.2f}"),
    ]
