"""Which data to train on, and how the course's photos come here."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from engine.dataset import Dataset

LABELS = {"drawn": "Drawn pictures", "course": "The course's photos"}


def choose_dataset() -> Dataset:
    names = services.dataset_names()
    if session.value("dataset") not in names:
        session.set_value("dataset", names[0])
    name = st.selectbox(
        "Dataset",
        names,
        format_func=lambda n: LABELS[n],
        key="dataset",
        help="209 training and 50 test pictures of 64×64 pixels: cat, or non-cat.",
        persist_state="session",
    )
    return services.dataset(name)
