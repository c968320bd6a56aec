"""The database that holds a production's tables: a file in its folder, or a schema of its own in PostgreSQL.

Where it is PostgreSQL, the folder holds ``database.toml``: the server's address without a password, and the schema's
name.  The password is PostgreSQL's own matter: PGPASSWORD, or the file that PGPASSFILE names (``pgpass``).

Whoever acts waits until whoever acted before is done: by SQLite's lock on the file, or by a lock in PostgreSQL that is
named after the schema.  Both fall when the process that holds them is killed.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import tomllib
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError

from manyhands.core.errors import InputError, StateError, StoreError
from manyhands.disk import write_whole

DATABASE, ELSEWHERE = "manyhands.db", "database.toml"
WITHIN = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", ELSEWHERE)
WAIT_SECONDS = 30
"""So long whoever acts waits for the one before."""

VARIABLE = "MANYHANDS_DATABASE"
"""New productions are made there, unless something else is said: a studio that has a server says it once."""

_SECRET = ("password", "sslpassword")


def is_kept(folder: Path) -> bool:
    """Whether a folder says where the tables of its production are."""
    return (folder / DATABASE).is_file() or (folder / ELSEWHERE).is_file()


def choose(folder: Path, database: str) -> None:
    """Write down where the tables of a new production are to be; what was chosen before stays.

    Args:
        database: PostgreSQL's address; empty is what ``MANYHANDS_DATABASE`` says, and else a file in the folder.
    Raises: InputError for an address that cannot be one, or that holds a password; StateError where they are
        elsewhere; CapacityError, StoreError if it cannot be written.
    """
    wanted = database or ("" if is_kept(folder) else os.environ.get(VARIABLE, ""))
    if not wanted:
        return
    address = _address(wanted).render_as_string(hide_password=False)
    if (folder / ELSEWHERE).is_file():
        there = _elsewhere(folder)[0].render_as_string(hide_password=False)
    else:
        there = DATABASE if (folder / DATABASE).is_file() else address
    if there != address:
        raise StateError(
            f"production {folder}: its tables are in {there}.", "Name another folder, or leave --database out."
        )
    if not (folder / ELSEWHERE).is_file():
        said = f'url = "{address}"\nschema = "manyhands_{secrets.token_hex(8)}"\n'
        write_whole(folder / ELSEWHERE, said.encode(), over=False)


def engine_of(folder: Path) -> sa.Engine:
    """The way to a production's tables; nothing is asked of them yet.

    Raises: StoreError if ``database.toml`` cannot be read, or what reaches PostgreSQL is not installed.
    """
    return _postgresql(folder) if (folder / ELSEWHERE).is_file() else _sqlite(folder / DATABASE)


def _sqlite(path: Path) -> sa.Engine:
    # an act reads beside its own transaction, so it must never wait for a connection that another one holds
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": WAIT_SECONDS}, max_overflow=-1)

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # transactions are begun by hand, so that writers queue
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _postgresql(folder: Path) -> sa.Engine:
    address, schema = _elsewhere(folder)
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise StoreError(
            f"production {folder}: its tables are in PostgreSQL, and {error.name} is not installed.",
            "Install it: pip install 'manyhands[postgres]'.",
        ) from error
    options = f"{address.query.get('options', '')} -c search_path={schema} -c lock_timeout={WAIT_SECONDS}s".strip()
    asked = {"options": options, "application_name": "manyhands"}
    if "connect_timeout" not in address.query:
        asked["connect_timeout"] = "10"
    return sa.create_engine(
        address.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args=asked,
        isolation_level="AUTOCOMMIT",  # transactions are begun by hand, so that writers queue
        pool_pre_ping=True,  # a server that was started again is found again
        max_overflow=-1,
    )


def _elsewhere(folder: Path) -> tuple[sa.URL, str]:
    """The address and the schema that a production's folder names."""
    try:
        said = tomllib.loads((folder / ELSEWHERE).read_text())
        address, schema = _address(str(said["url"])), str(said["schema"])
    except (OSError, ValueError, KeyError, InputError) as error:
        raise StoreError(
            f"production {folder}: {ELSEWHERE} cannot be read ({error}).", "Restore the file from a copy."
        ) from error
    if not schema.replace("_", "").isalnum() or not schema.isascii() or schema != schema.lower():
        raise StoreError(f"production {folder}: {ELSEWHERE} names no schema.", "Restore the file from a copy.")
    return address, schema


def _address(text: str) -> sa.URL:
    """PostgreSQL's address.  Raises: InputError for another database's, or one that holds a password."""
    try:
        found = sa.make_url(text)
    except ArgumentError:
        found = None
    if found is None or found.drivername not in ("postgresql", "postgres") or '"' in text or not text.isprintable():
        raise InputError(
            f"database {text!r}: it is no address of PostgreSQL.", "Write it so: postgresql://NAME@HOST/DATABASE."
        )
    if found.password is not None or any(name in found.query for name in _SECRET):
        raise InputError(
            "database: its address holds a password, which would lie in the production's folder.",
            "Leave it out: PostgreSQL takes it from PGPASSWORD, or from the file ~/.pgpass.",
        )
    return found.set(drivername="postgresql")


def begin(connection: sa.Connection) -> None:
    """Begin a transaction in which nobody else writes; wait for whoever does."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("BEGIN IMMEDIATE"))
        return
    connection.execute(sa.text("BEGIN"))
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(current_setting('search_path'), 0))"))


def begin_to_look(connection: sa.Connection) -> None:
    """Begin a transaction that sees the tables as they stand now, whoever writes meanwhile."""
    still = "" if connection.dialect.name == "sqlite" else " ISOLATION LEVEL REPEATABLE READ READ ONLY"
    connection.execute(sa.text(f"BEGIN{still}"))


def holds(column: sa.ColumnElement[str], text: str, connection: sa.Connection) -> sa.ColumnElement[bool]:
    """Whether a text stands in a column, letter by letter, capitals told from small ones."""
    position = sa.func.instr if connection.dialect.name == "sqlite" else sa.func.strpos
    return position(column, text) > 0


def migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date; does nothing, and loads nothing, when they are.

    Raises: StoreError if a newer Manyhands made them.
    """
    newest = max(path.name.split("_")[0] for path in (Path(__file__).parent / "migrations/versions").glob("0*.py"))
    with engine.connect() as connection:
        if sa.inspect(connection).has_table("alembic_version"):
            at = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            if at == newest:
                return
            if at is not None and at > newest:
                raise StoreError(
                    f"production: its tables have version {at}; this Manyhands knows up to {newest}.",
                    "Open it with a newer Manyhands.",
                )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        begin(connection)
        if connection.dialect.name == "postgresql":
            schema = connection.execute(sa.text("SELECT current_setting('search_path')")).scalar()
            connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
