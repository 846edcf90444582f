"""How long a turned knob takes to become a finished curve that is painted."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks import browsing
from tests.benchmarks.table import Line, percentile, seconds

CHANGES = 30
THERE = 16  # notches that the slider has on one side
GOAL, GOAL_95 = 0.35, 0.5
HAND_SECONDS = 2.0


def measure(page: Page) -> list[Line]:
    """Arrow keys on the learning rate's slider, each to a setting this server never trained: down
    to its end, and with another unit in the last hidden layer up again.

    Before the first one, and where the hand goes from one slider to another, `HAND_SECONDS` pass, as
    they do where a person sits. From the key press, in the browser, to the frame after the chart has
    drawn the last point of the run of 2,500 iterations of the 4-layer model. The run's own seconds are
    those its status tells; some of them may lie before the key press, as the next notch is trained ahead.
    """
    total, computing = [], []
    page.wait_for_timeout(1000 * HAND_SECONDS)
    for change in range(CHANGES):
        if change == THERE:
            browsing.turn(page, "units_3", "ArrowRight")
            browsing.settle(page)
            page.wait_for_timeout(1000 * HAND_SECONDS)
        browsing.arm(page, "keydown", browsing.finished_curve(browsing.token(page)))
        browsing.turn(page, "learning_rate", "ArrowLeft" if change < THERE else "ArrowRight")
        total.append(browsing.elapsed(page))
        browsing.settle(page)
        computing.append(browsing.computing_seconds(page))
    middle, own = median(total), median(computing)
    return [
        Line(
            f"knob to painted curve, 2,500 iterations, median of {CHANGES}",
            seconds(middle),
            f"≤ {GOAL} s",
            middle <= GOAL,
        ),
        Line(
            "the same, 95th percentile",
            seconds(percentile(total, 0.95)),
            f"≤ {GOAL_95} s",
            percentile(total, 0.95) <= GOAL_95,
        ),
        Line("the run's own computing, median", seconds(own)),
        Line("from knob to curve, times the run's own computing", f"{middle / own:.2f}"),
    ]
