"""The databases that tests run on: SQLite, and PostgreSQL where there is one.

PostgreSQL is the server that ``MANYHANDS_TEST_POSTGRES`` names (an address of which the name may make schemas), or a
private one that this process starts from the machine's own programs, on a socket only, and stops at its end.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from manyhands.store.database import ELSEWHERE, engine_of, migrate

GIVEN = "MANYHANDS_TEST_POSTGRES"
LOCKED = "locked"
"""A name on the private server for which it wants a password, which is ``open``."""

on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True, scope="module")
"""Run the tests of a module once on SQLite and once on PostgreSQL."""


def address() -> str:
    """The address of the server to test on; skips the test where there is none."""
    found = os.environ.get(GIVEN) or private()
    if not found:
        pytest.skip(f"PostgreSQL: neither {GIVEN} nor its programs are here")
    return found


@cache
def private() -> str:
    """The address of a server of our own, or nothing where its programs are not here or do not start."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(programs[-1]) if programs else shutil.which("initdb")
    if not found:
        return ""
    folder = Path(tempfile.mkdtemp(prefix="mh-pg-"))
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        shutil.chown(folder, "postgres", "postgres")
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(program: str, *words: str) -> bool:
        command = [str(Path(found).with_name(program)), *words]
        return not subprocess.run(command, **who, cwd=folder, capture_output=True, timeout=60, check=False).returncode

    def stop() -> None:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    data = str(folder / "data")
    settings = f"-k {folder} -h '' -F -c full_page_writes=off -c synchronous_commit=off -c max_connections=50"
    atexit.register(stop)
    if not run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"):
        return ""
    access = folder / "data" / "pg_hba.conf"
    access.write_text(f"local all {LOCKED} scram-sha-256\nlocal all all trust\n")
    if not run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", settings, "-w", "start"):
        return ""
    run("psql", "-h", str(folder), "-U", "tests", "-c", f"CREATE ROLE {LOCKED} LOGIN PASSWORD 'open'", "postgres")
    return f"postgresql://tests@/postgres?host={folder}"


def behind(folder: Path, *statements: str | tuple[str, tuple[object, ...]], guarded: bool = False) -> list[list[Any]]:
    """Change a production's tables behind the store's back, as somebody with the database could; what each gives.

    Args:
        statements: SQL, or SQL with values for its marks ``?``.
        guarded: leave the guards that the tables have.
    """
    engine = engine_of(folder)
    found: list[list[Any]] = []
    with closing(engine), engine.connect() as connection:
        if not guarded:
            for guard, table in (
                (f"{table}_no_{deed}", table) for table in ("nouns", "log") for deed in ("update", "delete")
            ):
                on = f" ON {table}" if engine.dialect.name == "postgresql" else ""
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {guard}{on}"))
        for statement in statements:
            sql, values = (statement, ()) if isinstance(statement, str) else statement
            for at in range(len(values)):
                sql = sql.replace("?", f":v{at}", 1)
            result = connection.execute(
                sa.text(sql.replace(":v", "\0").replace(":", "\\:").replace("\0", ":v")),
                {f"v{at}": value for at, value in enumerate(values)},
            )
            found.append([tuple(row) for row in result] if result.returns_rows else [])
        connection.commit()
    return found


def copied(folder: Path, to: Path) -> Path:
    """A production of its own with all that another one holds, as a backup that is restored elsewhere."""
    if (folder / "manyhands.db").is_file():
        behind(folder, "PRAGMA wal_checkpoint(TRUNCATE)", guarded=True)
    shutil.copytree(folder, to, dirs_exist_ok=True)
    if not (folder / ELSEWHERE).is_file():
        return to
    said = (folder / ELSEWHERE).read_text()
    schema = said.split('schema = "')[1].split('"')[0]
    copies = f"manyhands_{os.urandom(8).hex()}"
    (to / ELSEWHERE).write_text(said.replace(schema, copies))
    engine = engine_of(to)
    migrate(engine)
    with closing(engine), engine.connect() as connection:
        for table in ("nouns", "log"):
            connection.execute(sa.text(f"INSERT INTO {table} SELECT * FROM {schema}.{table}"))
        connection.commit()
    return to


@contextmanager
def closing(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()
