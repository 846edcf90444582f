"""Opening the page by a link, and what it then says and where its address leads."""

from __future__ import annotations

from page_driving import PAGE, WAIT
from streamlit.testing.v1 import AppTest

from engine.hyperparameters import Hyperparameters

QUICK = Hyperparameters(hidden_layers=(4,), num_iterations=100, activation="tanh")
QUICK_LINK = {"layers": "4", "iterations": "100", "activation": "tanh"}


def followed(**keys):
    """A new session that has opened the page by a link."""
    page = AppTest.from_file(PAGE, default_timeout=WAIT)
    page.query_params.update(keys)
    return page.run()


def link(page):
    """The page's address now; a browser sends it along when it is opened again."""
    keys = page.query_params.items()
    return {key: values if isinstance(values, str) else values[-1] for key, values in keys}


def warnings(page):
    return [said.value.replace("\\", "") for said in page.warning]


def successes(page):
    return [said.value.replace("\\", "") for said in page.success]
