"""Sessions of the page without a browser: what a person does, and what the page then says."""

from __future__ import annotations

import json
import time
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

PAGE = Path(__file__).resolve().parents[2] / "dashboard" / "page.py"
WAIT = 30  # seconds nothing here takes; only a failure waits so long
KINDS = ("select_slider", "slider", "selectbox", "number_input", "toggle")


def opened():
    """A new session that has just opened the page."""
    return AppTest.from_file(PAGE, default_timeout=WAIT).run()


def turn(page, key, value):
    """Turns one knob and lets the page answer."""
    return widget(page, key).set_value(value).run()


def widget(page, key):
    """The knob of that key, or None."""
    for kind in KINDS:
        for found in page.get(kind):
            if found.key == key:
                return found
    return None


def value(page, key):
    return widget(page, key).value


def has(page, key):
    """Whether an element of that key is on the page."""
    try:
        page.get_by_key(key)
    except KeyError:
        return False
    return True


def component(page, name):
    """What a component of our own was given."""
    full = f"hyperdial_{name}"
    return next(
        json.loads(shown.proto.json)[0]
        for shown in page.get("bidi_component")
        if shown.proto.component_name == full
    )


def press(page, key):
    return page.button(key=key).click().run()


def status(page):
    """The line of the run's state; empty while the browser, not the page, keeps it up to date."""
    return "".join(text.value for text in page.get_by_key("run_status").get("text"))


def settled(page, beginning="Finished"):
    """Lets the page draw itself until its run is over; the status line."""
    limit = time.monotonic() + WAIT
    while not status(page):
        assert time.monotonic() < limit, "the run did not come to an end"
        time.sleep(0.02)
        page.run()
    assert status(page).startswith(beginning), status(page)
    assert not page.exception
    return status(page)


def run_of(page):
    """The run this session watches."""
    return page.session_state["_live_run"].current


def part(page, key):
    """All HTML and captions inside the container of that key."""
    inside = page.get_by_key(key)
    return "".join(element.value for kind in ("caption", "html") for element in inside.get(kind))


def problems(page):
    return [error.value for error in page.error]


def picture(kind="PNG", size=(40, 30), seed=0):
    """The bytes of a noisy picture, in the format of that name."""
    pixels = np.random.RandomState(seed).randint(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def upload(page, name, data, kind="image/png"):
    return page.file_uploader(key="photo_upload").set_value((name, data, kind)).run()


def dimension_table(page):
    """The table of W, b, Z and A by column."""
    text = next(m.value for m in page.markdown if m.value.startswith("| Layer | W |"))
    head, _, *rows = (
        [c.strip() for c in line.strip("| ").split("|")] for line in text.splitlines()
    )
    return dict(zip(head, zip(*rows, strict=True), strict=True))
