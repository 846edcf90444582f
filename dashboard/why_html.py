"""Why a network says what it says of one picture, as HTML (no Streamlit inside)."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.explanations import Explanation
from dashboard.gallery import data_uri, in_words, ink, percent, picture_html, png
from engine.dataset import Dataset, Labels, Pictures
from engine.flips import KINDS, Flip
from engine.occlusion import Occlusion

# What speaks for a class is laid over the picture in that class's own colour, as on the whole page;
# of more than two classes in the accent's, and what speaks against the answer in grey.
CAT, OTHER, ACCENT, GREY = (26, 102, 201), (217, 110, 20), (110, 90, 230), (120, 120, 120)
STRONGEST = 0.8  # opacity
LEAST = 0.01  # of a change of probability that is worth a word


def occlusion_html(told: Occlusion, picture: Pictures, classes: Sequence[str]) -> str:
    """The picture in grey with the map over it, and a frame around the patch that matters most."""
    rows, columns = told.change.shape
    row, column = told.lowest
    frame = (
        f'<span style="left: {100 * column / columns:.2f}%; top: {100 * row / rows:.2f}%; '
        f'width: {100 * told.patch / columns:.2f}%; height: {100 * told.patch / rows:.2f}%"></span>'
        if told.P - told.hidden.min() >= LEAST
        else ""
    )
    grey = np.repeat(picture.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    return (
        '<figure class="hd-occlusion"><div>'
        f'<img src="{data_uri(png(grey), "image/png")}" alt="">'
        f'<img src="{data_uri(png(overlay(told, len(classes))), "image/png")}" '
        f'alt="{html.escape(occlusion_sentence(told, classes))}">'
        f"{frame}</div></figure>"
    )


def overlay(told: Occlusion, classes: int) -> NDArray[np.uint8]:
    """(height, width, 4): the colour says what a pixel speaks for, the opacity how much."""
    own, other = (CAT, OTHER) if told.label == 1 else (OTHER, CAT)
    if classes > 2:
        own, other = ACCENT, GREY
    strength = np.abs(told.change) / max(float(np.abs(told.change).max()), 2 * LEAST)
    colours = np.where(told.change[..., np.newaxis] >= 0, own, other)
    opacity = 255 * STRONGEST * strength[..., np.newaxis]
    return np.concatenate([colours, opacity], axis=2).round().astype(np.uint8)


def occlusion_sentence(told: Occlusion, classes: Sequence[str]) -> str:
    """Such as `Hiding the framed patch, at the upper left, takes P(cat) from 0.83 to 0.41; hiding
    another, at the lower right, raises it to 0.91.`"""
    name = classes[told.label]
    low, high = float(told.hidden.min()), float(told.hidden.max())
    if max(told.P - low, high - told.P) < LEAST:
        return f"No single patch matters: P({name}) stays within 0.01 of {in_words(told.P)}."
    sentence = f"P({name}) is {in_words(told.P)}."
    if told.P - low >= LEAST:
        sentence += (
            f" Hiding the framed patch, {place_of(told, told.lowest)}, takes it to {in_words(low)}"
            + ("" if low >= 0.5 or len(classes) > 2 else ": the answer hangs on it")
            + "."
        )
    if high - told.P >= LEAST:
        sentence += f" Hiding one {place_of(told, told.highest)} raises it to {in_words(high)}."
    return sentence


def place_of(told: Occlusion, corner: tuple[int, int]) -> str:
    """Where a patch lies, in words: a ninth of the picture."""
    rows, columns = told.hidden.shape
    down, right = (
        min(2, 3 * at // max(1, most)) for at, most in zip(corner, (rows, columns), strict=True)
    )
    vertical, horizontal = ("upper", "middle", "lower")[down], ("left", "middle", "right")[right]
    if down == right == 1:
        return "in the middle"
    if down == 1:
        return f"in the middle {horizontal}"
    return (
        f"at the {'top' if down == 0 else 'bottom'}"
        if right == 1
        else f"at the {vertical} {horizontal}"
    )


def neighbours_html(
    why: Explanation, dataset: Dataset, pictures: NDArray[np.intp], labels: Labels, base: str
) -> str:
    """The nearest training pictures with the class the network was told and how far they are.

    pictures: which of the dataset's training pictures its columns are.
    """
    cards = []
    for column, distance in zip(why.neighbours.columns, why.neighbours.distances, strict=True):
        index, label = int(pictures[column]), int(labels[0, column])
        name = html.escape(dataset.classes[label])
        alt = f"Training picture {index + 1}: {dataset.classes[label]}"
        noisy = "" if label == dataset.train_labels[0, index] else "<small>label noise</small>"
        cards.append(
            f'<figure class="hd-card {ink(label, dataset.classes)}" role="listitem">'
            f"{picture_html(dataset, 'train', index, base, alt)}<figcaption><b>{name}</b>"
            f"<small>distance {distance:.1f}</small>{noisy}</figcaption></figure>"
        )
    return (
        '<div class="hd-gallery hd-small" role="list" aria-label="Nearest training pictures">'
        f"{''.join(cards)}</div>"
    )


def neighbours_sentence(why: Explanation, labels: Labels, classes: Sequence[str]) -> str:
    near = labels[0, why.neighbours.columns]
    of = f"{int((near == why.answer).sum())} of the {len(near)} nearest training pictures"
    are = f"{of} {'is' if (near == why.answer).sum() == 1 else 'are'} {classes[why.answer]}"
    known = f"99 of 100 test pictures have one nearer than {why.far:.1f}"
    far = " It is far from anything the network has seen:" if why.is_far else ""
    return f"{are}, as the network says.{far} The nearest is {why.distance:.1f} away; {known}."


def flips_html(why: Explanation, classes: Sequence[str]) -> str:
    """For each kind of change the smallest that flips the answer, as the network sees it then."""
    return (
        '<div class="hd-gallery hd-small hd-flips" role="list" aria-label="What would flip it">'
        f"{''.join(flip_html(name, flip, classes) for name, flip in why.flips.items())}</div>"
    )


def flip_html(name: str, flip: Flip | None, classes: Sequence[str]) -> str:
    if flip is None:
        return (
            f'<figure class="hd-card hd-none" role="listitem"><figcaption><b>{name}</b>'
            f"<small>nothing up to {KINDS[name].most}</small></figcaption></figure>"
        )
    said = html.escape(classes[flip.label])
    words = html.escape(flip.change.words)
    image = data_uri(png(flip.change.picture), "image/png")
    return (
        f'<figure class="hd-card {ink(flip.label, classes)}" role="listitem">'
        f'<img src="{image}" width="64" height="64" alt="{words}"><figcaption><b>{words}</b>'
        f"<small>{said} {percent(flip.probability)}</small></figcaption></figure>"
    )


def flips_sentence(why: Explanation, classes: Sequence[str]) -> str:
    found = [flip.change.words for flip in why.flips.values() if flip]
    answer = classes[why.answer]
    if not found:
        return f"Nothing that was tried flips it: it stays {answer}."
    other = {classes[flip.label] for flip in why.flips.values() if flip}
    into = f"{other.pop()}" if len(other) == 1 else "another class"
    return f"It turns from {answer} to {into} when it is {', or '.join(found)}."
