"""The points of the plane as a table: what there is to browse where the data is no pictures."""

from __future__ import annotations

import streamlit as st

from dashboard.table_html import table_html
from engine.dataset import Dataset

HEIGHT = 420


def show_points(dataset: Dataset, part: str, label: int | None) -> None:
    """Of the "train" or "test" set, of one class or of all."""
    places = dataset.train_pictures if part == "train" else dataset.test_pictures
    labels = (dataset.train_labels if part == "train" else dataset.test_labels)[0]
    chosen = labels >= 0 if label is None else labels == label
    rows = [
        (str(i), f"{x:.3f}", f"{y:.3f}", dataset.classes[c])
        for i, ((x, y), c) in enumerate(zip(places[chosen], labels[chosen], strict=True), 1)
    ]
    with st.container(height=HEIGHT, width="content", key="points_table"):
        st.html(table_html(("Point", "x₁", "x₂", "class"), rows, f"{len(rows)} points"))
