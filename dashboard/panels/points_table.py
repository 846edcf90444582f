"""The points of the plane as a table: what there is to browse where the data is no pictures."""

from __future__ import annotations

import streamlit as st

from engine.dataset import Dataset


def show_points(dataset: Dataset, part: str, label: int | None) -> None:
    """Of the "train" or "test" set, of one class or of all."""
    places = dataset.train_pictures if part == "train" else dataset.test_pictures
    labels = (dataset.train_labels if part == "train" else dataset.test_labels)[0]
    chosen = labels >= 0 if label is None else labels == label
    rows = {
        "x₁": places[chosen, 0],
        "x₂": places[chosen, 1],
        "class": [dataset.classes[c] for c in labels[chosen]],
    }
    st.dataframe(rows, hide_index=True, width="content")
