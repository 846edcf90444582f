"""What watching a long run costs it, and what is seen of it."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

from playwright.sync_api import Page

from dashboard.workers import Pool
from engine.dataset import Dataset
from engine.hyperparameters import Hyperparameters
from tests.benchmarks import browsing
from tests.benchmarks.table import Line

ITERATIONS = 20_000
PAIRS = 3
FIRST_SEED = 1000
GOAL = 1.25
FRAMES_GOAL = 9
ZOOM = [0.2, 0.6]

# Looks at the chart in every animation frame, and notes each new state it says it has painted.
WATCH = """(old) => {
  const seen = (window.seen = { painted: [], frames: 0, blank: 0, going: true });
  new MutationObserver((_, observer) => {
    if (!seen.going) return observer.disconnect();
    const painted = document.querySelector('.hyperdial-chart')?.dataset.painted ?? '';
    const last = seen.painted.at(-1);
    if (/ running \\d/.test(painted) && !painted.startsWith(old) && last?.painted !== painted)
      seen.painted.push({ at: performance.now(), painted });
  }).observe(document, { subtree: true, attributeFilter: ['data-painted'] });
  const look = () => {
    if (seen.painted.length) {
      const chart = document.querySelector('.hyperdial-chart');
      const training = chart?._fullData?.find((trace) => trace.name === 'Training');
      const lines = chart?.querySelectorAll('.main-svg path.js-line') ?? [];
      const drawn = [...lines].some((line) => line.getAttribute('d'));
      seen.frames += 1;
      if (!training?.x?.length || !drawn || !chart.clientWidth) seen.blank += 1;
    }
    if (seen.going) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
SEEN = """() => {
  seen.going = false;
  const times = seen.painted.map((p) => p.at);
  const rate = (times.length - 1) / ((times.at(-1) - times[0]) / 1000);
  return [rate, seen.frames, seen.blank];
}"""


def measure(page: Page, dataset: Dataset) -> list[Line]:
    """Runs of 20,000 iterations of [20, 7, 5], in turn watched in the page and not watched at all.

    Unwatched is the same kind of run on a pool of the same size that only this process waits for.
    Wall time goes from the key press, or the call, to the painted end, or its return. A frame is
    blank when the chart, its drawing or its training curve is missing after the first point. The
    vertical axis is zoomed before the runs and must still be so afterwards.
    """
    browsing.turn(page, "num_iterations", "End")
    wait_for_end(page)
    page.evaluate(f"() => Plotly.relayout({browsing.CHART}, {{'yaxis.range': {ZOOM}}})")
    watched, alone, rates, frames, blank = [], [], [], 0, 0
    with Pool() as pool:
        unwatched_run(pool, dataset, 0)  # the first one also loads the data
        for seed in range(FIRST_SEED, FIRST_SEED + PAIRS):
            alone.append(unwatched_run(pool, dataset, seed))
            wall, computing, (rate, looked, missing) = watched_run(page, seed)
            watched.append((wall, computing))
            rates.append(rate)
            frames, blank = frames + looked, blank + missing
    slower = [median(a[i] / b[i] for a, b in zip(watched, alone, strict=True)) for i in range(2)]
    kept = page.evaluate(f"() => {browsing.CHART}._fullLayout.yaxis.range")
    what = f"{ITERATIONS:,} iterations watched, times unwatched"
    return [
        Line(f"{what}: computing", f"{slower[1]:.2f}", f"< {GOAL}", slower[1] < GOAL),
        Line(f"{what}: wall time", f"{slower[0]:.2f}", f"< {GOAL}", slower[0] < GOAL),
        Line(
            "painted frames a second while watched",
            f"{median(rates):.1f}",
            f"≥ {FRAMES_GOAL}",
            median(rates) >= FRAMES_GOAL,
        ),
        Line(f"blank frames of {frames:,}", str(blank), "0", blank == 0),
        Line("zoom kept", "yes" if kept == ZOOM else "no", "yes", kept == ZOOM),
    ]


def unwatched_run(pool: Pool, dataset: Dataset, seed: int) -> tuple[float, float]:
    """Wall and computing seconds."""
    settings = replace(Hyperparameters(), num_iterations=ITERATIONS, seed=seed)
    started = time.perf_counter()
    run = pool.start("benchmark", settings, dataset.name, dataset.digest)
    run.wait()
    return time.perf_counter() - started, run.seconds


def watched_run(page: Page, seed: int) -> tuple[float, float, tuple[float, int, int]]:
    """Wall and computing seconds; painted frames a second, frames looked at, blank ones."""
    browsing.knob(page, "seed").fill(str(seed))
    old = browsing.token(page)
    browsing.arm(page, "keydown", browsing.finished_curve(old))
    page.evaluate(WATCH, old)
    page.keyboard.press("Enter")
    wall = browsing.elapsed(page)
    seen: tuple[float, int, int] = tuple(page.evaluate(SEEN))
    browsing.settle(page)
    return wall, browsing.computing_seconds(page), seen


def wait_for_end(page: Page) -> None:
    page.wait_for_function(
        f"() => /^Finished · {ITERATIONS:,} /.test({browsing.STATUS})", timeout=120_000
    )
    browsing.settle(page)
