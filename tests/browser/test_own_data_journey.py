"""From a zip of one's own pictures to a trained network and back home, in a real browser."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import h5py
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from engine.sources.drawn_pictures import draw_picture
from tests.browser.conftest import Dashboard, visit, wait_for_status, watch
from tests.engine.importing_examples import zip_file

pytestmark = pytest.mark.thorough

SECONDS = 60_000


def drawn(seed: int, label: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(draw_picture(seed, label=label, size=96).pixels).save(buffer, "JPEG")
    return buffer.getvalue()


def archive(path: Path) -> Path:
    files = {f"photos/cats/{i}.jpg": drawn(500 + i, 1) for i in range(15)}
    files |= {f"photos/others/{i}.jpg": drawn(600 + i, 0) for i in range(15)}
    files |= {"photos/cats/copy.jpg": drawn(503, 1), "photos/others/![](x).txt": b"not a picture"}
    return zip_file(path, files)


def open_data(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.address)
    wait_for_status(page, "Finished")
    visit(page, "Data")
    expect(page.get_by_role("heading", name="Your own pictures")).to_be_visible()


def wait_until_idle(page: Page) -> None:
    """Until the page has answered: a file given while it is drawn anew may be lost."""
    idle = "[data-testid=stApp][data-test-script-state=notRunning]"
    page.wait_for_selector(idle, timeout=SECONDS)


def give(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(list(files))


def test_from_a_zip_to_a_trained_network_and_home(
    tab: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    open_data(tab, dashboard)
    give(tab, archive(tmp_path / "Our cats.zip"))
    preview = tab.locator(".st-key-import_preview")
    expect(preview).to_contain_text(
        "31 pictures of 2 classes: 16 cats, 15 others.", timeout=SECONDS
    )
    expect(preview).to_contain_text("1 exact and 0 near duplicate")
    expect(preview.get_by_role("listitem")).to_have_count(2)
    expect(tab.get_by_text("others/![](x).txt")).to_be_visible()

    keep = tab.get_by_role("button", name="Keep this dataset")
    expect(keep).to_be_disabled()
    tab.get_by_text("Leave these out").click()
    expect(keep).to_be_enabled()
    # Not before: what unfolds moves all below it, also from under a click.
    tab.get_by_text("Duplicates (1)").click()
    expect(tab.get_by_text("cats/3.jpg, cats/copy.jpg")).to_be_visible()
    expect(tab.get_by_label("Name")).to_have_value("Our cats")
    keep.click()
    done = tab.locator(".st-key-import_done")
    expect(done).to_contain_text("Our cats is kept", timeout=SECONDS)

    tab.get_by_role("button", name="Train on it").click()
    expect(tab.locator(".st-key-dataset input")).to_have_value("Our cats", timeout=SECONDS)
    tab.wait_for_url("**dataset=Our*cats**", timeout=SECONDS)
    assert wait_for_status(tab, "Finished").startswith("Finished · 2,500 iterations")
    gallery = tab.locator(".st-key-mislabeled_gallery")
    expect(gallery).to_contain_text("test pictures mislabeled")

    # Its pictures by their files' names.
    visit(tab, "Pictures")
    expect(tab.get_by_text("What each class looks like")).to_be_visible()
    search = tab.get_by_label("Search")
    search.fill("cats/3.jpg")
    search.press("Enter")
    expect(tab.get_by_text(re.compile(r"^[01] of \d+ training pictures\.$"))).to_be_visible()

    # Home again: the course's two files.
    visit(tab, "Data")
    with tab.expect_download() as download:
        tab.locator(".st-key-kept_datasets").get_by_role("button", name="HDF5").click()
    assert download.value.suggested_filename == "Our cats.zip"
    with zipfile.ZipFile(download.value.path()) as files:
        assert files.namelist() == ["datasets/train_catvnoncat.h5", "datasets/test_catvnoncat.h5"]
        with h5py.File(io.BytesIO(files.read("datasets/train_catvnoncat.h5"))) as train:
            assert train["train_set_x"].shape[1:] == (64, 64, 3)
            assert list(train["list_classes"]) == [b"others", b"cats"]

    # Renamed, deleted, brought back.
    tab.get_by_role("button", name="Rename").click()
    name = tab.get_by_label("New name")
    name.fill("Kittens")
    name.press("Enter")
    datasets = tab.locator(".st-key-kept_datasets")
    expect(datasets).to_contain_text("Kittens")
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Delete").click()
    expect(datasets).to_contain_text("Kittens is deleted.")
    expect(tab.get_by_role("button", name="Delete")).to_have_count(0)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("button", name="Delete")).to_have_count(1)
    tab.get_by_role("button", name="Delete").click()
    expect(tab.get_by_role("button", name="Undo")).to_be_visible()
    visit(tab, "Lab")
    expect(tab.locator(".st-key-dataset input")).not_to_have_value("Kittens")
    wait_for_status(tab, "Finished")


def test_pictures_class_by_class_and_a_mistake_in_one_sentence(
    tab: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    open_data(tab, dashboard)
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 no archive")
    give(tab, tmp_path / "bad.zip")
    alert = tab.get_by_role("alert")
    expect(alert).to_contain_text("bad.zip cannot be read", timeout=SECONDS)
    expect(alert).to_have_count(1)

    for label, name in ((1, "c"), (0, "o")):
        for i in range(4):
            (tmp_path / f"{name}{i}.jpg").write_bytes(drawn(700 + i, label))
    tab.get_by_text("Pictures, class by class").click()
    uploads = tab.locator("input[type=file]")
    expect(uploads).to_have_count(2)
    wait_until_idle(tab)
    uploads.nth(0).set_input_files([tmp_path / f"c{i}.jpg" for i in range(4)])
    expect(tab.get_by_text("c3.jpg")).to_be_visible(timeout=SECONDS)
    wait_until_idle(tab)
    uploads.nth(1).set_input_files([tmp_path / f"o{i}.jpg" for i in range(4)])
    expect(tab.get_by_text("o3.jpg")).to_be_visible(timeout=SECONDS)
    wait_until_idle(tab)
    tab.get_by_role("button", name="Look them over").click()
    preview = tab.locator(".st-key-import_preview")
    expect(preview).to_contain_text("8 pictures of 2 classes: 4 cats, 4 others", timeout=SECONDS)
    tab.get_by_role("button", name="Discard").click()
    expect(preview).to_have_count(0)


def test_what_one_session_brings_in_no_other_sees(
    browser: Browser, tab: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    open_data(tab, dashboard)
    give(tab, archive(tmp_path / "secret.zip"))
    expect(tab.locator(".st-key-import_preview")).to_be_visible(timeout=SECONDS)
    context = browser.new_context()
    other = context.new_page()
    complaints: list[str] = []
    watch(other, dashboard.address, complaints)
    open_data(other, dashboard)
    expect(other.get_by_role("button", name="Upload", exact=True)).to_be_visible()
    assert "secret" not in other.locator("body").inner_text()
    context.close()
    assert complaints == []
