"""How photos come here: uploaded, pasted, taken with the camera, or drawn; kept for this session."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import session
from dashboard.components.paste import paste_into
from dashboard.photo import SAMPLES, Photo, photo_from, sample_photo
from engine.dataset import Dataset
from engine.errors import PictureError
from engine.pictures import MAX_BYTES, PICTURE_EXTENSIONS

SOURCES = ("Upload", "Sample", "Camera")
MOST_PHOTOS = 24


def take_photos(dataset: Dataset) -> None:
    """Keeps the photos the person gives, or why one cannot be used."""
    source = st.segmented_control(
        "Where the photo comes from",
        SOURCES,
        default=SOURCES[0],
        required=True,
        key="photo_source",
        on_change=forget_problem,
        label_visibility="collapsed",
    )
    side = dataset.side
    if source == "Sample":
        sample = st.pills("Drawn samples", list(SAMPLES), key="photo_sample")
        if sample is not None and take_new(f"sample {sample}"):
            session.keep_photos((sample_photo(sample, side),))
        return
    if source == "Camera":
        file = st.camera_input("Take a picture", key="photo_camera", on_change=forget)
        files = [file] if file else []
    else:
        files = st.file_uploader(
            "Pictures of anything, one or several",
            type=list(PICTURE_EXTENSIONS),
            accept_multiple_files=True,
            key="photo_upload",
            max_upload_size=MAX_BYTES // 2**20,
            help="They stay on this computer; each at most 20 MB and 40 megapixels.",
            on_change=forget,
        )
        paste_into("photo_upload", "photo_paste")
    if files and take_new(" ".join(file.file_id for file in files)):
        keep(files, side)


def keep(files: list[UploadedFile], side: int) -> None:
    """Reads what is new of the files that are given; what was read before is known."""
    known: dict[str, Photo] = session.value("_photos_read", {})
    read, problem = {}, ""
    for file in files[:MOST_PHOTOS]:
        try:
            read[file.file_id] = known.get(file.file_id) or photo_from(
                file.name, file.getvalue(), side
            )
        except PictureError as error:
            problem = problem or (f"{file.name}: {error}" if len(files) > 1 else str(error))
    if len(files) > MOST_PHOTOS:
        problem = problem or f"Only the first {MOST_PHOTOS} of {len(files)} photos are looked at."
    session.set_value("_photos_read", read)
    session.keep_photos(tuple(read.values()), problem)


def forget() -> None:
    """When the person takes a photo away or gives another, but not when the widget goes away with
    a visit to another page."""
    session.keep_photos(())
    session.take("_photo_given")


def forget_problem() -> None:
    if session.photo_problem():
        forget()


def take_new(given: str) -> bool:
    """Whether this is something else than what was given before."""
    new = bool(session.value("_photo_given") != given)
    session.set_value("_photo_given", given)
    return new
