"""The datasets a person keeps: train on one, rename, take home, delete, and bring back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import session
from dashboard.panels.data_choice import turn_to
from dashboard.problems import as_text, tell
from engine.errors import DatasetError
from engine.exports.dataset_files import dataset_files
from engine.sources.course_files import TEST_FILE, TRAIN_FILE
from engine.sources.importing.kept import LONGEST_NAME, Kept
from engine.sources.importing.library import Library


def show_kept(to_lab: Callable[[], None]) -> None:
    library = Library()
    deleted: Kept | None = session.value("_deleted_dataset")
    kept = library.kept()
    if not kept and deleted is None:
        return
    with st.container(key="kept_datasets"):
        st.subheader("Your datasets", anchor=False)
        if problem := session.take("_kept_problem"):
            tell(st.empty(), problem)
        if deleted is not None:
            with st.container(key="deleted_dataset", horizontal=True, vertical_alignment="center"):
                st.text(f"{deleted.name} is deleted.", width="content")
                st.button(
                    "Undo",
                    key="undo_delete",
                    icon=":material/undo:",
                    on_click=bring_back,
                    args=(deleted,),
                )
        for one in kept:
            show_one(one, to_lab)


def show_one(kept: Kept, to_lab: Callable[[], None]) -> None:
    with st.container(border=True, key=f"kept_{kept.key}"):
        about, tools = st.columns([3, 4], vertical_alignment="center")
        with about:
            st.markdown(f"**{as_text(kept.name)}**")
            classes = ", ".join(kept.classes)
            if len(kept.classes) == 2:
                classes = f"{kept.classes[1]} (1) or {kept.classes[0]} (0)"
            st.caption(
                as_text(
                    f"{kept.m_train:,} training and {kept.m_test:,} test pictures of "
                    f"{kept.side} × {kept.side}: {classes}"
                )
            )
        with tools, st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Train", key=f"train_{kept.key}", icon=":material/tune:"):
                turn_to(kept.name)
                to_lab()
            with st.popover("Rename", key=f"rename_{kept.key}"):
                st.text_input(
                    "New name",
                    kept.name,
                    max_chars=LONGEST_NAME,
                    key=f"name_{kept.key}",
                    on_change=rename,
                    args=(kept,),
                )
            st.download_button(
                "HDF5",
                data=partial(both_files, kept),
                file_name=f"{kept.name}.zip",
                mime="application/zip",
                key=f"export_{kept.key}",
                icon=":material/download:",
                on_click="ignore",
            )
            st.button(
                "Delete",
                key=f"delete_{kept.key}",
                icon=":material/delete:",
                on_click=delete,
                args=(kept,),
            )


def both_files(kept: Kept) -> bytes:
    """A zip of the course's two files, as the course's notebook reads them."""
    buffer = io.BytesIO()
    train, test = dataset_files(Library().load(kept))
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"datasets/{TRAIN_FILE}", train)
        archive.writestr(f"datasets/{TEST_FILE}", test)
    return buffer.getvalue()


def rename(kept: Kept) -> None:
    try:
        new = Library().rename(kept, session.value(f"name_{kept.key}") or "")
    except DatasetError as error:
        session.set_value("_kept_problem", str(error))
        return
    if session.value("dataset") == kept.name:
        session.set_value("dataset", new.name)


def delete(kept: Kept) -> None:
    try:
        Library().delete(kept)
        session.set_value("_deleted_dataset", kept)
    except DatasetError as error:
        session.set_value("_kept_problem", str(error))


def bring_back(kept: Kept) -> None:
    session.take("_deleted_dataset")
    try:
        Library().restore(kept)
    except DatasetError as error:
        session.set_value("_kept_problem", str(error))
