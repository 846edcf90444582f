"""One picture opened: what is near to it, where the network looks, what would flip the answer."""

from __future__ import annotations

from concurrent.futures import TimeoutError as Late

import streamlit as st

from dashboard import services, session
from dashboard.addresses import base
from dashboard.explanations import Explanation
from dashboard.gallery import Card, card_html
from dashboard.problems import as_text, tell
from dashboard.run import Seen
from dashboard.why_html import (
    flips_html,
    flips_sentence,
    neighbours_html,
    neighbours_sentence,
    occlusion_html,
    occlusion_sentence,
)
from engine.dataset import Dataset, Pictures
from engine.errors import EngineError
from engine.preparation import resized, told_labels

ANSWER_SECONDS = 10.0
OPENED = "_opened_mistake"


def open_card(part: str, index: int) -> None:
    """Opens a picture the next time the page is drawn."""
    session.set_value(OPENED, (part, index))


def close_card() -> None:
    session.set_value(OPENED, None)


def show_opened(dataset: Dataset, seen: Seen, shown: list[Card], notes: dict[int, str]) -> None:
    """The opened picture in a dialog, for as long as it is not closed."""
    opened = session.value(OPENED)
    places = {(card.part, card.index): place for place, card in enumerate(shown)}
    if opened not in places:
        close_card()  # it is among these no longer, and must not come back by itself
        return
    part, index = opened
    title = f"{'Training' if part == 'train' else 'Test'} picture {index + 1}"
    # A dialog of Streamlit's is a fragment: moving on inside it draws it alone.
    st.dialog(title, width="large", on_dismiss=close_card)(show_card)(
        dataset, seen, shown, notes, places[opened]
    )


def show_card(
    dataset: Dataset, seen: Seen, shown: list[Card], notes: dict[int, str], first: int
) -> None:
    place = shown_place(shown, first)
    card = shown[place]
    pictures = dataset.train_pictures if card.part == "train" else dataset.test_pictures
    chosen, _ = told_labels(dataset, seen.hyperparameters)
    own = -1
    if card.part == "train":
        own = int((chosen == card.index).argmax())
    with st.container(horizontal=True, vertical_alignment="center", key="why_moves"):
        for name, icon, to in (
            ("Previous", "arrow_back", place - 1),
            ("Next", "arrow_forward", place + 1),
        ):
            st.button(
                name,
                key=f"why_{name.lower()}",
                icon=f":material/{icon}:",
                disabled=not 0 <= to < len(shown),
                on_click=move_to,
                args=(shown, to),
            )
        st.caption(f"{place + 1} of {len(shown)} shown")
    try:
        why = explained(seen, pictures[card.index], own)
    except EngineError as error:
        tell(st.empty(), str(error))
        return
    show_explanation(
        dataset,
        seen,
        pictures[card.index],
        why,
        card_html(card, dataset, base(), notes.get(card.index, "")),
    )


def shown_place(shown: list[Card], first: int) -> int:
    opened = session.value(OPENED)
    for place, card in enumerate(shown):
        if (card.part, card.index) == opened:
            return place
    return first


def move_to(shown: list[Card], place: int) -> None:
    open_card(shown[place].part, shown[place].index)


def explained(seen: Seen, picture: Pictures, leave_out: int = -1) -> Explanation:
    """Raises `EngineError` when the answer is late, or there is none."""
    answer = services.pool().ask.explain(seen.run, picture, seen.moment, leave_out)
    try:
        return answer.result(ANSWER_SECONDS)
    except (TimeoutError, Late):
        raise EngineError("The explanation is late: every core is busy") from None


def show_explanation(
    dataset: Dataset, seen: Seen, picture: Pictures, why: Explanation, card: str = ""
) -> None:
    """Where it looks, what is near, what would flip it; beside its own card, if any."""
    chosen, labels = told_labels(dataset, seen.hyperparameters)
    side = seen.hyperparameters.picture_size
    read = resized(picture[None], side)[0] if side else picture
    classes = dataset.classes
    looks = (
        "Where it looks",
        occlusion_html(why.occlusion, read, classes),
        occlusion_sentence(why.occlusion, classes),
    )
    near = (
        "The nearest training pictures",
        neighbours_html(why, dataset, chosen, labels, base()),
        neighbours_sentence(why, labels, classes),
    )
    flips = ("What would flip it", flips_html(why, classes), flips_sentence(why, classes))
    if card:
        own, place = st.columns([1, 1], gap="large")
        with own:
            st.markdown("**The picture**")
            st.html(f'<div class="hd-opened-card">{card}</div>')
        with place:
            show_part(*looks)
        places = zip(st.columns(2, gap="large"), (near, flips), strict=True)
    else:
        places = zip(st.columns(3, gap="medium"), (looks, near, flips), strict=True)
    for place, part in places:
        with place:
            show_part(*part)


def show_part(title: str, drawn: str, sentence: str) -> None:
    st.markdown(f"**{title}**")
    st.html(drawn)
    st.caption(as_text(sentence))
