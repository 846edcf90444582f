"""Fetching the course's photos from the page: progress, cancelling, failure, success."""

from __future__ import annotations

import functools
import hashlib

import pytest
from page_driving import has, opened, press, problems, settled, status, turn, value, widget
from pool_driving import until

from dashboard import course_download
from dashboard.course_download import CourseDownload
from engine.sources.download import CourseFile, download_course_files
from tests.mirror import mirror


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the course's files are looked for, and put."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("HYPERDIAL_DATA", str(folder))
    return folder


@pytest.fixture
def small_files(small_course_folder, monkeypatch):
    """The small course files pass for the real ones; they are fetched and checked all the same."""
    files = [
        CourseFile(file.name, file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in sorted(small_course_folder.iterdir(), reverse=True)
    ]
    fetch = functools.partial(download_course_files, files=files)
    monkeypatch.setattr(course_download, "download_course_files", fetch)
    return sum(file.size for file in files)


@pytest.fixture
def good(small_course_folder, small_files, monkeypatch):
    with mirror(small_course_folder) as server:
        monkeypatch.setenv("HYPERDIAL_MIRROR", server.address)
        yield server


@pytest.fixture
def broken(monkeypatch):
    with mirror(None) as server:
        monkeypatch.setenv("HYPERDIAL_MIRROR", server.address)
        yield server


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def over(download):
    until(lambda: not download.going)


# --- by itself


def test_before_it_begins_nothing_is_told():
    download = CourseDownload()
    assert (download.going, download.share, download.problem) == (False, 0.0, "")


def test_a_download_that_succeeds_leaves_both_files(good, folder):
    download = CourseDownload()
    download.start()
    over(download)
    assert download.problem == ""
    assert download.share == 1.0
    assert names(folder) == ["test_catvnoncat.h5", "train_catvnoncat.h5"]


def test_progress_grows_to_the_whole(good, folder, small_files):
    good.hold()
    download = CourseDownload()
    download.start()
    until(lambda: download.share > 0)
    part = download.progress
    assert download.going
    assert (part.file, part.total) == ("train_catvnoncat.h5", small_files)
    assert 0 < part.done < part.total
    good.let_go.set()
    over(download)
    assert download.progress.done == small_files


def test_a_download_that_is_cancelled_is_no_problem_and_goes_on_from_there(
    good, folder, small_files, small_course_folder
):
    good.hold()
    download = CourseDownload()
    download.start()
    until(lambda: download.share > 0)
    download.cancel()
    good.let_go.set()
    over(download)
    assert download.problem == ""
    assert names(folder) == ["train_catvnoncat.h5.part"]
    kept = (folder / "train_catvnoncat.h5.part").stat().st_size
    assert kept > 0
    good.sent = 0
    download.start()
    over(download)
    assert good.sent == small_files - kept
    assert names(folder) == ["test_catvnoncat.h5", "train_catvnoncat.h5"]


def test_starting_twice_fetches_once(good, folder):
    good.hold()
    download = CourseDownload()
    for _ in range(3):
        download.start()
    until(lambda: download.share > 0)
    good.let_go.set()
    over(download)
    assert len(good.asked) == 2


def test_a_failure_is_kept_as_one_sentence_until_the_next_attempt(broken, folder):
    download = CourseDownload()
    download.start()
    over(download)
    assert download.problem.startswith("train_catvnoncat.h5 could not be downloaded: ")
    assert "an HTML page" in download.problem
    assert names(folder) == []
    # Nobody but the mirror that was named is asked.
    assert download.problem.count("came from") == 1
    assert "github" not in download.problem


def test_a_new_attempt_forgets_how_the_last_one_failed(broken, good, folder, monkeypatch):
    monkeypatch.setenv("HYPERDIAL_MIRROR", broken.address)
    download = CourseDownload()
    download.start()
    over(download)
    assert download.problem
    monkeypatch.setenv("HYPERDIAL_MIRROR", good.address)
    good.hold()
    download.start()
    assert download.problem == ""
    good.let_go.set()
    over(download)
    assert download.problem == ""


# --- on the page


@pytest.fixture
def page(services, data_folder):
    """The page on drawn pictures; what it fetches it puts where its workers look."""
    page = opened()
    settled(page)
    assert value(page, "dataset") == "drawn"
    yield page
    for file in data_folder.iterdir():
        file.unlink()
    services._datasets.pop("course", None)


def test_a_failure_is_one_sentence_on_the_page_and_the_drawn_pictures_stay(page, broken, services):
    press(page, "get_course_photos")
    over(services.course_download())
    page.run()
    page.run()
    (told,) = problems(page)
    assert "an HTML page" in told
    assert value(page, "dataset") == "drawn"
    assert status(page).startswith("Finished")
    assert has(page, "get_course_photos")


def test_progress_is_shown_and_then_the_courses_photos(page, good, services):
    good.hold()
    press(page, "get_course_photos")
    until(lambda: services.course_download().share > 0)
    page.run()
    assert 0 < page.get("progress")[0].value < 100
    assert not has(page, "get_course_photos")
    good.let_go.set()
    over(services.course_download())
    page.run()
    settled(page, "")
    assert value(page, "dataset") == "course"
    assert not has(page, "get_course_photos")
    assert not has(page, "cancel_download")
    assert problems(page) == []


def test_a_damaged_file_can_be_fetched_again(
    page, good, services, data_folder, small_course_folder
):
    for file in small_course_folder.iterdir():
        (data_folder / file.name).write_bytes(file.read_bytes()[:-40])
    page.run()
    turn(page, "dataset", "course")
    (told,) = problems(page)
    assert told.endswith(r"The drawn pictures are used instead\.")
    assert page.button(key="get_course_photos").label == "Get the course's photos again"
    press(page, "get_course_photos")
    over(services.course_download())
    page.run()
    settled(page, "")
    assert value(page, "dataset") == "course"
    assert not has(page, "get_course_photos")
    assert problems(page) == []
    assert names(data_folder) == ["test_catvnoncat.h5", "train_catvnoncat.h5"]


def test_whoever_has_turned_to_points_meanwhile_keeps_them(page, good, services):
    good.hold()
    press(page, "get_course_photos")
    until(lambda: services.course_download().share > 0)
    page.run()
    turn(page, "dataset", "flower")
    rate = value(page, "learning_rate")
    good.let_go.set()
    over(services.course_download())
    page.run()
    settled(page, "")
    assert "The course's photos" in widget(page, "dataset").options
    assert (value(page, "dataset"), value(page, "learning_rate")) == ("flower", rate)
    assert not has(page, "get_course_photos")
    assert problems(page) == []


def test_a_download_can_be_cancelled_on_the_page(page, good, services, data_folder):
    good.hold()
    press(page, "get_course_photos")
    until(lambda: services.course_download().share > 0)
    page.run()
    press(page, "cancel_download")
    good.let_go.set()
    over(services.course_download())
    page.run()
    assert has(page, "get_course_photos")
    assert problems(page) == []
    assert value(page, "dataset") == "drawn"
    assert names(data_folder) == ["train_catvnoncat.h5.part"]
    # The button says that the next attempt goes on where this one stopped.
    assert page.button(key="get_course_photos").label.startswith("Go on")
    assert any("of the two files, 3 MB, is here" in said.value for said in page.caption)
    press(page, "get_course_photos")
    over(services.course_download())
    page.run()
    settled(page, "")
    assert value(page, "dataset") == "course"
