"""Sharing what is shown: its address, and what a teacher may leave out of it for a class."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from dashboard.live_run import LiveRun
from dashboard.panels.link import link_keys, open_link
from dashboard.permalink import EMBED, HIDEABLE
from dashboard.problems import as_text
from dashboard.run import Run
from engine.dataset import Dataset
from engine.hyperparameters import DECLARED

WHAT_IT_IS = (
    "The address above holds every setting and the result. Whoever opens it trains the same network, "
    "and reads whether it gave the same: “Reproduced ✓”, or what differs."
)
OWN_DATA = (
    "Your own pictures stay on this computer: on another one the address has only the settings."
)


def show_share(live: LiveRun, run: Run, dataset: Dataset) -> None:
    with st.expander("Share it", key="share", icon=":material/link:"):
        st.caption(as_text(WHAT_IT_IS))
        if not (dataset.planar or dataset.name in ("course", "drawn")):
            st.caption(as_text(OWN_DATA))
        hidden = st.multiselect(
            "For a class: hide these controls",
            HIDEABLE,
            sorted(open_link().hidden.intersection(HIDEABLE)),
            format_func=name_of,
            key="share_hide",
            placeholder="None is hidden",
        )
        alone = st.checkbox(
            "The chart alone, without any control, for a frame in another page", key="share_alone"
        )
        keys = link_keys(run, hidden, live.awaited) | ({EMBED[0]: "true"} if alone else {})
        address = (st.context.url or "").partition("?")[0].rstrip("/")
        st.code(f"{address}/?{urlencode(keys, safe=',~:')}", language=None, wrap_lines=True)


def name_of(key: str) -> str:
    """A field's label, or the name of a group of them."""
    labels = {d.short: d.label for d in DECLARED.values()}
    groups = {d.group.lower(): f"all of {d.group}" for d in DECLARED.values()}
    others = {
        "preset": "Preset",
        "dataset": "Pictures",
        "what-if": "What-if arrows",
        "cliff": "Cliff",
    }
    return (labels | groups | others)[key]
