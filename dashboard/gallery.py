"""Pictures with what the network says of them, as HTML (no Streamlit inside)."""

from __future__ import annotations

import base64
import html
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dashboard.photo import Photo
from engine.dataset import Dataset, Floats, Labels, Pictures
from engine.evaluation import mislabeled, probabilities

USUAL = frozenset({"usual", "plain", "level", "normal"})


@dataclass(frozen=True)
class Card:
    """One picture: where it is, what it shows, and where a network was asked P(class 1), or of more
    than two classes that of `predicted`."""

    part: str
    index: int
    label: int
    probability: float | None
    attributes: Mapping[str, str]
    predicted: int | None = None

    @property
    def answer(self) -> tuple[int, float] | None:
        """The class the network says, and its probability."""
        if self.probability is None:
            return None
        if self.predicted is not None:
            return self.predicted, self.probability
        says = int(self.probability > 0.5)
        return says, self.probability if says else 1 - self.probability


def cards(
    dataset: Dataset,
    part: str,
    logits: Floats | None,
    *,
    only_mislabeled: bool = False,
    told: tuple[NDArray[np.intp], Labels] | None = None,
) -> list[Card]:
    """Every picture of the "train" or "test" set, or the mislabeled ones, most confident first.

    told: which training pictures the network learned from, and the labels it was told for them.
    """
    own = dataset.train_labels if part == "train" else dataset.test_labels
    attributes = dataset.train_attributes if part == "train" else dataset.test_attributes
    pictures, labels = told if told is not None else (np.arange(own.shape[1]), own)
    columns: Iterable[int] = range(labels.shape[1])
    if only_mislabeled and logits is not None:
        columns = (int(column) for column in mislabeled(logits, labels))
    P = None if logits is None else probabilities(logits)
    p = None if P is None else P.max(axis=0) if len(P) > 1 else P[0]
    says = None if P is None or len(P) == 1 else P.argmax(axis=0)
    shown = []
    for column in columns:
        i, label = int(pictures[column]), int(labels[0, column])
        known = attributes[i] if attributes else {}
        if label != own[0, i]:
            known = {**known, "label": "label noise"}
        sure = None if p is None else float(p[column])
        said = None if says is None else int(says[column])
        shown.append(Card(part, i, label, sure, known, said))
    return shown


def matching(shown: Sequence[Card], dataset: Dataset, text: str) -> list[Card]:
    """Those whose class or attributes hold every word of `text`, whatever the case of letters."""
    words = text.casefold().split()

    def about(card: Card) -> str:
        known = card.attributes.items()
        # "usual" says of every picture the same; the name of an attribute finds its unusual ones.
        told = [f"{name} {value}" for name, value in known if value not in USUAL]
        return " ".join([dataset.classes[card.label], *told]).casefold()

    return [card for card in shown if all(word in about(card) for word in words)]


def has_answers(logits: Floats | None) -> bool:
    """Whether a network's outputs are numbers; those of one that diverged are not."""
    return logits is not None and bool(np.isfinite(logits).all())


def peculiarities(attributes: Mapping[str, str]) -> str:
    """What is unusual about a picture, in words: "dark · tilted · similar colour"."""
    words = []
    for name, value in attributes.items():
        if name in ("subject", "description") or value in USUAL:
            continue
        words.append(f"unusual {name}" if value == "unusual" else value)
    return " · ".join(words)


def press(*told: object) -> str:
    """The attribute by which a button in HTML says what it is pressed for (components/presses.py)."""
    return f'data-press="{html.escape(json.dumps(told))}"'


def card_html(card: Card, dataset: Dataset, base: str, note: str = "", opens: bool = False) -> str:
    """`note`: another line below. `opens`: its picture is a button."""
    true = dataset.classes[card.label]
    said = verdict = ""
    if card.answer is not None:
        predicted, sure = card.answer
        right = predicted == card.label
        verdict = "right" if right else "wrong"
        mark = "✓" if right else "✗"
        said = (
            f'<span class="hd-mark" aria-hidden="true">{mark}</span>'
            f"<b>{html.escape(dataset.classes[predicted])}</b> {percent(sure)}"
        )
    about = peculiarities(card.attributes)
    subject = card.attributes.get("subject", true)
    alt = f"{card.part} picture {card.index + 1}: {subject}" + (f", {about}" if about else "")
    name = html.escape(true if subject == true else f"{true}: {subject}")
    image = picture_html(dataset, card.part, card.index, base, alt)
    if opens:
        image = f'<button type="button" {press("open", card.part, card.index)}>{image}</button>'
    return (
        f'<figure class="hd-card {ink(card.label, dataset.classes)} {verdict}" role="listitem">'
        f"{image}<figcaption>{said and f'<span>{said}</span>'}<span>is {name}</span>"
        f"{about and f'<small>{html.escape(about)}</small>'}"
        f"{note and f'<small>{html.escape(note)}</small>'}</figcaption></figure>"
    )


def picture_html(dataset: Dataset, part: str, index: int, base: str, alt: str) -> str:
    return (
        f'<img src="{base}hyperdial/pictures/{dataset.digest}/{part}/{index}.png" '
        f'width="64" height="64" loading="lazy" alt="{html.escape(alt)}">'
    )


def ink(label: int, classes: Sequence[str]) -> str:
    """The style of a class: blue or orange of two; more are told by their names alone."""
    return f"hd-class-{label}" if len(classes) == 2 else "hd-class-any"


def gallery_html(
    shown: Sequence[Card],
    dataset: Dataset,
    base: str,
    label: str,
    notes: Mapping[int, str] | None = None,
    *,
    opens: bool = False,
) -> str:
    """`notes`: a line below the picture of an index. `opens`: each picture is a button."""
    told = notes or {}
    body = "".join(
        card_html(card, dataset, base, told.get(card.index, ""), opens) for card in shown
    )
    return f'<div class="hd-gallery" role="list" aria-label="{html.escape(label)}">{body}</div>'


def photo_html(photo: Photo, P: Sequence[float] | None, classes: Sequence[str]) -> str:
    """The photo, what the network sees of it, and its answer. P: of class 1, or of each class."""
    seen = data_uri(png(photo.seen), "image/png")
    name = html.escape(photo.name)
    pictures = (
        f'<figure><img src="{data_uri(photo.shown, "image/jpeg")}" alt="The photo {name}">'
        f"<figcaption>Your photo</figcaption></figure>"
        f'<figure><img class="hd-seen" src="{seen}" '
        f'alt="The photo stretched to {len(photo.seen)} by {len(photo.seen)} pixels">'
        f"<figcaption>What the network sees, {len(photo.seen)}×{len(photo.seen)}</figcaption></figure>"
    )
    if P is None:
        answer = "<p>The answer comes when the network is trained.</p>"
    elif not all(map(math.isfinite, P)):
        answer = "<p>This network diverged: it has no answer any more.</p>"
    else:
        predicted = int(P[0] > 0.5) if len(P) == 1 else P.index(max(P))
        told = [(1, P[0])] if len(P) == 1 else sorted(enumerate(P), key=lambda of: -of[1])[:3]
        answer = (
            f'<p class="hd-answer {ink(predicted, classes)}">{html.escape(classes[predicted])}</p>'
        )
        for label, probability in told:
            name = html.escape(classes[label])
            answer += (
                f'<div class="hd-bar" role="img" aria-label="Probability of {name}: '
                f'{percent(probability)}"><span style="width:{100 * probability:.1f}%"></span></div>'
                f"<p>P({name}) = <b>{probability:.3f}</b></p>"
            )
    return f'<div class="hd-photo">{pictures}<div class="hd-verdict">{answer}</div></div>'


def percent(share: float) -> str:
    """Whole percents, finer near the ends: a network is never certain, so never 0 % or 100 %."""
    rare = not 0.01 <= share <= 0.99
    return f"{min(max(100 * share, 0.1), 99.9):.{1 if rare else 0}f} %"


def in_words(share: float) -> str:
    """A probability with two digits, three near the ends, and never 0 or 1."""
    told = min(max(share, 0.001), 0.999)
    return f"{told:.{2 if 0.01 <= told <= 0.99 else 3}f}"


def png(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def data_uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def weights_html(pictures: Pictures) -> str:
    """The first layer's weights, a picture a unit, (n_1, side, side, 3)."""
    body = "".join(
        f'<figure class="hd-card" role="listitem"><img src="{data_uri(png(picture), "image/png")}" '
        f'alt="Weights of unit {unit}"><figcaption>unit {unit}</figcaption></figure>'
        for unit, picture in enumerate(pictures, 1)
    )
    return f'<div class="hd-gallery hd-weights" role="list" aria-label="First layer">{body}</div>'
