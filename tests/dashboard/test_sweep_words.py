"""A search in words: how far it is, and how much of what it found may be luck."""

from __future__ import annotations

from dataclasses import replace

from searching import BASE, asked, progress

from dashboard.sweeping.words import (
    listed,
    map_summary,
    objective_text,
    progress_text,
    speed_text,
    time_text,
    verdict,
)
from engine.sweeps.trials import Outcome

RATES = "learning-rate=0.001..0.1/4"
ABOUT = asked(RATES, sampler="grid")


def runs(*accuracies: float):
    return [(BASE.with_changes(seed=n), a, "finished") for n, a in enumerate(accuracies)]


def test_progress_tells_what_is_done_the_best_the_speed_and_the_time_left() -> None:
    told = progress(ABOUT, runs(0.6, 0.74))
    assert progress_text(told, 0, 4) == (
        "Searching · 2 of 4 trials · best test accuracy 74.0 % · 2.0 runs a second · about 1 s left"
    )
    waiting = replace(progress(ABOUT, [], "queued"), speed=None)
    assert progress_text(waiting, 2, 4) == (
        "Waiting, number 2 in the queue · 0 of 4 trials · 4 searches run at once"
    )


def test_times_and_speeds_are_told_in_a_unit_that_suits_them() -> None:
    assert [speed_text(s) for s in (12.34, 0.2)] == ["12.3 runs a second", "12 runs a minute"]
    assert [time_text(s) for s in (0.2, 80, 600, 9000)] == ["1 s", "80 s", "10 min", "2.5 h"]


def test_a_lead_within_chance_is_called_no_difference_and_the_choice_is_owned_up_to() -> None:
    next_one, alike, chosen = verdict(progress(ABOUT, runs(0.82, 0.8, 0.3)), 50, "picture")
    assert "0.82 against 0.80 on 50 pictures is no difference" in next_one
    assert alike.startswith("Of the other 2 settings, 1 cannot be told from the best")
    assert "chosen on the same 50 test pictures" in chosen


def test_a_clear_lead_is_called_one() -> None:
    told = verdict(progress(ABOUT, runs(0.98, 0.3)), 50, "picture")
    assert "is a difference" in told[0]
    assert not any("cannot be told" in sentence for sentence in told)


def test_where_there_is_nothing_to_compare_nothing_is_said() -> None:
    assert verdict(progress(ABOUT, runs(0.8)), 50, "picture") == []
    assert verdict(progress(ABOUT, runs(0.8, 0.7)), 0, "") == []


def test_what_was_given_up_on_the_way_is_told_as_that_and_never_the_best() -> None:
    told = progress(ABOUT, [*runs(0.6, 0.7), (BASE.with_changes(seed=9), 0.9, "pruned")])
    assert [trial.number for trial in told.best] == [1, 0]
    assert objective_text(told.trials[2], ABOUT) == "pruned"
    assert map_summary(told, ["learning rate"]).endswith(" 1 given up on the way (×).")


def test_names_are_listed_with_commas_and_one_and() -> None:
    assert listed(["seed"]) == "seed"
    assert listed(["width", "seed"]) == "width and seed"
    assert listed(["width", "decay", "seed"]) == "width, decay and seed"


def test_what_could_not_be_trained_is_told_with_its_reason() -> None:
    told = progress(ABOUT, runs(0.8))
    failed = replace(told.trials[0], number=1, outcome=Outcome("", "failed", "No such layers."))
    told = replace(told, trials=(*told.trials, failed))
    assert map_summary(told, ["learning rate"]).endswith("1 could not be trained: No such layers.")
