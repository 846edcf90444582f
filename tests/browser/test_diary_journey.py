"""The learning diary: from a row of its map, or a forgotten picture, to that picture at that moment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.thorough


def slider(page: Page) -> Locator:
    return page.locator(".st-key-time_machine input[type=range]")


def canvas(page: Page) -> Locator:
    return page.locator(".hd-diary canvas")


def opened(page: Page) -> Locator:
    return page.locator(".hd-opened")


@pytest.fixture
def diary(page: Page) -> Page:
    """The page with the diary unfolded, and all of it in sight."""
    page.set_viewport_size({"width": 1300, "height": 1400})
    expect(slider(page)).to_have_attribute("aria-valuetext", "2,500")
    page.locator(".st-key-learning_diary summary").click()
    expect(canvas(page)).to_have_attribute("data-painted", "null null")
    expect(page.locator(".st-key-diary_example")).to_be_visible()
    return page


def told(page: Page) -> str:
    found = page.get_by_text(re.compile(r"^\d+ of 50 test pictures are learned for good")).first
    return found.inner_text()


def test_the_sentence_and_the_map_say_the_same(diary: Page) -> None:
    counts = re.match(r"(\d+) of 50 .*; (\d+) were? ?(?:as)? ?learned and forgotten", told(diary))
    assert counts
    expect(canvas(diary)).to_have_attribute(
        "aria-label", re.compile(r"^Learning diary\. \d+ of 50 test pictures")
    )
    expect(diary.locator(".hd-diary-forgotten button")).to_have_count(int(counts[2]))
    # Something was painted in at least two colours.
    shades = diary.evaluate(
        """() => {
            const canvas = document.querySelector('.hd-diary canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    assert shades > 2


def test_a_click_in_the_map_opens_that_picture_at_that_moment(diary: Page) -> None:
    canvas(diary).scroll_into_view_if_needed()
    box = canvas(diary).bounding_box()
    assert box
    x, y = box["width"] * 0.4, 40.0
    canvas(diary).hover(position={"x": x, "y": y})
    tip = diary.locator(".hd-diary-tip")
    expect(tip).to_contain_text(
        re.compile(r"^Picture \d+, (non-)?cat: . (right|wrong) after 1,0\d0")
    )
    number = re.match(r"Picture (\d+)", tip.inner_text())
    assert number
    canvas(diary).click(position={"x": x, "y": y})
    expect(slider(diary)).to_have_attribute("aria-valuetext", re.compile(r"1,0\d0"))
    at = slider(diary).get_attribute("aria-valuetext")
    expect(opened(diary)).to_contain_text(f"after {at} iterations")
    expect(opened(diary).locator("img")).to_have_attribute(
        "src", re.compile(rf"/test/{int(number[1]) - 1}\.png$")
    )
    expect(diary.locator(".st-key-mislabeled_gallery")).to_contain_text(f"after {at} iterations")
    expect(canvas(diary)).to_have_attribute("data-painted", re.compile(r"^\d+ \d+$"))
    # The time machine moves the opened picture along.
    slider(diary).focus()
    diary.keyboard.press("End")
    expect(opened(diary)).to_contain_text("after 2,500 iterations")


def test_by_keyboard_a_forgotten_picture_and_any_other_are_opened(diary: Page) -> None:
    first = diary.locator(".hd-diary-forgotten button").first
    name = first.get_attribute("aria-label") or ""
    gone = re.search(r"forgotten after ([\d,]+)$", name)
    assert gone, name
    first.focus()
    diary.keyboard.press("Enter")
    expect(slider(diary)).to_have_attribute("aria-valuetext", gone[1])
    expect(opened(diary)).to_contain_text(re.compile(r"✓ .*, right"))
    slider(diary).focus()
    diary.keyboard.press("ArrowRight")  # one kept moment further
    expect(opened(diary)).to_contain_text(re.compile(r"✗ .*, wrong: it is"))

    diary.locator(".st-key-diary_example input").focus()
    diary.keyboard.type("picture 7,")
    diary.keyboard.press("Enter")
    expect(opened(diary).locator("img")).to_have_attribute("src", re.compile(r"/test/6\.png$"))


def test_the_diary_stays_open_for_another_run(diary: Page) -> None:
    before = told(diary)
    knob = diary.locator(".st-key-learning_rate input[type=range]")
    knob.focus()
    diary.keyboard.press("ArrowLeft")
    expect(diary.get_by_text(before, exact=True)).to_have_count(0)
    expect(canvas(diary)).to_be_visible()
    expect(canvas(diary)).to_have_attribute("data-painted", "null null")
