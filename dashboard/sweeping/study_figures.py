"""Optuna's own figures of a search, made in a process of its own: `python -m … NAME TOP`.

They take seconds of computing, which the server's process has no time for. Optuna draws the trials
that came to their end; what diverged is not in them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.sweeping.directions import directions_of
from dashboard.sweeping.words import settings_text
from engine.comparison import counted
from engine.sweeps.results import ranked
from engine.sweeps.study import Asked, outcomes, value_of
from engine.sweeps.trials import Outcome

if TYPE_CHECKING:
    from optuna import Study

TITLES = {
    "parallel": "Parallel coordinates",
    "importance": "Importance",
    "history": "History",
    "slice": "Slice",
    "contour": "Contour",
}
WORDS = {"Trial": "trial", "Best Value": "the best until then"}  # for Optuna's
FAINTEST = 0.4  # of the lines: fainter ones could not be seen
LEAST = 2  # trials that Optuna can say something of
MOST_CONTOURS = 3  # fields: of more, each contour would be a thumbnail

Ranking = list[tuple[int, Outcome]]


def figures(study: Study, asked: Asked, top: int) -> dict[str, Any]:
    """By name, each figure as plain JSON, or a sentence why there is none."""
    from optuna import visualization

    ranking = ranking_of(study, asked)
    whole = renamed(study, asked, {number for number, _ in ranking})
    best = renamed(study, asked, {number for number, _ in ranking[:top]})
    fields, objective = varied(whole), asked.objective
    drawn: dict[str, Callable[[], Any]] = {
        "parallel": lambda: visualization.plot_parallel_coordinate(
            best, fields, target_name=objective
        ),
        "importance": lambda: visualization.plot_param_importances(
            whole, params=fields, target_name=objective
        ),
        "history": lambda: visualization.plot_optimization_history(whole, target_name=objective),
        "slice": lambda: visualization.plot_slice(best, fields, target_name=objective),
        "contour": lambda: visualization.plot_contour(
            whole, fields[:MOST_CONTOURS], target_name=objective
        ),
    }
    found: dict[str, Any] = {}
    for name, draw in drawn.items():
        if name == "contour" and len(fields) < 2:
            found[name] = "A contour needs two fields that vary."
            continue
        try:
            found[name] = restyled(json.loads(draw().to_json()), name)
        except (ValueError, RuntimeError, ZeroDivisionError) as error:
            found[name] = f"Optuna cannot draw this: {error}"
    if isinstance(found["slice"], dict):
        mark_in_slices(found["slice"], ranking[0][0], len(study.get_trials(deepcopy=False)) - 1)
    return found


def summaries(study: Study, figures: dict[str, Any], asked: Asked, top: int) -> dict[str, str]:
    """What the figures show, in a sentence each, for who cannot see them."""
    ranking = ranking_of(study, asked)
    number, first = ranking[0]
    best = value_of(first, asked)
    values = [value_of(outcome, asked) or 0.0 for _, outcome in ranking[:top]]
    at = settings_text(first.hyperparameters, asked)
    among = (
        f"The best {counted(len(values), 'trial')} go from {min(values):.3g} to {max(values):.3g}; "
        f"the best (★), trial {number}: {at}."
    )
    before = min(n for n, outcome in ranking if value_of(outcome, asked) == best)
    told = {
        "parallel": among.replace(" (★)", ""),
        "slice": among,
        "history": f"{counted(len(ranking), 'trial')}; the best {asked.objective}, {best:.3g}, "
        f"came with trial {number}"
        + (f", and with trial {before} before, at a higher test cost." if before < number else "."),
        "contour": f"The best {asked.objective}, {best:.3g}, is at {at}.",
    }
    if isinstance(figures.get("importance"), dict):
        (bars,) = figures["importance"]["data"]
        shares = zip(reversed(bars["y"]), reversed(bars["text"]), strict=True)
        told["importance"] = ", ".join(f"{name} {share}" for name, share in shares) + "."
    return told


def varied(study: Study) -> list[str]:
    """The parameters that have more than one value."""
    values: dict[str, set[Any]] = {}
    for trial in complete(study):
        for name, value in trial.params.items():
            values.setdefault(name, set()).add(value)
    return [name for name, found in values.items() if len(found) > 1]


def complete(study: Study) -> list[Any]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def ranking_of(study: Study, asked: Asked) -> Ranking:
    """The page's own order, of the trials that Optuna has a value of."""
    numbers = {trial.number for trial in complete(study)}
    return ranked(((n, o) for n, o in outcomes(study).items() if n in numbers), asked)


def renamed(study: Study, asked: Asked, kept: Collection[int]) -> Study:
    """The study with the trials of these numbers alone, and the page's words for its parameters.

    The others leave their places behind, so that each trial keeps its number.
    """
    import optuna
    from optuna.trial import TrialState, create_trial

    labels = {d.key: d.label for axis in asked.space().axes for d in directions_of(axis)}

    def labelled(named: Mapping[str, Any]) -> dict[str, Any]:
        return {labels.get(name, name): one for name, one in named.items()}

    some = optuna.create_study(direction=study.direction)
    some.add_trials(
        create_trial(
            value=trial.value,
            params=labelled(trial.params),
            distributions=labelled(trial.distributions),
        )
        if trial.number in kept
        else create_trial(state=TrialState.FAIL)
        for trial in study.get_trials(deepcopy=False)
    )
    return some


def restyled(figure: dict[str, Any], name: str) -> dict[str, Any]:
    """In the page's colours, which are tokens here, and without Optuna's title and template."""
    layout = figure["layout"]
    for unwanted in ("template", "title", "plot_bgcolor", "paper_bgcolor", "width", "height"):
        layout.pop(unwanted, None)
    for annotation in layout.get("annotations", []):
        annotation["font"] = {"color": "$quiet", "size": 11}
    for shape in layout.get("shapes", []):
        shape.get("line", {})["color"] = "$grid"
    if name == "importance":
        layout["yaxis"]["title"] = None
        layout["xaxis"]["title"] = {"text": "share of the differences"}
    if name == "history":
        layout["xaxis"]["title"] = {"text": WORDS["Trial"]}
    layout["margin"] = {"l": 64, "r": 8, "t": 32, "b": 56}
    layout["height"] = 360 if name != "contour" else 520
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    for key, axis in layout.items():
        if key.startswith(("xaxis", "yaxis")):
            axis["automargin"] = True
    for trace in figure["data"]:
        trace["name"] = WORDS.get(trace.get("name"), trace.get("name"))
        restyle_trace(trace)
    return figure


def mark_in_slices(figure: dict[str, Any], best: int, last: int) -> None:
    """The best with its star, and all trials, from 0 to `last`, on the scale of the colours."""
    for trace in figure["data"]:
        marker, numbers = trace["marker"], trace["marker"]["color"]
        marker["symbol"] = ["star" if number == best else "circle" for number in numbers]
        marker["size"] = [15 if number == best else 9 for number in numbers]
        marker["line"] = {"color": "$quiet", "width": 1}  # or the palest could not be seen
        marker |= {"cmin": 0, "cmax": last, "opacity": 1}
        marker["colorbar"]["title"] = {"text": WORDS["Trial"]}


def restyle_trace(trace: dict[str, Any]) -> None:
    if trace.get("type") == "scatter":
        trace.setdefault("line" if trace.get("mode") == "lines" else "marker", {"color": "$accent"})
    line, marker = trace.get("line"), trace.get("marker")
    if isinstance(line, dict) and "color" in line:
        line["color"] = shade(str(line["color"]))
    if isinstance(marker, dict):
        if isinstance(marker.get("color"), str):
            marker["color"] = "$accent"
        if isinstance(marker.get("line"), dict):
            marker["line"]["color"] = "$paper"
    for owner in (trace, marker):
        if isinstance(owner, dict):
            if "colorscale" in owner:
                owner["colorscale"] = "$scale"
            if isinstance(owner.get("colorbar"), dict):
                owner["colorbar"] |= {"thickness": 12, "outlinewidth": 0}
    if trace.get("type") == "bar":
        trace["marker"] = {"color": "$accent"}
        trace["cliponaxis"] = False


def shade(colour: str) -> str:
    """A place on Optuna's scale of blues, rgb(247, …) to rgb(8, …), as one on the page's."""
    if not colour.startswith("rgb("):
        return "$accent"
    red = float(colour[4:].split(",")[0])
    place = min(1.0, max(0.0, (247 - red) / 239))
    return f"$shade:{FAINTEST + (1 - FAINTEST) * place:.3f}"


def main(name: str, top: int) -> int:
    import optuna

    from engine.errors import EngineError
    from engine.sweeps.study import open_storage, studies

    try:
        storage = open_storage()
        asked = studies(storage)[name]
        study = optuna.load_study(study_name=name, storage=storage)
        if len(complete(study)) < LEAST:
            raise EngineError(f"These figures need {LEAST} trials that came to their end")
        drawn = figures(study, asked, top)
        words = summaries(study, drawn, asked, top)
        print(json.dumps({"figures": drawn, "words": words}))
    except EngineError as error:
        print(json.dumps({"problem": str(error)}))
    except KeyError:
        print(json.dumps({"problem": "This search is not in the database any more."}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
