"""A store that is damaged, foreign, newer, locked, full or out of reach: one sentence, never more."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import threading
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keeping import dataset, finished
from sqlalchemy import Engine, event

from dashboard.store import Store, StoreError
from dashboard.store.arrays import packed, unpacked
from dashboard.store.kept_run import RowError, kept_run
from dashboard.store.results import result_of
from engine import database
from engine.database import sqlite_file, store_url

LABELS = dataset().test_labels
BAD = {
    "run_hash": ["", "0" * 64, "../../etc", None, 7],
    "dataset_name": [None, b"few", "flower:bygone=1", "flower:noise=much"],
    "dataset_digest": ["", "nothing", "0" * 64, None, 3.5, "A" * 64],
    "hyperparameters": [
        "", "[]", "null", "{", '{"learning_rate": 1e9}', '{"unknown": 1}', '{"seed": NaN}',
        '{"hidden_layers": "' + "9" * 9000 + '"}', "[" * 9000, b"\x00", None, 12, "{}",
        '{"then": 5}', '{"then": {"a": 1}}', '{"then": [[0, {}]]}', '{"then": [[1]]}', '{"then": [5]}',
        '{"then": [["1", {}]]}', '{"then": [[9, {"seed": 2}]]}', '{"then": [[9, {}], [8, {}]]}',
        '{"then": [[9, {"num_iterations": 8}]]}', '{"then": [[99999, {}]]}', '{"then": [[1, {}]]}',
        '{"then": [' + ",".join(f"[{i}, {{}}]" for i in range(1, 90)) + "]}",
    ],
    "state": ["running", "", None, 1],
    "message": [None, b"x"],
    "seconds": ["soon", None, -1, float("inf"), b""],
    "iteration": [-1, 10**9, 1.5, "x", None],
    "cost": [-1.0, "x"],
    "test_accuracy": [1.5, -0.1, "half"],
    "m_train": [0, -5, 10**12, None, "x"],
    "m_test": [0, 10**9, 9],
    "created": [-1.0, 1e300, float("inf"), None, "now"],
    "name": [None, b"x"],
    "test_right": [b"", b"123", "x", 5],
}  # fmt: skip
ARRAYS = {
    "findings": [None, "", "{}", "[1]", '[{"kind": "well"}]', "[" * 9000],
    "curves": [None, b"", b"PK", 5, "text"],
    "moment": [b"", b"PK\x05\x06" + bytes(18), 5, "text"],
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "runs.sqlite"


@pytest.fixture
def store(file):
    store = Store(sqlite_file(file))
    store.save(finished(seed=1), LABELS)
    store.save(finished(seed=2), LABELS)
    yield store
    store.close()


def put(file, column, value):
    """Writes into the row of seed 2 past all checks; SQLite takes any value in any column."""
    with sqlite3.connect(file) as connection:
        connection.execute(
            f"UPDATE hyperdial_runs SET {column} = ? WHERE run_hash = ?",
            (value, finished(seed=2).run_hash),
        )
    connection.close()


@pytest.mark.parametrize(("column", "value"), [(c, v) for c, vs in BAD.items() for v in vs])
def test_a_bad_row_hides_no_good_one(file, store, column, value):
    try:
        put(file, column, value)
    except sqlite3.IntegrityError:
        return  # the database itself refuses it
    assert [run.run_hash for run in store.listed()] == [finished(seed=1).run_hash]
    assert store.unreadable == 1
    assert store.find(finished(seed=2).run_hash) is None
    assert store.find(finished(seed=1).run_hash)
    assert list(store.curves([finished(seed=s).run_hash for s in (1, 2)])) == [
        finished(seed=1).run_hash
    ]


@pytest.mark.parametrize(("column", "value"), [(c, v) for c, vs in ARRAYS.items() for v in vs])
def test_bad_arrays_leave_the_run_in_the_list(file, store, column, value):
    try:
        put(file, column, value)
    except sqlite3.IntegrityError:
        return  # the database itself refuses it
    assert len(store.listed()) == 2
    assert store.find(finished(seed=2).run_hash) is None


def test_text_that_is_no_unicode_is_read_all_the_same(file, store):
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE hyperdial_runs SET name = CAST(x'ff41' AS TEXT)")
    connection.close()
    assert [run.name for run in store.listed()] == ["\ufffdA", "\ufffdA"]


def stored_columns(file):
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM hyperdial_runs").fetchall()
    connection.close()
    return dict(rows[0])


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_damaged_arrays_are_refused_or_read_and_nothing_else(store, file, data):
    row = stored_columns(file)
    row["pinned"] = bool(row["pinned"])
    column = data.draw(st.sampled_from(["curves", "moment"]))
    blob = bytearray(row[column])
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    row[column] = bytes(blob[: data.draw(st.integers(len(blob) // 2, len(blob)))])
    try:
        result = result_of(kept_run(row), row["findings"], row["curves"], row["moment"])
    except RowError:
        return
    assert len(result.records[0][0]) == len(finished(seed=1).result.records[0][0])


def npy(header: str, body: bytes = b"") -> bytes:
    told = header.encode("latin1").ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(told)) + told + body


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "member",
    [
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}"),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", bytes(8)),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", b"cos\nsystem\n(S'id'\ntR."),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", bytes(8)),
        npy("__import__('os').abort()"),
        b"\x93NUMPY\x03\x00",
        b"",
    ],
)
def test_a_header_that_lies_is_refused_before_it_costs_memory(member):
    with pytest.raises((ValueError, SyntaxError, EOFError)):
        unpacked(archive(a=member), 1 << 20)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    data = packed({"a": np.zeros(1 << 20)}, compressed=True)
    assert len(data) < 20_000
    with pytest.raises(ValueError, match="more than"):
        unpacked(data, 1 << 20)


def test_a_curve_outside_its_run_is_refused(store, file):
    for points in ([[0, 1.0], [31, 1.0]], [[5, 1.0], [2, 1.0]], [[0.5, 1.0]], [[-1, 0.0]]):
        curve = np.array(points, dtype=np.float64)
        names = ("train", "test", "train_accuracy", "test_accuracy")
        put(file, "curves", packed(dict.fromkeys(names, curve), compressed=True))
        assert store.find(finished(seed=2).run_hash) is None


# --- a database that cannot be used


def told(url_or_path):
    store = Store(sqlite_file(url_or_path))
    with pytest.raises(StoreError) as error:
        store.listed()
    store.close()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_store_of_a_newer_version_is_left_alone(file, store):
    store.close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO hyperdial_format VALUES (2)")
    connection.close()
    before = file.read_bytes()
    assert told(file) == (
        f"The store of runs at {file} was written by a newer version of Hyperdial: "
        "found 2, needed format 1."
    ).replace("found 2", "found format 2")
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_told(file):
    file.write_bytes(b"These are my holiday notes, not a database." * 100)
    assert told(file) == f"The store of runs at {file} cannot be used: file is not a database."
    assert file.read_bytes().startswith(b"These are my holiday notes")


def test_a_folder_in_its_place_is_told(tmp_path):
    assert "unable to open database file" in told(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be made" in told(tmp_path / "file" / "runs.sqlite")


def test_a_database_that_another_program_holds_is_told(file, store, monkeypatch):
    store.close()
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")
    impatient = Store(sqlite_file(file))
    with pytest.raises(StoreError, match="database is locked"):
        impatient.save(finished(seed=3), LABELS)
    other.rollback()
    other.close()
    impatient.save(finished(seed=3), LABELS)
    assert len(impatient.listed()) == 3
    impatient.close()


def test_a_full_disk_is_told_and_leaves_what_was_there(file, store):
    store.close()

    def as_on_a_full_disk(connection, _):
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to what is there

    event.listen(Engine, "connect", as_on_a_full_disk)
    try:
        full = Store(sqlite_file(file))
        with pytest.raises(StoreError, match="database or disk is full"):
            fill(full)
        full.close()
    finally:
        event.remove(Engine, "connect", as_on_a_full_disk)
    assert finished(seed=1).run_hash in {run.run_hash for run in store.listed()}


def fill(store):
    for seed in range(3, 60):
        store.save(finished(seed=seed), LABELS)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("://", "is no database URL"),
        ("nonsense://user:secret@host/db", "needs a driver"),
        ("postgresql+asyncpgg://user:secret@host/db", "needs a driver"),
        ("postgresql://user:secret@127.0.0.1:1/db", "user:***@127.0.0.1:1/db cannot be used"),
        ("postgresql://user:secret@127.0.0.1:port/db", "is no database URL"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_without_its_password(monkeypatch, url, words):
    monkeypatch.setenv(database.VARIABLE, url)
    with pytest.raises(StoreError) as error:
        Store(store_url()).listed()
    assert words in str(error.value)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_without_a_word_it_is_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv(database.VARIABLE, "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    url = store_url()
    assert url.get_backend_name() == "sqlite"
    assert url.database.endswith("runs.sqlite")
    assert "hyperdial" in url.database


def test_a_store_in_memory_is_one_for_all_threads(monkeypatch):
    monkeypatch.setenv(database.VARIABLE, "sqlite://")
    store = Store(store_url())
    thread = threading.Thread(target=store.save, args=(finished(), LABELS))
    thread.start()
    thread.join()
    assert len(store.listed()) == 1
    store.close()


def test_what_is_written_into_a_store_is_no_pickle(store, file):
    row = stored_columns(file)
    for blob in (row["curves"], row["moment"]):
        with zipfile.ZipFile(io.BytesIO(blob)) as members:
            assert all(members.read(name)[:6] == b"\x93NUMPY" for name in members.namelist())
        with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)
    json.loads(row["findings"])
    assert zlib.crc32(row["curves"])
