"""How soon the page answers while the longest runs are being computed."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks import browsing
from tests.benchmarks.table import Line, seconds

ROUNDS = 5
GOAL = 0.3
SMALL, LARGE = (20, 7, 5), (512,) * 6


def measure(page: Page, units: tuple[int, ...]) -> list[Line]:
    """From a click to the status that answers it, in the browser; medians of 5 rounds.

    Each round starts the run of 20,000 iterations anew, pauses it, makes one step, goes on, moves the
    chart's cost axis to a logarithmic scale and back, and stops it; then it starts it twice more and
    asks for other pictures in the gallery, and for those before.
    """
    build(page, units)
    names = ("Pause", "Step", "the gallery's choice", "the cost axis", "Stop")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        begin_again(page)
        taken["Pause"].append(clicked(page, "pause", f"{browsing.STATUS}.startsWith('Paused')"))
        paused = page.evaluate(f"() => {browsing.STATUS}")
        taken["Step"].append(clicked(page, "step", f"{browsing.STATUS} !== `{paused}`"))
        clicked(page, "pause", f"{browsing.STATUS}.startsWith('Training')")
        taken["the cost axis"] += [toggled(page, "log"), toggled(page, "linear")]
        taken["Stop"].append(clicked(page, "stop", f"{browsing.STATUS}.startsWith('Stopped')"))
        browsing.settle(page)
        for shown in ("All training", "All test"):
            begin_again(page)
            taken["the gallery's choice"].append(chosen(page, shown))
            end(page)
    return [
        Line(
            f"{name} during a run of {list(units)}, median",
            seconds(median(times)),
            f"≤ {GOAL} s",
            median(times) <= GOAL,
        )
        for name, times in taken.items()
    ]


def build(page: Page, units: tuple[int, ...]) -> None:
    """Turns the knobs until the page trains such a network for the longest time, and stops it."""
    browsing.turn(page, "num_iterations", "End")
    if units == LARGE:
        browsing.turn(page, "hidden_layer_count", "End")
        for layer in range(1, len(units) + 1):
            page.wait_for_selector(f".st-key-units_{layer} input")
            browsing.turn(page, f"units_{layer}", "End")
            browsing.settle(page)
    page.wait_for_function(f"() => /20,000 iterations/.test({browsing.STATUS})")
    browsing.settle(page)
    if page.evaluate(f"() => {browsing.STATUS}.startsWith('Training')"):
        clicked(page, "stop", f"{browsing.STATUS}.startsWith('Stopped')")
    browsing.settle(page)


def begin_again(page: Page) -> None:
    clicked(page, "pause", f"/^Training · [1-9]/.test({browsing.STATUS})")
    browsing.settle(page)


def end(page: Page) -> None:
    """Stops what goes on; a small run may have come to its end meanwhile."""
    page.evaluate("() => document.querySelector('.st-key-stop button:enabled')?.click()")
    page.wait_for_function(f"() => !{browsing.STATUS}.startsWith('Training')")
    browsing.settle(page)


def clicked(page: Page, key: str, reached: str) -> float:
    browsing.arm(page, "click", reached)
    browsing.button(page, key).click()
    taken = browsing.elapsed(page)
    page.wait_for_timeout(150)
    return taken


def chosen(page: Page, name: str) -> float:
    option = page.locator(".st-key-gallery_shows").get_by_role("radio", name=name)
    option.scroll_into_view_if_needed()
    told = "training" if name.endswith("training") else "test"
    caption = "document.querySelector('.st-key-mislabeled_gallery')?.innerText ?? ''"
    browsing.arm(page, "click", f"/of [0-9,]+ {told} pictures shown/.test({caption})")
    option.click()
    taken = browsing.elapsed(page)
    page.wait_for_timeout(150)
    return taken


def toggled(page: Page, axis: str) -> float:
    browsing.arm(page, "click", f"{browsing.CHART}._fullLayout.yaxis.type === '{axis}'")
    page.get_by_role("switch", name="Logarithmic cost axis").click()
    taken = browsing.elapsed(page)
    page.wait_for_timeout(150)
    return taken
