"""A PostgreSQL server of the tests' own, in a folder of its own, without a port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MISSING = "PostgreSQL is not installed (Debian's package `postgresql`)"


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a new, empty database. Skips without PostgreSQL, or fails where nothing may be."""
    place = programs()
    if place is None:
        if os.environ.get("HYPERDIAL_REAL_DATA") == "required":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    # It refuses to run as root.
    user = None if os.geteuid() else pwd.getpwnam("postgres")
    folder = Path(tempfile.mkdtemp(prefix="hyperdial-postgres-"))
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [place / program, *arguments],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    try:
        data = str(folder / "data")
        run("initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        how = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", f"{folder}/log", "-o", how, "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
