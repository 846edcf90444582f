"""What the page says of a dataset's pictures."""

from __future__ import annotations

from dataclasses import replace

from dashboard.facts_html import facts_html, facts_summary, leak_sentence
from dashboard.gallery import cards, matching
from engine.picture_facts import Leak, picture_facts
from tests.engine.plain import made_up_dataset


def test_every_class_is_shown_and_told():
    dataset = made_up_dataset(m=12, side=16, classes=3)
    facts = picture_facts(dataset)
    page = facts_html(facts, dataset)
    for name in dataset.classes:
        assert f'alt="Mean picture of {name}"' in page
        assert name in facts_summary(facts, dataset)


def test_hostile_class_names_are_text():
    dataset = replace(made_up_dataset(m=12, side=16), classes=("<script>", '"><img src=x>'))
    page = facts_html(picture_facts(dataset), dataset)
    assert "<script>" not in page
    assert "<img src=x" not in page


def test_a_leak_is_a_warning_and_what_was_not_compared_is_said():
    dataset = made_up_dataset(m=12, m_test=5, side=16)
    facts = picture_facts(dataset)
    assert leak_sentence(facts, dataset) == ""
    one = leak_sentence(replace(facts, leaks=(Leak(2, 0, True),)), dataset)
    assert one.startswith("1 of 5 test pictures is in the training set too (test 1 is training 3)")
    assert one.endswith("up to 20 % of the test accuracy may be memory.")
    many = leak_sentence(replace(facts, leaks=(Leak(2, 0, False),) * 7), dataset)
    assert "test 1 is nearly training 3" in many
    assert "and 2 more" in many
    assert "not compared" in leak_sentence(replace(facts, leaks=None), dataset)


def test_search_finds_classes_attributes_and_file_names(dataset):
    everything = cards(dataset, "train", None)
    assert len(matching(everything, dataset, " ")) == dataset.m_train
    dark = matching(everything, dataset, "DARK")
    assert 0 < len(dark) < dataset.m_train
    assert all("dark" in " ".join(card.attributes.values()) for card in dark)
    both = matching(everything, dataset, "dark dog")
    assert {card.index for card in both} < {card.index for card in dark}
    assert matching(everything, dataset, "no such thing") == []
    own = replace(
        dataset, train_attributes=tuple({"file": f"a/{i}.png"} for i in range(dataset.m_train))
    )
    assert [card.index for card in matching(cards(own, "train", None), own, "a/17.png")] == [17]
