"""Every download of a run, as the browser saves it."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect

from engine import Hyperparameters, load_model
from engine.export import notebook, numpy_script, read_configuration, script
from engine.models import Model
from engine.sources import load_dataset
from tests.browser.conftest import status, wait_for_chart, wait_for_status


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """Presses a button that saves a file; where the file is."""
    with page.expect_download() as waiting:
        button.click()
    download: Download = waiting.value
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


@pytest.mark.thorough
def test_each_button_saves_a_file_that_agrees_with_the_page(page: Page, tmp_path: Path) -> None:
    page.locator("summary").filter(has_text="Take it home").click()
    page.locator(".st-key-photo_source").get_by_role("radio", name="Sample").click()
    page.get_by_role("radio", name="Dog").click()
    page.locator(".hd-answer").wait_for()
    # A page that is still being drawn gives each of these buttons another file to fetch.
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    files = {
        path.name: path
        for label in (
            "Curve, CSV",
            "Curve, JSON",
            "Settings, JSON",
            "Weights, NPZ",
            "Notebook",
            "Script",
            "Plain NumPy script",
        )
        for path in [saved(page, page.get_by_role("button", name=label, exact=True), tmp_path)]
    }
    cost = re.search(r"cost (\d\.\d{4})", status(page))[1]
    accuracy = re.search(r"test ([\d.]+) %", status(page))[1]

    with files["curve.csv"].open(newline="") as file:
        *_, last = csv.DictReader(file)
    assert last["iteration"] == "2500"
    assert f"{float(last['train_cost']):.4f}" == cost
    columns = json.loads(files["curve.json"].read_text("utf-8"))
    assert f"{columns['train_cost'][-1]:.4f}" == cost
    assert f"{100 * columns['test_accuracy'][-1]:.1f}" == accuracy

    assert read_configuration(files["settings.json"].read_text("utf-8")) == Hyperparameters()
    model = load_model(files["model.npz"])
    seen = page.locator("img.hd-seen").evaluate("image => image.src")
    assert f"= {p_of(model, seen):.3f}" in page.locator(".st-key-photo_result").inner_text()

    data = load_dataset(re.search(r"dataset=(\w+)", page.url)[1])
    programs = {"run.ipynb": notebook, "run.py": script, "plain_numpy.py": numpy_script}
    for name, export in programs.items():
        assert files[name].read_text("utf-8") == export(Hyperparameters(), data)


def p_of(model: Model, data_uri: str) -> float:
    picture = Image.open(io.BytesIO(base64.b64decode(data_uri.partition(",")[2])))
    return float(model.predict(np.asarray(picture)[None])[0])


@pytest.mark.thorough
def test_the_chart_is_saved_as_png_and_as_svg(page: Page, tmp_path: Path) -> None:
    wait_for_chart(page, 2500)
    page.locator(".hyperdial-chart").hover()
    png, svg = (
        saved(page, page.locator(f".hyperdial-chart [data-title='Download plot as {kind}']"), tmp_path)
        for kind in ("a PNG", "an SVG")
    )  # fmt: skip
    assert (png.name, svg.name) == ("hyperdial.png", "hyperdial.svg")
    with Image.open(png) as picture:
        assert picture.format == "PNG"
        assert picture.width > 800
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 10
    drawn = svg.read_text("utf-8")
    assert drawn.startswith("<svg")
    for words in ("Training", "Test", "iteration", "cost"):
        assert f">{words}</text>" in drawn


@pytest.mark.thorough
def test_what_is_unfolded_stays_so_while_other_parts_come_and_go(page: Page) -> None:
    page.locator("summary").filter(has_text="Take it home").click()
    button = page.get_by_role("button", name="Curve, CSV", exact=True)
    expect(button).to_be_visible()
    page.locator(".st-key-first_layer").get_by_text("Show what the first layer").click()
    expect(page.locator(".hd-weights img").first).to_be_attached()
    expect(button).to_be_visible()
    page.locator(".st-key-reset button").click()  # without the time machine and the diagnosis
    wait_for_status(page, "Paused")
    expect(button).to_be_visible()
    page.locator(".st-key-pause button").click()
    wait_for_status(page, "Finished")
    expect(page.locator(".st-key-time_machine")).to_be_visible()
    expect(button).to_be_visible()
