"""The wrongly labelled pictures as a Plotly figure, for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.dataset import Floats
from engine.errors import ShapeError

COLUMNS = 6


def mislabeled_figure(classes: Sequence[Any], X: Floats, y: Floats, p: Floats) -> go.Figure:
    """One small picture a mistake, titled with the prediction and the true class.

    X (n_x, m) in [0, 1] with n_x = 3 side², y and p (1, m). Raises `ShapeError` otherwise.
    """
    side = round((X.shape[0] / 3) ** 0.5)
    if side * side * 3 != X.shape[0]:
        raise ShapeError("X does not hold square RGB pictures", X.shape, "(side · side · 3, m)")
    y, p = np.asarray(y), np.asarray(p)
    for name, labels in (("y", y), ("p", p)):
        if labels.shape != (1, X.shape[1]):
            raise ShapeError(f"{name} does not fit X", labels.shape, f"(1, {X.shape[1]})")
    wrong = np.flatnonzero(y[0] != p[0])
    names = [c.decode() if isinstance(c, bytes) else str(c) for c in classes]
    told = [f"predicted {names[int(p[0, i])]}<br>is {names[int(y[0, i])]}" for i in wrong]
    rows = max(1, -(-len(wrong) // COLUMNS))
    figure = make_subplots(rows=rows, cols=COLUMNS, subplot_titles=told)
    for place, i in enumerate(wrong):
        picture = np.clip(X[:, i].reshape(side, side, 3) * 255, 0, 255).astype(np.uint8)
        row, column = divmod(place, COLUMNS)
        figure.add_trace(go.Image(z=picture, hoverinfo="skip"), row=row + 1, col=column + 1)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(title=f"{len(wrong)} mislabeled pictures", height=90 + 170 * rows)
    return figure
