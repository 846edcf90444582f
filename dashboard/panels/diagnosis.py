"""What the page sees in the network's own numbers, with the evidence a click away."""

from __future__ import annotations

import streamlit as st

from dashboard.problems import as_text
from dashboard.run import Run
from dashboard.table_html import table_html

MOST = 3
ICONS = {
    "bad": ":material/error:",
    "warning": ":material/warning:",
    "good": ":material/check_circle:",
    "note": ":material/info:",
}
FINDING_SECONDS = 0.4  # they come a few hundredths of a second after the end of a run


def show_diagnosis(run: Run) -> None:
    if not run.over or not run.wait_until(lambda: bool(run.findings), FINDING_SECONDS):
        return
    with st.container(key="diagnosis", gap="small"):
        for i, finding in enumerate(run.findings[:MOST]):
            with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
                st.markdown(
                    f"{ICONS[finding.severity]} {as_text(finding.sentence)}", width="stretch"
                )
                if finding.evidence.rows:
                    with st.popover("Evidence", key=f"evidence_{i}"):
                        rows = [[*map(written, row)] for row in finding.evidence.rows]
                        st.html(table_html(finding.evidence.columns, rows, "Evidence"))


def written(value: str | int | float) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else value
