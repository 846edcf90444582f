"""The person's own photo, and what the network says of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import services, session
from dashboard.gallery import photo_html
from dashboard.photo import SAMPLES, photo_from, sample_photo, seen_at
from dashboard.problems import as_text
from dashboard.run import Seen
from engine.dataset import Dataset
from engine.errors import EngineError, PictureError
from engine.pictures import MAX_BYTES, PICTURE_EXTENSIONS
from engine.preparation import sizes

SOURCES = ("Upload", "Sample", "Camera")
ANSWER_SECONDS = 5.0


def show_photo(dataset: Dataset, seen: Seen | None) -> None:
    st.subheader("Your photo", anchor=False)
    source = st.segmented_control(
        "Where the photo comes from",
        SOURCES,
        default=SOURCES[0],
        required=True,
        key="photo_source",
        on_change=forget_problem,
        label_visibility="collapsed",
    )
    take_photo(source or SOURCES[0], dataset)
    photo = session.photo()
    with st.container(key="photo_result"):
        if problem := session.photo_problem():
            raise PictureError(problem)  # told where all are, for as long as the file is chosen
        if photo is None:
            st.caption(f"Try a picture of your own: the network says {either(dataset)}.")
            return
        photo = seen_at(photo, dataset.side)
        probability = None
        if seen is not None:
            answer = services.pool().predict(seen.run, photo.seen[None], seen.moment)
            try:
                probability = np.ravel(answer.result(timeout=ANSWER_SECONDS)).tolist()
            except TimeoutError:
                raise EngineError("The answer on your photo is late: every core is busy") from None
        if seen is not None and seen.hyperparameters.picture_size:
            photo = seen_at(photo, seen.hyperparameters.picture_size)
        st.html(photo_html(photo, probability, dataset.classes))
        m = sizes(dataset, seen.hyperparameters)[2] if seen else dataset.m_train
        st.caption(
            f"The network knows only {either(dataset, 'and')}, from {m} pictures; of anything else "
            f"it still says one of the {'two' if len(dataset.classes) == 2 else len(dataset.classes)}."
        )


def either(dataset: Dataset, between: str = "or") -> str:
    """The names of the classes, the positive one first: cat or non-cat."""
    *names, last = dataset.classes if len(dataset.classes) > 2 else dataset.classes[::-1]
    return as_text(f"{', '.join(names)} {between} {last}")


def take_photo(source: str, dataset: Dataset) -> None:
    """Keeps the photo the person gives, or why it cannot be used."""
    side = dataset.train_pictures.shape[1]
    if source == "Sample":
        sample = st.pills("Drawn samples", list(SAMPLES), key="photo_sample")
        if sample is not None and take_new(f"sample {sample}"):
            session.keep_photo(sample_photo(sample, side))
        return
    if source == "Camera":
        file = st.camera_input("Take a picture", key="photo_camera", on_change=forget)
    else:
        file = st.file_uploader(
            "A picture of anything",
            type=list(PICTURE_EXTENSIONS),
            key="photo_upload",
            max_upload_size=MAX_BYTES // 2**20,
            help="It stays on this computer; at most 20 MB and 40 megapixels.",
            on_change=forget,
        )
    if file is not None and take_new(file.file_id):
        try:
            session.keep_photo(photo_from(file.name, file.getvalue(), side))
        except PictureError as error:
            session.keep_photo(None, str(error))


def forget() -> None:
    """When the person takes the photo away or gives another, but not when the widget goes away
    with a visit to another page."""
    session.keep_photo(None)
    session.take("_photo_given")


def forget_problem() -> None:
    if session.photo_problem():
        forget()


def take_new(given: str) -> bool:
    """Whether this is another picture than the one that was given before."""
    new = bool(session.value("_photo_given") != given)
    session.set_value("_photo_given", given)
    return new
