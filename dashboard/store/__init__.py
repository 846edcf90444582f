"""The store of finished runs: a database that outlives the server (no Streamlit inside)."""

from dashboard.store.keeper import Keeper
from dashboard.store.kept_run import KeptRun
from dashboard.store.store import Sort, Store
from engine.database import StoreError, store_url

__all__ = ["Keeper", "KeptRun", "Sort", "Store", "StoreError", "store_url"]
