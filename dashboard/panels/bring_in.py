"""Where a person's pictures come from: a file with all of them, or single ones for each class."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import session
from dashboard.own_import import Given, OwnImport
from engine.pictures import MAX_BYTES, PICTURE_EXTENSIONS
from engine.sources.importing.material import USUAL_SIDE

WAYS = ("A file with all of them", "Pictures, class by class")
AS_IT_IS = 0
SIDES = (AS_IT_IS, 16, 32, 64, 96, 128)
MOST_CLASSES = 8
FILES_HELP = (
    "A zip of class folders (cats/…, others/…), a CSV with a class and pixels in each row, or HDF5 "
    "files in the course's layout. For more than 200 MB: `python -m engine import FOLDER`."
)


def side_name(side: int) -> str:
    usual = f"{USUAL_SIDE} × {USUAL_SIDE}; small ones as they are"
    return usual if side == AS_IT_IS else f"{side} × {side}"


def bring_in(own: OwnImport) -> None:
    way = st.segmented_control(
        "Where they come from",
        WAYS,
        default=WAYS[0],
        required=True,
        key="import_way",
        label_visibility="collapsed",
    )
    visit = session.value("_import_visit", 0)  # so that what was read is not asked for again
    if way == WAYS[0]:
        st.file_uploader(
            "A zip of class folders, a CSV of pixels, or HDF5 files of the course's layout",
            type=["zip", "csv", "tsv", "h5", "hdf5"],
            accept_multiple_files=True,
            key=f"import_file_{visit}",
            help=FILES_HELP,
            on_change=take_files,
            args=(own, f"import_file_{visit}"),
        )
        return
    count = session.value("_import_classes", 2)
    for number in range(count):
        name, pictures = st.columns([1, 2], vertical_alignment="top")
        with name:
            st.text_input(
                f"Class {number + 1}",
                placeholder="cats" if number == 0 else "others" if number == 1 else "",
                max_chars=60,
                key=f"import_class_{number}",
                persist_state="session",
            )
        with pictures:
            st.file_uploader(
                f"Its pictures ({number + 1})",
                type=list(PICTURE_EXTENSIONS),
                accept_multiple_files=True,
                max_upload_size=MAX_BYTES // 2**20,
                key=f"import_pictures_{number}_{visit}",
            )
    with st.container(horizontal=True):
        st.button(
            "Look them over",
            key="look_over",
            type="primary",
            on_click=take_pictures,
            args=(own, count, visit),
        )
        if count < MOST_CLASSES:
            st.button("Add a class", key="add_class", icon=":material/add:", on_click=add_class)


def add_class() -> None:
    session.set_value("_import_classes", session.value("_import_classes", 2) + 1)


def take_files(own: OwnImport, key: str) -> None:
    files: list[Any] = session.value(key) or []
    if files:
        begin(own, [Given(file.name, file) for file in files])


def take_pictures(own: OwnImport, count: int, visit: int) -> None:
    given = []
    for number in range(count):
        files: list[Any] = session.value(f"import_pictures_{number}_{visit}") or []
        usual = ("cats", "others")[number] if number < 2 else f"class {number + 1}"
        label = (session.value(f"import_class_{number}") or "").strip() or usual
        given += [Given(file.name, file, label) for file in files]
    if given:
        begin(own, given)
    else:
        own.problem = "Choose a few pictures for each class first."


def begin(own: OwnImport, given: list[Given]) -> None:
    session.set_value("_import_visit", session.value("_import_visit", 0) + 1)
    own.read(given, None)
