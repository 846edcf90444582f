"""The person's own photo, and what the network says of it."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.gallery import photo_html
from dashboard.photo import SAMPLES, photo_from, sample_photo, seen_at
from dashboard.run import Seen
from engine.dataset import Dataset
from engine.errors import EngineError, PictureError
from engine.pictures import PICTURE_EXTENSIONS
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
            st.caption("Try a picture of your own: the network says cat or non-cat.")
            return
        photo = seen_at(photo, dataset.side)
        probability = None
        if seen is not None:
            answer = services.pool().predict(seen.run, photo.seen[None], seen.moment)
            try:
                probability = float(answer.result(timeout=ANSWER_SECONDS)[0])
            except TimeoutError:
                raise EngineError("The answer on your photo is late: every core is busy") from None
        if seen is not None and seen.hyperparameters.picture_size:
            photo = seen_at(photo, seen.hyperparameters.picture_size)
        st.html(photo_html(photo, probability, dataset.classes))
        m = sizes(dataset, seen.hyperparameters)[2] if seen else dataset.m_train
        st.caption(
            "The network knows only cat and non-cat, from "
            f"{m} pictures; of anything else it still says one of the two."
        )


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
