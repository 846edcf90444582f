"""The diagnosis says what a run really shows, and keeps quiet about what it does not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import PRESETS, Examples, Hyperparameters, Step, inspect, load_dataset, train
from engine.comparison import accuracy_text, difference_interval, mcnemar
from engine.dataset import Dataset, Floats
from engine.diagnosis import Ending, Finding, compare, diagnose
from engine.errors import ShapeError
from engine.findings import number
from engine.sources.course_files import read_course_files
from engine.vital_signs import VitalSigns
from tests.engine.plain import accepted, drawn_fields, made_up_examples

Curves = dict[str, tuple[Floats, Floats]]
H = Hyperparameters
TWO_LAYER = PRESETS["2-layer model"]
LOGISTIC = PRESETS["Logistic regression"]
DEEP_SMALL_START = H(initialization="0.01", seed=3, num_iterations=1500)


def curves_of(steps: list[Step]) -> Curves:
    costs = np.concatenate([s.costs for s in steps])
    first = steps[0].iteration
    iterations = np.arange(first, first + len(costs), dtype=np.float64)
    if len(costs) != steps[-1].iteration - first + 1:  # mini-batches: a cost a Step
        iterations = np.array([s.iteration for s in steps], dtype=np.float64)
    at = np.array([s.iteration for s in steps], dtype=np.float64)
    return {
        "train": (iterations, costs),
        "test": (at, np.array([s.test_cost for s in steps])),
        "train_accuracy": (at, np.array([s.train_accuracy for s in steps])),
        "test_accuracy": (at, np.array([s.test_accuracy for s in steps])),
    }


def run(h: Hyperparameters, dataset: Dataset | Examples) -> tuple[Curves, Step]:
    steps = list(train(h, dataset))
    return curves_of(steps), steps[-1]


Diagnosed = Callable[[Hyperparameters], list[Finding]]


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    return load_dataset("drawn")


@pytest.fixture(scope="module")
def on_drawn(drawn: Dataset) -> Diagnosed:
    return remembering(drawn)


@pytest.fixture(scope="module")
def on_course(course_folder: Path) -> Diagnosed:
    return remembering(read_course_files(str(course_folder)))


def remembering(dataset: Dataset) -> Diagnosed:
    """Diagnoses of runs on `dataset`, each run once."""
    known: dict[Hyperparameters, list[Finding]] = {}

    def diagnosed(h: Hyperparameters) -> list[Finding]:
        if h not in known:
            known[h] = diagnose(*run(h, dataset), dataset)
        return known[h]

    return diagnosed


def kinds(findings: list[Finding]) -> list[str]:
    return [f.kind for f in findings]


def only(findings: list[Finding], kind: str) -> Finding:
    (found,) = [f for f in findings if f.kind == kind]
    return found


# The course's own runs on its own pictures


def test_the_course_4_layer_model_overfits_since_about_iteration_740(on_course: Diagnosed) -> None:
    findings = on_course(H())
    assert kinds(findings) == ["overfitting", "dead units"]
    found = findings[0]
    assert found.sentence.startswith(
        "Overfitting since about iteration 740: the test cost has risen from 0.475 to 0.761 "
    )
    assert "no difference on 50 pictures" in found.sentence
    columns, rows = found.evidence.columns, found.evidence.rows
    assert columns == ("iteration", "training cost", "test cost", "test accuracy")
    assert [row[0] for row in rows if row[2] == min(float(r[2]) for r in rows)] == [740]
    assert rows[-1][0] == 2500
    at_740, at_the_end = (row[1] for row in rows if row[0] in (740, 2500))
    assert f"the training cost fell from {at_740} to {at_the_end} (" in found.sentence
    # Two dead units of seven are a note where the training set is learned.
    assert findings[1].severity == "note"


def test_the_course_2_layer_model_overfits_and_all_its_units_live(on_course: Diagnosed) -> None:
    findings = on_course(TWO_LAYER)
    assert kinds(findings) == ["overfitting"]
    assert "since about iteration 780" in findings[0].sentence


def test_the_course_4_layer_model_stopped_at_1500_trains_well(on_course: Diagnosed) -> None:
    findings = on_course(H(num_iterations=1500))
    assert findings[0].kind == "well"
    assert findings[0].sentence == (
        "Trains well: right for 0.981 of the training set and 0.82 of the test set "
        "(with 50 pictures, 0.69 to 0.90 is possible)."
    )


@pytest.mark.parametrize("learning_rate", [0.05, 0.5, 10.0])
def test_steps_too_large_kill_a_layer_of_the_course_model(
    on_course: Diagnosed, learning_rate: float
) -> None:
    (found,) = on_course(H(learning_rate=learning_rate))
    assert (found.kind, found.severity) == ("dead layer", "bad")
    assert found.sentence.startswith(
        "Hidden layer 2 is dead: all its 7 units output 0 for every training picture"
    )
    answer = "cat" if learning_rate == 10 else "non-cat"
    assert f"answers “{answer}” for every picture" in found.sentence
    assert found.evidence.rows[1][:3] == ("2", 7, 7)


def test_the_exercise_start_of_0_01_stalls_at_0_644_on_the_course_pictures(
    on_course: Diagnosed,
) -> None:
    (found,) = on_course(H(initialization="0.01", seed=3))
    assert (found.kind, found.severity) == ("vanishing", "bad")
    assert "stalls at 0.644" in found.sentence
    assert "answers “non-cat” for every picture" in found.sentence
    assert "1/sqrt(n)" in found.sentence


def test_the_2_layer_model_at_0_05_jumps_and_is_sure_of_its_mistakes(on_course: Diagnosed) -> None:
    findings = on_course(TWO_LAYER.with_changes(learning_rate=0.05))
    assert kinds(findings)[:3] == ["oscillating", "saturated", "overfitting"]
    assert "ends at 0.129 after 0.0472 at iteration 1,522" in findings[0].sentence
    assert "124 of 209 training pictures, and yet 13 are mislabeled" in findings[1].sentence


# Anywhere


def test_a_run_that_diverged_says_when_and_from_where_and_nothing_else(on_drawn: Diagnosed) -> None:
    (found,) = on_drawn(H(activation="leaky relu", learning_rate=10))
    assert (found.kind, found.severity) == ("diverged", "bad")
    assert found.sentence.startswith(
        "Diverged at iteration 6: the cost had been 0.769 at iteration 0, grew to "
    )
    assert found.evidence.rows[0] == (0, pytest.approx(0.7693, abs=1e-4))
    assert found.evidence.rows[-1] == (6, "no number")


def test_a_dead_layer_is_the_only_thing_said(on_drawn: Diagnosed) -> None:
    (found,) = on_drawn(H(learning_rate=0.5, num_iterations=300))
    assert found.kind == "dead layer"
    assert "so it and the layers before it can learn no more" in found.sentence


def test_a_dead_first_layer_of_one_unit_is_told_in_the_singular(on_drawn: Diagnosed) -> None:
    (found,) = on_drawn(H(hidden_layers=(1,), num_iterations=300))
    assert "Hidden layer 1 is dead: its only unit outputs 0" in found.sentence
    assert "layers before" not in found.sentence


def test_vanishing_gradients_show_how_little_arrives(on_drawn: Diagnosed) -> None:
    (found,) = on_drawn(DEEP_SMALL_START)
    assert found.kind == "vanishing"
    assert "1 part in" in found.sentence
    errors = [float(row[3]) for row in found.evidence.rows]
    assert errors[0] < 1e-4 * errors[-1]
    assert [row[0] for row in found.evidence.rows] == ["1", "2", "3", "4 (output)"]


def test_sigmoids_one_behind_the_other_make_gradients_vanish(on_drawn: Diagnosed) -> None:
    (found,) = on_drawn(H(activation="sigmoid", num_iterations=500))
    assert found.kind == "vanishing"
    assert "each sigmoid passes on a quarter at most" in found.sentence


def test_l2_that_pulls_all_weights_to_zero_is_named(on_drawn: Diagnosed) -> None:
    (found,) = on_drawn(H(l2=100, num_iterations=1000))
    assert found.kind == "vanishing"
    assert "so much L2" in found.sentence


@pytest.mark.parametrize(
    "h", [H(), H(activation="tanh"), TWO_LAYER, LOGISTIC, H(hidden_layers=(20,) * 6)]
)
def test_gradients_that_arrive_are_not_called_vanishing(
    on_drawn: Diagnosed, h: Hyperparameters
) -> None:
    assert not {"vanishing", "dead layer", "slow"} & set(kinds(on_drawn(h)))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_weights_that_all_start_at_zero_stay_alike(on_drawn: Diagnosed, activation: str) -> None:
    (found,) = on_drawn(H(initialization="zeros", activation=activation, num_iterations=200))
    assert (found.kind, found.severity) == ("symmetric", "bad")


def test_logistic_regression_may_start_at_zero(on_drawn: Diagnosed) -> None:
    assert "symmetric" not in kinds(on_drawn(LOGISTIC))


JUMPING = H(learning_rate=0.02)


def test_a_run_that_ends_on_a_jump_says_from_where(drawn: Dataset, on_drawn: Diagnosed) -> None:
    # Where such a run jumps is a matter of rounding, and so of the processor.
    _, costs = run(JUMPING, drawn)[0]["train"]
    end = int(np.flatnonzero(costs > 5 * np.minimum.accumulate(costs))[-1])
    low = int(costs[: end + 1].argmin())
    findings = on_drawn(JUMPING.with_changes(num_iterations=end))
    assert findings[0].kind == "oscillating"
    told = f"ends at {number(costs[end])} after {number(costs[low])} at iteration {low:,}"
    assert told in findings[0].sentence
    assert "underfitting" not in kinds(findings)


def test_a_small_ripple_is_not_called_jumping(on_drawn: Diagnosed) -> None:
    """Nearly half of the steps go up in the default run, by very little."""
    assert "oscillating" not in kinds(on_drawn(H()))
    assert "oscillating" not in kinds(on_drawn(TWO_LAYER))


def test_a_tiny_learning_rate_has_hardly_begun(on_drawn: Diagnosed) -> None:
    findings = on_drawn(H(learning_rate=1e-4, num_iterations=1000))
    assert (findings[0].kind, findings[0].severity) == ("slow", "warning")
    assert not {"underfitting", "more iterations", "overfitting"} & set(kinds(findings))


def test_one_iteration_is_diagnosed_too(on_drawn: Diagnosed) -> None:
    assert on_drawn(H(num_iterations=1))[0].kind == "slow"


def test_a_test_cost_that_still_falls_asks_for_more_iterations(on_drawn: Diagnosed) -> None:
    findings = on_drawn(H(learning_rate=1e-3))
    assert kinds(findings)[:2] == ["well", "more iterations"]
    assert findings[1].severity == "note"
    unlearned = on_drawn(LOGISTIC.with_changes(learning_rate=0.001, num_iterations=300))
    assert (unlearned[0].kind, unlearned[0].severity) == ("more iterations", "warning")


def test_more_iterations_are_not_asked_for_when_the_test_cost_rises(on_drawn: Diagnosed) -> None:
    findings = on_drawn(LOGISTIC)
    assert kinds(findings) == ["overfitting"]


def test_early_stopping_that_came_too_early_is_told_from_underfitting(
    on_course: Diagnosed,
) -> None:
    findings = on_course(H(patience=200))
    found = only(findings, "more iterations")
    assert "Early stopping ended the run at iteration" in found.sentence
    assert "underfitting" not in kinds(findings)


def test_wrong_labels_and_too_few_pixels_are_underfitted(on_drawn: Diagnosed) -> None:
    findings = on_drawn(LOGISTIC.with_changes(picture_size=8, label_noise=0.4))
    found = only(findings, "underfitting")
    assert "only 0.651 of the training pictures are right" in found.sentence
    assert "fewer wrong labels or a larger network" in found.sentence


def test_what_is_learned_by_heart_is_not_underfitted(on_drawn: Diagnosed) -> None:
    for h in (H(), TWO_LAYER, LOGISTIC):
        assert not {"underfitting", "majority"} & set(kinds(on_drawn(h)))


def test_a_network_worse_than_one_answer_for_all_is_told_so(
    drawn: Dataset, on_drawn: Diagnosed
) -> None:
    curves, _ = run(JUMPING, drawn)
    (at, test), (_, training) = curves["test_accuracy"], curves["train_accuracy"]
    worse = int(np.flatnonzero((test < 0.66) & (training > 0.75))[-1])
    ended = JUMPING.with_changes(num_iterations=int(at[worse]))
    found = only(on_drawn(ended), "majority")
    assert found.sentence == (
        "On the test set the network is no better than always answering “cat”: "
        f"{test[worse]:.2f} right against 0.66."
    )
    assert [row[0] for row in found.evidence.rows] == ["training", "test"]


def test_a_network_that_knew_more_and_lost_it_is_told_so(drawn: Dataset) -> None:
    short = H(num_iterations=100)
    curves, last = run(short, drawn)
    (found,) = [f for f in diagnose(curves, last, drawn) if f.kind == "majority"]
    assert found.sentence.endswith("how frequent the classes are, and nothing else yet.")
    curves["train"][1][40] = 0.072
    (found,) = [f for f in diagnose(curves, last, drawn) if f.kind == "majority"]
    assert found.sentence.endswith(
        "it knew more before (its cost was 0.072 at iteration 40), and has lost that."
    )


def test_outputs_all_in_the_flat_of_the_sigmoid_are_saturated(on_drawn: Diagnosed) -> None:
    findings = on_drawn(LOGISTIC.with_changes(learning_rate=10))
    assert findings[0].kind == "saturated"
    assert "10 of the 10 test pictures that it gets wrong" in findings[0].sentence
    assert "from the start" in only(findings, "overfitting").sentence


def test_every_finding_is_a_sentence_with_a_small_table(
    on_drawn: Diagnosed,
) -> None:
    for h in (H(), TWO_LAYER, LOGISTIC, DEEP_SMALL_START, H(learning_rate=0.02)):
        findings = on_drawn(h)
        assert findings
        order = [("bad", "warning", "good", "note").index(f.severity) for f in findings]
        assert order == sorted(order)
        for f in findings:
            assert f.sentence.endswith(".")
            assert f.sentence[0].isupper()
            assert 1 <= len(f.evidence.rows) <= 20
            assert {len(row) for row in f.evidence.rows} == {len(f.evidence.columns)}
            plain = [type(cell) in (int, float, str) for row in f.evidence.rows for cell in row]
            assert all(plain), f.evidence


# What it is given


def test_thinned_curves_and_what_is_kept_of_a_run_give_the_same_kinds(drawn: Dataset) -> None:
    from dashboard.thinning import thin

    for h in (H(), H(learning_rate=0.02)):
        curves, last = run(h, drawn)
        kept = Ending(last.status, last.train_logits, last.test_logits, last.snapshot)
        thinned = {name: thin(x, y) for name, (x, y) in curves.items()}
        whole = diagnose(curves, last, drawn)
        again = diagnose(thinned, kept, drawn, inspect(last, drawn))
        assert kinds(again) == kinds(whole)
        assert again[0].sentence.split(":")[0] == whole[0].sentence.split(":")[0]


def test_a_run_halted_on_its_way_and_one_of_a_single_point_are_diagnosed(drawn: Dataset) -> None:
    steps = train(H(), drawn)
    first = next(steps)
    assert diagnose(curves_of([first]), first, drawn)
    some = [first, *(next(steps) for _ in range(60))]
    steps.close()
    assert diagnose(curves_of(some), some[-1], drawn)


def test_examples_without_a_test_set_are_called_examples() -> None:
    random = np.random.RandomState(0)
    X = random.randn(2, 60)
    Y = (X[:1] > 0).astype(float)
    examples = Examples(X, Y, X[:, :0], Y[:, :0])
    h = H(hidden_layers=(8,), learning_rate=0.5, num_iterations=500, activation="tanh")
    findings = diagnose(*run(h, examples), examples)
    assert findings[0].kind == "well"
    assert "test" not in findings[0].sentence
    stuck = diagnose(*run(h.with_changes(learning_rate=1e-5), examples), examples)
    assert "picture" not in " ".join(f.sentence for f in stuck)


def test_more_than_two_classes_are_diagnosed() -> None:
    random = np.random.RandomState(0)
    labels = np.arange(90) % 3
    centres = np.array([[0, 4, -4], [4, -4, -4]])
    X = centres[:, labels] + random.randn(2, 90)
    Y = (np.arange(3)[:, None] == labels).astype(float)
    examples = Examples(X, Y, X[:, :30], Y[:, :30])
    h = H(hidden_layers=(8,), learning_rate=0.1, num_iterations=300)
    assert diagnose(*run(h, examples), examples)[0].kind == "well"
    one = diagnose(*run(h.with_changes(learning_rate=1e-5), examples), examples)
    assert one[0].kind == "slow"


def test_the_error_that_arrives_is_that_of_the_course_backpropagation(drawn: Dataset) -> None:
    """db^[l] is the mean of dZ^[l], so with one picture its size is the error's own."""
    X, Y = drawn.examples.X[:, :1], drawn.examples.Y[:, :1]
    examples = Examples(X, Y, X[:, :0], Y[:, :0])
    curves, last = run(H(hidden_layers=(6, 4), num_iterations=5), examples)
    signs = VitalSigns(curves, last, examples, None)
    gradients = inspect(last, examples).gradients
    for layer in signs.layers:
        assert layer.error == pytest.approx(np.linalg.norm(gradients[f"db{layer.layer}"]))


@settings(max_examples=100)
@given(
    values=drawn_fields(
        hidden_layers=st.lists(st.integers(1, 20), max_size=4).map(tuple),
        learning_rate=st.sampled_from([1e-5, 0.01, 0.5, 3.0, 10.0]),
        num_iterations=st.integers(1, 120),
        mini_batch=st.integers(0, 10),
        training_pictures=st.just(0),
        picture_size=st.just(0),
        label_noise=st.just(0.0),
        scaling=st.just("divide by 255"),
    ),
    classes=st.sampled_from([2, 2, 4]),
    m_test=st.sampled_from([0, 1, 6]),
)
def test_whatever_the_settings_something_is_said_in_finite_numbers(
    values: dict[str, Any], classes: int, m_test: int
) -> None:
    examples = made_up_examples(6, 12, m_test, classes=classes)
    h = accepted(values if m_test else {**values, "patience": 0})
    findings = diagnose(*run(h, examples), examples)
    assert findings
    cells = [cell for f in findings for row in f.evidence.rows for cell in row]
    assert all(math.isfinite(cell) for cell in cells if isinstance(cell, float))
    assert not [f.sentence for f in findings if re.search(r"\b(nan|inf|None)\b", f.sentence)]


def test_weights_whose_squares_overflow_have_a_size_still() -> None:
    """λ so large that each step throws the weights further: 2e+104 after 13 of them."""
    examples = made_up_examples(6, 12, 0, classes=4)
    h = Hyperparameters(
        hidden_layers=(4, 2), learning_rate=0.5, num_iterations=13, mini_batch=2, l2=25.0
    )
    findings = diagnose(*run(h, examples), examples)
    dead = next(finding for finding in findings if finding.kind == "dead units")
    errors, gradients = ([row[i] for row in dead.evidence.rows] for i in (3, 4))
    assert all(isinstance(cell, float) and math.isfinite(cell) for cell in [*errors, *gradients])
    assert max(map(float, errors)) > 1e154, "a number whose square is none"


# Comparing two accuracies


def test_0_80_against_0_82_on_50_pictures_is_no_difference() -> None:
    told = compare(0.80, 0.82, 50)
    assert told.startswith("0.80 against 0.82 on 50 pictures is no difference: with so few, ")
    assert "0.67 to 0.89 and 0.69 to 0.90" in told


def test_a_large_gap_is_a_difference() -> None:
    assert compare(0.34, 0.80, 50).startswith(
        "0.34 against 0.80 on 50 pictures is a difference: of somewhere between 0.27 and 0.61"
    )


def test_the_same_pictures_show_a_difference_that_two_accuracies_cannot() -> None:
    a = np.arange(50) < 40
    b = np.arange(50) < 46
    assert "is no difference" in compare(0.80, 0.92, 50)
    told = compare(0.80, 0.92, 50, (a, b))
    assert told == (
        "0.80 against 0.92 on 50 pictures is a difference: of 6 pictures that only one of them gets "
        "right, 0 are the first's and 6 the second's, which is no tossed coin (p = 0.031)."
    )


def test_as_many_each_that_only_one_gets_right_are_no_difference() -> None:
    a = np.arange(50) < 40
    b = (np.arange(50) >= 9) & (np.arange(50) < 50)
    assert "p = 1.00" in compare(0.80, 0.82, 50, (a, b))
    assert compare(0.8, 0.8, 50, (a, a)).endswith("both get the very same ones right.")


def test_mcnemar_is_the_exact_two_sided_binomial_test() -> None:
    assert mcnemar(0, 5) == 2 / 32
    assert mcnemar(1, 8) == pytest.approx(2 * 10 / 512)
    assert mcnemar(3, 3) == 1.0
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(4, 11) == mcnemar(11, 4) == pytest.approx(0.11847, abs=1e-5)
    assert mcnemar(3000, 3300) < 0.001


def test_the_interval_of_a_difference_is_newcombe_s() -> None:
    """Of 0 of 10 against 10 of 10, by the squares of the distances to Wilson's ends, 0.2775 each."""
    assert difference_interval(0.0, 1.0, 10) == pytest.approx((0.6075, 1.0), abs=1e-4)
    assert difference_interval(1.0, 0.0, 10) == pytest.approx((-1.0, -0.6075), abs=1e-4)
    low, high = difference_interval(0.6, 0.8, 75)
    assert 0.05 < low < 0.2 < high < 0.35


def test_nothing_to_compare_and_what_does_not_fit() -> None:
    assert compare(math.nan, 0.5, 50) == "There are no two accuracies to compare."
    assert compare(0.5, 0.5, 0) == "There are no two accuracies to compare."
    with pytest.raises(ShapeError):
        compare(0.5, 0.5, 4, ([True] * 4, [True] * 5))


def test_an_accuracy_is_1_only_when_all_are_right() -> None:
    assert accuracy_text(1.0, 209) == "1.000"
    assert accuracy_text(9999 / 10000, 10000) == "0.999"
    assert accuracy_text(0.8, 50) == "0.80"
