"""The response map: what came out over two of the fields that vary, one cell a setting.

The best, what diverged and what died carry a sign; the strongest colour is always the best value, be
it high or low.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.sweeping.directions import Direction
from dashboard.sweeping.map_parts import (
    MOST_TOLD,
    RING,
    SHARES,
    SMALL_RING,
    WIDE_RING,
    Figure,
    axis,
    axis_of_cells,
    crosses,
    hover,
    layout,
    marks,
    outline,
    rings,
    room_around,
    scale,
    short_text,
    star,
    writing,
)
from dashboard.sweeping.sweep import Progress, Trial
from engine.sweeps.study import value_of


def response_map(progress: Progress, across: Direction, up: Direction | None) -> Figure:
    """A grid as cells, other trials as points; over one direction alone, the objective upwards.

    Each mark's `customdata` is its trial's number as text.
    """
    if up is None:
        return one_way(progress, across)
    if progress.asked.sampler == "grid":
        return cells(progress, across, up)
    return points(progress, across, up)


def lost(progress: Progress) -> list[Trial]:
    return [trial for trial in progress.trials if not trial.outcome.trained]


def dead(trials: Sequence[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.outcome.status == "dead"]


def one_way(progress: Progress, across: Direction) -> Figure:
    asked = progress.asked
    x, shown = placed(progress.best, across)
    y = [value_of(trial.outcome, asked) for trial in shown]
    trace = marks(x, y, shown, asked)
    trace["marker"] |= {"color": "$accent", "size": 10, "symbol": "circle"}
    ends = [value for value in y if value is not None]
    bottom = (min if asked.maximizes else max)(ends, default=0.0)
    x_lost, gone = placed(lost(progress), across)
    traces = [trace, crosses(x_lost, [bottom] * len(gone), gone, asked)]
    if shown:
        traces.append(star(x[0], y[0], shown[0], asked))
    x_dead, died = placed(dead(shown), across)
    values = [value_of(trial.outcome, asked) for trial in died]
    traces.append(rings(x_dead, values, died, asked, RING - 6))
    upwards: Figure = {"title": {"text": asked.objective}, "automargin": True}
    if ends and min(ends) == max(ends):
        room = room_around(bottom, asked)
        upwards["range"] = [bottom - room, bottom + room]
    if asked.objective == "test accuracy":
        upwards["tickformat"] = SHARES
    return {"data": traces, "layout": layout(axis(across), upwards)}


def points(progress: Progress, across: Direction, up: Direction) -> Figure:
    asked = progress.asked
    # The best are drawn over the others.
    (x, y), shown = placed_both(progress.best[::-1], across, up)
    trace = marks(x, y, shown, asked)
    trace["marker"] |= {"color": [value_of(trial.outcome, asked) for trial in shown]}
    trace["marker"]["line"] = {"width": 1, "color": "$quiet"}  # or the palest could not be seen
    trace["marker"] |= scale(progress, ("cmin", "cmax"))
    at, gone = placed_both(lost(progress), across, up)
    traces = [trace, crosses(*at, gone, asked)]
    if shown:
        traces.append(star(x[-1], y[-1], shown[-1], asked))
    at, died = placed_both(dead(shown), across, up)
    traces.append(rings(*at, died, asked, RING))
    return {"data": traces, "layout": layout(axis(across), axis(up))}


def cells(progress: Progress, across: Direction, up: Direction) -> Figure:
    asked = progress.asked
    best = in_cells(progress.best, across, up)
    gone = {at: t for at, t in in_cells(lost(progress), across, up).items() if at not in best}
    rows, columns = range(len(up.values)), range(len(across.values))
    grid = [[best.get((i, j)) for j in columns] for i in rows]
    first = progress.best[0] if progress.best else None
    x, y = across.edges(), up.edges()
    heat: Figure = {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": [[value_of(t.outcome, asked) if t else None for t in row] for row in grid],
        "customdata": [[str(t.number) if t else "" for t in row] for row in grid],
        "hovertext": [[hover(t, asked) if t else "" for t in row] for row in grid],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
        **scale(progress, ("zmin", "zmax")),
    }
    at = [across.middle(j) for _, j in gone], [up.middle(i) for i, _ in gone]
    traces = [heat, crosses(*at, list(gone.values()), asked)]
    if len(columns) <= MOST_TOLD:
        at = [across.middle(j) for _, j in best], [up.middle(i) for i, _ in best]
        texts = [("★ " if t is first else "") + short_text(t, asked) for t in best.values()]
        traces.append(writing(*at, texts, list(best.values()), heat, asked))
    died = {at: t for at, t in best.items() if t.outcome.status == "dead"}
    at = [across.middle(j) for _, j in died], [up.middle(i) for i, _ in died]
    usual, star_too = (RING, WIDE_RING) if len(columns) <= MOST_TOLD else (SMALL_RING, SMALL_RING)
    sizes = [star_too if t is first else usual for t in died.values()]
    traces.append(rings(*at, list(died.values()), asked, sizes))
    shapes = [
        outline(x[j : j + 2], y[i : i + 2]) for (i, j), trial in best.items() if trial is first
    ]
    return {
        "data": traces,
        "layout": layout(axis_of_cells(across), axis_of_cells(up)) | {"shapes": shapes},
    }


def in_cells(
    trials: Sequence[Trial], across: Direction, up: Direction
) -> dict[tuple[int, int], Trial]:
    """By row and column, the first of the trials that lie there."""
    found: dict[tuple[int, int], Trial] = {}
    for trial in trials:
        if (h := trial.settings) is not None:
            i, j = up.cell(h), across.cell(h)
            if i is not None and j is not None:
                found.setdefault((i, j), trial)
    return found


def placed(trials: Sequence[Trial], along: Direction) -> tuple[list[float], list[Trial]]:
    """Those that have a place in the direction, and their places."""
    known = [(along.number(t.settings), t) for t in trials if t.settings is not None]
    found = [(x, t) for x, t in known if x is not None]
    return [x for x, _ in found], [t for _, t in found]


def placed_both(
    trials: Sequence[Trial], across: Direction, up: Direction
) -> tuple[tuple[list[float], list[float]], list[Trial]]:
    _, some = placed(trials, across)
    y, both = placed(some, up)
    x, _ = placed(both, across)
    return (x, y), both
