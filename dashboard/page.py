"""The page's frame: set-up and navigation, nothing else."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st

from dashboard.panels.link import keep_link, open_link
from dashboard.views import data, inside, lab, pictures, runs, sweeps

st.set_page_config(
    page_title="Hyperdial",
    page_icon="🎛️",
    layout="wide",
    initial_sidebar_state="auto",
)
st.html(f"<style>{(ROOT / 'assets' / 'style.css').read_text('utf-8')}</style>")
link = open_link()
LAB = st.Page(lab.show, title="Lab", icon=":material/tune:", url_path="lab", default=True)
page = st.navigation(
    [
        LAB,
        st.Page(
            lambda: runs.show(lambda: st.switch_page(LAB)),
            title="Runs",
            icon=":material/stacked_line_chart:",
            url_path="runs",
        ),
        st.Page(inside.show, title="Inside", icon=":material/functions:", url_path="inside"),
        st.Page(
            lambda: sweeps.show(lambda: st.switch_page(LAB)),
            title="Sweeps",
            icon=":material/grid_view:",
            url_path="sweeps",
        ),
        st.Page(
            pictures.show,
            title="Pictures",
            icon=":material/photo_library:",
            url_path="pictures",
        ),
        st.Page(
            lambda: data.show(lambda: st.switch_page(LAB)),
            title="Data",
            icon=":material/add_photo_alternate:",
            url_path="data",
        ),
    ],
    position="hidden" if link.embedded else "top",
)
page.run()
if page is not LAB:
    keep_link()
