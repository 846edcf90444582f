"""Runs side by side and ranked: their words, their tables, their curves."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from keeping import dataset, finished, with_result

from dashboard.messages import DatasetKey
from dashboard.run_comparison import (
    LETTERS,
    comparison_table,
    difference_sentence,
    layout,
    letter_places,
    overlay,
    overlay_summary,
)
from dashboard.run_leaderboard import leaderboard_words, ranked
from dashboard.run_tables import comparison_html, leaderboard_html
from dashboard.run_words import found, note, settings_words, title, when
from dashboard.store.kept_run import kept_run, row_of
from engine.hyperparameters import PRESETS, Hyperparameters


def kept(run, name="", pinned=False, right=None, labels=None):
    """The run as the list has it."""
    row = row_of(run, dataset().test_labels if labels is None else labels)
    extra = {"run_hash": run.run_hash, "created": 1e9, "name": name, "pinned": pinned}
    if right is not None:
        extra |= {"m_test": len(right), "test_right": np.packbits(right).tobytes()}
    return kept_run(row | extra)


def of_accuracy(share, m=50, seed=1, **how):
    """A run that gets the first share of m test pictures right."""
    right = np.arange(m) < round(share * m)
    return kept(with_result(finished(seed=seed), test_accuracy=share), right=right, **how)


# --- words


def test_settings_are_a_presets_name_or_what_is_special():
    for name, preset in PRESETS.items():
        assert settings_words(preset) == name
    said = settings_words(Hyperparameters(learning_rate=0.01, hidden_layers=(7,), optimizer="Adam"))
    assert said == "Hidden layers 7 · Learning rate 0.01 · Optimizer Adam"
    said = settings_words(Hyperparameters(num_iterations=1000, seed=1234))
    assert said == "Iterations 1,000 · Seed 1234"


def test_a_run_is_called_by_its_name_or_by_its_settings():
    assert title(kept(finished(), "mine")) == "mine"
    assert title(kept(finished())) == "Hidden layers 3 · Iterations 30 · Activation tanh"


def test_a_run_is_found_by_all_words_of_its_name_or_settings():
    run = kept(finished(optimizer="Adam"), "My Best")
    assert found(run, "")
    assert found(run, "adam best")
    assert found(run, "TANH")
    assert not found(run, "adam worst")
    long = kept(finished(num_iterations=1000))
    assert found(long, "1000")
    assert found(long, "1,000")


def test_what_did_not_simply_finish_is_noted():
    assert note(kept(finished())) == ""
    assert note(kept(with_result(finished(), state="dead"))) == "Finished, but dead"
    assert note(kept(with_result(finished(), state="diverged", iteration=9))) == (
        "Diverged at iteration 9"
    )


def test_a_moment_is_said_as_a_person_says_it():
    then = time.mktime((2026, 5, 3, 14, 5, 0, 0, 0, -1))
    assert when(then, then + 60) == "14:05"
    assert when(then, then + 40 * 86400) == "3 May"
    assert when(then, then + 400 * 86400) == "3 May 2026"


# --- side by side


def test_only_what_differs_is_shown():
    runs = [
        kept(finished(learning_rate=a, seed=s), n) for a, s, n in ((0.01, 1, "a"), (0.02, 1, ""))
    ]
    columns, rows = comparison_table(runs, {})
    assert columns[:2] == ["Run", "Learning rate"]
    assert columns[2] == "Test accuracy"
    assert [row[:2] for row in rows] == [["a", "0.01"], ["", "0.02"]]
    assert difference_sentence(runs) == "These 2 runs differ in learning rate."
    assert difference_sentence(runs[:1]) == "Choose a second run to see what differs."


def test_several_differences_are_listed():
    runs = [kept(finished(learning_rate=0.01)), kept(finished(seed=2, optimizer="Adam"))]
    assert difference_sentence(runs) == "These 2 runs differ in learning rate, seed and optimizer."


def test_a_name_is_text_in_every_table():
    run = kept(finished(), '<img src="x">')
    for told in (
        comparison_html(*comparison_table([run, kept(finished(seed=2))], {})),
        leaderboard_html(ranked([of_accuracy(0.8, name='<img src="x">')])),
    ):
        assert "<img" not in told
        assert "&lt;img" in told


def test_each_curve_has_its_letter_and_stays_within_its_points():
    runs = [kept(finished(seed=seed)) for seed in range(20)]
    curves = {
        run.run_hash: {"train": (np.arange(1000.0), np.linspace(1, seed / 100, 1000))}
        for seed, run in enumerate(runs)
    }
    drawn = overlay(runs, curves, "train")
    assert "".join(curve["letter"] for curve in drawn) == LETTERS
    assert all(len(curve["x"]) <= 300 and curve["x"][-1] == 999 for curve in drawn)
    places = letter_places(drawn)
    assert len({x for x, _ in places}) == 20  # none hides another
    assert layout("Training cost", drawn)["xaxis"]["range"] == [0, 999]
    assert overlay_summary(drawn, "Training cost") == (
        "Training cost of 20 runs: it ends lowest in A, at 0.000, and highest in T, at 0.190."
    )


def test_a_curve_without_numbers_has_no_letter_and_a_missing_one_no_line():
    runs = [kept(finished(seed=1)), kept(finished(seed=2))]
    nothing = {"train": (np.arange(2.0), np.array([math.nan, math.inf]))}
    drawn = overlay(runs, {runs[1].run_hash: nothing}, "train")
    assert [curve["letter"] for curve in drawn] == ["B"]
    assert letter_places(drawn) == [None]
    assert overlay_summary(drawn, "Training cost").startswith("These runs have no curve")


# --- the leaderboard


def test_equal_accuracies_share_a_rank_and_unknown_ones_have_none():
    runs = [of_accuracy(a, seed=i) for i, a in enumerate((0.7, 0.8, 0.8, 0.5))]
    runs.append(kept(with_result(finished(seed=9), test_accuracy=math.nan, state="diverged")))
    ranks = ranked(runs)
    assert [(rank.place, rank.accuracy) for rank in ranks] == [
        (1, 0.8),
        (1, 0.8),
        (3, 0.7),
        (4, 0.5),
    ]
    assert all(rank.low < rank.accuracy < rank.high for rank in ranks)


def test_a_small_difference_on_few_pictures_is_called_none():
    ranks = ranked([of_accuracy(0.82, name="better"), of_accuracy(0.80, seed=2, name="worse")])
    assert not ranks[1].apart
    said = " ".join(leaderboard_words(ranks))
    assert "better, then worse: 0.82 against 0.80 on 50 pictures is no difference" in said
    assert "None of the 2 runs can be told from the best" in said
    assert "no difference" in leaderboard_html(ranks)


def test_runs_on_points_are_told_of_points():
    runs = [of_accuracy(a, seed=i) for i, a in enumerate((0.7, 0.8, 0.8, 0.8, 0.8))]
    flower = [replace(run, dataset=DatasetKey("flower", run.dataset.digest)) for run in runs]
    said = " ".join(leaderboard_words(ranked(flower)))
    assert "on 50 points" in said
    assert "picture" not in said


def test_a_large_difference_is_called_one():
    ranks = ranked([of_accuracy(0.9), of_accuracy(0.5, seed=2)])
    assert ranks[1].apart
    assert "is a difference" in leaderboard_words(ranks)[0]
    assert "worse" in leaderboard_html(ranks)


def test_without_the_single_answers_the_intervals_decide():
    def unknown(share, seed):
        bits = np.zeros(50, bool)
        run = kept(with_result(finished(seed=seed), test_accuracy=share), right=bits)
        object.__setattr__(run, "right", None)
        return run

    ranks = ranked([unknown(0.9, 1), unknown(0.86, 2), unknown(0.3, 3)])
    assert [rank.apart for rank in ranks] == [False, False, True]
    assert "0.90 against 0.86 on 50 pictures is no difference" in leaderboard_words(ranks)[0]


def test_many_runs_come_with_a_word_on_luck():
    ranks = ranked([of_accuracy(0.8, seed=i) for i in range(5)])
    assert "luck" in leaderboard_words(ranks)[-1]


@pytest.mark.parametrize("runs", [[], ["one"]])
def test_one_run_or_none_needs_no_words(runs):
    assert leaderboard_words(ranked([of_accuracy(0.8) for _ in runs])) == []
