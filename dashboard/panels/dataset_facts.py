"""What the dataset's pictures are like, and whether the test set leaks into training."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import streamlit as st

from dashboard.facts_html import facts_html, facts_summary, leak_sentence
from dashboard.problems import as_text
from engine.dataset import Dataset
from engine.picture_facts import PictureFacts, picture_facts

_known: WeakKeyDictionary[Dataset, PictureFacts] = WeakKeyDictionary()


def known_facts(dataset: Dataset) -> PictureFacts:
    facts = _known.get(dataset)
    if facts is None:
        facts = _known[dataset] = picture_facts(dataset)
    return facts


def show_facts(dataset: Dataset) -> None:
    facts = known_facts(dataset)
    if sentence := leak_sentence(facts, dataset):
        place = st.info if facts.leaks is None else st.warning
        place(as_text(sentence), icon=":material/content_copy:")
    with st.expander("What each class looks like", key="class_facts", icon=":material/palette:"):
        st.html(facts_html(facts, dataset))
        st.caption(as_text(facts_summary(facts, dataset)))
