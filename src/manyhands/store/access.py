"""Who can come in: accounts, invitations, sessions and share links, in a file of its own beside the keys.

Nothing here is in the record: a password's hash must be able to go, and the log keeps everything.  Tokens are kept as
their SHA-256 only, so that who reads the file, or a copy of it, cannot come in by what is there.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.core.errors import StoreError
from manyhands.disk import unwritable

FILE = Path("keys") / "accounts.db"
TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (person TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invitations (
    token TEXT PRIMARY KEY, person TEXT NOT NULL UNIQUE, name TEXT NOT NULL, ends REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES accounts (person) ON DELETE CASCADE,
    began REAL NOT NULL, seen REAL NOT NULL);
CREATE TABLE IF NOT EXISTS links (share TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS guests (
    token TEXT PRIMARY KEY, share TEXT NOT NULL REFERENCES links (share) ON DELETE CASCADE,
    number INTEGER NOT NULL, name TEXT NOT NULL, began REAL NOT NULL);
"""


def token_made() -> str:
    """256 bits that nobody can guess, as 43 letters."""
    return secrets.token_urlsafe(32)


def kept(token: str) -> str:
    """A token as it is kept.  Its 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Account:
    person: str
    name: str
    password: str


@dataclass(frozen=True)
class Invited:
    person: str
    name: str
    ends: float


@dataclass(frozen=True)
class Session:
    person: str
    name: str
    began: float
    seen: float


@dataclass(frozen=True)
class Link:
    share: str
    password: str


@dataclass(frozen=True)
class Guest:
    share: str
    number: int
    name: str
    began: float


class Access:
    """The open file of one production; threads may share it.  Every method raises StoreError if it cannot be used."""

    def __init__(self, production: Path) -> None:
        self.path = production / FILE
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # its person's alone from the first byte on
        except OSError as error:
            raise unwritable(self.path, error) from error
        self._connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False, isolation_level=None)
        with self._asked() as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")  # a hash that is gone is gone from the disk as well
            connection.executescript(TABLES)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def fact(self, name: str) -> str:
        row = self._one("SELECT value FROM facts WHERE name = ?", name)
        return row[0] if row else ""

    def state(self, name: str, value: str) -> None:
        self._do("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def stated_once(self, name: str, value: str) -> str:
        """A fact that the first who says it settles."""
        self._do("INSERT OR IGNORE INTO facts VALUES (?, ?)", name, value)
        return self.fact(name)

    def has_accounts(self) -> bool:
        return self._one("SELECT 1 FROM accounts LIMIT 1") is not None

    def account(self, person: str) -> Account | None:
        row = self._one("SELECT person, name, password FROM accounts WHERE person = ?", person)
        return Account(*row) if row else None

    def invite(self, person: str, name: str, token: str, ends: float) -> None:
        """Keep an invitation; the one that the person had before opens nothing any more."""
        self._do("INSERT OR REPLACE INTO invitations VALUES (?, ?, ?, ?)", kept(token), person, name, ends)

    def invited(self, token: str) -> Invited | None:
        row = self._one("SELECT person, name, ends FROM invitations WHERE token = ?", kept(token))
        return Invited(*row) if row else None

    def join(self, token: str, password: str, *, at: float) -> bool:
        """Make or renew the account of who was invited: once, and every session that they had is over.

        Returns: False if the invitation is used, replaced or over.
        """
        with self._asked(write=True) as connection:
            row = connection.execute(
                "DELETE FROM invitations WHERE token = ? AND ends > ? RETURNING person, name", (kept(token), at)
            ).fetchone()
            if row is None:
                return False
            connection.execute("DELETE FROM sessions WHERE person = ?", (row[0],))
            connection.execute(
                "INSERT INTO accounts VALUES (?, ?, ?) "
                "ON CONFLICT (person) DO UPDATE SET name = excluded.name, password = excluded.password",
                (*row, password),
            )
            return True

    def change_password(self, person: str, password: str, *, instead_of: str) -> bool:
        """Change it, unless it is another by now; every session of the person is over."""
        with self._asked(write=True) as connection:
            done = connection.execute(
                "UPDATE accounts SET password = ? WHERE person = ? AND password = ?", (password, person, instead_of)
            ).rowcount
            if done:
                connection.execute("DELETE FROM sessions WHERE person = ?", (person,))
            return bool(done)

    def rehash(self, person: str, password: str, *, instead_of: str) -> None:
        """Keep the same password by a costlier hash; sessions go on."""
        self._do("UPDATE accounts SET password = ? WHERE person = ? AND password = ?", password, person, instead_of)

    def begin(self, person: str, token: str, *, at: float, of_password: str) -> bool:
        """Begin a session, unless the password changed while it was looked at."""
        with self._asked(write=True) as connection:
            return bool(
                connection.execute(
                    "INSERT INTO sessions SELECT ?, person, ?, ? FROM accounts WHERE person = ? AND password = ?",
                    (kept(token), at, at, person, of_password),
                ).rowcount
            )

    def session(self, token: str) -> Session | None:
        row = self._one(
            "SELECT person, name, began, seen FROM sessions JOIN accounts USING (person) WHERE token = ?", kept(token)
        )
        return Session(*row) if row else None

    def see(self, token: str, at: float) -> None:
        self._do("UPDATE sessions SET seen = ? WHERE token = ?", at, kept(token))

    def end(self, token: str) -> None:
        self._do("DELETE FROM sessions WHERE token = ?", kept(token))

    def end_all(self, person: str) -> None:
        self._do("DELETE FROM sessions WHERE person = ?", person)

    def sweep(self, *, began_before: float, seen_before: float, at: float) -> None:
        """Drop what is over."""
        self._do("DELETE FROM sessions WHERE began < ? OR seen < ?", began_before, seen_before)
        self._do("DELETE FROM invitations WHERE ends <= ?", at)

    def link(self, share: str, token: str, password: str) -> None:
        """Keep what opens a share link; an empty password asks for none."""
        self._do("INSERT INTO links VALUES (?, ?, ?)", share, kept(token), password)

    def linked(self, token: str) -> Link | None:
        row = self._one("SELECT share, password FROM links WHERE token = ?", kept(token))
        return Link(*row) if row else None

    def unlink(self, share: str) -> None:
        """Drop a link, and everybody who came by it."""
        self._do("DELETE FROM links WHERE share = ?", share)

    def welcome(self, share: str, name: str, token: str, *, at: float, most: int) -> int:
        """Let a guest in by a link.  Returns: their number there, or 0 if it has had as many as it takes."""
        with self._asked(write=True) as connection:
            count = connection.execute("SELECT count(*) FROM guests WHERE share = ?", (share,)).fetchone()[0]
            if count >= most:
                return 0
            connection.execute("INSERT INTO guests VALUES (?, ?, ?, ?, ?)", (kept(token), share, count + 1, name, at))
            return int(count) + 1

    def guest(self, token: str) -> Guest | None:
        row = self._one("SELECT share, number, name, began FROM guests WHERE token = ?", kept(token))
        return Guest(*row) if row else None

    def _one(self, query: str, *given: object) -> tuple[Any, ...] | None:
        with self._asked() as connection:
            return connection.execute(query, given).fetchone()

    def _do(self, query: str, *given: object) -> None:
        with self._asked(write=True) as connection:
            connection.execute(query, given)

    @contextmanager
    def _asked(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if write:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                if write:
                    self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise StoreError(
                    f"{self.path}: the accounts cannot be read or written ({error}).",
                    "Restore the file from a copy, or take it away: everybody is then invited anew.",
                ) from error
            finally:
                if self._connection_open() and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _connection_open(self) -> bool:
        try:
            return self._connection.total_changes >= 0
        except sqlite3.ProgrammingError:
            return False
