"""The page's logic, without a browser: knobs, presets, runs, pictures and problems."""

from __future__ import annotations

import re
import shutil

import pytest
from page_driving import (
    PAGE,
    WAIT,
    component,
    dimension_table,
    has,
    opened,
    part,
    picture,
    press,
    problems,
    run_of,
    settled,
    status,
    turn,
    upload,
    value,
    widget,
)
from streamlit.testing.v1 import AppTest

from dashboard import services as shared
from dashboard.panels import run_panel
from dashboard.photo import SAMPLES
from dashboard.run_status import status_text
from engine.hyperparameters import PRESETS, Hyperparameters

pytestmark = pytest.mark.usefixtures("services")

STATUS = (
    r"Finished · 2,500 iterations · \d+\.\d\d s · cost \d\.\d{4} · "
    r"train \d+\.\d % · test \d+\.\d %"
)
OTHER_VALUES = {
    "hidden_layer_count": 2,
    "units_1": 24,
    "units_2": 8,
    "units_3": 4,
    "learning_rate": 0.01,
    "num_iterations": 500,
    "activation": "tanh",
    "initialization": "He",
    "seed": 7,
}


@pytest.fixture
def page():
    """A new session whose first run has finished."""
    page = opened()
    settled(page)
    return page


def said_by_the_knobs(page):
    layers = range(1, value(page, "hidden_layer_count") + 1)
    others = ("learning_rate", "num_iterations", "activation", "initialization", "seed")
    return Hyperparameters(
        tuple(value(page, f"units_{i}") for i in layers), *(value(page, key) for key in others)
    )


# --- opening


def test_the_page_opens_and_ends_in_a_finished_run(page):
    assert re.fullmatch(STATUS, status(page))
    assert value(page, "preset") == "4-layer model"
    assert value(page, "dataset") == "drawn"
    assert said_by_the_knobs(page) == Hyperparameters() == run_of(page).hyperparameters
    assert problems(page) == []


def test_every_element_other_people_rely_on_has_its_key(page):
    keys = (
        "preset dataset hidden_layer_count units_1 units_2 units_3 learning_rate num_iterations "
        "activation initialization seed pause step reset cost_chart run_status "
        "mislabeled_gallery photo_upload photo_result get_course_photos"
    )
    assert [key for key in keys.split() if not has(page, key)] == []


def test_every_knob_explains_itself_in_a_sentence(page):
    for key in ["dataset", "preset", *OTHER_VALUES]:
        assert re.fullmatch(r"[A-Z].*[a-z]\.", widget(page, key).help), key


def test_a_reader_who_cannot_see_the_chart_is_told_what_it_shows(page):
    told = next(c.value for c in page.caption if c.value.startswith("The training cost"))
    assert re.match(r"The training cost falls from 0\.\d+ to 0\.\d+ in 2,500 iterations\.", told)


def test_the_dimension_table_is_that_of_the_architecture(page):
    table = dimension_table(page)
    assert list(table["W"]) == ["20 × 12288", "7 × 20", "5 × 7", "1 × 5"]
    assert list(table["A"]) == ["20 × 209", "7 × 209", "5 × 209", "1 × 209"]


# --- presets


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_sets_every_knob(page, name):
    for key, other in OTHER_VALUES.items():
        if widget(page, key):
            turn(page, key, other)
    turn(page, "preset", name)
    assert value(page, "preset") == name
    assert said_by_the_knobs(page) == PRESETS[name]
    assert run_of(page).hyperparameters == PRESETS[name]
    settled(page)


@pytest.mark.parametrize("key", list(OTHER_VALUES))
def test_turning_one_knob_makes_the_preset_custom_and_turning_back_makes_it_the_preset(page, key):
    before = value(page, key)
    turn(page, key, OTHER_VALUES[key])
    assert value(page, "preset") == "Custom"
    turn(page, key, before)
    assert value(page, "preset") == "4-layer model"
    assert said_by_the_knobs(page) == Hyperparameters()


def test_choosing_custom_changes_nothing(page):
    turn(page, "preset", "Custom")
    assert value(page, "preset") == "4-layer model"
    assert said_by_the_knobs(page) == Hyperparameters()


def test_a_knob_turned_before_the_browser_heard_of_custom_is_not_undone(page):
    turn(page, "learning_rate", 0.005)
    # The browser still shows the preset and sends it along with the next turn.
    page.selectbox(key="preset").set_value("4-layer model")
    turn(page, "learning_rate", 0.003)
    assert value(page, "learning_rate") == 0.003
    assert value(page, "preset") == "Custom"


# --- layers


def test_fewer_and_more_layers_keep_the_units_of_the_others(page):
    turn(page, "units_1", 32)
    turn(page, "units_2", 10)
    turn(page, "hidden_layer_count", 1)
    assert widget(page, "units_2") is None
    assert said_by_the_knobs(page).hidden_layers == (32,)
    turn(page, "hidden_layer_count", 6)
    assert said_by_the_knobs(page).hidden_layers[:2] == (32, 10)
    assert widget(page, "units_6") is not None
    assert run_of(page).hyperparameters.hidden_layers == said_by_the_knobs(page).hidden_layers


def test_without_hidden_layers_it_is_logistic_regression(page):
    turn(page, "hidden_layer_count", 0)
    assert widget(page, "units_1") is None
    assert "train" in settled(page)
    assert list(dimension_table(page)["W"]) == ["1 × 12288"]


# --- runs


def test_each_setting_gives_a_run_of_its_own(page):
    turn(page, "num_iterations", 100)
    told = {settled(page)}
    for key in ("learning_rate", "activation", "initialization", "seed", "units_1"):
        turn(page, key, OTHER_VALUES[key])
        told.add(re.sub(r" · [\d.]+ s", "", settled(page)))
    assert len(told) == 6
    assert all(line.startswith("Finished · 100 iterations") for line in told)


def test_a_run_that_ends_while_the_page_is_drawn_does_not_stand_still(page, monkeypatch):
    def slow(run):
        text = status_text(run)
        run.wait(WAIT)
        return text

    monkeypatch.setattr(run_panel, "status_text", slow)
    turn(page, "seed", 7)
    # The browser hears of the end, and has the page drawn anew.
    assert status(page) == ""
    assert component(page, "chart")["runs"]["run"]["state"] in ("queued", "running")


def test_the_run_before_stays_as_a_ghost_and_its_return_is_answered_at_once(page):
    first = run_of(page)
    line = status(page)
    turn(page, "seed", 5)
    settled(page)
    assert page.session_state["_live_run"].previous is first
    turn(page, "seed", 1)
    assert status(page) == line


def test_reset_waits_at_the_start_step_goes_one_on_and_resume_to_the_end(page):
    press(page, "reset")
    assert run_of(page).state == "paused"
    assert run_of(page).iteration == 0
    assert page.button(key="pause").label == "Resume"
    press(page, "step")
    assert run_of(page).iteration == 1
    press(page, "pause")
    assert settled(page).startswith("Finished · 2,500 iterations")


def test_a_run_can_be_trained_again(page):
    before = run_of(page)
    assert page.button(key="pause").label == "Train again"
    press(page, "pause")
    settled(page)
    assert run_of(page) is not before
    assert run_of(page).latest.cost == before.latest.cost


def test_a_long_run_stops_where_it_is(page):
    turn(page, "units_1", 512)
    turn(page, "num_iterations", 20_000)
    run = run_of(page)
    assert run.wait_until(lambda: run.iteration > 0, WAIT)
    press(page, "stop")
    assert re.match(r"Stopped · [\d,]+ of 20,000 iterations", settled(page, "Stopped"))
    assert page.button(key="step").disabled


def test_a_run_that_diverges_says_so_and_shows_no_numbers_that_are_none(page):
    upload(page, "noise.png", picture())
    turn(page, "activation", "leaky relu")
    turn(page, "initialization", "He")
    turn(page, "learning_rate", 10.0)
    line = settled(page, "Diverged")
    assert "the learning rate is too large" in line
    for key in ("mislabeled_gallery", "photo_result"):
        assert "nan" not in part(page, key)
        assert "This network diverged: it has no answer" in part(page, key)
    turn(page, "learning_rate", 0.0075)
    settled(page)
    assert 'class="hd-card' in part(page, "mislabeled_gallery")


# --- the gallery


def cards(page):
    return part(page, "mislabeled_gallery").count('class="hd-card')


def test_the_gallery_shows_as_many_mistakes_as_the_accuracy_says(page):
    wrong = {
        name: round(m * (1 - float(re.search(rf"{name} ([\d.]+) %", status(page))[1]) / 100))
        for name, m in (("train", 209), ("test", 50))
    }
    assert cards(page) == wrong["test"] > 0
    assert part(page, "mislabeled_gallery").startswith(f"{wrong['test']} of 50 test pictures")
    page.segmented_control(key="gallery_shows").select("Mislabeled, training").run()
    assert cards(page) == wrong["train"]


@pytest.mark.parametrize(("choice", "m"), [("All test", 50), ("All training", 209)])
def test_the_gallery_can_show_all_pictures(page, choice, m):
    page.segmented_control(key="gallery_shows").select(choice).run()
    assert cards(page) == m
    told = part(page, "mislabeled_gallery")
    assert told.startswith(f"{m} of {m}")
    assert told.count("✓") + told.count("✗</span>") == m


# --- the person's photo


def probability(page):
    return float(re.search(r"P\(cat\) = <b>([\d.]+)", part(page, "photo_result"))[1])


def test_a_photo_gets_a_probability_and_keeps_it_through_other_settings(page):
    upload(page, "mine.png", picture())
    assert 'alt="The photo mine.png"' in part(page, "photo_result")
    first = probability(page)
    turn(page, "seed", 3)
    settled(page)
    assert 0 <= probability(page) <= 1
    assert probability(page) != first
    assert problems(page) == []


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "BMP"])
def test_photos_of_the_usual_kinds_are_taken(page, kind):
    upload(page, f"photo.{kind.lower()}", picture(kind))
    assert 0 <= probability(page) <= 1


def test_a_file_that_is_no_picture_gets_one_sentence_until_another_is_chosen(page):
    upload(page, "![x](http://picture.example).png", b"<html>not a picture")
    for _ in range(2):  # and it does not vanish when the page draws itself again
        (told,) = problems(page)
        assert told.startswith("This is not a picture that can be read")
        page.run()
    assert status(page).startswith("Finished")
    assert cards(page) > 0
    upload(page, "better.png", picture())
    assert problems(page) == []
    assert 0 <= probability(page) <= 1


def test_a_problem_with_a_photo_is_over_when_the_person_takes_a_sample_instead(page):
    upload(page, "broken.png", picture()[:200])
    assert len(problems(page)) == 1
    page.segmented_control(key="photo_source").select("Sample").run()
    assert problems(page) == []
    page.pills(key="photo_sample").select("Dog").run()
    assert "Dog, drawn" in part(page, "photo_result")


def test_a_photo_that_is_taken_away_is_gone(page):
    upload(page, "private.png", picture())
    page.file_uploader(key="photo_upload").clear().run()
    assert "private.png" not in part(page, "photo_result")
    assert "Try a picture of your own" in part(page, "photo_result")


def test_a_photo_taken_with_the_camera_gets_a_probability(page):
    page.segmented_control(key="photo_source").select("Camera").run()
    page.camera_input(key="photo_camera").set_value(
        ("taken.jpg", picture("JPEG"), "image/jpeg")
    ).run()
    assert 0 <= probability(page) <= 1


def test_each_sample_picture_gets_a_probability(page):
    page.segmented_control(key="photo_source").select("Sample").run()
    network = run_of(page).snapshot
    for sample in SAMPLES:
        page.pills(key="photo_sample").select(sample).run()
        assert f"{sample}, drawn" in part(page, "photo_result")
        seen = page.session_state["_photos"][-1].seen[None]
        ((wanted,),) = network.predict(shared.dataset("drawn"), seen)
        assert f"{wanted:.3f}" == f"{probability(page):.3f}"


def test_two_people_share_neither_runs_nor_photos(page):
    other = opened()
    settled(other)
    assert run_of(other).token != run_of(page).token
    upload(page, "mine.png", picture())
    turn(page, "seed", 11)
    settled(page)
    other.run()
    assert value(other, "seed") == 1
    assert run_of(other).hyperparameters.seed == 1
    assert "mine.png" not in part(other, "photo_result")


# --- problems, and other data


def test_an_error_of_the_engine_is_one_sentence_in_one_place():
    page = AppTest.from_file(PAGE, default_timeout=WAIT)
    page.session_state["learning_rate"] = 99.0
    page.run()
    assert not page.exception
    (told,) = problems(page)
    assert told.startswith(r"learning\_rate cannot be 99\.0")


@pytest.fixture
def course_files(small_course_folder, data_folder, services):
    """The two course files, small ones, where the server looks for them."""
    for file in small_course_folder.iterdir():
        shutil.copy(file, data_folder)
    yield data_folder
    for file in data_folder.iterdir():
        file.unlink()
    services._datasets.pop("course", None)


def test_the_courses_photos_come_first_where_they_are(course_files):
    page = opened()
    settled(page, "")
    assert value(page, "dataset") == "course"
    assert not has(page, "get_course_photos")
    assert widget(page, "dataset").options[:2] == ["The course's photos", "Drawn pictures"]
    assert next(iter(dimension_table(page)["Z"])) == "20 × 20"


def test_a_photo_fits_also_a_network_of_other_picture_sizes(course_files):
    page = opened()
    settled(page, "")
    turn(page, "activation", "tanh")
    settled(page)
    upload(page, "mine.png", picture())
    assert "16 by 16 pixels" in part(page, "photo_result")
    turn(page, "dataset", "drawn")
    settled(page)
    assert problems(page) == []
    assert "64 by 64 pixels" in part(page, "photo_result")
    assert 0 <= probability(page) <= 1


def test_course_files_that_cannot_be_read_are_told_once_and_drawn_pictures_used(course_files):
    (course_files / "train_catvnoncat.h5").write_bytes(b"version https://git-lfs.github.com/spec/")
    page = opened()
    settled(page)
    (told,) = problems(page)
    assert "Git LFS pointer" in told
    assert told.endswith(r"The drawn pictures are used instead\.")
    assert next(iter(dimension_table(page)["Z"])) == "20 × 209"


def test_course_files_that_vanish_leave_the_drawn_pictures(course_files):
    page = opened()
    settled(page, "")
    for file in course_files.iterdir():
        file.unlink()
    page.run()
    settled(page)
    assert value(page, "dataset") == "drawn"
    assert problems(page) == []


# --- the browser of the dataset


def opened_pictures():
    return AppTest.from_string("from dashboard.views.pictures import show\nshow()").run()


def all_html(page):
    return "".join(element.value for element in page.get("html"))


def test_every_picture_can_be_seen_by_set_and_class():
    pictures = opened_pictures()
    assert all_html(pictures).count('class="hd-card') == 209
    pictures.segmented_control(key="pictures_class").select(1).run()
    assert "72 of 209 training pictures." in [caption.value for caption in pictures.caption]
    assert (
        "hd-class-0" not in pictures.get("html")[-1].value
    )  # the gallery's, below what is told of all
    pictures.segmented_control(key="pictures_part").select("Test").run()
    assert "33 of 50 test pictures." in [caption.value for caption in pictures.caption]
    assert not pictures.exception


def test_pictures_that_cannot_be_read_are_told_in_one_sentence(course_files):
    (course_files / "test_catvnoncat.h5").write_bytes(b"<!doctype html>")
    pictures = opened_pictures()
    assert not pictures.exception
    (told,) = problems(pictures)
    assert "an HTML page" in told


def test_that_runs_cannot_be_kept_is_told_beside_the_run(page, services, monkeypatch):
    assert not page.warning
    told = "A run could not be kept: the disk is full."
    # Whatever the keeper's thread, which may be writing just now, thinks of it.
    stays = property(lambda keeper: told, lambda keeper, problem: None)
    monkeypatch.setattr(type(services.keeper()), "problem", stays, raising=False)
    page.run()
    assert [said.value.replace("\\", "") for said in page.warning] == [told]
