"""Where a person's pictures come from: a file with all of them, or single ones for each class."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.own_import import Given, OwnImport
from dashboard.problems import as_text
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
    take_with_camera(count)
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


def take_with_camera(count: int) -> None:
    """Pictures one by one; each joins those of the class it is taken for."""
    if not st.toggle("Take pictures with the camera", key="import_camera"):
        return
    shots: list[tuple[int, Any]] = session.value("_import_shots", [])
    st.segmented_control(
        "For the class",
        range(count),
        format_func=lambda number: as_text(class_label(number)),
        default=0,
        required=True,
        key="import_camera_class",
    )
    st.camera_input("Take a picture", key="import_shot", on_change=keep_shot, width=420)
    if shots:
        taken = [sum(number == n for n, _ in shots) for number in range(count)]
        told = ", ".join(f"{n} {class_label(i)}" for i, n in enumerate(taken) if n)
        st.caption(as_text(f"Taken so far: {told}."))
        st.button("Throw the last one away", key="drop_shot", on_click=drop_shot)


def keep_shot() -> None:
    shot = session.value("import_shot")
    if shot is not None:
        number = session.value("import_camera_class") or 0
        shots = session.value("_import_shots", [])
        session.set_value("_import_shots", [*shots, (number, shot.getvalue())])


def drop_shot() -> None:
    session.set_value("_import_shots", session.value("_import_shots", [])[:-1])


def class_label(number: int) -> str:
    """What the person calls class `number`, or what is proposed."""
    usual = ("cats", "others")[number] if number < 2 else f"class {number + 1}"
    return (session.value(f"import_class_{number}") or "").strip() or usual


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
        given += [Given(file.name, file, class_label(number)) for file in files]
    for i, (number, shot) in enumerate(session.value("_import_shots", []), 1):
        given.append(Given(f"camera {i}.jpg", BytesIO(shot), class_label(number)))
    if given:
        begin(own, given)
    else:
        own.problem = "Choose a few pictures for each class first."


def begin(own: OwnImport, given: list[Given]) -> None:
    session.set_value("_import_visit", session.value("_import_visit", 0) + 1)
    session.take("_import_shots")
    own.read(given, None)
