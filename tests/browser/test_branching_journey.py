"""Branching from the middle of a run, and going back and forth between it and the trunk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import painted, status, visit, wait_for_status

pytestmark = pytest.mark.thorough


def slider(page: Page) -> Locator:
    return page.locator(".st-key-time_machine input[type=range]")


def rewind_to_the_middle(page: Page) -> int:
    """Moves the time machine to the middle of the run; that iteration."""
    track = page.locator(".st-key-time_machine [data-testid=stSlider]").bounding_box()
    thumb = slider(page).bounding_box()
    assert track
    assert thumb
    page.mouse.move(track["x"] + track["width"] - 8, thumb["y"] + thumb["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, thumb["y"] + 1, steps=5)
    page.mouse.up()
    expect(slider(page)).not_to_have_attribute("aria-valuetext", "2,500")
    iteration = int((slider(page).get_attribute("aria-valuetext") or "").replace(",", ""))
    expect(page.locator(".st-key-mislabeled_gallery")).to_contain_text(f"after {iteration:,} iter")
    return iteration


def branch(page: Page, keys: str, times: int = 1) -> None:
    """Branches from where the time machine stands, with another learning rate."""
    page.locator(".st-key-branch button").first.click()
    knob = page.locator(".st-key-branch_learning_rate input[type=range]")
    for _ in range(times):
        said = knob.get_attribute("aria-valuetext")
        knob.focus()
        page.keyboard.press(keys)
        expect(knob).not_to_have_attribute("aria-valuetext", said or "")
    page.locator(".st-key-start_branch button").click()


def curves(page: Page) -> dict[object, list[float]]:
    return {t["name"]: t["x"] for t in painted(page) if t["visible"] is True and t["x"]}  # type: ignore[misc]


def wait_for_curve(page: Page, name: str, end: int) -> list[float]:
    page.wait_for_function(
        """([name, end]) => (document.querySelector('.hyperdial-chart')._fullData ?? [])
            .some(t => t.name === name && t.x.at(-1) === end)""",
        arg=[name, end],
    )
    return curves(page)[name]


def letters(page: Page) -> list[str]:
    """What the chart writes at the ends of its curves."""
    found: list[str] = page.evaluate(
        """() => (document.querySelector('.hyperdial-chart').layout.annotations ?? [])
            .map(a => a.text)"""
    )
    return sorted(found)


def test_branching_from_the_middle_and_switching_between_the_curves(page: Page) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    trunk = status(page)
    figure = page.locator(".hd-figures dd").first.inner_text()
    iteration = rewind_to_the_middle(page)
    branch(page, "ArrowLeft")
    told = wait_for_status(page, f"Finished · branched at {iteration:,}", unlike=trunk)
    assert wait_for_curve(page, "Training, A", 2500)[0] == iteration
    assert wait_for_curve(page, "Training, T", 2500)[0] == 0
    assert letters(page) == ["A", "A", "T", "T"]
    expect(page.locator(".st-key-branches")).to_contain_text(
        re.compile(rf"A from {iteration:,}: learning rate 0\.0075 → 0\.005")
    )
    expect(page.locator(".st-key-start_branch")).to_have_count(0)
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    expect(page.locator(".hd-figures dd").first).not_to_have_text(figure)

    # Back to the trunk, by keyboard, and to the branch again: the page shows the one that is chosen.
    page.get_by_role("radio", name="T the trunk").focus()
    page.get_by_role("radio", name=f"A from {iteration:,}").focus()
    page.keyboard.press("ArrowUp")
    assert wait_for_status(page, "Finished", unlike=told) == trunk
    expect(page.locator(".hd-figures dd").first).to_have_text(figure)
    assert wait_for_curve(page, "Training, A", 2500)[0] == iteration
    assert wait_for_curve(page, "Training, T", 2500)[0] == 0
    assert "learning_rate" not in page.url
    page.get_by_role("radio", name=f"A from {iteration:,}").click(force=True)
    wait_for_status(page, f"Finished · branched at {iteration:,}")

    page.locator(".st-key-remove_branch button").click()
    assert wait_for_status(page, "Finished · 2,500") == trunk
    expect(page.locator(".st-key-branches")).to_have_count(0)
    page.wait_for_function(
        "() => !document.querySelector('.hyperdial-chart').layout.annotations?.length"
    )


def test_a_branch_that_trains_is_painted_as_it_comes(page: Page) -> None:
    """Also when it is not the one that is looked at."""
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    rewind_to_the_middle(page)
    page.locator(".st-key-branch button").first.click()
    knob = page.locator(".st-key-branch_num_iterations input[type=range]")
    knob.focus()
    page.keyboard.press("End")
    expect(knob).to_have_attribute("aria-valuetext", "20,000")
    page.locator(".st-key-start_branch button").click()
    wait_for_status(page, "Training · branched")
    page.get_by_role("radio", name="T the trunk").click(force=True)
    wait_for_status(page, "Finished · 2,500")
    page.wait_for_function(
        """() => (document.querySelector('.hyperdial-chart')._fullData ?? [])
            .some(t => t.name === 'Training, A' && t.x.at(-1) > 3000)"""
    )
    # Its result comes to the list when it is over, without being asked for.
    expect(page.locator(".st-key-branches")).not_to_contain_text("Training", timeout=60_000)
    assert curves(page)["Training, A"][-1] == 20_000


def test_a_finished_branch_is_kept_found_again_and_shared(page: Page) -> None:
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    iteration = rewind_to_the_middle(page)
    branch(page, "ArrowLeft", times=2)
    told = wait_for_status(page, f"Finished · branched at {iteration:,}")
    page.wait_for_url(f"**from={iteration}&from_learning_rate=*result=*")
    shared = page.url
    rate = shared.partition("from_learning_rate=")[2].partition("&")[0]
    words = f"from {iteration:,}: learning rate 0.0075 → {rate}"

    # Loaded anew, the branch is there again beside its trunk, and what the address promises holds.
    page.reload()
    again = wait_for_status(page, f"Finished · branched at {iteration:,}")
    assert re.findall("cost .*", again) == re.findall("cost .*", told)
    expect(page.get_by_text("Reproduced ✓ cost")).to_be_visible()
    assert wait_for_curve(page, "Training, T", 2500)[0] == 0
    assert wait_for_curve(page, "Training, A", 2500)[0] == iteration

    visit(page, "Runs")
    row = page.locator(".hd-runs tbody tr").filter(has_text=words)
    expect(row).to_have_count(1)
    row.get_by_role("checkbox").check()
    expect(page.locator(".hyperdial-overlay")).to_have_attribute("data-painted", "A")
    told_of = page.get_by_role("region", name="The runs side by side")
    expect(told_of.get_by_role("columnheader", name="Branched")).to_be_visible()
    expect(told_of).to_contain_text(words)

    # The newest run in the lab is another; the list opens the branch with its trunk.
    visit(page, "Lab")
    page.locator(".st-key-learning_rate input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    wait_for_status(page, "Finished · 2,500")
    visit(page, "Runs")
    row.get_by_role("link", name="Open").click()
    wait_for_status(page, f"Finished · branched at {iteration:,}")
    assert page.url.split("?")[1] == shared.split("?")[1]
    expect(page.locator(".st-key-learning_rate input[type=range]")).to_have_attribute(
        "aria-valuetext", "0.0075"
    )
