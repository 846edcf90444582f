"""What a network's answers show: no better than one answer for all, too sure, or fine.

Each function looks for one thing and gives its finding, or None.
"""

from __future__ import annotations

from engine.comparison import accuracy_text, counted
from engine.evaluation import interval
from engine.findings import LEARNED, Evidence, Finding, number
from engine.vital_signs import VitalSigns

# |Z^[L]| > 6.9, where the sigmoid rises by less than 0.001 per unit.
FLAT = 1e-3
# Half of the pictures or more.
MOST = 0.5
# What a set is called in a sentence.
SETS = {"train": "training", "test": "test"}


def what_is_learned(signs: VitalSigns) -> str:
    """Of a network that has one answer for all."""
    x, y = signs.points("train")
    if len(y) and y.min() < signs.cost_of_knowing:
        low = int(y.argmin())
        at = f"its cost was {number(y[low])} at iteration {int(x[low]):,}"
        return f"it knew more before ({at}), and has lost that"
    return "it has learned how frequent the classes are, and nothing else yet"


def majority(signs: VitalSigns) -> Finding | None:
    """Not beyond always answering the most frequent class, on one of the sets."""
    rows = []
    for part in SETS:
        if signs.m(part):
            name, share = signs.larger_class(part)
            accuracy = signs.accuracy(part)
            rows.append((part, name, share, accuracy, signs.m(part)))
    below = [row for row in rows if row[3] <= row[2]]
    if not below and not signs.one_answer:
        return None
    if signs.one_answer:
        shares = " and ".join(
            f"{accuracy_text(accuracy, m)} of the {SETS[part]} set"
            for part, _, _, accuracy, m in rows
        )
        sentence = f"It {signs.one_answer}, which is right for {shares}: {what_is_learned(signs)}."
    else:
        part, name, share, accuracy, m = below[0]
        too = ", and on the test set neither" if part == "train" and len(below) > 1 else ""
        sentence = (
            f"On the {SETS[part]} set the network is no better than always "
            f"answering “{name}”: {accuracy_text(accuracy, m)} right against {accuracy_text(share, m)}{too}."
        )
    return Finding(
        "majority",
        "warning",
        sentence,
        Evidence(
            ("set", "most frequent class", "accuracy of answering that", "accuracy"),
            tuple(
                (
                    SETS[part],
                    name,
                    accuracy_text(share, m),
                    accuracy_text(a, m),
                )
                for part, name, share, a, m in rows
            ),
        ),
    )


def saturated(signs: VitalSigns) -> Finding | None:
    """Most outputs in the flat of the sigmoid, and mistakes among them.

    On the training set: most pictures, while some are mislabeled. On the test set, once the
    training set is learned by heart: most of the mislabeled ones.
    """
    rows, found = [], None
    for part in SETS:
        if not signs.m(part):
            continue
        predicted, true = signs.answers(part)
        flat, wrong = signs.flat(part, FLAT), predicted != true
        sure, mistakes = int((flat & wrong).sum()), int(wrong.sum())
        rows.append((SETS[part], len(flat), int(flat.sum()), mistakes, sure))
        if found or not mistakes:
            continue
        if part == "train" and flat.mean() >= MOST:
            found = (
                f"it is sure to 0.999 or more, where the sigmoid is flat, of {int(flat.sum())} of "
                f"{counted(len(flat), f'training {signs.noun}')}, and yet {mistakes} "
                f"{'is' if mistakes == 1 else 'are'} mislabeled"
            )
        elif part == "test" and sure >= max(2, MOST * mistakes):
            found = (
                f"it is sure to 0.999 or more, where the sigmoid is flat, of {sure} of the {mistakes} test "
                f"{signs.noun}s that it gets wrong"
            )
    if not found:
        return None
    return Finding(
        "saturated",
        "warning",
        f"The output is saturated: {found}; a smaller learning rate, or L2, keeps Z^[L] smaller.",
        Evidence(
            ("set", f"{signs.noun}s", "sure (slope < 0.001)", "mislabeled", "sure and mislabeled"),
            tuple(rows),
        ),
    )


def well(signs: VitalSigns) -> Finding | None:
    if not signs.accuracy("train") >= LEARNED:
        return None
    rows, shares = [], []
    for part, name in SETS.items():
        m = signs.m(part)
        if not m:
            continue
        share, (larger, always) = signs.accuracy(part), signs.larger_class(part)
        told, low, high, other = (accuracy_text(s, m) for s in (share, *interval(share, m), always))
        rows.append((name, m, told, low, high, f"{other} ({larger})"))
        possible = f" (with {counted(m, signs.noun)}, {low} to {high} is possible)"
        shares.append(f"{told} of the {name} set{possible if part == 'test' else ''}")
    sentence = f"Trains well: right for {' and '.join(shares)}"
    return Finding(
        "well",
        "good",
        sentence + ".",
        Evidence(
            ("set", f"{signs.noun}s", "accuracy", "from", "to", "always the most frequent class"),
            tuple(rows),
        ),
    )
