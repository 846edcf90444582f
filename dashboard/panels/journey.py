"""One picture's journey through the network: the course's formulas with their actual numbers."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import journey_html, services, session
from dashboard.addresses import base
from dashboard.gallery import (
    Card,
    cards,
    data_uri,
    gallery_html,
    has_answers,
    percent,
    photo_html,
    png,
)
from dashboard.journey_html import Line, backward_lines, forward_lines, layer_html, title
from dashboard.looks import Travelled
from dashboard.photo import seen_at
from dashboard.problems import as_text
from dashboard.questions import Example
from dashboard.run import Seen
from dashboard.run_status import cost_text
from engine.dataset import Dataset
from engine.errors import EngineError
from engine.evaluation import least_sure, mislabeled
from engine.preparation import told_labels

TEST, TRAIN, PHOTO = "Test", "Training", "Your photo"
ANSWER_SECONDS = 10.0
RELU = ", and \\[Z > 0\\] is 1 where a unit is on and 0 where it is off"


@dataclass(frozen=True, eq=False)
class Chosen:
    """An example, and the HTML that shows it with the network's answer."""

    example: Example
    html: Callable[[Travelled], str]


def show_journey(seen: Seen, dataset: Dataset) -> None:
    st.subheader(f"One {dataset.noun}’s journey", anchor=False)
    chosen = choose_example(seen, dataset)
    if chosen is None:
        return
    try:
        told = (
            services.pool()
            .ask.journey(seen.run, seen.moment, chosen.example)
            .result(ANSWER_SECONDS)
        )
    except TimeoutError:
        raise EngineError("The journey’s numbers are late: every core is busy") from None
    with st.container(key="journey"):
        show_forward(told, seen, dataset, chosen)
        show_loss(told, seen, dataset.noun)
        show_backward(told, seen, dataset.noun)


def choose_example(seen: Seen, dataset: Dataset) -> Chosen | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = st.segmented_control(
            f"Where the {dataset.noun} comes from",
            [TEST, TRAIN] if dataset.planar else [TEST, TRAIN, PHOTO],
            default=TEST,
            required=True,
            key="inside_part_of_points" if dataset.planar else "inside_part",
            persist_state="session",
        )
        if part == PHOTO:
            return chosen_photo(seen, dataset)
        return chosen_picture(seen, dataset, "train" if part == TRAIN else "test")


def chosen_picture(seen: Seen, dataset: Dataset, part: str) -> Chosen:
    moment = seen.moment
    logits, told = moment.test_logits, None
    labels = dataset.test_labels
    if part == "train":
        logits, told = moment.train_logits, told_labels(dataset, seen.hyperparameters)
        labels = told[1]
    key = f"inside_{part}"
    most = logits.shape[1]
    if (session.value(key) or 1) > most:
        session.set_value(key, most)
    number = st.number_input(
        f"{dataset.noun.capitalize()}, 1 to {most:,}",
        1,
        most,
        key=key,
        width=160,
        persist_state="session",
    )
    answered = has_answers(logits)
    wrong = mislabeled(logits, labels) if answered else np.empty(0, np.intp)
    st.button(
        "Most wrong",
        key="inside_wrong",
        on_click=session.set_value,
        args=(key, int(wrong[0]) + 1 if len(wrong) else 1),
        disabled=not len(wrong),
    )
    st.button(
        "Least sure",
        key="inside_unsure",
        on_click=session.set_value,
        args=(key, least_sure(logits) + 1 if answered else 1),
        disabled=not answered,
    )
    card = cards(dataset, part, logits if answered else None, told=told)[number - 1]
    shown = (
        point_html(card, dataset)
        if dataset.planar
        else gallery_html([card], dataset, base(), "The picture")
    )
    return Chosen(Example(part, number - 1), lambda _: shown)


def point_html(card: Card, dataset: Dataset) -> str:
    """Where a point lies, and what it is."""
    x1, x2 = (dataset.train_pictures if card.part == "train" else dataset.test_pictures)[card.index]
    said = ""
    if card.answer is not None:
        predicted, sure = card.answer
        mark = "✓" if predicted == card.label else "✗"
        said = f"<br>{mark} {html.escape(dataset.classes[predicted])} {percent(sure)}"
    name = html.escape(dataset.classes[card.label])
    return f"<p>The point ({x1:.3f}, {x2:.3f})<br>is <b>{name}</b>{said}</p>"


def chosen_photo(seen: Seen, dataset: Dataset) -> Chosen | None:
    photo = session.photo()
    if photo is None:
        st.caption("Give a photo in the lab first; then its way through the network is shown here.")
        return None
    label = st.segmented_control(
        "What it really shows, for the way back",
        range(len(dataset.classes)),
        format_func=lambda c: as_text(dataset.classes[c]),
        default=1,
        required=True,
        key="inside_label",
        persist_state="session",
    )
    photo = seen_at(photo, seen.hyperparameters.picture_size or dataset.side)
    example = Example("photo", 0, seen_at(photo, dataset.side).seen, int(label or 0))

    def with_answer(told: Travelled) -> str:
        return photo_html(photo, told.probabilities.tolist(), dataset.classes)

    return Chosen(example, with_answer)


def show_forward(told: Travelled, seen: Seen, dataset: Dataset, chosen: Chosen) -> None:
    st.html(f"<h4 class='hd-part'>Forward: from a {dataset.noun} to an answer</h4>")
    inputs = Line(
        journey_html.symbol("A", 0, told.X.shape) + "= A^{[0]}",
        "X",
        told.X,
        "" if dataset.planar else f"pixels in one column, {seen.hyperparameters.scaling}",
    )
    picture, numbers = st.columns([2, 9] if chosen.example.picture is None else [1, 1])
    with picture:
        st.html(chosen.html(told))
    with numbers, st.container(border=True, key="forward_0"):
        st.markdown(layer_html("The input", [inputs]), unsafe_allow_html=True)
    for stage in told.stages:
        name = title(stage, output=stage is told.stages[-1])
        with st.container(border=True, key=f"forward_{stage.layer}"):
            st.markdown(
                layer_html(name, forward_lines(stage, dataset.noun)), unsafe_allow_html=True
            )


def show_loss(told: Travelled, seen: Seen, noun: str) -> None:
    st.html(f"<h4 class='hd-part'>The loss of this {noun}</h4>")
    with st.container(border=True, key="journey_loss"):
        st.markdown(
            f'<div class="hd-formula">\n\n${journey_html.loss_formula(told)}$\n\n</div>',
            unsafe_allow_html=True,
        )
        cost = seen.moment.summary.cost if seen.moment.summary else float("nan")
        m = seen.moment.train_logits.shape[1]
        l2 = seen.moment.snapshot.hyperparameters.l2
        mean = f"The cost J is the mean loss of the {m:,} training {noun}s"
        st.caption(
            as_text(f"{mean}{', plus λ/2m ‖W‖²' if l2 else ''}: {cost_text(cost)} at this moment.")
        )


def show_backward(told: Travelled, seen: Seen, noun: str) -> None:
    st.html("<h4 class='hd-part'>Backward: who is to blame, and how much</h4>")
    h = seen.moment.snapshot.hyperparameters
    more = " Each step adds λ/m W to the mean of dW." if h.l2 else ""
    drops = " No unit is dropped out here." if h.keep_probs else ""
    st.caption(
        f"dZ is short for ∂ℒ/∂Z, and so on, all of this one {noun}: m = 1. A step of gradient "
        f"descent takes the mean over the training {noun}s. The * multiplies number by number"
        f"{RELU if 'relu' in ' '.join(stage.activation for stage in told.stages) else ''}."
        f"{more}{drops}"
    )
    for stage in reversed(told.stages):
        output = stage is told.stages[-1]
        with st.container(border=True, key=f"backward_{stage.layer}"):
            lines = backward_lines(stage, output=output)
            st.markdown(layer_html(title(stage, output=output), lines), unsafe_allow_html=True)
            if stage.layer == 1 and told.pull is not None:
                st.html(
                    f'<figure class="hd-pull"><img src="{data_uri(png(told.pull), "image/png")}" '
                    'alt="dA[0] as a picture: how each pixel pulls on the loss"><figcaption>dA[0] '
                    "as a picture: grey is 0; where it is lighter, a lighter pixel would raise the "
                    "loss.</figcaption></figure>"
                )
