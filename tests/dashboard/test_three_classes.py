"""Mistakes and photos of a network that tells more than two classes apart."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from page_driving import opened, part, picture, settled, turn
from test_gallery import Elements

from engine.dataset import Dataset
from engine.sources.importing.library import Library

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the data folder is named by XDG_DATA_HOME"
)


@pytest.fixture(scope="module")
def own_data(tmp_path_factory):
    """Three kept classes of noisy pictures, which overlap; for this process and its workers."""
    random = np.random.RandomState(0)
    parts = []
    for m in (30, 30):
        labels = np.arange(m) % 3
        light = random.randint(0, 90, (m, 1, 1, 1)) + 50 * labels[:, None, None, None]
        noise = random.randint(0, 60, (m, 16, 16, 3))
        parts += [(light + noise).astype(np.uint8), labels[None].astype(np.int64)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
        Library().keep(Dataset("three", *parts, ("dark", "middle", "light")))
        yield


def test_the_matrix_the_reasons_and_the_photo_know_every_class(own_data, services):
    page = opened()
    settled(page, "")
    turn(page, "activation", "tanh")
    turn(page, "num_iterations", 100)
    turn(page, "dataset", "three")
    settled(page)
    html = "".join(element.value for element in page.get("html"))
    cells = [
        told
        for told in Elements(html).attributes
        if told.get("data-press", "").startswith('["cell"')
    ]
    assert len(cells) == 9
    assert sum(int(cell["aria-label"].split()[0]) for cell in cells) == 30
    pressed = next(
        told["data-press"]
        for told in Elements(part(page, "mislabeled_gallery")).attributes
        if "data-press" in told
    )
    page.session_state["_opened_mistake"] = tuple(json.loads(pressed)[1:])
    page.run()
    assert not page.exception
    assert "Nearest training pictures" in "".join(element.value for element in page.get("html"))

    page.session_state["_opened_mistake"] = None
    told = ("mine.png", picture(), "image/png")
    page.file_uploader(key="photo_upload").set_value([told]).run()
    assert not page.exception
    honesty = part(page, "photo_honesty")
    assert honesty.count('alt="cut: ') == 3
    assert "as the course cuts it" in honesty
