"""Optuna's figures of a search, in the page's colours and with a sentence each."""

from __future__ import annotations

import json
import subprocess
import types

import optuna
import pytest
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial
from searching import asked, wait_until

from dashboard.sweeping import drawings as drawings_module
from dashboard.sweeping.drawings import StudyDrawings
from dashboard.sweeping.study_figures import TITLES, figures, shade, summaries

WAYS = {"learning_rate": FloatDistribution(0.001, 0.1, log=True), "width": IntDistribution(2, 64)}


def study_of(*fields: str) -> optuna.Study:
    study = optuna.create_study(direction="maximize")
    for n, (rate, width, value) in enumerate(
        [(0.001, 2, 0.5), (0.01, 8, 0.8), (0.1, 64, 0.6), (0.02, 16, 0.7)]
    ):
        params = {"learning_rate": rate, "width": width}
        study.add_trial(
            create_trial(
                params={f: params[f] for f in fields},
                distributions={f: WAYS[f] for f in fields},
                value=value,
            )
        )
        assert n == study.trials[-1].number
    study.add_trial(create_trial(state=TrialState.PRUNED))
    return study


def test_each_figure_is_plain_data_in_tokens_and_has_a_sentence() -> None:
    study = study_of("learning_rate", "width")
    drawn = json.loads(json.dumps(figures(study, "test accuracy", 3)))
    assert drawn.keys() == TITLES.keys()
    for figure in drawn.values():
        assert figure["data"]
        assert "template" not in figure["layout"]
        text = json.dumps(figure)
        assert "rgb(" not in text
        assert "#555" not in text
    told = summaries(study, drawn, "test accuracy", 3)
    assert told.keys() == TITLES.keys()
    assert "go from 0.6 to 0.8" in told["parallel"]
    assert "trial 1" in told["history"]
    assert told["importance"].count("0.") == 2


def test_what_one_field_cannot_show_is_a_sentence() -> None:
    drawn = figures(study_of("width"), "test accuracy", 10)
    assert drawn["contour"] == "A contour needs two fields that vary."
    assert isinstance(drawn["slice"], dict)


@pytest.mark.parametrize(
    ("blue", "token"), [("rgb(247,251,255)", "0.250"), ("rgb(8, 48, 107)", "1.000")]
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
