"""What the network gets wrong: which class it takes for which, on which kinds, and the pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from dashboard import session
from dashboard.addresses import base
from dashboard.components.presses import hear_presses
from dashboard.confusion_html import (
    confusion_html,
    confusion_sentence,
    weak_spots_html,
    weak_spots_sentence,
)
from dashboard.diary import when_learned
from dashboard.gallery import cards, gallery_html, has_answers
from dashboard.mistakes import LEARNED, ORDERS, Judged, diary_of_part, judged, wanted
from dashboard.panels.why import close_card, open_card, show_opened
from dashboard.problems import as_text, told_at
from dashboard.run import Seen
from engine.dataset import Dataset
from engine.weak_spots import NO_KINDS, weak_spots

CHOICES = {
    "Mislabeled, test": ("test", True),
    "All test": ("test", False),
    "Mislabeled, training": ("train", True),
    "All training": ("train", False),
}
FIRST = next(iter(CHOICES))
ALL = {"test": "All test", "train": "All training"}
SHOWS, CELL, KIND, ORDER = "gallery_shows", "mistakes_class", "mistakes_kind", "mistakes_order"
EVERY, ANY = "", ""
PLACE = "mistakes"
MOST_CARDS = 400


@st.fragment
def show_mistakes(dataset: Dataset, seen: Seen | None) -> None:
    """Reruns by itself: what is chosen here changes nothing else on the page."""
    with told_at(st.empty()):
        show_all(dataset, seen)


def show_all(dataset: Dataset, seen: Seen | None) -> None:
    st.subheader("What it still gets wrong", anchor=False)
    choice = st.segmented_control(
        "Pictures shown",
        list(CHOICES),
        default=FIRST,
        required=True,
        key=SHOWS,
        label_visibility="collapsed",
        persist_state="session",
    )
    part, _ = CHOICES[choice or FIRST]
    with st.container(key=PLACE):
        told = None
        if seen is not None:
            logits = seen.moment.train_logits if part == "train" else seen.moment.test_logits
            told = judged(dataset, seen, part) if has_answers(logits) else None
        if seen is None or told is None:
            with st.container(key="mislabeled_gallery"):
                st.caption(
                    "The pictures come when the network is trained."
                    if seen is None
                    else "This network diverged: it has no answers any more."
                )
            return
        overview, pictures = st.columns([4, 5], gap="large")
        with pictures:
            chosen = choose_filters(dataset, told)
            show_pictures(dataset, seen, told, choice or FIRST, chosen)
        with overview:
            show_overview(dataset, told, chosen)
    hear_presses(PLACE, "mistakes_presses", take_press)


def choose_filters(dataset: Dataset, told: Judged) -> tuple[tuple[int, ...], str, str]:
    """The class or cell, the kind and the order that are chosen."""
    cells = cell_names(dataset, told)
    kinds = [ANY, *kind_names(told)]
    for key, options in ((CELL, list(cells)), (KIND, kinds)):
        if session.value(key, options[0]) not in options:
            session.set_value(key, options[0])  # it was one of other pictures
    with st.container(horizontal=True, key="mistakes_filters"):
        cell = st.selectbox(
            "Class", list(cells), format_func=lambda c: cells[c], key=CELL, persist_state="session"
        )
        kind = st.selectbox(
            "Kind",
            kinds,
            format_func=lambda k: k or "Every kind",
            key=KIND,
            persist_state="session",
        )
        order = st.selectbox(
            "Sort by",
            list(ORDERS),
            format_func=str.capitalize,
            key=ORDER,
            help="Confidence: the surest answer first. Margin: the closest call first. Iteration "
            "learned: never right first, then what was learned and forgotten, then learned last.",
            persist_state="session",
        )
    return tuple(map(int, cell.split())), kind, order


def cell_names(dataset: Dataset, told: Judged) -> dict[str, str]:
    """All classes, each of them, and each cell of the confusion matrix with a picture in it."""
    names = {EVERY: "Every class"}
    for true, name in enumerate(dataset.classes):
        names[f"{true}"] = f"is {name}"
    for true, row in enumerate(told.confusion.counts):
        for said, n in enumerate(row):
            if n:
                names[f"{true} {said}"] = (
                    f"is {dataset.classes[true]}, said {dataset.classes[said]} ({n})"
                )
    return names


def kind_names(told: Judged) -> list[str]:
    pairs = {
        f"{name}: {value}"
        for known in told.attributes
        for name, value in known.items()
        if name not in NO_KINDS - {"subject"}
    }
    return sorted(pairs)


def show_pictures(
    dataset: Dataset,
    seen: Seen,
    told: Judged,
    choice: str,
    chosen: tuple[tuple[int, ...], str, str],
) -> None:
    part, only_mislabeled = CHOICES[choice]
    cell, kind, order = chosen
    columns = wanted(told, only_mislabeled, cell, split_kind(kind))
    diary = diary_of_part(seen.run.path_film(), told) if order == LEARNED else None
    columns = columns[np.argsort(ORDERS[order](told, diary)[columns], kind="stable")]
    all_cards = cards(
        dataset, part, told.logits, told=(told.pictures, told.labels) if part == "train" else None
    )
    shown = [all_cards[column] for column in columns[:MOST_CARDS]]
    notes = {}
    if diary is not None:
        notes = {int(told.pictures[c]): when_learned(diary, int(c)) for c in columns[:MOST_CARDS]}
    with st.container(key="mislabeled_gallery"):
        what = "mislabeled" if only_mislabeled else "shown, the mislabeled ones with ✗"
        m = len(told.pictures)
        sentence = (
            f"{len(columns)} of {m} {'training' if part == 'train' else 'test'} pictures {what}, "
            f"after {seen.moment.iteration:,} iterations. "
        )
        if diary is None and order == LEARNED:
            sentence += "When each was learned is known when the run is over. "
        if len(columns) > MOST_CARDS:
            sentence += f"These are the first {MOST_CARDS}. "
        st.caption(sentence + ("Open one to see why." if len(shown) else ""))
        st.html(gallery_html(shown, dataset, base(), choice, notes, opens=True))
    show_opened(dataset, seen, shown, notes)


def split_kind(kind: str) -> tuple[str, str] | None:
    name, _, value = kind.partition(": ")
    return (name, value) if kind else None


def show_overview(dataset: Dataset, told: Judged, chosen: tuple[tuple[int, ...], str, str]) -> None:
    cell, kind, _ = chosen
    st.html(
        confusion_html(told.confusion, dataset.classes, (cell[0], cell[1]) if cell[1:] else None)
    )
    st.caption(as_text(confusion_sentence(told.confusion, dataset.classes)))
    groups = weak_spots(told.right, told.attributes)
    if not groups:
        return
    measured = "dominant colour" in told.attributes[0]
    st.markdown(f"**Accuracy by kind{', as measured from the pixels' if measured else ''}**")
    st.html(weak_spots_html(groups, float(told.right.mean()), kind))
    st.caption(
        as_text(weak_spots_sentence(groups, len(told.pictures)))
        + " Dots with their 95 % intervals, from 0 to 100 %; the line is the accuracy on all."
    )


def take_press(told: list[Any]) -> None:
    """A card, a cell of the matrix or a kind was pressed; a cell or kind pressed again is let go."""
    what, *details = told
    if what == "open":
        open_card(*details)
    elif what == "cell":
        close_card()
        true, said = details
        cell = f"{true} {said}"
        session.set_value(CELL, EVERY if session.value(CELL) == cell else cell)
        part, only_mislabeled = CHOICES[session.value(SHOWS) or FIRST]
        if true == said and only_mislabeled:
            session.set_value(SHOWS, ALL[part])  # those are right
    elif what == "kind":
        close_card()
        kind = f"{details[0]}: {details[1]}"
        session.set_value(KIND, ANY if session.value(KIND) == kind else kind)
