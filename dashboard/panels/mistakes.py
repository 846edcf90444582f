"""The gallery: the pictures the network gets wrong, or all of them."""

from __future__ import annotations

import streamlit as st

from dashboard.components.live import base
from dashboard.gallery import cards, gallery_html, has_answers
from dashboard.run import Seen
from engine.dataset import Dataset
from engine.preparation import told_labels

CHOICES = {
    "Mislabeled, test": ("test", True),
    "All test": ("test", False),
    "Mislabeled, training": ("train", True),
    "All training": ("train", False),
}


def show_mistakes(dataset: Dataset, seen: Seen | None) -> None:
    st.subheader("What it still gets wrong", anchor=False)
    choice = st.segmented_control(
        "Pictures shown",
        list(CHOICES),
        default=next(iter(CHOICES)),
        required=True,
        key="gallery_shows",
        label_visibility="collapsed",
        persist_state="session",
    )
    part, only_mislabeled = CHOICES[choice or next(iter(CHOICES))]
    with st.container(key="mislabeled_gallery"):
        if seen is None:
            st.caption("The pictures come with the first finished run.")
            return
        moment = seen.moment
        logits = moment.train_logits if part == "train" else moment.test_logits
        if not has_answers(logits):
            st.caption("This network diverged: it has no answers any more.")
            return
        told = told_labels(dataset, seen.hyperparameters) if part == "train" else None
        shown = cards(dataset, part, logits, only_mislabeled=only_mislabeled, told=told)
        m = logits.shape[1]
        what = "mislabeled" if only_mislabeled else "shown, the mislabeled ones with ✗"
        st.caption(
            f"{len(shown)} of {m} {'training' if part == 'train' else 'test'} pictures {what}, "
            f"after {moment.iteration:,} iterations"
            + (", the most confidently wrong first." if only_mislabeled else ".")
        )
        st.html(gallery_html(shown, dataset, base(), choice or "Pictures"))
