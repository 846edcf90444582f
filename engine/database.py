"""Where the store is: a file in the user's data folder, or what HYPERDIAL_STORE names."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import URL, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from engine.errors import EngineError, shortened

VARIABLE = "HYPERDIAL_STORE"
"""The environment variable that names another place: any SQLAlchemy URL, or a file for SQLite."""

PATIENCE = 5  # seconds for another server's write, or for a database server's word


class StoreError(EngineError):
    """The store cannot be used, as its database or disk does not let us."""


def store_url(told: str | None = None) -> URL:
    """Of `told`, else of the environment's. Raises `StoreError` for a URL that is none."""
    what = "The store" if told else VARIABLE
    told = (told or os.environ.get(VARIABLE, "")).strip()
    if not told:
        folder = Path(platformdirs.user_data_path("hyperdial", appauthor=False))
        return sqlite_file(folder / "runs.sqlite")
    if "://" not in told:
        return sqlite_file(Path(os.path.expanduser(told)))
    try:
        return make_url(told)
    except (ArgumentError, ValueError):  # what was told may hold a password
        raise StoreError(
            f"{what} is no database URL", allowed="such as postgresql://user@host/database"
        ) from None


def sqlite_file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def place_name(url: URL) -> str:
    """How to speak of it: the file's path, or the URL without its password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.render_as_string(hide_password=True)


def make_folder(url: URL) -> None:
    """The folder of SQLite's file, where it is to be one. Raises `OSError`."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return
    if not str(url.database).startswith("file:"):
        Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)


def engine_for(url: URL) -> Engine:
    """Connects at first use. Raises `StoreError` when there is no driver, or no folder."""
    backend = url.get_backend_name()
    how: dict[str, Any] = {}
    try:
        if backend == "sqlite":
            if url.database in (None, "", ":memory:"):
                how["poolclass"] = StaticPool  # else each thread would have a database of its own
            else:
                make_folder(url)
            how["connect_args"] = {"timeout": PATIENCE, "check_same_thread": False}
        elif backend == "postgresql" and url.get_driver_name().startswith("psycopg"):
            how["connect_args"] = {
                "connect_timeout": PATIENCE,
                "options": f"-c statement_timeout={1000 * PATIENCE}",
            }
        engine = create_engine(url, pool_pre_ping=backend != "sqlite", **how)
    except OSError as error:
        raise StoreError(
            f"The folder of {place_name(url)} cannot be made: {error.strerror or error}"
        ) from None
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(f"{VARIABLE} needs a driver: {shortened(str(error))}") from None
    except (TypeError, ValueError, ArgumentError) as error:
        raise StoreError(f"{VARIABLE} cannot be used: {shortened(str(error))}") from None
    if backend == "sqlite":
        event.listen(engine, "connect", set_up_sqlite)
    return engine


def set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Readers never wait for the writer, and a killed process leaves a sound file."""
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
