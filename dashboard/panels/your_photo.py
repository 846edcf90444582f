"""The person's own photos, and what the network says of them."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import numpy as np
import streamlit as st

from dashboard import services, session
from dashboard.components.presses import hear_presses
from dashboard.gallery import photo_html
from dashboard.panels.photo_giving import take_photos
from dashboard.panels.photo_honesty import show_honesty
from dashboard.panels.time_machine import playing
from dashboard.photo import Photo, seen_at
from dashboard.photo_html import photos_html
from dashboard.photo_words import Answers, every_class, photos_csv
from dashboard.problems import as_text, tell
from dashboard.run import Seen
from engine.dataset import Dataset, Floats
from engine.errors import EngineError, PictureError
from engine.photo_views import views
from engine.preparation import sizes

ANSWER_SECONDS = 5.0
TABLE = "photo_table"


def show_photo(dataset: Dataset, seen: Seen | None) -> None:
    st.subheader("Your photo", anchor=False)
    give, answer = st.columns([1, 2], gap="large")
    with give:
        take_photos(dataset)
    photo = session.photo()
    with answer, st.container(key="photo_result"):
        if problem := session.photo_problem():
            if photo is None:
                raise PictureError(problem)  # told where all are, as long as the file is chosen
            tell(st.empty(), problem)
        if photo is None:
            st.caption(f"Try a picture of your own: the network says {either(dataset)}.")
            return
        photo = seen_at(photo, dataset.side)
        P = None if seen is None else wait_for(ask(seen, photo.seen[None]))
        shown = photo
        if seen is not None and seen.hyperparameters.picture_size:
            shown = seen_at(photo, seen.hyperparameters.picture_size)
        st.html(photo_html(shown, None if P is None else np.ravel(P).tolist(), dataset.classes))
        m = sizes(dataset, seen.hyperparameters)[2] if seen else dataset.m_train
        st.caption(
            f"The network knows only {either(dataset, 'and')}, from {m} pictures; of anything else "
            f"it still says one of the {'two' if len(dataset.classes) == 2 else len(dataset.classes)}."
        )
        far = st.empty()
    if seen is None or P is None or not np.isfinite(P).all():
        return
    # What follows takes longer, and would only flicker while the time machine plays.
    if playing():
        st.caption("How far to trust the answer is told when the time machine stands still.")
        return
    with st.container():
        show_table(dataset, seen)
    show_honesty(dataset, seen, photo, answers_on(seen, photo)[0], far)


def either(dataset: Dataset, between: str = "or") -> str:
    """The names of the classes, the positive one first: cat or non-cat."""
    *names, last = dataset.classes if len(dataset.classes) > 2 else dataset.classes[::-1]
    return as_text(f"{', '.join(names)} {between} {last}")


def ask(seen: Seen, pictures: Any) -> Future[Floats]:
    return services.pool().ask.predict(seen.run, pictures, seen.moment)


def wait_for(answer: Future[Floats]) -> Floats:
    try:
        return answer.result(timeout=ANSWER_SECONDS)
    except TimeoutError:
        raise EngineError("The answer on your photo is late: every core is busy") from None


def answers_on(seen: Seen, *photos: Photo) -> list[Answers]:
    """What the network says of each view of each of the photos, in one question."""
    all_views = [views(photo.cuts) for photo in photos]
    P = every_class(wait_for(ask(seen, np.stack([v.picture for told in all_views for v in told]))))
    k = len(all_views[0])
    return [Answers(told, P[:, i * k : (i + 1) * k]) for i, told in enumerate(all_views)]


def show_table(dataset: Dataset, seen: Seen) -> None:
    """All photos of this session, where there are several; a press looks at another one."""
    photos = session.photos()
    if len(photos) < 2:
        return
    answers = answers_on(seen, *(seen_at(photo, dataset.side) for photo in photos))
    shown = session.photo()
    st.markdown(f"**Your {len(photos)} photos**")
    with st.container(key=TABLE):
        st.html(photos_html(photos, answers, dataset.classes, shown or photos[0]))
    hear_presses(TABLE, "photo_presses", lambda told: session.show_photo(told[1]))
    st.download_button(
        "All answers, CSV",
        photos_csv([photo.name for photo in photos], answers, dataset.classes),
        "photos.csv",
        "text/csv",
        key="photos_csv",
        icon=":material/download:",
        on_click="ignore",
    )
