"""What a database says when it refuses, as the next step for the person."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from manyhands.core.errors import CapacityError, InputError, ManyhandsError, StoreError
from manyhands.store.database import DATABASE, ELSEWHERE

Told = Sequence[tuple[str, type[ManyhandsError], str, str]]
"""What the database says, as a pattern; which error that is; what it means; and what to do.  The first that fits."""

_BOTH: Told = (
    ("append-only", StoreError, "the log is append-only", "Record a new act instead."),
    (r"\bNUL\b", InputError, "a text holds the character NUL", "Type it again without."),
)
_FILE: Told = (
    (
        "disk is full|no space",
        CapacityError,
        "the disk is full",
        "Free some space and run the same command again.",
    ),
    (
        "readonly|read-only|unable to open",
        StoreError,
        "it cannot be written",
        "Give yourself the right to write to the folder and its files.",
    ),
    ("locked", StoreError, "another program is writing to it", "Wait for it, then try again."),
    (
        "malformed|not a database",
        StoreError,
        f"{DATABASE} is damaged",
        "Restore the file from a copy; takes and sources are intact.",
    ),
)
_SERVER: Told = (
    (
        "53100|no space left|could not extend file",
        CapacityError,
        "the disk of its database's server is full",
        "Have room made there, and run the same command again.",
    ),
    (
        "password authentication failed|no password supplied|28p01",
        StoreError,
        "the server of its database wants another password",
        "Say it in PGPASSWORD, or write it into ~/.pgpass.",
    ),
    (
        'role "[^"]*" does not exist',
        StoreError,
        "the server of its database does not know that name",
        f"Have it made there, CREATE ROLE … LOGIN; or mend the address in {ELSEWHERE}.",
    ),
    (
        'database "[^"]*" does not exist',
        StoreError,
        "the server has no such database",
        f"Make it, createdb NAME; or mend the address in {ELSEWHERE}.",
    ),
    (
        "no pg_hba.conf entry",
        StoreError,
        "the server of its database does not let this machine in",
        "Ask the server's keeper: pg_hba.conf says who may come from where.",
    ),
    (
        "53300|too many clients|remaining connection slots",
        StoreError,
        "the server of its database has no place free",
        "Wait, then try again; max_connections of the server says how many there are.",
    ),
    (
        "42501|permission denied|must be owner",
        StoreError,
        "your name on the server may not do that",
        "Ask the server's keeper: Manyhands makes a schema of its own in the database, and reads and writes there.",
    ),
    (
        "25006|read-only transaction",
        StoreError,
        "its database can only be read",
        f"Name the server that is written to in {ELSEWHERE}: this one may be its copy.",
    ),
    ("55p03|lock timeout", StoreError, "another program is writing to it", "Wait for it, then try again."),
    (
        "3f000|42p01",
        StoreError,
        f"its tables are not in the database that {ELSEWHERE} names",
        "Restore them, or mend the address: docs/how/keep-it-in-postgresql.md.",
    ),
    (
        "57p0[123]|08[0-9a-z]{3}|connection (refused|failed|timeout|is bad|is closed|is lost|not open)"
        "|could not translate host|failed to resolve host|server closed the connection|starting up|shutting down"
        "|not accepting connections|could not (receive|send) data|consuming input failed|terminating connection",
        StoreError,
        "the server of its database cannot be reached",
        f"Start it, or mend the address in {ELSEWHERE}; `manyhands log list` then says whether the last act was done.",
    ),
)
"""A server may speak another language: then its codes tell, where it gives one, and else its own words."""


def store_error(folder: Path, error: Exception) -> ManyhandsError:
    """What the database said, as the next step for the person."""
    said, code = _said(error)
    is_server = (folder / ELSEWHERE).is_file()
    if not is_server and "i/o error" in said.lower() and _is_full(folder):
        said = "disk is full"  # SQLite calls a disk that is too full for its shared memory an I/O error
    for pattern, kind, what, fix in (*_BOTH, *(_SERVER if is_server else _FILE)):
        if re.search(pattern, f"{said} {code}", re.IGNORECASE):
            told = f" ({said[:200].rstrip('.')})" if is_server and kind is StoreError else ""
            return kind(f"production {folder}: {what}{told}.", fix)
    return StoreError(f"production {folder}: the database refused ({said[:200]}).", "Run `manyhands log verify`.")


def _said(error: Exception) -> tuple[str, str]:
    orig = getattr(error, "orig", None) or error
    return " ".join(str(orig).split()), str(getattr(orig, "sqlstate", None) or "")


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < 1 << 20
