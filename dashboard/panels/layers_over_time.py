"""How each layer's activations and gradients are distributed, from the run's start to its end."""

from __future__ import annotations

import streamlit as st

from dashboard import layer_charts, services
from dashboard.components.still import still_chart
from dashboard.layer_charts import QUANTITIES
from dashboard.problems import as_text
from dashboard.run import Seen
from engine.errors import EngineError
from engine.histograms import History

ANSWER_SECONDS = 30.0
SHADE = "The stronger the colour, the more of the values lie there; the line is the median."
MEANING = {
    "Z": f"{SHADE} The dashed line is 0, where a ReLU turns on.",
    "A": f"{SHADE} What is exactly 0, a unit that is off, is counted apart.",
    "dW": f"{SHADE} By size, |dW|, on the same powers of ten for all layers; what is exactly 0 is "
    "counted apart.",
}


def show_layers(seen: Seen, noun: str) -> None:
    st.subheader("Activations and gradients, layer by layer", anchor=False)
    what = st.segmented_control(
        "What is counted",
        list(QUANTITIES),
        format_func=QUANTITIES.__getitem__,
        default="Z",
        required=True,
        key="inside_quantity",
        label_visibility="collapsed",
        persist_state="session",
    )
    film = seen.run.path_film()
    if len(film) < 2:
        st.caption("The whole run can be looked at when it is over.")
        return
    try:
        with st.spinner("Looking at every kept moment of the run"):
            history: History = services.pool().ask.histograms(seen.run, film).result(ANSWER_SECONDS)
    except TimeoutError:
        raise EngineError("The layers’ histograms are late: every core is busy") from None
    told = layer_charts.summary(history, what, seen.moment.iteration)
    still_chart(layer_charts.figure(history, what, seen.moment.iteration), told, key="layers_chart")
    st.caption(
        f"{as_text(told)} {as_text(MEANING[what])} {as_text(looked_at(history, what, noun))}"
    )


def looked_at(history: History, what: str, noun: str) -> str:
    """Of how much of the data, and at how many moments."""
    m = f"all {history.m:,}"
    if history.m < history.all_m:
        m = f"the first {history.m:,} of {history.all_m:,}"
    inputs = ""
    if what == "dW" and history.inputs < history.all_inputs:
        inputs = f", and of dW[1] at {history.inputs:,} of its {history.all_inputs:,} inputs"
    return f"Seen at {len(history.iterations):,} moments on {m} training {noun}s{inputs}."
