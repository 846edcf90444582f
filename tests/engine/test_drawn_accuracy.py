"""The drawn pictures are as hard as the photos: learned nearly by heart, generalized not quite."""

from __future__ import annotations

from engine import PRESETS, load_dataset, train


def test_the_courses_settings_learn_the_drawn_pictures() -> None:
    *_, last = train(PRESETS["4-layer model"], load_dataset("drawn"))
    assert last.status == "finished"
    assert last.train_accuracy >= 0.95
    assert 0.68 <= last.test_accuracy <= 0.90


def test_there_are_as_many_as_the_course_has() -> None:
    dataset = load_dataset("drawn")
    assert (dataset.m_train, dataset.m_test) == (209, 50)
    assert dataset.n_x == 12288
    for labels in (dataset.train_labels, dataset.test_labels):
        assert 0.25 < labels.mean() < 0.75  # neither answer alone does well
