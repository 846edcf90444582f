"""What was read, shown before anything is kept, and how a dataset is to be made of it."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import session
from dashboard.import_messages import Preview
from dashboard.own_import import OwnImport
from dashboard.panels.bring_in import AS_IT_IS, SIDES, side_name
from dashboard.problems import as_text
from dashboard.survey_html import balance_html, broken_html, groups_html
from engine.dataset import MOST_CLASSES
from engine.sources.importing.building import ALL_CLASSES, TEST_SHARE, Choices
from engine.sources.importing.kept import LONGEST_NAME
from engine.sources.importing.library import Library
from engine.sources.importing.names import rest_name

EVERY = "Every class from every other"
FILE_ENDING = r"(?i)\.(zip|csv|tsv|h5|hdf5)$"


def look_over(own: OwnImport) -> None:
    preview = own.preview
    if preview is None:
        return
    with st.container(key="import_preview"):
        st.html(balance_html(preview))
        st.caption(as_text(" ".join(preview.sentences)))
        if preview.groups:
            with st.expander(
                f"Duplicates ({preview.group_count:,})",
                key="import_duplicates",
                icon=":material/content_copy:",
            ):
                st.html(groups_html(preview.groups))
                if (more := preview.group_count - len(preview.groups)) > 0:
                    st.caption(f"and {more:,} groups more.")
    leave_out = True
    if preview.broken_count or preview.empty:
        count = preview.broken_count
        with st.expander(
            f"Cannot be used ({count:,})",
            expanded=True,
            key="import_broken",
            icon=":material/warning:",
        ):
            st.html(broken_html(preview))
            what = "Leave these out"
            if preview.empty:
                what += f", and the classes without a picture ({', '.join(preview.empty)})"
            leave_out = st.checkbox(as_text(what), key="leave_out")
    choose(own, preview, leave_out)


def choose(own: OwnImport, preview: Preview, leave_out: bool) -> None:
    ways = telling_apart(preview)
    left, right = st.columns(2)
    with left:
        way = st.selectbox("What the network tells apart", list(ways), key="import_positive")
        st.selectbox(
            "Picture size",
            SIDES,
            index=SIDES.index(own.side or AS_IT_IS),
            format_func=side_name,
            key="import_side",
            help="Larger pictures show more and train slower.",
            on_change=read_again,
            args=(own,),
        )
    with right:
        keep_split = preview.is_split and st.toggle(
            "Keep the split into training and test set that it came with", True, key="keep_split"
        )
        share = st.slider(
            "Kept for testing",
            5,
            50,
            round(100 * TEST_SHARE),
            5,
            format="%d %%",
            key="import_share",
            disabled=keep_split,
            help="Of each class, by chance; duplicates stay on one side.",
        )
        seed = st.number_input(
            "Seed of the split", 0, 2**31 - 1, 1, key="import_seed", disabled=keep_split
        )
    name = st.text_input(
        "Name",
        Library().free_name(re.sub(FILE_ENDING, "", own.source)),
        max_chars=LONGEST_NAME,
        key="import_name",
    )
    with st.container(horizontal=True):
        keep = st.button(
            "Keep this dataset",
            key="keep_import",
            type="primary",
            icon=":material/save:",
            disabled=not leave_out or len(ways) == 0,
        )
        st.button("Discard", key="discard_import", on_click=own.forget)
    if not leave_out:
        st.caption("Say that the files above are left out, or choose other pictures.")
    if keep:
        own.keep(
            name or "",
            Choices(ways[way], (share or 20) / 100, int(seed or 0), bool(keep_split), leave_out),
        )
        st.rerun()


def telling_apart(preview: Preview) -> dict[str, str]:
    """Words for each way to use the classes, the likeliest first → `Choices.positive`."""
    there = [name for name, count in preview.counts.items() if count]
    if len(there) == 2:
        first = preview.likely_positive or there[1]
        both = [first, *(name for name in there if name != first)]
        return {f"{name} (1) or {other} (0)": name for name, other in (both, both[::-1])}
    one = {f"{name} (1) or {rest_name(name)} (0)": name for name in there}
    if 2 < len(there) <= MOST_CLASSES:
        return {EVERY: ALL_CLASSES, **one}
    return one


def read_again(own: OwnImport) -> None:
    own.read_again(session.value("import_side") or None)
