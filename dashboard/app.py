"""The entry point: `streamlit run dashboard/app.py`, or `python -m dashboard`.

The page itself is page.py; here are the routes its live chart and gallery read from, and the
rule that the browser talks to no other host.
"""

import sys
from pathlib import Path

# `streamlit run` puts only this file's folder on the path.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboard.addresses import base, plotly_address
from dashboard.first_load import FirstLoad
from dashboard.routes import ROUTES, OwnHostOnly
from dashboard.services import serving

# Streamlit itself asks this of its WebSocket only, not of pages, pictures and points.
ALLOWED = st.get_option("server.allowedHosts") or ["*"]

app = st.App(
    Path(__file__).with_name("page.py"),
    routes=ROUTES,
    middleware=[
        Middleware(OwnHostOnly),
        Middleware(TrustedHostMiddleware, ALLOWED),
        Middleware(FirstLoad, base(), plotly_address()),
    ],
    lifespan=serving,
)
