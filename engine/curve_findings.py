"""What the curves of a run show: diverging, jumping, overfitting, not at its end yet.

Each function looks for one thing and gives its finding, or None. All of it holds for thinned curves,
which keep the extremes of every stretch.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.comparison import accuracy_text, counted, differ
from engine.findings import LEARNED, Evidence, Finding, number
from engine.vital_signs import FEWEST_POINTS, VitalSigns

# The last third of a run is looked at in so many stretches: before that a run may still settle.
LATE, STRETCHES = 2 / 3, 20
# The cost jumps where it climbs half above its lowest so far in a quarter of the stretches. How many
# steps go up says nothing: 44 in 100 do in the course's own 4-layer run, by tiny amounts.
CLIMB, JUMPING = 0.5, 0.25
# It ends on a jump where the last cost lies a fifth above the lowest.
LAST_CLIMB = 0.2
# No climb counts that is smaller than this, however near to 0 the lowest cost came.
LEAST_CLIMB = 0.03
# Overfitting: the test cost ends a tenth above where it was lowest, in the middle of its ripple; or
# half above the very lowest, when it leapt up so early that there is no middle to compare with.
RISE, LEAP = 0.1, 0.5


def diverged(signs: VitalSigns) -> Finding | None:
    if signs.end.status != "diverged" and np.isfinite(signs.end.train_logits).all():
        return None
    x, y = signs.points("train")
    every = np.asarray(signs.curves["train"][0])
    iteration = int(every[-1]) if len(every) > len(x) else signs.end.snapshot.iteration
    grew = ""
    if len(y):
        low = int(y.argmin())
        grew = f": the cost had been {number(y[low])} at iteration {int(x[low]):,}"
        peak = y[low:].max()
        grew += f", grew to {number(peak)}" if peak > y[low] else ""
        grew += ", and then was no number any more"
    return Finding(
        "diverged",
        "bad",
        f"Diverged at iteration {iteration:,}{grew}; every step overshoots, so take a smaller learning "
        f"rate than {signs.hyperparameters.learning_rate:g}.",
        Evidence(
            ("iteration", "training cost"),
            (
                *((int(i), float(c)) for i, c in zip(x[-8:], y[-8:], strict=True)),
                (iteration, "no number"),
            ),
        ),
    )


def oscillating(signs: VitalSigns) -> Finding | None:
    x, y = signs.points("train")
    if len(y) < FEWEST_POINTS:
        return None
    lowest = np.minimum.accumulate(y)
    edges = np.linspace(x[0] + LATE * (x[-1] - x[0]), x[-1], STRETCHES + 1)
    rows, jumps = [], []
    for start, stop in pairwise(edges):
        inside = np.flatnonzero((x > start) & (x <= stop))
        if len(inside):
            top = int(inside[(y - lowest)[inside].argmax()])
            jumps.append(top) if climbs(y[top], lowest[top], CLIMB) else None
            rows.append((int(x[top]), float(f"{lowest[top]:.3g}"), float(f"{y[top]:.3g}")))
    at_the_end = climbs(y[-1], lowest[-1], LAST_CLIMB)
    if len(jumps) < JUMPING * len(rows) and not at_the_end:
        return None
    low = int(y.argmin())
    if at_the_end:
        told = f"it ends at {number(y[-1])} after {number(y[low])} at iteration {int(x[low]):,}"
    else:
        worst = max(jumps, key=lambda i: float(y[i] - lowest[i]))
        told = (
            f"late in the run it still climbs again and again, from {number(lowest[worst])} to "
            f"{number(y[worst])} at iteration {int(x[worst]):,}"
        )
    ups = np.mean(np.diff(y[x >= edges[0]]) > 0)
    batches = " or larger mini-batches" if signs.hyperparameters.mini_batch else ""
    return Finding(
        "oscillating",
        "warning",
        f"The cost jumps: {told}; a smaller learning rate than "
        f"{signs.hyperparameters.learning_rate:g}{batches} lets it settle.",
        Evidence(
            ("iteration", "lowest cost so far", f"cost ({100 * ups:.0f} % of the points go up)"),
            tuple(rows),
        ),
    )


def climbs(cost: float, lowest: float, share: float) -> bool:
    return bool(cost - lowest > max(share * lowest, LEAST_CLIMB))


def overfitting(signs: VitalSigns) -> Finding | None:
    x, y = signs.points("test")
    if len(y) < FEWEST_POINTS or signs.train_cost > signs.cost_of_knowing:
        return None
    k = int(y.argmin())
    share = (x[k] - x[0]) / (x[-1] - x[0])
    near = (max(0.0, share - 0.05), min(1.0, share + 0.05))
    before, after = (signs.level("test", *span) for span in (near, (0.9, 1.0)))
    train_before, train_after = (signs.level("train", *span) for span in (near, (0.9, 1.0)))
    rose = after >= (1 + RISE) * before or after >= (1 + LEAP) * y[k]
    if share > 0.9 or not rose or train_after >= train_before:
        return None
    best = int(x[k])
    m = signs.m("test")
    cost_then, cost_now = (float(np.interp(i, *signs.points("train"))) for i in (x[k], x[-1]))
    fell = f"from {number(cost_then)} to {number(cost_now)}"
    if cost_now >= cost_then:  # one of them lies on a jump
        fell = f"from about {number(train_before)} to about {number(train_after)}"
    then, now = (float(np.interp(i, *signs.points("test_accuracy"))) for i in (x[k], x[-1]))
    verdict = "a difference" if differ(then, now, m) else "no difference"
    if share == 0:
        # Wild first steps: more pictures are right now, but the wrong ones cost very much.
        told = (
            f"Overfitting from the start: the test cost, {number(y[k])} before training, is {number(y[-1])} "
            f"after it, while the training cost fell to {number(cost_now)}; what the network gets wrong, "
            "it is very sure of"
        )
    else:
        told = (
            f"Overfitting since about iteration {best:,}: the test cost has risen from {number(y[k])} "
            f"to {number(y[-1])} while the training cost fell {fell}"
        )
    moments = sorted({*np.linspace(0, len(x) - 1, 9).astype(int).tolist(), k})
    return Finding(
        "overfitting",
        "warning",
        f"{told} (test accuracy {accuracy_text(then, m)} then, {accuracy_text(now, m)} now: {verdict} on "
        f"{counted(m, signs.noun)}).",
        Evidence(
            ("iteration", "training cost", "test cost", "test accuracy"),
            tuple(
                (
                    int(x[i]),
                    float(f"{np.interp(x[i], *signs.points('train')):.3g}"),
                    float(f"{y[i]:.3g}"),
                    accuracy_text(float(np.interp(x[i], *signs.points("test_accuracy"))), m),
                )
                for i in moments
            ),
        ),
    )


def trend_table(signs: VitalSigns) -> Evidence:
    rows = []
    for tenth in range(10):
        costs = [signs.level(name, tenth / 10, (tenth + 1) / 10) for name in ("train", "test")]
        told = [float(f"{c:.4g}") if np.isfinite(c) else "–" for c in costs]
        rows.append((f"{10 * tenth} to {10 * tenth + 10} %", *told))
    return Evidence(
        ("part of the run", "training cost (median)", "test cost (median)"), tuple(rows)
    )


def more_iterations(signs: VitalSigns) -> Finding | None:
    h, learned = signs.hyperparameters, signs.accuracy("train") >= LEARNED
    iteration, m = signs.end.snapshot.iteration, signs.m("train")
    if h.patience and signs.end.status == "finished" and iteration < h.num_iterations:
        if learned:
            return None  # It waited for a lower test cost, in vain.
        return Finding(
            "more iterations",
            "warning",
            f"Early stopping ended the run at iteration {iteration:,}, when only "
            f"{accuracy_text(signs.accuracy('train'), m)} of the training {signs.noun}s were right; more "
            f"patience than {h.patience:,} lets it learn on.",
            trend_table(signs),
        )
    if len(signs.points("train")[0]) < FEWEST_POINTS and not learned:
        so_far = accuracy_text(signs.accuracy("train"), m)
        return Finding(
            "more iterations",
            "warning",
            f"{counted(iteration, 'iteration')} are too few to tell more than that {so_far} of the "
            f"training {signs.noun}s are right so far.",
            trend_table(signs),
        )
    if signs.falling("test") and signs.falling("train"):
        before, after = signs.tenths("test")
        return Finding(
            "more iterations",
            "note" if learned else "warning",
            "More iterations would still help: the test cost is falling at the end "
            f"(from {number(before)} to {number(after)} in the last tenth of the run).",
            trend_table(signs),
        )
    if not learned and signs.falling("train"):
        before, after = signs.tenths("train")
        _, y = signs.points("test")
        stays = len(y) and y.argmin() < 0.9 * len(y)
        test = ", though the test cost does not follow" if stays else ""
        return Finding(
            "more iterations",
            "warning",
            f"Not at its end yet: the training cost is still falling (from {number(before)} to "
            f"{number(after)} in the last tenth of the run){test}.",
            trend_table(signs),
        )
    return None


def underfitting(signs: VitalSigns) -> Finding | None:
    accuracy, m = signs.accuracy("train"), signs.m("train")
    points = len(signs.points("train")[0])
    if accuracy >= LEARNED or points < FEWEST_POINTS or signs.falling("train") or signs.one_answer:
        return None
    before, after = signs.tenths("train")
    return Finding(
        "underfitting",
        "warning",
        f"Underfitting: only {accuracy_text(accuracy, m)} of the training {signs.noun}s are right, and the "
        f"cost hardly falls any more ({number(before)} to {number(after)} in the last tenth of the run); "
        f"{way_to_learn_more(signs)} may learn more.",
        trend_table(signs),
    )


def way_to_learn_more(signs: VitalSigns) -> str:
    h = signs.hyperparameters
    ways = [
        ("fewer wrong labels", h.label_noise),
        ("less L2", h.l2),
        ("less dropout", h.keep_probs),
        ("a larger network", True),
    ]
    return " or ".join(way for way, there in ways if there)
