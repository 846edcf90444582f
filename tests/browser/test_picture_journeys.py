"""The gallery and the person's own photo, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import status, visit, wait_for_status


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 400 by 300 pixels in warm colours."""
    y, x = np.mgrid[0:300, 0:400]
    pixels = np.stack([x / 400, y / 300, (x + y) / 1400], axis=2)
    path = tmp_path / "my photo.jpg"
    Image.fromarray((255 * pixels).astype(np.uint8)).save(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.locator(".st-key-photo_upload input[type=file]").set_input_files(path)


def probability(page: Page) -> float:
    told = page.locator(".st-key-photo_result").inner_text()
    return float(re.search(r"P\(cat\) = ([\d.]+)", told)[1])


def test_the_gallery_shows_as_many_mistakes_as_the_accuracy_says(page: Page) -> None:
    accuracy = float(re.search(r"test ([\d.]+) %", status(page))[1])
    gallery = page.locator(".st-key-mislabeled_gallery")
    cards = gallery.locator(".hd-card")
    expect(cards).to_have_count(round(50 * (1 - accuracy / 100)))
    for text in cards.all_inner_texts():
        said, true = re.search(r"✗\s*(\S+) [\d.]+ %\s+is ([\w-]+)", text).groups()
        assert {said, true} == {"cat", "non-cat"}
    expect(cards.first.locator("img")).to_have_js_property("naturalWidth", 64)

    page.get_by_role("radio", name="All training").click()
    expect(cards).to_have_count(209)
    expect(gallery).to_contain_text("209 of 209 training pictures")


def test_a_photo_gets_a_probability_that_follows_the_settings(page: Page, photo: Path) -> None:
    upload(page, photo)
    expect(page.locator(".hd-answer")).to_have_text(re.compile("^(non-)?cat$"))
    first = probability(page)
    assert 0 <= first <= 1
    told = status(page)
    page.locator(".st-key-learning_rate input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    wait_for_status(page, "Finished", unlike=told)
    page.wait_for_function(
        "(first) => !document.querySelector('.st-key-photo_result').innerText.includes(first)",
        arg=f"= {first:.3f}",
    )
    assert probability(page) != first


@pytest.mark.thorough
def test_a_photo_survives_a_visit_to_another_page_and_goes_when_taken_away(
    page: Page, photo: Path
) -> None:
    upload(page, photo)
    picture = page.get_by_alt_text("The photo my photo.jpg")
    expect(picture).to_be_visible()
    visit(page, "Pictures")
    visit(page, "Lab")
    expect(picture).to_be_visible()
    upload(page, photo)
    page.locator(".st-key-photo_upload").get_by_role("button", name="Remove my photo.jpg").click()
    expect(picture).to_have_count(0)


@pytest.mark.thorough
def test_a_file_that_is_no_picture_gets_one_sentence(page: Page, tmp_path: Path) -> None:
    disguised = tmp_path / "disguised.png"
    disguised.write_bytes(b"![x](http://picture.example/x.png) is not a picture\n" * 20)
    upload(page, disguised)
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("This is not a picture that can be read")
    assert status(page).startswith("Finished")


@pytest.mark.thorough
def test_a_sample_picture_can_be_tried_without_a_photo_of_ones_own(page: Page) -> None:
    page.get_by_role("radio", name="Sample").click()
    page.get_by_role("radio", name="Dog").click()
    expect(page.locator(".hd-answer")).to_be_visible()
    expect(page.locator(".hd-photo img")).to_have_count(2)


@pytest.mark.thorough
def test_the_dataset_can_be_browsed_by_class(page: Page) -> None:
    visit(page, "Pictures")
    cards = page.locator(".hd-card")
    expect(cards).to_have_count(209)
    page.get_by_role("radio", name="cat", exact=True).click()
    expect(cards).to_have_count(72)
    page.get_by_role("radio", name="Test", exact=True).click()
    expect(cards).to_have_count(33)
