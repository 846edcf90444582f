"""What a person takes home of a run: numbers, settings, the network, programs that make it again.

Each file is made when its button is pressed, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from dashboard.gallery import has_answers
from dashboard.run import Seen
from engine.dataset import Dataset
from engine.export import (
    configuration_json,
    curve_csv,
    curve_json,
    notebook,
    numpy_script,
    script,
    stages_json,
)
from engine.models import Model, model_bytes
from engine.preparation import prepare
from engine.snapshots import unscaled

FROM_A_RUN = (
    "The notebook and the script train the run again with this engine, the plain script with "
    "NumPy alone; they write every iteration, the curve here has the points of the chart."
)
FROM_A_BRANCH = (
    "Everything is of the branch on its whole way from iteration 0. The notebook and the script "
    "change the settings where it did; the plain script cannot, so there is none."
)
MODEL = "model.npz"
REWOUND = (
    "The weights are those at iteration {iteration:,}, where the time machine stands; all else is of "
    "the whole run. "
)
FROM_THE_CHART = " The chart itself: in its corner the camera saves a PNG, the disk an SVG."

Made = Callable[[], str | bytes]


def show_take_home(seen: Seen | None, dataset: Dataset) -> None:
    with st.expander("Take it home", key="take_home", icon=":material/download:"):
        if seen is None or seen.moment.summary is None:
            st.caption("There is something to take home when this run’s network is trained.")
            return
        run, h, stages = seen.run, seen.hyperparameters, seen.run.stages()
        curves = run.path_curves()
        branched = run.origin is not None
        rewound = seen.moment.iteration < run.iteration
        model_file = f"model_at_{seen.moment.iteration}.npz" if rewound else MODEL
        offers: list[tuple[str, str, Made]] = [
            ("Curve, CSV", "curve.csv", partial(curve_csv, curves)),
            ("Curve, JSON", "curve.json", partial(curve_json, curves)),
            (
                "Settings, JSON",
                "settings.json",
                partial(stages_json, stages, dataset.name, dataset.digest)
                if branched
                else partial(configuration_json, h, dataset.name, dataset.digest),
            ),
            *(
                [("Weights, NPZ", MODEL, partial(weights, seen, dataset))]
                if has_answers(seen.moment.train_logits)  # no file can hold what diverged
                else []
            ),
            ("Notebook", "run.ipynb", partial(notebook, stages, dataset)),
            ("Script", "run.py", partial(script, stages, dataset)),
            *(
                [("Plain NumPy script", "plain_numpy.py", partial(numpy_script, h, dataset))]
                if not branched
                else []
            ),
        ]
        with st.container(horizontal=True):
            for label, name, made in offers:
                st.download_button(
                    label,
                    made,
                    model_file if name == MODEL else name,
                    key=f"take_{name}",
                    on_click="ignore",
                    icon=":material/download:",
                )
        told = REWOUND.format(iteration=seen.moment.iteration) if rewound else ""
        st.caption(told + (FROM_A_BRANCH if branched else FROM_A_RUN) + FROM_THE_CHART)


def weights(seen: Seen, dataset: Dataset) -> bytes:
    """The network at the moment shown, as an .npz that `python -m engine predict` reads.

    Its settings are those that train it so far and no further.
    """
    at = seen.moment.iteration
    h = seen.hyperparameters
    parameters = unscaled(seen.moment.snapshot.parameters(dataset), prepare(dataset, h))
    iterations, costs = seen.run.path_curves()["train"]
    costs = np.column_stack([iterations, costs])[iterations <= at]
    h = h.with_changes(num_iterations=max(at, 1))
    return model_bytes(Model(h, parameters, dataset.classes, dataset.digest, costs))
