"""Which data to train on, and how the course's photos come here."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.controls import current, take_hyperparameters
from dashboard.panels import points
from dashboard.problems import as_text, tell
from engine.dataset import Dataset
from engine.errors import DatasetError, shortened
from engine.hyperparameters import PLANE_PRESETS, PRESETS
from engine.sources.download import downloaded_share
from engine.sources.planar import Plane, is_planar
from engine.sources.planar_shapes import SHAPES

LABELS = {
    "drawn": "Drawn pictures",
    "course": "The course's photos",
    **{shape: f"Points: {shape}" for shape in SHAPES},
}


def choose_dataset(*, hidden: bool = False) -> Dataset:
    """The data the person chose; the drawn pictures where it cannot be read, and a word why.

    hidden: of a link that has chosen already.
    """
    names = [*services.dataset_names(), *SHAPES]
    if is_planar(known := session.value("dataset", "")) and known not in names:
        points.take(Plane.from_name(known))
    arrived = "course" in names and session.take("_downloading")
    # Whoever has turned to other data meanwhile keeps it, and the knobs that belong to it.
    replaced = arrived and session.value("dataset") == "drawn"
    if replaced or session.value("dataset") not in names:
        session.set_value("dataset", names[0])
    session.set_value("_planar", session.value("dataset") in SHAPES)
    if not hidden:
        st.selectbox(
            "Dataset",
            names,
            format_func=lambda n: LABELS.get(n, n),
            key="dataset",
            help="Small pictures of 64×64 pixels, each a cat or not, or points in the plane: some to "
            "learn from, some to be tested on. Your own come from the page Data.",
            on_change=turn_to_other_kind,
            persist_state="session",
        )
        if (shape := session.value("dataset")) in SHAPES:
            points.choose_points(shape)
        if "course" not in names:
            offer_download()
    try:
        return services.dataset(chosen_name())
    except DatasetError as error:
        tell(st.empty(), f"{error} The drawn pictures are used instead.")
        if not hidden and chosen_name() == "course":
            offer_download()
        return services.dataset("drawn")


def chosen_name() -> str:
    """Of the data this session has chosen; that of points holds their settings."""
    name: str = session.value("dataset") or services.dataset_names()[0]
    return points.wanted(name).name if name in SHAPES else name


def dataset_words(name: str) -> str:
    """As the lab calls it, and what is special about points in the plane."""
    kind, colon, special = name.partition(":")
    return shortened(LABELS.get(kind, kind) + (colon and f" ({special})"), 60)


def turn_to(name: str) -> None:
    """Chooses a dataset for this session from another page."""
    session.set_value("dataset", name)
    turn_to_other_kind()


def turn_to_other_kind() -> None:
    """Pictures and points need other hyperparameters: each kind keeps its own. Another shape begins
    without the points that were added to the last one."""
    points.forget()
    planar = session.value("dataset") in SHAPES
    was_planar = bool(session.value("_planar"))
    if planar != was_planar:
        session.set_value(f"_hyperparameters_{was_planar}", current())
        usual = next(iter((PLANE_PRESETS if planar else PRESETS).values()))
        take_hyperparameters(session.value(f"_hyperparameters_{planar}", usual))


def offer_download() -> None:
    # Only while something comes does this part of the page look again by itself.
    going = services.course_download().going
    st.fragment(download_part, run_every=0.3 if going else None)()


def download_part() -> None:
    download = services.course_download()
    if services.course_is_here():
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
    damaged, here = "course" in services.dataset_names(), downloaded_share()
    doing = "Get" if damaged or not here else "Go on getting"
    st.button(
        f"{doing} the course's photos{' again' if damaged else ''}",
        key="get_course_photos",
        icon=":material/download:",
        on_click=begin,
    )
    # Not as the button's `help`: Streamlit draws a button that has one twice.
    st.caption(
        "Downloads whichever of the two files is damaged from a public mirror, and replaces it."
        if damaged
        else f"{here:.0%} of the two files, 3 MB, is here; the rest comes from a public mirror."
        if here
        else "Downloads the course's two files, 3 MB, from a public mirror and checks them."
    )


def begin() -> None:
    services.course_download().start()
