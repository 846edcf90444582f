"""Which data to train on, and how the course's photos come here."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.problems import as_text, tell
from engine.dataset import Dataset
from engine.errors import DatasetError

LABELS = {"drawn": "Drawn pictures", "course": "The course's photos"}


def choose_dataset(*, hidden: bool = False) -> Dataset:
    """The data the person chose; the drawn pictures where it cannot be read, and a word why.

    hidden: of a link that has chosen already.
    """
    names = services.dataset_names()
    arrived = "course" in names and session.take("_downloading")
    if arrived or session.value("dataset") not in names:
        session.set_value("dataset", names[0])
    if not hidden:
        st.selectbox(
            "Dataset",
            names,
            format_func=lambda n: LABELS[n],
            key="dataset",
            help="Small pictures of 64×64 pixels, each a cat or not: some to learn from, some to be "
            "tested on.",
            persist_state="session",
        )
        if "course" not in names:
            offer_download()
    try:
        return services.dataset(session.value("dataset"))
    except DatasetError as error:
        tell(st.empty(), f"{error} The drawn pictures are used instead.")
        return services.dataset("drawn")


def offer_download() -> None:
    # Only while something comes does this part of the page look again by itself.
    going = services.course_download().going
    st.fragment(download_part, run_every=0.3 if going else None)()


def download_part() -> None:
    download = services.course_download()
    if "course" in services.dataset_names():
        st.rerun()  # the whole page, with the new dataset
    if download.going:
        progress = download.progress
        said = f"From {as_text(progress.mirror)}" if progress else "Looking for a mirror"
        st.progress(download.share, said)
        st.button("Cancel", key="cancel_download", on_click=download.cancel)
        if not session.value("_downloading"):
            session.set_value("_downloading", True)
            st.rerun()  # the whole page, so that this part begins to look again by itself
        return
    if session.take("_downloading"):
        st.rerun()  # the whole page, so that this part no longer looks again
    if download.problem:
        tell(st.empty(), download.problem)
    st.button(
        "Get the course's photos",
        key="get_course_photos",
        icon=":material/download:",
        on_click=begin,
    )
    # Not as the button's `help`: Streamlit draws a button that has one twice.
    st.caption("Downloads the course's two files, 3 MB, from a public mirror and checks them.")


def begin() -> None:
    services.course_download().start()
