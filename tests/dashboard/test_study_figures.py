"""Optuna's figures of a search, in the page's colours and with a sentence each."""

from __future__ import annotations

import json
import subprocess
import types
from dataclasses import replace

import optuna
import pytest
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial
from searching import BASE, asked, outcome, wait_until

from dashboard.sweeping import drawings as drawings_module
from dashboard.sweeping.drawings import StudyDrawings
from dashboard.sweeping.study_figures import TITLES, figures, shade, summaries
from engine.sweeps.study import OUTCOME, Asked

WAYS = {"learning_rate": FloatDistribution(0.001, 0.1, log=True), "width": IntDistribution(2, 64)}
AXES = {"learning_rate": "learning-rate=0.001..0.1", "width": "layers=1x2..64"}
# Trials 1 and 4 have the same test accuracy, 4 the lower test cost; 3 was given up on the way.
TRIALS = [
    (0.001, 2, 0.5, 0.7),
    (0.01, 8, 0.8, 0.6),
    (0.1, 64, 0.6, 0.7),
    None,
    (0.02, 16, 0.8, 0.5),
    (0.03, 32, 0.7, 0.6),
]


def study_of(*fields: str) -> tuple[optuna.Study, Asked]:
    study = optuna.create_study(direction="maximize")
    for told in TRIALS:
        if told is None:
            study.add_trial(create_trial(state=TrialState.PRUNED))
            continue
        rate, width, value, cost = told
        params = {"learning_rate": rate, "width": width}
        h = BASE.with_changes(learning_rate=rate, hidden_layers=(width,))
        study.add_trial(
            create_trial(
                params={f: params[f] for f in fields},
                distributions={f: WAYS[f] for f in fields},
                value=value,
                user_attrs={OUTCOME: replace(outcome(h, value), test_cost=cost).to_dict()},
            )
        )
    return study, asked(*(AXES[f] for f in fields))


def test_each_figure_is_plain_data_in_tokens_and_has_a_sentence() -> None:
    study, about = study_of("learning_rate", "width")
    drawn = json.loads(json.dumps(figures(study, about, 3)))
    assert drawn.keys() == TITLES.keys()
    for figure in drawn.values():
        assert figure["data"]
        assert "template" not in figure["layout"]
        text = json.dumps(figure)
        assert "rgb(" not in text
        assert "#555" not in text
    told = summaries(study, drawn, about, 3)
    assert told.keys() == TITLES.keys()
    assert "The best 3 trials go from 0.7 to 0.8" in told["parallel"]
    assert told["importance"].count("0.") == 2


def test_the_best_is_the_pages_also_where_another_is_as_good_at_a_higher_cost() -> None:
    study, about = study_of("learning_rate", "width")
    told = summaries(study, {}, about, 3)
    at = "learning rate 0.02, hidden layers 16"
    assert told["parallel"].endswith(f"the best, trial 4: {at}.")
    assert told["slice"].endswith(f"the best (★), trial 4: {at}.")
    assert told["contour"] == f"The best test accuracy, 0.8, is at {at}."
    assert "came with trial 4, and with trial 1 before, at a higher test cost" in told["history"]


def test_a_slice_of_the_best_keeps_the_trials_numbers_and_marks_the_best_of_them() -> None:
    study, about = study_of("learning_rate", "width")
    for trace in figures(study, about, 3)["slice"]["data"]:
        marker = trace["marker"]
        assert marker["color"] == [1, 4, 5]
        assert marker["symbol"] == ["circle", "star", "circle"]
        assert (marker["cmin"], marker["cmax"]) == (0, 5)
        assert marker["line"]["color"] == "$quiet"


def test_the_figures_speak_the_pages_words() -> None:
    study, about = study_of("learning_rate", "width")
    drawn = figures(study, about, 10)
    text = json.dumps(drawn)
    for optunas in ("learning_rate", '"width"', "Best Value", '"Trial"', "Objective Value"):
        assert optunas not in text.replace('"width": ', "")
    bars = set(drawn["importance"]["data"][0]["y"])
    assert bars == {"learning rate", "units in each layer"}
    assert drawn["slice"]["layout"]["xaxis"]["title"]["text"] == "learning rate"
    assert drawn["history"]["data"][1]["name"] == "the best until then"


def test_what_one_field_cannot_show_is_a_sentence() -> None:
    drawn = figures(*study_of("width"), 10)
    assert drawn["contour"] == "A contour needs two fields that vary."
    assert isinstance(drawn["slice"], dict)


@pytest.mark.parametrize(
    ("blue", "token"), [("rgb(247,251,255)", "0.400"), ("rgb(8, 48, 107)", "1.000")]
)
def test_optunas_blues_are_places_on_the_pages_scale(blue: str, token: str) -> None:
    assert shade(blue) == f"$shade:{token}"


def test_a_search_that_is_not_there_is_a_sentence(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HYPERDIAL_STORE", str(tmp_path / "store.sqlite"))
    drawings = StudyDrawings()
    wanted = "no such search", asked("seed=1..3"), 3, 5
    assert drawings.of(*wanted) is None
    wait_until(lambda: drawings.of(*wanted) is not None)
    assert drawings.of(*wanted) == {"problem": "This search is not in the database any more."}


def test_a_search_that_took_the_name_of_a_deleted_one_has_figures_of_its_own(monkeypatch) -> None:
    drawn_by(monkeypatch, '{"figures": {}}', '{"figures": {"contour": "Another."}}')
    drawings = StudyDrawings()
    before, after = (("mine", asked(f"seed=1..{n}"), 3, 5) for n in (3, 4))
    wait_until(lambda: drawings.of(*before) == {"figures": {}})
    wait_until(lambda: drawings.of(*after) == {"figures": {"contour": "Another."}})
    assert drawings.of(*before) == {"figures": {}}


def test_figures_that_could_not_be_drawn_are_tried_again_later(monkeypatch) -> None:
    drawn_by(monkeypatch, "no JSON", '{"figures": {}}')
    drawings, wanted = StudyDrawings(), ("mine", asked("seed=1..3"), 3, 5)
    wait_until(lambda: drawings.of(*wanted) == {"problem": drawings_module.FAILED})
    assert drawings.of(*wanted) == {"problem": drawings_module.FAILED}
    monkeypatch.setattr(drawings_module, "AGAIN_SECONDS", 0.0)
    wait_until(lambda: drawings.of(*wanted) == {"figures": {}})


def drawn_by(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """The processes that draw say these, one after the other."""
    said = iter(answers)
    process = types.SimpleNamespace(
        **{name: getattr(subprocess, name) for name in ("DEVNULL", "SubprocessError")},
        run=lambda *_, **__: types.SimpleNamespace(stdout=next(said)),
    )
    monkeypatch.setattr(drawings_module, "subprocess", process)
