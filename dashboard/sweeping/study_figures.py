"""Optuna's own figures of a search, made in a process of its own: `python -m … NAME TOP`.

They take seconds of computing, which the server's process has no time for. Optuna draws the trials
that came to their end; what diverged is not in them.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna import Study

TITLES = {
    "parallel": "Parallel coordinates",
    "importance": "Importance",
    "history": "History",
    "slice": "Slice",
    "contour": "Contour",
}
FAINTEST = 0.25  # of the lines: fainter ones could not be seen
LEAST = 2  # trials that Optuna can say something of
MOST_CONTOURS = 3  # fields: of more, each contour would be a thumbnail


def figures(study: Study, objective: str, top: int) -> dict[str, Any]:
    """By name, each figure as plain JSON, or a sentence why there is none."""
    from optuna import visualization

    fields = varied(study)
    best = best_of(study, top)
    wide = fields[:MOST_CONTOURS]
    drawn = {
        "parallel": lambda: visualization.plot_parallel_coordinate(
            best, fields, target_name=objective
        ),
        "importance": lambda: visualization.plot_param_importances(
            study, params=fields, target_name=objective
        ),
        "history": lambda: visualization.plot_optimization_history(study, target_name=objective),
        "slice": lambda: visualization.plot_slice(best, fields, target_name=objective),
        "contour": lambda: visualization.plot_contour(study, wide, target_name=objective),
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
    return found


def summaries(study: Study, figures: dict[str, Any], objective: str, top: int) -> dict[str, str]:
    """What the figures show, in a sentence each, for who cannot see them."""
    trials, best = complete(study), best_of(study, top)
    values = [trial.value for trial in complete(best)]
    first = best.best_trial
    at = ", ".join(
        f"{n} {v:.4g}" if isinstance(v, float) else f"{n} {v}" for n, v in first.params.items()
    )
    among = f"The best {len(values)} trials go from {min(values):.3g} to {max(values):.3g}; the best: {at}."
    told = {
        "parallel": among,
        "slice": among,
        "history": f"{len(trials)} trials; the best {objective}, {study.best_value:.3g}, "
        f"came with trial {study.best_trial.number}.",
        "contour": f"The best {objective}, {study.best_value:.3g}, is at {at}.",
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


def best_of(study: Study, top: int) -> Study:
    """The same study with its `top` best trials alone."""
    import optuna

    maximize = study.direction == optuna.study.StudyDirection.MAXIMIZE
    ranked = sorted(complete(study), key=lambda t: t.value or 0.0, reverse=maximize)
    some = optuna.create_study(direction="maximize" if maximize else "minimize")
    some.add_trials(ranked[:top])
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
    layout["margin"] = {"l": 64, "r": 8, "t": 32, "b": 56}
    layout["height"] = 360 if name != "contour" else 520
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    for key, axis in layout.items():
        if key.startswith(("xaxis", "yaxis")):
            axis["automargin"] = True
    for trace in figure["data"]:
        restyle_trace(trace)
    return figure


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
        drawn = figures(study, asked.objective, top)
        words = summaries(study, drawn, asked.objective, top)
        print(json.dumps({"figures": drawn, "words": words}))
    except EngineError as error:
        print(json.dumps({"problem": str(error)}))
    except KeyError:
        print(json.dumps({"problem": "This search is not in the database any more."}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
