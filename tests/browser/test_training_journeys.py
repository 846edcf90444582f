"""What a person does with the knobs and the buttons, in a real browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    Dashboard,
    started_dashboard,
    status,
    visit,
    wait_for_chart,
    wait_for_status,
)


def slider(page: Page, key: str):
    return page.locator(f".st-key-{key} input[type=range]")


def press(page: Page, key: str, *keys: str) -> None:
    slider(page, key).focus()
    for pressed in keys:
        page.keyboard.press(pressed)


def button(page: Page, key: str):
    return page.locator(f".st-key-{key} button")


def start_long_run(page: Page) -> None:
    """20,000 iterations of a wide network: many seconds."""
    press(page, "num_iterations", "End")
    press(page, "units_1", "End")
    page.wait_for_function(
        "() => /of 20,000/.test(document.querySelector('.st-key-run_status').innerText)"
    )


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.pid)], capture_output=True, text=True
    )
    return [int(pid) for pid in told.stdout.split()]


def test_it_opens_on_a_trained_network(page: Page) -> None:
    assert re.match(
        r"Finished · 2,500 iterations · \d+\.\d\d s · cost \d\.\d{4} · train \d+\.\d % · test \d+\.\d %",
        status(page),
    )
    curves = {trace["name"]: trace for trace in wait_for_chart(page, 2500)}
    assert curves["Training"]["x"][0] == 0
    assert len(curves["Training"]["x"]) <= 500
    assert curves["Test"]["x"][-1] == 2500
    expect(page.locator(".hd-figures")).to_contain_text("95 % interval")


@pytest.mark.thorough
def test_turning_the_learning_rate_gives_another_finished_curve(page: Page) -> None:
    before = {trace["name"]: trace for trace in wait_for_chart(page, 2500)}
    told = status(page)
    press(page, "learning_rate", "ArrowLeft", "ArrowLeft")
    wait_for_status(page, "Finished", unlike=told)
    after = {trace["name"]: trace for trace in wait_for_chart(page, 2500)}
    assert after["Training"]["y"] != before["Training"]["y"]
    assert after["Training, run before"]["y"] == before["Training"]["y"]
    expect(page.locator(".st-key-preset input")).to_have_value("Custom")


def test_the_newest_of_many_quick_changes_wins(page: Page) -> None:
    told = status(page)
    press(page, "learning_rate", *["ArrowLeft"] * 6)
    wait_for_status(page, "Finished", unlike=told)
    press(page, "learning_rate", *["ArrowRight"] * 6)
    # The settings it opened with again, so the same numbers, down to the seconds it once took.
    page.wait_for_function(
        "(told) => document.querySelector('.st-key-run_status').innerText === told", arg=told
    )
    expect(page.locator(".st-key-preset input")).to_have_value("4-layer model")


def test_a_long_run_pauses_steps_resumes_and_stops(page: Page) -> None:
    start_long_run(page)
    button(page, "pause").click()
    paused = wait_for_status(page, "Paused")
    iteration = int(re.search(r"([\d,]+) of 20,000", paused)[1].replace(",", ""))
    button(page, "step").click()
    stepped = wait_for_status(page, "Paused", unlike=paused)
    assert f"{iteration + 1:,} of 20,000" in stepped
    expect(button(page, "pause")).to_have_text(re.compile("Resume"))
    button(page, "pause").click()
    wait_for_status(page, "Training")
    button(page, "stop").click()
    stopped = wait_for_status(page, "Stopped")
    time.sleep(0.5)
    assert status(page) == stopped


@pytest.mark.thorough
def test_reset_goes_back_to_the_start_and_waits(page: Page) -> None:
    button(page, "reset").click()
    told = wait_for_status(page, "Paused")
    assert "0 of 2,500" in told
    button(page, "pause").click()
    wait_for_status(page, "Finished")
    wait_for_chart(page, 2500)


@pytest.mark.thorough
def test_changing_a_knob_in_mid_run_starts_the_new_one(page: Page) -> None:
    start_long_run(page)
    press(page, "num_iterations", "Home")
    told = wait_for_status(page, "Finished")
    assert "1 iteration " in told


@pytest.mark.thorough
def test_the_chart_stays_alive_and_keeps_its_zoom(page: Page) -> None:
    wait_for_chart(page, 2500)
    page.evaluate(
        """() => {
            window.sameChart = document.querySelector('.hyperdial-chart');
            return Plotly.relayout(window.sameChart, {'yaxis.range': [0.1, 0.5]});
        }"""
    )
    start_long_run(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.sameChart === document.querySelector('.hyperdial-chart')")
    assert page.evaluate("window.sameChart._fullLayout.yaxis.range") == [0.1, 0.5]
    button(page, "stop").click()
    wait_for_status(page, "Stopped")


@pytest.mark.thorough
def test_a_killed_worker_is_replaced_and_its_run_starts_again(
    page: Page, dashboard: Dashboard
) -> None:
    press(page, "num_iterations", "End")
    page.wait_for_function(
        "() => /of 20,000/.test(document.querySelector('.st-key-run_status').innerText)"
    )
    for worker in workers_of(dashboard.process):
        os.kill(worker, signal.SIGKILL)
    told = wait_for_status(page, "Finished", seconds=60)
    assert "20,000 iterations" in told
    assert "started again after its worker died" in told


@pytest.mark.thorough
def test_a_run_goes_on_while_another_page_is_visited(page: Page) -> None:
    start_long_run(page)
    first = int(re.search(r"([\d,]+) of", status(page))[1].replace(",", ""))
    visit(page, "Pictures")
    page.wait_for_timeout(500)
    visit(page, "Lab")
    page.wait_for_function(
        "(first) => Number((document.querySelector('.st-key-run_status')?.innerText ?? '')"
        ".match(/([\\d,]+) of 20,000/)?.[1]?.replaceAll(',', '') ?? 0) > first",
        arg=first,
    )
    assert slider(page, "num_iterations").get_attribute("aria-valuetext") == "20,000"
    button(page, "stop").click()
    wait_for_status(page, "Stopped")


@pytest.mark.thorough
def test_two_people_do_not_disturb_each_other(
    page: Page, browser: Browser, dashboard: Dashboard
) -> None:
    mine = status(page)
    context = browser.new_context()
    other = context.new_page()
    other.goto(dashboard.address)
    wait_for_status(other, "Finished")
    press(other, "learning_rate", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    theirs = wait_for_status(other, "Finished", unlike=mine)
    context.close()
    assert status(page) == mine != theirs


def test_no_worker_outlives_a_killed_server(tmp_path: Path) -> None:
    running = started_dashboard(tmp_path)
    with running as dashboard:
        deadline = time.monotonic() + 10
        while not (workers := workers_of(dashboard.process)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert workers
        dashboard.process.kill()
        dashboard.process.wait()
        while any(map(alive, workers)) and time.monotonic() < deadline + 5:
            time.sleep(0.05)
        assert not any(map(alive, workers))


def alive(pid: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(told.stdout.strip()) and not told.stdout.startswith("Z")
