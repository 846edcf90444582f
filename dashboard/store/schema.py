"""The tables. A store that a newer program wrote is left alone."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError

from engine.database import StoreError

FORMAT = 1
LARGEST_BLOB = 64 << 20

metadata = MetaData()

formats = Table("hyperdial_format", metadata, Column("format", Integer, primary_key=True))

# What the list shows comes first and the arrays last: SQLite then never reads those for the list.
runs = Table(
    "hyperdial_runs",
    metadata,
    Column("run_hash", String(64), primary_key=True),
    Column("dataset_name", Text, nullable=False),
    Column("dataset_digest", String(64), nullable=False),
    Column("hyperparameters", Text, nullable=False),  # JSON by field name, defaults left out
    Column("state", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("iteration", Integer, nullable=False),
    Column("cost", Double),  # NULL stands for what is not a number
    Column("test_cost", Double),
    Column("train_accuracy", Double),
    Column("test_accuracy", Double),
    Column("m_train", Integer, nullable=False),
    Column("m_test", Integer, nullable=False),
    Column("created", Double, nullable=False),  # seconds since 1970, as are the others
    Column("deleted", Double),
    Column("name", String(200), nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("test_right", LargeBinary(1 << 16)),  # a bit for each test picture
    Column("findings", Text, nullable=False),
    Column("curves", LargeBinary(LARGEST_BLOB), nullable=False),
    Column("moment", LargeBinary(LARGEST_BLOB)),
)
Index("hyperdial_runs_created", runs.c.created)


def set_up(engine: Engine, place: str) -> None:
    """Makes what is missing. Raises `StoreError` for a store of a newer format."""
    try:
        make_tables(engine, place)
    except DatabaseError:  # another server may be doing the same just now: then it is done
        make_tables(engine, place)


def make_tables(engine: Engine, place: str) -> None:
    with engine.begin() as connection:
        known = read_formats(connection)
        if known and max(known) > FORMAT:
            raise StoreError(
                f"The store of runs at {place} was written by a newer version of Hyperdial",
                f"format {max(known)}",
                f"format {FORMAT}",
            )
        metadata.create_all(connection)
        if not known:
            connection.execute(insert(formats).values(format=FORMAT))


def read_formats(connection: Connection) -> list[int]:
    if not connection.dialect.has_table(connection, formats.name):
        return []
    return [int(f) for f in connection.execute(select(formats.c.format)).scalars()]
