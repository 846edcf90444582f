"""When each example was learned for good, and which were forgotten, from answers made up by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ShapeError
from engine.learning_diary import NEVER, LearningDiary, learning_diary


def diary_of(*rows: str) -> LearningDiary:
    """Each row an example of class 1: `x` where it is right, `.` where it is wrong."""
    right = np.array([[c == "x" for c in row] for row in rows])
    logits = [np.where(column, 2.0, -2.0)[np.newaxis] for column in right.T]
    iterations = range(0, 10 * len(logits), 10)
    return learning_diary(list(iterations), logits, np.ones((1, len(rows)), dtype=np.int64))


def test_learned_forgotten_and_never() -> None:
    diary = diary_of(".....", "xxxxx", "..xxx", "xx..x", ".xx..", "x....", ".x.x.")
    assert diary.learned.tolist() == [NEVER, 0, 20, 40, NEVER, NEVER, NEVER]
    # Right by the guess of the untrained network alone is not learned.
    assert diary.forgotten.tolist() == [NEVER, NEVER, NEVER, NEVER, 20, NEVER, 30]
    assert diary.order.tolist() == [1, 2, 3, 6, 4, 5, 0]
    assert diary.sentence("picture") == (
        "3 of 7 test pictures are learned for good, 1 of them right from the start, the last at "
        "iteration 40; 2 were learned and forgotten again; 2 were never right once it trained."
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["xxx", "xxx"], "2 of 2 test examples are learned for good, 2 of them right from the start; 0"
         " were learned and forgotten again."),
        ([".x"], "1 of 1 test example is learned for good, the last at iteration 10; 0 were learned and"
         " forgotten again."),
        (["..."], "0 of 1 test example are learned for good; 0 were learned and forgotten again; 1 was "
         "never right."),
        (["x"], "1 of 1 test example is learned for good, 1 of them right from the start; 0 were learned"
         " and forgotten again."),
    ],
)  # fmt: skip
def test_small_numbers_in_words(rows: list[str], told: str) -> None:
    assert diary_of(*rows).sentence() == told


def test_of_more_classes_the_greatest_counts() -> None:
    logits = [np.array([[1.0, 0.0], [0.0, 3.0], [0.5, 2.0]]), np.array([[0.0, 0], [0, 1], [2, 2]])]
    diary = learning_diary([0, 5], logits, np.array([[2, 1]]))
    assert diary.right.tolist() == [[False, True], [True, False]]
    assert diary.predicted.tolist() == [[0, 2], [1, 2]]
    np.testing.assert_allclose(diary.true[1, 0], np.exp(3) / (np.exp(3) + np.exp(2) + 1))


def test_a_network_that_diverged_has_no_right_answers() -> None:
    logits = [np.array([[-1.0, 1.0]]), np.array([[np.nan, np.nan]])]
    diary = learning_diary([0, 5], logits, np.array([[0, 1]]))
    assert not diary.right[:, 1].any()
    assert np.isnan(diary.true[:, 1]).all()
    assert (diary.learned == NEVER).all()


def test_binary_probabilities_are_those_of_the_true_class() -> None:
    diary = learning_diary([0], [np.array([[2.0, 2.0]])], np.array([[0, 1]]))
    np.testing.assert_allclose(diary.true[:, 0].sum(), 1.0)
    assert diary.true[1, 0] > 0.5 > diary.true[0, 0]


@given(
    st.integers(1, 6).flatmap(
        lambda t: st.lists(st.text("x.", min_size=t, max_size=t), min_size=1, max_size=9)
    )
)
def test_every_example_is_in_one_of_the_three_and_the_order_holds_each(rows: list[str]) -> None:
    diary = diary_of(*rows)
    assert sorted(diary.order.tolist()) == list(range(len(rows)))
    assert not ((diary.learned != NEVER) & (diary.forgotten != NEVER)).any()
    for i, row in enumerate(rows):
        at, gone = diary.learned[i], diary.forgotten[i]
        assert (at != NEVER) == row.endswith("x")
        if at != NEVER:
            assert set(row[at // 10 :]) == {"x"}
            assert at == 0 or row[at // 10 - 1] == "."
        if gone != NEVER:
            assert row[gone // 10] == "x"
            assert "x" not in row[gone // 10 + 1 :]
        if at == gone == NEVER:
            assert "x" not in row[1:]
    learned = [at for at in diary.learned[diary.order].tolist() if at != NEVER]
    assert learned == sorted(learned)
    assert (diary.learned[diary.order][: len(learned)] != NEVER).all()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match="The answers do not fit"):
        learning_diary([0, 1], [np.zeros((1, 3))], np.zeros((1, 3), dtype=int))
    with pytest.raises(ShapeError, match="The answers do not fit"):
        learning_diary([0], [np.zeros((1, 3))], np.zeros((1, 4), dtype=int))
    with pytest.raises(ShapeError):
        learning_diary([], [], np.zeros((1, 4), dtype=int))
