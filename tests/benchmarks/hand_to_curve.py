"""How often the curve follows a slider that is dragged, and how soon the run is there after."""

from __future__ import annotations

import re
import time
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks import browsing
from tests.benchmarks.table import Line, seconds

SWEEP_SECONDS = 2.0
SWEEPS = (
    ("learning_rate", -0.5),
    ("learning_rate", 0.35),
    ("units_1", -0.5),
    ("units_1", 0.9),  # to 384 units
    ("units_2", 0.5),
)
MOVE_SECONDS = 0.015
GOAL = 5

# Notes each preview the chart says it has painted, by its curve, and each frame without one.
WATCH = """() => {
  const chart = document.querySelector('.hyperdial-chart');
  const seen = (window.seen = { curves: [], labels: [], frames: 0, blank: 0, going: true });
  new MutationObserver((_, observer) => {
    if (!seen.going) return observer.disconnect();
    if (!/ preview /.test(chart.dataset.painted)) return;
    const lines = [...chart.querySelectorAll('.scatterlayer .js-line')];
    const curve = lines.map((line) => line.getAttribute('d')).join();
    if (seen.curves.at(-1)?.curve === curve) return;
    seen.curves.push({ at: performance.now(), curve });
    seen.labels.push(chart.dataset.painted.split(' preview ')[1]);
  }).observe(chart, { attributeFilter: ['data-painted'] });
  const look = () => {
    const drawn = [...chart.querySelectorAll('.main-svg path.js-line')].some((l) => l.getAttribute('d'));
    seen.frames += 1;
    if (!drawn) seen.blank += 1;
    if (seen.going) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
SEEN = """() => {
  seen.going = false;
  return [seen.curves.map((c) => c.at / 1000), seen.labels, seen.frames, seen.blank];
}"""


def measure(page: Page) -> list[Line]:
    """Sweeps of the learning rate's and the layers' sliders, with real moves of the mouse, over six
    to ten notches a second: where none is passed there is no other curve to paint.

    A curve counts when it was painted and differs from the one before it; the rate is over the
    whole sweep, from the first move to the last. Then the button is let go: from there, in the
    browser, to the frame after the last point of the run of 2,500 iterations.
    """
    rates, released, shares, frames, blank = [], [], [], 0, 0
    for key, part in SWEEPS:
        curves, labels, looked, missing, after = sweep(page, key, part)
        rates.append(len(curves) / SWEEP_SECONDS)
        released.append(after)
        shares += [iterations_of(label) for label in labels]
        frames, blank = frames + looked, blank + missing
    return [
        Line(
            f"curves painted a second during {len(SWEEPS)} drags, median",
            f"{median(rates):.1f}",
            f"≥ {GOAL}",
            median(rates) >= GOAL,
        ),
        Line("the same, the slowest drag", f"{min(rates):.1f}", f"≥ {GOAL}", min(rates) >= GOAL),
        Line("iterations of 2,500 in such a curve, median", f"{median(shares):,.0f}"),
        Line("let go to painted finished curve, median", seconds(median(released))),
        Line(f"blank frames of {frames:,}", str(blank), "0", blank == 0),
    ]


def sweep(page: Page, key: str, part: float) -> tuple[list[float], list[str], int, int, float]:
    """When curves were painted, what was said of them, frames, blank ones, seconds after release."""
    thumb = browsing.thumb(page, key).bounding_box()
    track = page.locator(f".st-key-{key} .stSlider").bounding_box()
    if thumb is None or track is None:
        raise RuntimeError(f"no slider {key}")
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(WATCH)
    began = time.monotonic()
    while (share := (time.monotonic() - began) / SWEEP_SECONDS) < 1:
        page.mouse.move(x + share * part * track["width"], y)
        time.sleep(MOVE_SECONDS)
    times, labels, frames, blank = page.evaluate(SEEN)
    browsing.arm(page, "pointerup", browsing.finished_curve(browsing.token(page)))
    page.mouse.up()
    after = browsing.elapsed(page)
    browsing.settle(page)
    return times, labels, frames, blank, after


def iterations_of(label: str) -> int:
    found = re.search(r"([\d,]+) (?:of|iterations)", label)
    return int(found[1].replace(",", "")) if found else 0
