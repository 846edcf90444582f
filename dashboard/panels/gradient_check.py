"""The course's gradient check at a click, layer by layer so that one sees it go on."""

from __future__ import annotations

import streamlit as st

from dashboard import services, session
from dashboard.gallery import has_answers
from dashboard.journey_html import number
from dashboard.problems import as_text
from dashboard.run import Seen
from dashboard.table_html import table_html
from engine.errors import EngineError
from engine.gradient_check import EPSILON, THRESHOLD, GradientCheck

ANSWER_SECONDS = 30.0
COLUMNS = ("Array", "Shape", "Compared", "‖grad‖", "Difference")
FORMULAS = (
    r"grad_{approx} = \frac{J(\theta + \varepsilon) - J(\theta - \varepsilon)}{2\,\varepsilon}",
    r"\text{difference} = \frac{\lVert grad - grad_{approx} \rVert_2}"
    r"{\lVert grad \rVert_2 + \lVert grad_{approx} \rVert_2}",
)


def show_gradient_check(seen: Seen, noun: str) -> None:
    st.subheader("Gradient check", anchor=False)
    st.caption(
        "Is the backward propagation right? The central differences of the cost need the forward "
        "propagation alone, so a mistake on the way back shows."
    )
    with st.container(horizontal=True, key="check_formulas", gap="large"):
        for formula in FORMULAS:
            st.latex(formula, width="content")
    moment = f"{seen.run.token} {seen.moment.iteration}"
    st.button(
        "Check the gradient",
        key="check_gradient",
        icon=":material/rule:",
        on_click=session.set_value,
        args=("_checked", moment),
        disabled=not has_answers(seen.moment.train_logits),
    )
    with st.container(key="gradient_check"):
        if session.value("_checked") == moment:
            show_verdict(checked(seen), seen, noun)


def checked(seen: Seen) -> GradientCheck:
    """The check of all layers, asked at once and gathered with a bar that fills."""
    layers = len(seen.hyperparameters.hidden_layers) + 1
    asked = [
        services.pool().ask.check_gradient(seen.run, seen.moment, layer)
        for layer in range(1, layers + 1)
    ]
    done = []
    bar = st.empty()
    for layer, answer in enumerate(asked, 1):
        if not answer.done():
            bar.progress((layer - 1) / layers, f"Checking layer {layer} of {layers}")
        try:
            done.append(answer.result(ANSWER_SECONDS))
        except TimeoutError:
            raise EngineError("The gradient check is late: every core is busy") from None
    bar.empty()
    return GradientCheck(tuple(a for part in done for a in part.arrays), done[0].m)


def show_verdict(check: GradientCheck, seen: Seen, noun: str) -> None:
    passed = check.difference < THRESHOLD
    st.markdown(
        f"{':material/check_circle:' if passed else ':material/error:'} {as_text(verdict(check))}"
    )
    rows = [
        (
            a.name,
            f"{a.shape[0]:,} × {a.shape[1]:,}",
            f"{len(a.gradient):,} of {a.shape[0] * a.shape[1]:,}",
            number(a.size),
            number(a.difference),
        )
        for a in check.arrays
    ]
    st.html(table_html(COLUMNS, rows, "The gradient check, array by array"))
    st.caption(as_text(details(check, seen, noun)))


def verdict(check: GradientCheck) -> str:
    difference = number(check.difference)
    if check.difference < THRESHOLD:
        return (
            f"The backward propagation is right: the difference is {difference}, "
            "less than the course’s 1e−7."
        )
    return (
        f"There is a mistake in the backward propagation: the difference is {difference}, "
        "not less than the course’s 1e−7."
    )


def details(check: GradientCheck, seen: Seen, noun: str) -> str:
    m = seen.moment.train_logits.shape[1]
    of = f"the first {check.m:,} of {m:,}" if check.m < m else f"all {m:,}"
    l2 = ", its L2 term included" if seen.moment.snapshot.hyperparameters.l2 else ""
    kinks = ""
    if check.kinks:
        kinks = (
            f" {check.kinks:,} more {'was' if check.kinks == 1 else 'were'} left out: a ReLU turns "
            "on or off between θ − ε and θ + ε, and a kink has no derivative."
        )
    return (
        f"After {seen.moment.iteration:,} iterations, J on {of} training {noun}s{l2}; ε = "
        f"{number(EPSILON)}. Of large arrays a sample is compared, {check.compared:,} parameters in "
        f"all.{kinks} Where an array’s gradient is next to 0, rounding is all that is left to "
        "compare: what counts is the difference over everything."
    )
